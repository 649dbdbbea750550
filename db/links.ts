import { sql } from 'kysely'
import type { z } from 'zod'
import type { providerLink } from '../contracts/api.ts'
import type { Tx } from './client.ts'
import { clock } from './clock.ts'
import { derivedId } from './ids.ts'

export type Link = z.infer<typeof providerLink>

export interface NewLink {
  type: string
  name: string
  externalId: string
  url: string
}

/** By provider, type and name; narrowed to a template, a client or a plan. */
export async function listLinks(tx: Tx, { templateId, clientId, planId }: { templateId?: string | undefined; clientId?: string | undefined; planId?: string | undefined }): Promise<Link[]> {
  let query = tx.selectFrom('provider_links as link')
    .innerJoin('deployment_plans as plan', (join) => join.onRef('plan.id', '=', 'link.plan_id').onRef('plan.tenant_id', '=', 'link.tenant_id'))
    .select(['link.provider', 'link.external_id', 'link.url', 'link.type', 'link.name', 'link.plan_id', 'link.deployed_at'])
  if (templateId !== undefined) query = query.where('plan.template_id', '=', templateId)
  if (clientId !== undefined) query = query.where('plan.client_id', '=', clientId)
  if (planId !== undefined) query = query.where('link.plan_id', '=', planId)
  const rows = await query.orderBy('link.provider').orderBy('link.type').orderBy('link.name').orderBy('link.plan_id').execute()
  return rows.map((row) => ({ ...row, deployed_at: row.deployed_at.toISOString() }))
}

/** The plan's links at one provider become exactly these; resources that share a thing there share its link. One statement pair in the caller's transaction: never half. */
export async function replaceLinks(tx: Tx, to: { tenantId: string; planId: string; recordId: string; provider: string }, links: readonly NewLink[]): Promise<void> {
  const { tenantId, planId, recordId, provider } = to
  await tx.deleteFrom('provider_links').where('plan_id', '=', planId).where('provider', '=', provider)
    .$if(links.length > 0, (query) => query.where('external_id', 'not in', links.map(({ externalId }) => externalId))).execute()
  if (links.length === 0) return
  const things = [...new Map(links.map((link) => [link.externalId, link])).values()]
  await tx.insertInto('provider_links')
    .values(things.map((link) => ({ tenant_id: tenantId, id: derivedId('link', planId, provider, link.externalId), plan_id: planId, record_id: recordId, provider, type: link.type, name: link.name, external_id: link.externalId, url: link.url, deployed_at: clock })))
    .onConflict((conflict) => conflict.columns(['tenant_id', 'plan_id', 'provider', 'external_id']).doUpdateSet((excluded) => ({
      record_id: excluded.ref('excluded.record_id'), type: excluded.ref('excluded.type'), name: excluded.ref('excluded.name'), url: excluded.ref('excluded.url'), deployed_at: excluded.ref('excluded.deployed_at'),
    }))).execute()
}

/** Vendor ids that other plans of the same client and template still link. */
export async function linkedByOthers(tx: Tx, plan: { id: string; clientId: string; templateId: string }, provider: string): Promise<Set<string>> {
  const rows = await sql<{ external_id: string }>`
    select link.external_id from provider_links link
    join deployment_plans other on other.tenant_id = link.tenant_id and other.id = link.plan_id
    where other.client_id = ${plan.clientId} and other.template_id = ${plan.templateId} and other.id <> ${plan.id} and link.provider = ${provider}`.execute(tx)
  return new Set(rows.rows.map((row) => row.external_id))
}
