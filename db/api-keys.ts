import { sql } from 'kysely'
import type { Selectable } from 'kysely'
import type { z } from 'zod'
import type { apiKey } from '../contracts/accounts.ts'
import { DomainError } from '../contracts/errors.ts'
import type { Permission } from '../contracts/permissions.ts'
import type { Tx } from './client.ts'
import { inDays } from './clock.ts'
import { type Page, type PageRequest, readPage } from './page.ts'
import type { Database } from './schema.ts'

export type ApiKey = z.infer<typeof apiKey>

const toApiKey = (row: Selectable<Database['api_keys']>): ApiKey => ({
  id: row.id,
  name: row.name,
  permissions: row.permissions,
  createdBy: row.created_by,
  createdAt: row.created_at.toISOString(),
  expiresAt: row.expires_at.toISOString(),
  lastUsedAt: row.last_used_at?.toISOString() ?? null,
})

export interface NewApiKey {
  tenantId: string
  id: string
  name: string
  hash: string
  permissions: readonly Permission[]
  days: number
  createdBy: string
}

export async function insertApiKey(tx: Tx, key: NewApiKey): Promise<ApiKey> {
  const row = await tx.insertInto('api_keys')
    .values({
      tenant_id: key.tenantId, id: key.id, name: key.name, hash: key.hash, permissions: [...key.permissions], created_by: key.createdBy,
      expires_at: inDays(key.days),
    })
    .returningAll().executeTakeFirstOrThrow()
  return toApiKey(row)
}

/** The key with this hash, if it is still good; that it was used is noted at most once a minute. */
export async function useApiKey(tx: Tx, hash: string): Promise<ApiKey | undefined> {
  const row = await tx.selectFrom('api_keys').selectAll().select(sql<boolean>`last_used_at > now() - interval '1 minute'`.as('noted'))
    .where('hash', '=', hash).where('expires_at', '>', sql<Date>`now()`).executeTakeFirst()
  if (row && !row.noted) await tx.updateTable('api_keys').set({ last_used_at: sql`now()` }).where('id', '=', row.id).execute()
  return row && toApiKey(row)
}

/** Throws 404.api_key_not_found. `lock` holds it until the transaction ends. */
export async function getApiKey(tx: Tx, id: string, { lock = false } = {}): Promise<ApiKey> {
  const query = tx.selectFrom('api_keys').selectAll().where('id', '=', id)
  const row = await (lock ? query.forUpdate() : query).executeTakeFirst()
  if (!row) throw new DomainError('404.api_key_not_found', `No API key has the id ${id}`)
  return toApiKey(row)
}

export async function listApiKeys(tx: Tx, page: PageRequest): Promise<Page<ApiKey>> {
  return readPage(tx.selectFrom('api_keys').selectAll().select(sql<string>`created_at::text`.as('cursor_at')), 'created_at', 'id', page, toApiKey)
}

export async function deleteApiKey(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('api_keys').where('id', '=', id).execute()
}
