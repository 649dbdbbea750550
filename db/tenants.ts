import { sql } from 'kysely'
import type { z } from 'zod'
import type { tenant } from '../contracts/accounts.ts'
import { type Db, type Tx, inTenant } from './client.ts'
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

/** For a login, which knows no tenant yet: the id alone. */
export async function findTenantNamed(tx: Tx, name: string): Promise<string | undefined> {
  return (await sql<{ id: string | null }>`select tenant_named(${name}) as id`.execute(tx)).rows[0]?.id ?? undefined
}

export type Tenant = z.infer<typeof tenant>

/** The tenant whose transaction this is. */
export async function getTenant(tx: Tx): Promise<Tenant> {
  const row = await tx.selectFrom('tenants').selectAll().executeTakeFirstOrThrow()
  return { id: row.id, name: row.name, createdAt: row.created_at.toISOString() }
}

/** Makes a tenant; false where the name is taken. */
export async function makeTenant(tx: Tx, { id, name }: { id: string; name: string }): Promise<boolean> {
  return (await sql<{ made: boolean }>`select make_tenant(${id}::uuid, ${name}) as made`.execute(tx)).rows[0]?.made === true
}
