import { sql } from 'kysely'
import type { Db, Tx } from './client.ts'

/**
 * Takes one request from the account's token bucket, shared by all workers, and answers how many milliseconds to wait before
 * sending it. The bucket may go below zero: whoever takes then waits for the tokens it owes, in the order of asking.
 */
export async function takeToken(db: Db, { key, capacity, perSecond }: { key: string; capacity: number; perSecond: number }): Promise<number> {
  const { rows } = await sql<{ tokens: number }>`select take_token(${key}, ${capacity}, ${perSecond}) as tokens`.execute(db)
  const owed = Math.max(0, ...rows.map(({ tokens }) => -tokens))
  return Math.ceil((owed / perSecond) * 1000)
}

export interface Bucket {
  key: string
  capacity: number
  perSecond: number
}

/** Takes one token from a bucket that has one left, and none from another: whoever is refused does not make others wait longer. Answers whether it did. */
export async function takeIfLeft(tx: Tx, { key, capacity, perSecond }: Bucket): Promise<boolean> {
  const filled = sql`least(${capacity}::double precision, held.tokens + extract(epoch from clock_timestamp() - held.updated_at) * ${perSecond}::double precision)`
  const { rows } = await sql`
    insert into rate_buckets as held (key, tokens, updated_at) values (${key}, ${capacity}::double precision - 1, clock_timestamp())
    on conflict (key) do update set tokens = ${filled} - 1, updated_at = greatest(clock_timestamp(), held.updated_at) where ${filled} >= 1
    returning 1`.execute(tx)
  return rows.length > 0
}
