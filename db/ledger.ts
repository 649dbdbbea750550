import { sql } from 'kysely'
import { asideName } from '../domain/intent.ts'
import type { Intended } from '../domain/intent.ts'
import { type Db, type Tx, inTenant } from './client.ts'
import { clock } from './clock.ts'
import { type Try, findHeldStep, superseded } from './deployment-steps.ts'
import { derivedId, sha256 } from './ids.ts'
import { type ManagedResource, type Subject, columns, listManaged, toManaged } from './managed-resources.ts'

async function refuseSuperseded(tx: Tx, provider: string, holder: Try | undefined): Promise<void> {
  // Shared, as below: who holds the step's row may wait for a resource's, and the other way round.
  if (holder && !(await findHeldStep(tx, provider, holder, 'forShare'))) throw superseded()
}

/**
 * The ledger of one provider step: each call is a transaction of its own, so that what is written before a request stays.
 * `account` names the one that is connected. With a `holder`, nothing is begun or forgotten any more once a later try has begun: whoever was given up for dead makes nothing.
 */
export const createLedger = (db: Db, subject: Subject, provider: string, holder?: Try, account?: string) => ({
  load: (): Promise<ManagedResource[]> => inTenant(db, subject.tenantId, (tx) => listManaged(tx, subject, provider, account)),

  intend: (intent: Intended): Promise<ManagedResource> =>
    inTenant(db, subject.tenantId, async (tx) => {
      const { tenantId, clientId, templateId } = subject
      const values = { natural_key: intent.naturalKey, sought: JSON.stringify(intent.sought), external_id: intent.externalId, adopted: intent.adopted, position: intent.position, account: account ?? null, updated_at: clock }
      const sameObject = <T>(column: string) => sql<T>`case when managed_resources.external_id = excluded.external_id then managed_resources.${sql.ref(column)} end`
      const row = await tx.insertInto('managed_resources')
        .values({ tenant_id: tenantId, id: derivedId('managed', tenantId, clientId, templateId, provider, intent.type, intent.name), client_id: clientId, template_id: templateId, provider, type: intent.type, name: intent.name, ...values })
        .onConflict((conflict) => conflict.columns(['tenant_id', 'client_id', 'template_id', 'provider', 'type', 'name'])
          .doUpdateSet({ ...values, url: sameObject<string | null>('url'), sent_hash: sameObject<string | null>('sent_hash') }))
        // Locked, so that a later try either sees this intent or is seen here.
        .returning([...columns, sql<number | null>`(select attempts from deployment_steps where record_id = ${holder?.recordId ?? null}::uuid and provider = ${provider} for share)`.as('attempts')]).executeTakeFirstOrThrow()
      if (holder && row.attempts !== holder.attempts) throw superseded()
      return toManaged(row, account)
    }),

  record: (id: string, made: { externalId: string; url: string; sentHash: string }): Promise<void> =>
    inTenant(db, subject.tenantId, async (tx) => {
      await tx.updateTable('managed_resources').set({ external_id: made.externalId, url: made.url, sent_hash: made.sentHash, account: account ?? null, updated_at: clock }).where('id', '=', id).execute()
    }),

  handOver: (id: string, externalId: string): Promise<boolean> =>
    inTenant(db, subject.tenantId, async (tx) => {
      await refuseSuperseded(tx, provider, holder)
      const own = tx.selectFrom('managed_resources').select('account').where('id', '=', id)
      const heir = tx.selectFrom('managed_resources').select('id').where('provider', '=', provider).where('external_id', '=', externalId).where('adopted', '=', true).where('id', '<>', id)
        // Another account may have something of that id too.
        .where(sql<boolean>`coalesce(account = (${own}), true)`).orderBy('created_at').limit(1).forUpdate()
      const { numUpdatedRows } = await tx.updateTable('managed_resources').set({ adopted: false }).where('id', '=', heir).executeTakeFirst()
      if (numUpdatedRows === 0n) return false
      await tx.deleteFrom('managed_resources').where('id', '=', id).execute()
      return true
    }),

  setAside: (id: string): Promise<string> =>
    inTenant(db, subject.tenantId, async (tx) => {
      await refuseSuperseded(tx, provider, holder)
      const { tenantId, clientId, templateId } = subject
      const row = await tx.selectFrom('managed_resources').select(columns).where('id', '=', id).forUpdate().executeTakeFirstOrThrow()
      const name = asideName(row.name, sha256(JSON.stringify([row.account, row.external_id])).slice(0, 8))
      const aside = derivedId('managed', tenantId, clientId, templateId, provider, row.type, name)
      await tx.deleteFrom('managed_resources').where('id', '=', aside).execute()
      await tx.updateTable('managed_resources').set({ id: aside, name }).where('id', '=', id).execute()
      return name
    }),

  forget: (id: string): Promise<void> =>
    inTenant(db, subject.tenantId, async (tx) => {
      // What a later try has made of the intent since is not this one's to forget.
      await refuseSuperseded(tx, provider, holder)
      await tx.deleteFrom('managed_resources').where('id', '=', id).execute()
    }),
})
