import { sql } from 'kysely'
import type { Db } from './client.ts'
import { outsideTenants } from './client.ts'
import { clockIn } from './clock.ts'

/** Over all tenants: numbers only. */
export const countTemplates = (db: Db): Promise<{ kind: string; category: string; count: number }[]> =>
  outsideTenants(db, async (tx) => (await sql<{ kind: string; category: string; count: number }>`select kind, category, count from template_counts()`.execute(tx)).rows)

export const countParked = (db: Db): Promise<{ provider: string; count: number }[]> =>
  outsideTenants(db, async (tx) => (await sql<{ provider: string; count: number }>`select provider, count from parked_counts()`.execute(tx)).rows)

export interface RepositoryCounts {
  /** Repositories with a remote by what came of the last synchronization; `waiting` for their first. */
  synced: number
  failed: number
  waiting: number
  /** Changes that are no commits yet, and commits that the remotes have not got. */
  unwritten: number
  unpushed: number
  conflicts: number
  /** Since the synchronization that succeeded the longest ago; null where none has. */
  ageSeconds: number | null
}

export const countRepositories = (db: Db): Promise<RepositoryCounts | undefined> =>
  outsideTenants(db, async (tx) => (await sql<RepositoryCounts>`select synced, failed, waiting, unwritten, unpushed, conflicts, age_seconds as "ageSeconds" from repository_counts()`.execute(tx)).rows[0])

/** Blobs that no request can still need, and idempotency keys past their day; or those that are so `laterMs` from now. */
export async function sweepExpired(db: Db, laterMs = 0): Promise<void> {
  const hoursAgo = (hours: number) => clockIn(laterMs - hours * 3_600_000)
  await outsideTenants(db, (tx) => sql`select sweep_expired(${hoursAgo(7 * 24)}, ${hoursAgo(24)})`.execute(tx))
}
