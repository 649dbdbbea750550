import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { sql } from 'kysely'
import { openDatabase } from '../../db/pool.ts'
import { cloneDatabase } from '../support/database.ts'
import type { TestDatabase } from '../support/database.ts'

let database: TestDatabase
beforeAll(async () => { database = await cloneDatabase() })
afterAll(() => database.drop())

test('a server that goes while transactions and queries are open fails them and nothing else', async () => {
  const crashes: unknown[] = []
  const note = (error: unknown) => { crashes.push(error) }
  process.on('uncaughtException', note)
  const db = openDatabase({ url: database.url, poolSize: 4 })
  try {
    const pidOf = async () => (await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(db)).rows[0]?.pid ?? 0
    const failing = [
      sql`select pg_sleep(20)`.execute(db),
      db.transaction().execute(async (tx) => {
        await sql`select 1`.execute(tx)
        await sleep(500)
        await sql`select 1`.execute(tx)
      }),
    ]
    const ends = Promise.allSettled(failing)
    await sleep(150)
    await sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'slipway' and pid <> pg_backend_pid()`.execute(database.db)
    expect((await ends).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(await pidOf()).toBeGreaterThan(0)
    expect(crashes).toEqual([])
  } finally {
    process.off('uncaughtException', note)
    await db.destroy()
  }
})
