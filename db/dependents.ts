import { sql } from 'kysely'
import type { Tx } from './client.ts'

/** A plan that a template may not go from under: something of it is at a provider, on its way there, or parked. */
export interface Dependent {
  planId: string
  clientId: string
  client: string
  /** Where something of it exists. */
  providers: string[]
}

/** The plans of a template that are live, by client; at most `limit`. */
export async function listDependents(tx: Tx, templateId: string, limit = 100): Promise<Dependent[]> {
  const { rows } = await sql<Dependent>`
    select plan.id as "planId", client.id as "clientId", client.name as client,
      array(select distinct provider from provider_links link where link.plan_id = plan.id order by 1) as providers
    from deployment_plans plan join clients client on client.tenant_id = plan.tenant_id and client.id = plan.client_id
    where plan.template_id = ${templateId} and (
      exists (select from provider_links link where link.plan_id = plan.id)
      or exists (select from deployment_records record where record.plan_id = plan.id and record.status in ('queued', 'running'))
      or exists (select from dead_letters letter where letter.plan_id = plan.id and letter.status = 'parked'))
    order by client.name, plan.id limit ${limit}`.execute(tx)
  return rows
}
