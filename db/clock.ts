import { sql } from 'kysely'

/** The database's clock: the one that all processes share, however far apart their machines' are. It goes on within a transaction. */
export const clock = sql<Date>`clock_timestamp()`

/** The same, that many milliseconds later. */
export const clockIn = (ms: number) => sql<Date>`clock_timestamp() + ${ms}::double precision * interval '1 millisecond'`

/** Days after the transaction's begin. */
export const inDays = (days: number) => sql<Date>`now() + ${days}::integer * interval '1 day'`
