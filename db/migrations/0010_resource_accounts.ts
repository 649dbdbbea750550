import { sql } from 'kysely'
import type { Kysely } from 'kysely'

/** Which account of the provider holds what was made; null for what was made before anybody asked. */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql.raw('alter table managed_resources add column account text').execute(db)
}
