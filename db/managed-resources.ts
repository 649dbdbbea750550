import { sql } from 'kysely'
import type { Selectable } from 'kysely'
import type { Intent } from '../domain/intent.ts'
import type { Tx } from './client.ts'
import type { Database } from './schema.ts'

/** What we made, or were about to make, at a provider for a client and a template. */
export interface ManagedResource extends Intent {
  provider: string
}

export const columns = ['id', 'provider', 'type', 'name', 'natural_key', 'sought', 'external_id', 'url', 'sent_hash', 'adopted', 'position', 'account'] as const

/** `account`: the one that is connected now. */
export const toManaged = (row: Pick<Selectable<Database['managed_resources']>, (typeof columns)[number]>, account?: string): ManagedResource => ({
  id: row.id, provider: row.provider, type: row.type, name: row.name, naturalKey: row.natural_key, sought: row.sought,
  externalId: row.external_id, url: row.url, sentHash: row.sent_hash, adopted: row.adopted, position: row.position,
  ...(account === undefined || row.account === account ? {} : { place: row.account === null ? 'unknown' : 'elsewhere' }),
})

export interface Subject {
  tenantId: string
  clientId: string
  templateId: string
}

export async function listManaged(tx: Tx, { clientId, templateId }: Omit<Subject, 'tenantId'>, provider?: string, account?: string): Promise<ManagedResource[]> {
  const rows = await tx.selectFrom('managed_resources').select(columns).where('client_id', '=', clientId).where('template_id', '=', templateId)
    .$if(provider !== undefined, (query) => query.where('provider', '=', provider ?? '')).orderBy('position').orderBy('name').execute()
  return rows.map((row) => toManaged(row, account))
}

/** How long, in ms, a create may still be under way of which nothing but its intent is known, if each ends within `withinMs`. */
export async function unsettledMs(tx: Tx, { planId, provider, withinMs }: { planId: string; provider: string; withinMs: number }): Promise<number> {
  const { rows } = await sql<{ ms: number | null }>`
    select max(extract(epoch from made.updated_at - clock_timestamp()))::float8 * 1000 + ${withinMs} as ms from managed_resources made
    join deployment_plans plan on plan.client_id = made.client_id and plan.template_id = made.template_id
    where plan.id = ${planId} and made.provider = ${provider} and made.external_id is null`.execute(tx)
  return Math.max(0, Math.ceil(rows[0]?.ms ?? 0))
}
