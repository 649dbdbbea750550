import { sql } from 'kysely'
import type { Tx } from './client.ts'

/** How many seconds nobody may try to log in to what this key stands for; 0 when anybody may. */
export async function lockedFor(tx: Tx, key: string): Promise<number> {
  const { rows } = await sql<{ seconds: number }>`
    select greatest(0, ceil(extract(epoch from locked_until - clock_timestamp())))::integer as seconds from login_failures where key = ${key} and locked_until is not null`.execute(tx)
  return rows[0]?.seconds ?? 0
}

/** Counts a failed login. The last that is allowed locks, and so does each that was under way then. Answers whether it is locked now. */
export async function countFailure(tx: Tx, key: string, { most, lockMs }: { most: number; lockMs: number }): Promise<boolean> {
  const until = sql`clock_timestamp() + ${lockMs}::double precision * interval '1 millisecond'`
  // What failed before the last lock ended, or a lock's length ago, no longer counts.
  const failures = sql`case when held.locked_until < clock_timestamp() or held.updated_at < clock_timestamp() - ${lockMs}::double precision * interval '1 millisecond' then 1 else held.failures + 1 end`
  const { rows } = await sql<{ locked: boolean }>`
    insert into login_failures as held (key, failures, locked_until, updated_at) values (${key}, 1, case when 1 >= ${most}::integer then ${until} end, clock_timestamp())
    on conflict (key) do update set failures = ${failures}, locked_until = case when ${failures} >= ${most}::integer then ${until} end, updated_at = clock_timestamp()
    returning locked_until is not null as locked`.execute(tx)
  return rows[0]?.locked === true
}

export async function forgetFailures(tx: Tx, key: string): Promise<void> {
  await sql`delete from login_failures where key = ${key}`.execute(tx)
}
