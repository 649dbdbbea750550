import { sql } from 'kysely'
import type { Selectable } from 'kysely'
import type { DeploymentEvent } from '../contracts/api.ts'
import type { JsonObject } from '../contracts/json.ts'
import type { Tx } from './client.ts'
import { clock } from './clock.ts'
import { type Page, type PageRequest, readPage } from './page.ts'
import type { Database } from './schema.ts'

export interface NewEvent {
  tenantId: string
  recordId: string
  type: string
  provider?: string | undefined
  message: string
  data?: JsonObject
}

/** Whoever writes events of a record has the turn until the transaction ends: no event appears after one with a higher id, so that a reader can go on after the last one seen. */
export async function addEvent(tx: Tx, { tenantId, recordId, type, provider, message, data }: NewEvent): Promise<void> {
  await sql`insert into deployment_events (tenant_id, record_id, type, provider, message, data)
    select ${tenantId}::uuid, ${recordId}::uuid, ${type}::text, ${provider ?? null}::text, ${message}::text, ${JSON.stringify(data ?? {})}::jsonb
    from (select pg_advisory_xact_lock(hashtextextended(${`event\n${recordId}`}, 0))) as turn`.execute(tx)
}

const toEvent = (row: Selectable<Database['deployment_events']>): DeploymentEvent => ({
  id: row.id, at: row.at.toISOString(), type: row.type, ...(row.provider === null ? {} : { provider: row.provider }), message: row.message, data: row.data,
})

/** One page of a record's events; oldest first unless asked otherwise. */
export async function listEvents(tx: Tx, recordId: string, filter: { provider?: string | undefined }, { sort = 'asc', ...page }: PageRequest): Promise<Page<DeploymentEvent>> {
  let query = tx.selectFrom('deployment_events').selectAll().select(sql<string>`at::text`.as('cursor_at')).where('record_id', '=', recordId)
  if (filter.provider !== undefined) query = query.where('provider', '=', filter.provider)
  return readPage(query, 'at', 'id', { ...page, sort }, toEvent)
}

/** Events after an id, oldest first, with how long ago each was written. */
export async function eventsAfter(tx: Tx, recordId: string, id: number, limit: number): Promise<{ event: DeploymentEvent; ageMs: number }[]> {
  const rows = await tx.selectFrom('deployment_events').selectAll().select(sql<number>`(extract(epoch from ${clock} - at) * 1000)::float8`.as('age')).where('record_id', '=', recordId).where('id', '>', id).orderBy('id').limit(limit).execute()
  return rows.map((row) => ({ event: toEvent(row), ageMs: row.age }))
}
