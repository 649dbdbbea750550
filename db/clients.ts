import { sql } from 'kysely'
import type { Selectable } from 'kysely'
import type { z } from 'zod'
import type { client } from '../contracts/api.ts'
import { DomainError } from '../contracts/errors.ts'
import type { JsonObject } from '../contracts/json.ts'
import type { Tx } from './client.ts'
import { isTaken } from './taken.ts'
import { type Page, type PageRequest, readPage } from './page.ts'
import type { Database } from './schema.ts'

export type Client = z.infer<typeof client>

const toClient = (row: Selectable<Database['clients']>): Client => ({
  id: row.id,
  name: row.name,
  metadata: row.metadata,
  createdBy: row.created_by,
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
})

export async function findClient(tx: Tx, id: string): Promise<Client | undefined> {
  const row = await tx.selectFrom('clients').selectAll().where('id', '=', id).executeTakeFirst()
  return row && toClient(row)
}

/** Throws 404.client_not_found. `lock` holds it until the transaction ends. */
export async function getClient(tx: Tx, id: string, { lock = false } = {}): Promise<Client> {
  const query = tx.selectFrom('clients').selectAll().where('id', '=', id)
  const row = await (lock ? query.forUpdate() : query).executeTakeFirst()
  if (!row) throw new DomainError('404.client_not_found', `No client has the id ${id}`)
  return toClient(row)
}

export async function findClientByName(tx: Tx, name: string): Promise<Client | undefined> {
  const row = await tx.selectFrom('clients').selectAll().where('name', '=', name).executeTakeFirst()
  return row && toClient(row)
}

export async function listClients(tx: Tx, filter: { name?: string | undefined }, page: PageRequest): Promise<Page<Client>> {
  let query = tx.selectFrom('clients').selectAll().select(sql<string>`created_at::text`.as('cursor_at'))
  if (filter.name !== undefined) query = query.where('name', '=', filter.name)
  return readPage(query, 'created_at', 'id', page, toClient)
}

const nameTaken = (name: string) => new DomainError('409.name_taken', `There is a client called "${name}"`)

/** Throws 409.name_taken. Inserting the same id and name again changes nothing. */
export async function insertClient(tx: Tx, client: { tenantId: string; id: string; name: string; metadata?: JsonObject | undefined; createdBy: string }): Promise<{ client: Client; created: boolean }> {
  const row = await tx.insertInto('clients')
    .values({ tenant_id: client.tenantId, id: client.id, name: client.name, metadata: JSON.stringify(client.metadata ?? {}), created_by: client.createdBy })
    .onConflict((conflict) => conflict.doNothing()).returningAll().executeTakeFirst()
  if (row) return { client: toClient(row), created: true }
  const existing = await findClient(tx, client.id)
  if (existing?.name === client.name) return { client: existing, created: false }
  throw nameTaken(client.name)
}

/** Throws 404.client_not_found and 409.name_taken. */
export async function updateClient(tx: Tx, id: string, patch: { name?: string | undefined; metadata?: JsonObject | undefined }): Promise<Client> {
  const row = await tx.updateTable('clients')
    .set({ ...(patch.name === undefined ? {} : { name: patch.name }), ...(patch.metadata === undefined ? {} : { metadata: JSON.stringify(patch.metadata) }), updated_at: sql`now()` })
    .where('id', '=', id).returningAll().executeTakeFirst()
    .catch((error: unknown) => { throw isTaken(error) ? nameTaken(patch.name ?? '') : error })
  if (!row) throw new DomainError('404.client_not_found', `No client has the id ${id}`)
  return toClient(row)
}

/** Throws 409.in_use while it has plans: what they deployed would lose its record. */
export async function deleteClient(tx: Tx, id: string): Promise<void> {
  const plan = await tx.selectFrom('deployment_plans').select('id').where('client_id', '=', id).limit(1).executeTakeFirst()
  if (plan) throw new DomainError('409.in_use', `The client has plans, e.g. ${plan.id}`, { extra: { planId: plan.id } })
  await tx.deleteFrom('clients').where('id', '=', id).execute()
}
