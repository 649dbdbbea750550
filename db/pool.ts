import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import type { Db } from './client.ts'
import type { Database } from './schema.ts'

// bigint ids and counts stay far below 2^53.
pg.types.setTypeParser(pg.types.builtins.INT8, Number)

export interface DatabaseOptions {
  url: string
  poolSize: number
}

/** A pool of connections; nothing connects before the first query. */
export function openDatabase({ url, poolSize }: DatabaseOptions): Db {
  const pool = new pg.Pool({ connectionString: url, max: poolSize, connectionTimeoutMillis: 5_000, application_name: 'slipway' })
  // An idle connection that the server closes is replaced at the next query; unheard, its error would end the process.
  pool.on('error', () => undefined)
  // One that is at work when the server goes says so beside its query: that alone gets to hear it.
  pool.on('connect', (client) => { client.on('error', () => undefined) })
  return new Kysely<Database>({ dialect: new PostgresDialect({ pool }) })
}
