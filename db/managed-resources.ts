import { sql } from 'kysely'
import type { JsonObject } from '../contracts/json.ts'
import type { Db, Tx } from './client.ts'
import { inTenant } from './client.ts'
import { clock } from './clock.ts'
import { derivedId } from './ids.ts'

/** What we made, or were about to make, at a provider for a client and a template. */
export interface ManagedResource {
  id: string
  provider: string
  type: string
  name: string
  naturalKey: string
  sought: JsonObject
  externalId: string | null
  url: string | null
  sentHash: string | null
  adopted: boolean
  position: number
}

interface Row { id: string; provider: string; type: string; name: string; natural_key: string; sought: JsonObject; external_id: string | null; url: string | null; sent_hash: string | null; adopted: boolean; position: number }

const columns = ['id', 'provider', 'type', 'name', 'natural_key', 'sought', 'external_id', 'url', 'sent_hash', 'adopted', 'position'] as const

const toManaged = (row: Row): ManagedResource => ({
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

/** The ledger of one provider step: each call is a transaction of its own, so that what is written before a request stays. */
export const createLedger = (db: Db, subject: Subject, provider: string) => ({
  load: (): Promise<ManagedResource[]> => inTenant(db, subject.tenantId, (tx) => listManaged(tx, subject, provider)),

  intend: (intent: { type: string; name: string; naturalKey: string; sought: JsonObject; externalId: string | null; adopted: boolean; position: number }): Promise<ManagedResource> =>
    inTenant(db, subject.tenantId, async (tx) => {
      const { tenantId, clientId, templateId } = subject
      const values = { natural_key: intent.naturalKey, sought: JSON.stringify(intent.sought), external_id: intent.externalId, adopted: intent.adopted, position: intent.position, updated_at: clock }
      const sameObject = <T>(column: string) => sql<T>`case when managed_resources.external_id = excluded.external_id then managed_resources.${sql.ref(column)} end`
      const row = await tx.insertInto('managed_resources')
        .values({ tenant_id: tenantId, id: derivedId('managed', tenantId, clientId, templateId, provider, intent.type, intent.name), client_id: clientId, template_id: templateId, provider, type: intent.type, name: intent.name, ...values })
        .onConflict((conflict) => conflict.columns(['tenant_id', 'client_id', 'template_id', 'provider', 'type', 'name'])
          .doUpdateSet({ ...values, url: sameObject<string | null>('url'), sent_hash: sameObject<string | null>('sent_hash') }))
        .returning(columns).executeTakeFirstOrThrow()
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
