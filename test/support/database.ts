import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import pg from 'pg'
import { openDatabase } from '../../db/pool.ts'
import type { Db } from '../../db/client.ts'
import { shared } from './shared.ts'

export interface TestDatabase {
  /** As the owner; inTenant narrows it. */
  db: Db
  url: string
  drop(): Promise<void>
}

async function admin(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: shared().databaseUrl.replace('NAME', 'postgres') })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}

/** A database of the test file's own, cloned from the migrated one. */
export async function cloneDatabase(): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`
  for (let tries = 1; ; tries++) {
    try {
      await admin(`create database ${name} template slipway_template`)
      break
    } catch (error) {
      // Two files may clone at the same instant.
      if (tries >= 20 || !String(error).includes('being accessed')) throw error
      await sleep(100)
    }
  }
  const url = shared().databaseUrl.replace('NAME', name)
  const db = openDatabase({ url, poolSize: 10 })
  return {
    db,
    url,
    async drop() {
      await db.destroy()
      await admin(`drop database if exists ${name} with (force)`)
    },
  }
}

/** Nobody writes to the table meanwhile, nor reads it where that is shut as well. */
export function withLocked<T>(db: Db, table: string, work: () => Promise<T>, shut: 'writes' | 'reads and writes' = 'writes'): Promise<T> {
  return db.transaction().execute(async (tx) => {
    await sql`lock table ${sql.table(table)} in ${sql.raw(shut === 'writes' ? 'share' : 'access exclusive')} mode`.execute(tx)
    return work()
  })
}

/** No deployment is done meanwhile: none can write down what it made. */
export const whileUnfinished = <T>(db: Db, work: () => Promise<T>): Promise<T> => withLocked(db, 'provider_links', work)

/** Until somebody waits for a lock of this database; of one kind only, where one is named. */
export async function untilOneWaits(db: Db, kind = '%'): Promise<void> {
  for (const deadline = Date.now() + 20_000; Date.now() < deadline; await sleep(20)) {
    const { rows } = await sql`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and wait_event like ${kind}`.execute(db)
    if (rows.length > 0) return
  }
  throw new Error('Nobody waits for a lock')
}
