import { sql } from 'kysely'
import type { Db } from './client.ts'
import { inTenant } from './client.ts'
import { derivedId } from './ids.ts'

/** The id that a tenant of this name has or would have. */
export const tenantIdOf = (name: string): string => derivedId('tenant', name)

/** Makes the tenant if it is not there; needs the database owner's rights. */
export async function ensureTenant(db: Db, name: string): Promise<{ id: string }> {
  const id = tenantIdOf(name)
  return db.transaction().execute(async (tx) => {
    await sql`select set_config('app.upkeep', 'on', true)`.execute(tx)
    await tx.insertInto('tenants').values({ id, name }).onConflict((conflict) => conflict.doNothing()).execute()
    return tx.selectFrom('tenants').select('id').where('name', '=', name).executeTakeFirstOrThrow()
  })
}

export async function tenantExists(db: Db, id: string): Promise<boolean> {
  return inTenant(db, id, async (tx) => (await sql<{ id: string }>`select id from tenants`.execute(tx)).rows.length > 0)
}
