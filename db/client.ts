import { CompiledQuery } from 'kysely'
import type { Kysely, Transaction } from 'kysely'
import pg from 'pg'
import type { Database } from './schema.ts'

export type Db = Kysely<Database>
/** Inside a transaction that sees one tenant's rows and no other. */
export type Tx = Transaction<Database>

const asApp = `select set_config('role', 'slipway_app', true)`

/** Begins and settles who asks in one message: a round trip of its own costs as much as a small query. */
function transaction<T>(db: Db, settings: string, work: (tx: Tx) => Promise<T>): Promise<T> {
  return db.connection().execute(async (connection) => {
    const send = (text: string) => connection.executeQuery<{ command?: string }>(CompiledQuery.raw(text))
    try {
      await send(`begin; ${settings}`)
      const result = await work(connection as Tx)
      const { rows } = await send('commit')
      // PostgreSQL answers so when a statement had failed and nobody told.
      if (rows[0]?.command === 'ROLLBACK') throw new Error('The transaction was rolled back: one of its statements had failed')
      return result
    } catch (error) {
      // Fails only on a connection that is lost, which the pool then drops.
      await send('rollback').catch(() => undefined)
      throw error
    }
  })
}

/** Runs `work` in one transaction as the role without rights beyond the tenant's rows: a forgotten `where` leaks nothing. */
export const inTenant = <T>(db: Db, tenantId: string, work: (tx: Tx) => Promise<T>): Promise<T> =>
  transaction(db, `${asApp}, set_config('app.tenant', ${pg.escapeLiteral(tenantId)}, true)`, work)

/** The same for what belongs to no tenant: counts and sweeping. Sees no tenant's rows. */
export const outsideTenants = <T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> => transaction(db, asApp, work)
