import { sql } from 'kysely'
import type { Db } from './client.ts'

/**
 * Takes one request from the account's token bucket, shared by all workers, and answers how many milliseconds to wait before
 * sending it. The bucket may go below zero: whoever takes then waits for the tokens it owes, in the order of asking.
 */
export async function takeToken(db: Db, { key, capacity, perSecond }: { key: string; capacity: number; perSecond: number }): Promise<number> {
  const { rows } = await sql<{ tokens: number }>`select take_token(${key}, ${capacity}, ${perSecond}) as tokens`.execute(db)
  const owed = Math.max(0, ...rows.map(({ tokens }) => -tokens))
  return Math.ceil((owed / perSecond) * 1000)
}
