import { sql } from 'kysely'
import type { Selectable } from 'kysely'
import type { z } from 'zod'
import type { connection } from '../contracts/connections.ts'
import { DomainError } from '../contracts/errors.ts'
import type { Tx } from './client.ts'
import { newId } from './ids.ts'
import { type Page, type PageRequest, readPage } from './page.ts'
import type { Database } from './schema.ts'
import type { Vault } from './vault.ts'

/** Which account it is. */
export interface Address {
  id: string
  provider: string
  baseUrl: string | null
  config: Record<string, string>
}

/** Credentials of one provider account, readable: for the activity that calls the provider, and no one else. */
export interface Credentials extends Address {
  secrets: Record<string, string>
}

/** What the API shows: the secrets' names only. */
export type Connection = z.infer<typeof connection>

export interface ConnectionInput {
  tenantId: string
  provider: string
  name?: string | undefined
  clientId?: string | null | undefined
  baseUrl?: string | undefined
  config: Record<string, string>
  secrets: Record<string, string>
  createdBy: string
}

type Row = Selectable<Database['connections']>

// Sealed below, as texts by their names.
const secretsOf = (vault: Vault, row: Row): Record<string, string> => JSON.parse(vault.open(row.tenant_id, row.secrets)) as Record<string, string>

const toAddress = (row: Row): Address => ({ id: row.id, provider: row.provider, baseUrl: row.base_url, config: row.config })

const toCredentials = (vault: Vault, row: Row): Credentials => ({ ...toAddress(row), secrets: secretsOf(vault, row) })

const toConnection = (vault: Vault, row: Row): Connection => ({
  id: row.id,
  provider: row.provider,
  name: row.name,
  clientId: row.client_id,
  baseUrl: row.base_url,
  config: row.config,
  secrets: Object.keys(secretsOf(vault, row)).sort(),
  createdBy: row.created_by,
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
})

const resolved = (tx: Tx, provider: string, clientId: string): Promise<Row | undefined> =>
  tx
    .selectFrom('connections')
    .selectAll()
    .where('provider', '=', provider)
    .where((where) => where.or([where('client_id', '=', clientId), where('client_id', 'is', null)]))
    .orderBy('client_id', (order) => order.asc().nullsLast())
    .limit(1)
    .executeTakeFirst()

/** The account that a client's deployments use: the client's own, else the tenant's default. */
export async function resolveConnection(tx: Tx, vault: Vault, provider: string, clientId: string): Promise<Credentials | undefined> {
  const row = await resolved(tx, provider, clientId)
  return row && toCredentials(vault, row)
}

/** Which one that is, for who does not call it: also where no key opens its secrets. */
export async function resolveAddress(tx: Tx, provider: string, clientId: string): Promise<Address | undefined> {
  const row = await resolved(tx, provider, clientId)
  return row && toAddress(row)
}

const byId = (tx: Tx, id: string) => tx.selectFrom('connections').selectAll().where('id', '=', id)

const missing = (id: string): DomainError => new DomainError('404.connection_not_found', `No connection has the id ${id}.`)

/** With its secrets. Throws 404.connection_not_found. */
export async function getConnection(tx: Tx, vault: Vault, id: string): Promise<Credentials> {
  const row = await byId(tx, id).executeTakeFirst()
  if (!row) throw missing(id)
  return toCredentials(vault, row)
}

/** Without secrets. Throws 404.connection_not_found. */
export async function describeConnection(tx: Tx, vault: Vault, id: string, { lock = false } = {}): Promise<Connection> {
  const row = await (lock ? byId(tx, id).forUpdate() : byId(tx, id)).executeTakeFirst()
  if (!row) throw missing(id)
  return toConnection(vault, row)
}

export async function listConnections(tx: Tx, vault: Vault, filter: { provider?: string | undefined; clientId?: string | undefined }, page: PageRequest): Promise<Page<Connection>> {
  let query = tx.selectFrom('connections').selectAll().select(sql<string>`created_at::text`.as('cursor_at'))
  if (filter.provider !== undefined) query = query.where('provider', '=', filter.provider)
  if (filter.clientId !== undefined) query = query.where('client_id', '=', filter.clientId)
  return readPage(query, 'created_at', 'id', page, (row) => toConnection(vault, row))
}

/** One account per provider and client: storing it again replaces it under the same id. `check` sees what is about to be replaced, and may throw. */
export async function putConnection(tx: Tx, vault: Vault, input: ConnectionInput, check: (current: Connection) => void = () => undefined): Promise<{ connection: Connection; created: boolean }> {
  const current = await tx.selectFrom('connections').selectAll().where('provider', '=', input.provider)
    .where(sql<boolean>`client_id is not distinct from ${input.clientId ?? null}::uuid`).forUpdate().executeTakeFirst()
  if (current) check(toConnection(vault, current))
  const values = {
    name: input.name ?? input.provider,
    base_url: input.baseUrl ?? null,
    config: JSON.stringify(input.config),
    secrets: vault.seal(input.tenantId, JSON.stringify(input.secrets)),
  }
  const row = await tx
    .insertInto('connections')
    .values({ ...values, tenant_id: input.tenantId, id: newId(), client_id: input.clientId ?? null, provider: input.provider, created_by: input.createdBy })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'provider', 'client_id']).doUpdateSet({ ...values, updated_at: sql`now()` }))
    .returningAll()
    .returning(sql<boolean>`xmax = 0`.as('created'))
    .executeTakeFirstOrThrow()
  return { connection: toConnection(vault, row), created: row.created }
}

export interface ConnectionPatch {
  name?: string | undefined
  baseUrl?: string | undefined
  config?: Record<string, string> | undefined
  /** Replaces all of them. */
  secrets?: Record<string, string> | undefined
}

/** Throws 404.connection_not_found. */
export async function updateConnection(tx: Tx, vault: Vault, tenantId: string, id: string, patch: ConnectionPatch): Promise<Connection> {
  const row = await tx
    .updateTable('connections')
    .set({
      ...(patch.name === undefined ? {} : { name: patch.name }),
      ...(patch.baseUrl === undefined ? {} : { base_url: patch.baseUrl }),
      ...(patch.config === undefined ? {} : { config: JSON.stringify(patch.config) }),
      ...(patch.secrets === undefined ? {} : { secrets: vault.seal(tenantId, JSON.stringify(patch.secrets)) }),
      updated_at: sql`now()`,
    })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst()
  if (!row) throw missing(id)
  return toConnection(vault, row)
}

export async function deleteConnection(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('connections').where('id', '=', id).execute()
}
