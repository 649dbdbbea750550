import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundleWorkflowCode } from '@temporalio/worker'
import { startPostgres } from '../../bin/stack/postgres.ts'
import { findTemporalCli } from '../../bin/stack/temporal-cli.ts'
import { startTracing } from '../../bin/telemetry/tracing.ts'
import { openDatabase } from '../../db/client.ts'
import { migrate } from '../../db/migrate.ts'
import type { Shared } from './shared.ts'

/** Once per run: one PostgreSQL with a migrated database to clone, the Temporal program, the workflow bundle. */
const setup = async (): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-test-'))
  mkdirSync(folder, { recursive: true })
  const [postgres, cli, bundle] = await Promise.all([
    startPostgres({ dataDir: join(folder, 'pg'), password: 'test' }),
    findTemporalCli({ env: process.env, onProgress: (line: string) => { console.log(line) } }),
    bundleWorkflowCode({ workflowsPath: new URL('../../workflows', import.meta.url).pathname, plugins: [startTracing({ service: 'test', version: '0', endpoint: undefined }).plugin], logger: silent }),
  ])
  const admin = openDatabase({ url: postgres.databaseUrl('postgres'), poolSize: 1 })
  await admin.executeQuery({ sql: 'create database slipway_template', parameters: [], query: { kind: 'RawNode' } as never, queryId: { queryId: 'setup' } })
  await admin.destroy()
  const template = openDatabase({ url: postgres.databaseUrl('slipway_template'), poolSize: 1 })
  await migrate(template)
  await template.destroy()
  const bundleFile = join(folder, 'workflow-bundle.js')
  writeFileSync(bundleFile, bundle.code)
  const shared: Shared = { folder, postgresUrl: postgres.url, databaseUrl: postgres.databaseUrl('NAME'), cli, bundleFile }
  process.env['SLIPWAY_TEST'] = JSON.stringify(shared)
  Object.assign(globalThis, { slipwayTestPostgres: postgres })
}

const silent = { log() {}, trace() {}, debug() {}, info() {}, warn() {}, error: console.error }

export default setup
