import { sql } from 'kysely'
import type { Db, Tx } from './client.ts'
import { Unreadable, type Vault } from './vault.ts'

/** Every column that the vault seals, and what names a row beside its tenant. */
export const sealedColumns = [
  { table: 'connections', id: 'id', column: 'secrets' },
  { table: 'template_instances', id: 'id', column: 'secret_variables' },
  { table: 'blobs', id: 'ref', column: 'content' },
  { table: 'idempotency_keys', id: 'key', column: 'body' },
] as const

export interface Rotated {
  table: string
  column: string
  /** Rows with something sealed. */
  rows: number
  /** Of those, sealed anew now. */
  resealed: number
  /** Of those, sealed with a key that is not configured: the vault's sentence, and how many rows. */
  unreadable: Record<string, number>
}

type Column = (typeof sealedColumns)[number]
interface Place { tenant_id: string; id: string }

/** Rows that are read at once; each is sealed and written alone, for a blob may have 16 MiB. */
const batch = 200

/** The owner of the tables, who alone sees the rows of all tenants, says so for this transaction. */
function atUpkeep<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  return db.transaction().execute(async (tx) => {
    await sql`select set_config('app.upkeep', 'on', true)`.execute(tx)
    return work(tx)
  })
}

/** Throws where this login would see no rows, or not all: there nothing to do would look like all being done. */
async function checkOwner(db: Db): Promise<void> {
  const { rows } = await sql<{ owner: string; login: string; may: boolean }>`
    select tableowner as owner, current_user as login, pg_has_role(current_user, tableowner, 'USAGE') as may from pg_tables where schemaname = 'public' and tablename = 'connections'`.execute(db)
  const [found] = rows
  if (!found) throw new Error('This database has no tables of ours: is DATABASE_URL right?')
  if (!found.may) throw new Error(`${found.login} does not see every tenant's rows: use the DATABASE_URL of ${found.owner}, as for migrations`)
}

/** The next rows after a place, with the ids of their keys only. */
async function headsAfter(db: Db, { table, id, column }: Column, after: Place | undefined): Promise<(Place & { head: Buffer })[]> {
  const [name, sealed] = [sql.ref(id), sql.ref(column)]
  const { rows } = await atUpkeep(db, (tx) => sql<Place & { head: Buffer }>`
    select tenant_id, ${name}::text as id, substring(${sealed} from 1 for 8) as head from ${sql.table(table)}
    where ${sealed} is not null and ${after ? sql`(tenant_id, ${name}::text) > (${after.tenant_id}::uuid, ${after.id})` : sql`true`}
    order by tenant_id, ${name}::text limit ${batch}`.execute(tx))
  return rows
}

/** Under the row's lock: whoever writes it meanwhile waits, and what was written is what is sealed. False when it is gone or was done. */
async function reseal(db: Db, vault: Vault, { table, id, column }: Column, place: Place): Promise<boolean> {
  return atUpkeep(db, async (tx) => {
    const is = sql`tenant_id = ${place.tenant_id}::uuid and ${sql.ref(id)}::text = ${place.id}`
    const { rows } = await sql<{ sealed: Buffer | null }>`select ${sql.ref(column)} as sealed from ${sql.table(table)} where ${is} for update`.execute(tx)
    const sealed = rows[0]?.sealed
    if (!sealed || vault.isCurrent(sealed)) return false
    const anew = vault.seal(place.tenant_id, vault.open(place.tenant_id, sealed))
    await sql`update ${sql.table(table)} set ${sql.ref(column)} = ${anew} where ${is}`.execute(tx)
    return true
  })
}

/**
 * Seals with the current key what older ones have sealed. Each row is a transaction of its own: it may run beside the product,
 * be interrupted, and be run again. Answers what it found, table by table.
 */
export async function rotateKeys(db: Db, vault: Vault, progress: (one: Rotated) => void = () => undefined): Promise<Rotated[]> {
  await checkOwner(db)
  const all: Rotated[] = []
  for (const column of sealedColumns) {
    const one: Rotated = { table: column.table, column: column.column, rows: 0, resealed: 0, unreadable: {} }
    for (let rows = await headsAfter(db, column, undefined); rows.length > 0; rows = await headsAfter(db, column, rows.at(-1))) {
      one.rows += rows.length
      for (const row of rows) {
        if (vault.isCurrent(row.head)) continue
        try {
          if (await reseal(db, vault, column, row)) one.resealed += 1
        } catch (error) {
          // Of another key, or broken: the others are not to wait for it. Anything else is trouble with the database.
          if (!(error instanceof Unreadable)) throw error
          one.unreadable[error.message] = (one.unreadable[error.message] ?? 0) + 1
        }
      }
    }
    progress(one)
    all.push(one)
  }
  return all
}
