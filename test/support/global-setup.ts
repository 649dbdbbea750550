import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPostgres } from '../../bin/stack/postgres.ts'
import { findTemporalCli } from '../../bin/stack/temporal-cli.ts'
import { bundleWorkflows } from '../../bin/workflow-bundle.ts'
import { openDatabase } from '../../db/pool.ts'
import { migrate } from '../../db/migrate.ts'
import type { Shared } from './shared.ts'

/** Once per run: one PostgreSQL with a migrated database to clone, the Temporal program, the workflow bundle. */
const setup = async (): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-test-'))
  mkdirSync(folder, { recursive: true })
  const [postgres, cli, bundle] = await Promise.all([
    startPostgres({ dataDir: join(folder, 'pg'), password: 'test' }),
    findTemporalCli({ env: process.env, onProgress: (line: string) => { console.log(line) } }),
    bundleWorkflows(),
  ])
  const admin = openDatabase({ url: postgres.databaseUrl('postgres'), poolSize: 1 })
  await admin.executeQuery({ sql: 'create database slipway_template', parameters: [], query: { kind: 'RawNode' } as never, queryId: { queryId: 'setup' } })
  await admin.destroy()
  const template = openDatabase({ url: postgres.databaseUrl('slipway_template'), poolSize: 1 })
  await migrate(template)
  await template.destroy()
  const bundleFile = join(folder, 'workflow-bundle.js')
  writeFileSync(bundleFile, bundle)
  const shared: Shared = { folder, postgresUrl: postgres.url, databaseUrl: postgres.databaseUrl('NAME'), cli, bundleFile }
  process.env['SLIPWAY_TEST'] = JSON.stringify(shared)
  Object.assign(globalThis, { slipwayTestPostgres: postgres })
}

export default setup
