/** Downloads the Temporal CLI by the SDK's own means; a process of its own because that download has no time limit. */
import { TestWorkflowEnvironment } from '@temporalio/testing'

const [downloadDir, version] = process.argv.slice(2)
if (downloadDir === undefined || version === undefined) throw new Error('usage: temporal-download.ts <folder> <version>')

const environment = await TestWorkflowEnvironment.createLocal({
  server: { executable: { type: 'cached-download', downloadDir, version } },
})
await environment.teardown()
process.exit(0)
