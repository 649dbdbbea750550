import { Migrator } from 'kysely/migration'
import type { Kysely } from 'kysely'
import * as pipeline from './migrations/0001_pipeline.ts'
import * as forcedSecurity from './migrations/0002_forced_security.ts'
import * as registry from './migrations/0003_registry.ts'
import * as accounts from './migrations/0004_accounts.ts'
import * as quality from './migrations/0005_quality.ts'
import * as repository from './migrations/0006_repository.ts'
import * as workflows from './migrations/0007_workflows.ts'
import * as templateChanges from './migrations/0008_template_changes.ts'
import * as repositoryCounts from './migrations/0009_repository_counts.ts'
import * as resourceAccounts from './migrations/0010_resource_accounts.ts'

/** Append only: a migration that has landed never changes. */
const migrations = { '0001_pipeline': pipeline, '0002_forced_security': forcedSecurity, '0003_registry': registry, '0004_accounts': accounts, '0005_quality': quality, '0006_repository': repository, '0007_workflows': workflows, '0008_template_changes': templateChanges, '0009_repository_counts': repositoryCounts, '0010_resource_accounts': resourceAccounts }

/** Brings the schema up to date; answers the names that were applied. Safe to run from several processes at once. */
export async function migrate<T>(db: Kysely<T>): Promise<string[]> {
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve(migrations) } })
  const { error, results = [] } = await migrator.migrateToLatest()
  if (error) throw error instanceof Error ? error : new Error('migration failed', { cause: error })
  return results.map(({ migrationName }) => migrationName)
}
