import { sql } from 'kysely'
import type { Selectable } from 'kysely'
import type { Intent, Intended } from '../domain/intent.ts'
import type { Db, Tx } from './client.ts'
import { inTenant } from './client.ts'
import { clock } from './clock.ts'
import { derivedId } from './ids.ts'
import type { Database } from './schema.ts'

/** What we made, or were about to make, at a provider for a client and a template. */
export interface ManagedResource extends Intent {
  provider: string
}

const columns = ['id', 'provider', 'type', 'name', 'natural_key', 'sought', 'external_id', 'url', 'sent_hash', 'adopted', 'position'] as const

const toManaged = (row: Pick<Selectable<Database['managed_resources']>, (typeof columns)[number]>): ManagedResource => ({
  id: row.id,
  provider: row.provider,
  type: row.type,
  name: row.name,
  naturalKey: row.natural_key,
  sought: row.sought,
  externalId: row.external_id,
  url: row.url,
  sentHash: row.sent_hash,
  adopted: row.adopted,
  position: row.position,
})

export interface Subject {
  tenantId: string
  clientId: string
  templateId: string
}

export async function listManaged(tx: Tx, { clientId, templateId }: Omit<Subject, 'tenantId'>, provider?: string): Promise<ManagedResource[]> {
  const rows = await tx.selectFrom('managed_resources').select(columns).where('client_id', '=', clientId).where('template_id', '=', templateId)
    .$if(provider !== undefined, (query) => query.where('provider', '=', provider ?? '')).orderBy('position').orderBy('name').execute()
  return rows.map(toManaged)
}

/** One try of a provider step, as `deployment_steps` counts them. */
export interface Try {
  recordId: string
  attempts: number
}

/** How long, in ms, a create may still be under way of which nothing but its intent is known, if each ends within `withinMs`. */
export async function unsettledMs(tx: Tx, { planId, provider, withinMs }: { planId: string; provider: string; withinMs: number }): Promise<number> {
  const { rows } = await sql<{ ms: number | null }>`
    select max(extract(epoch from made.updated_at - clock_timestamp()))::float8 * 1000 + ${withinMs} as ms from managed_resources made
    join deployment_plans plan on plan.client_id = made.client_id and plan.template_id = made.template_id
    where plan.id = ${planId} and made.provider = ${provider} and made.external_id is null`.execute(tx)
  return Math.max(0, Math.ceil(rows[0]?.ms ?? 0))
}

/**
 * The ledger of one provider step: each call is a transaction of its own, so that what is written before a request stays.
 * With a `holder`, nothing is begun any more once a later try has: whoever was given up for dead makes nothing.
 */
export const createLedger = (db: Db, subject: Subject, provider: string, holder?: Try) => ({
  load: (): Promise<ManagedResource[]> => inTenant(db, subject.tenantId, (tx) => listManaged(tx, subject, provider)),

  intend: (intent: Intended): Promise<ManagedResource> =>
    inTenant(db, subject.tenantId, async (tx) => {
      const { tenantId, clientId, templateId } = subject
      const values = { natural_key: intent.naturalKey, sought: JSON.stringify(intent.sought), external_id: intent.externalId, adopted: intent.adopted, position: intent.position, updated_at: clock }
      const sameObject = <T>(column: string) => sql<T>`case when managed_resources.external_id = excluded.external_id then managed_resources.${sql.ref(column)} end`
      const row = await tx.insertInto('managed_resources')
        .values({ tenant_id: tenantId, id: derivedId('managed', tenantId, clientId, templateId, provider, intent.type, intent.name), client_id: clientId, template_id: templateId, provider, type: intent.type, name: intent.name, ...values })
        .onConflict((conflict) => conflict.columns(['tenant_id', 'client_id', 'template_id', 'provider', 'type', 'name'])
          .doUpdateSet({ ...values, url: sameObject<string | null>('url'), sent_hash: sameObject<string | null>('sent_hash') }))
        // Locked, so that a later try either sees this intent or is seen here.
        .returning([...columns, sql<number | null>`(select attempts from deployment_steps where record_id = ${holder?.recordId ?? null}::uuid and provider = ${provider} for share)`.as('attempts')]).executeTakeFirstOrThrow()
      if (holder && row.attempts !== holder.attempts) throw new Error('Another try of this step has begun')
      return toManaged(row)
    }),

  record: (id: string, made: { externalId: string; url: string; sentHash: string }): Promise<void> =>
    inTenant(db, subject.tenantId, async (tx) => {
      await tx.updateTable('managed_resources').set({ external_id: made.externalId, url: made.url, sent_hash: made.sentHash, updated_at: clock }).where('id', '=', id).execute()
    }),

  handOver: (id: string, externalId: string): Promise<boolean> =>
    inTenant(db, subject.tenantId, async (tx) => {
      const heir = tx.selectFrom('managed_resources').select('id').where('provider', '=', provider).where('external_id', '=', externalId).where('adopted', '=', true).where('id', '<>', id).orderBy('created_at').limit(1).forUpdate()
      const { numUpdatedRows } = await tx.updateTable('managed_resources').set({ adopted: false }).where('id', '=', heir).executeTakeFirst()
      if (numUpdatedRows === 0n) return false
      await tx.deleteFrom('managed_resources').where('id', '=', id).execute()
      return true
    }),

  forget: (id: string): Promise<void> =>
    inTenant(db, subject.tenantId, async (tx) => { await tx.deleteFrom('managed_resources').where('id', '=', id).execute() }),
})
