import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundleWorkflowCode } from '@temporalio/worker'
import { startTracing } from '../../bin/telemetry/tracing.ts'

const silent = { log() {}, trace() {}, debug() {}, info() {}, warn() {}, error: console.error }

/** jest's set-up without servers: replays need the workflow bundle alone. */
const setup = async (): Promise<void> => {
  const { code } = await bundleWorkflowCode({ workflowsPath: new URL('../../workflows', import.meta.url).pathname, plugins: [startTracing({ service: 'test', version: '0', endpoint: undefined }).plugin], logger: silent })
  const bundleFile = join(mkdtempSync(join(tmpdir(), 'bundle-')), 'workflow-bundle.js')
  writeFileSync(bundleFile, code)
  process.env['SLIPWAY_TEST'] = JSON.stringify({ bundleFile })
}

export default setup
