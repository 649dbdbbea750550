import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundleWorkflows } from '../../bin/workflow-bundle.ts'

/** jest's set-up without servers: replays need the workflow bundle alone. */
const setup = async (): Promise<void> => {
  const bundleFile = join(mkdtempSync(join(tmpdir(), 'bundle-')), 'workflow-bundle.js')
  writeFileSync(bundleFile, await bundleWorkflows())
  process.env['SLIPWAY_TEST'] = JSON.stringify({ bundleFile })
}

export default setup
