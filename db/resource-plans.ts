import type { Selectable } from 'kysely'
import type { ResourcePlan } from '../contracts/api.ts'
import { DomainError } from '../contracts/errors.ts'
import type { Tx } from './client.ts'
import { clock } from './clock.ts'
import type { Database } from './schema.ts'

const toResourcePlan = (row: Selectable<Database['resource_plans']>): ResourcePlan => ({
  id: row.id,
  planId: row.plan_id,
  instanceId: row.instance_id,
  status: row.status,
  stages: row.stages,
  correlationId: row.correlation_id,
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
})

export async function getResourcePlan(tx: Tx, id: string): Promise<ResourcePlan> {
  const row = await tx.selectFrom('resource_plans').selectAll().where('id', '=', id).executeTakeFirst()
  if (!row) throw new DomainError('404.resource_plan_not_found', `There is no resource plan ${id}`)
  return toResourcePlan(row)
}

export async function findResourcePlanOf(tx: Tx, planId: string): Promise<ResourcePlan | undefined> {
  const row = await tx.selectFrom('resource_plans').selectAll().where('plan_id', '=', planId).executeTakeFirst()
  return row && toResourcePlan(row)
}

/** Whether it has rows in Supabase, or may have: those that could not be taken away yet count too. */
export const mayHaveRows = ({ stages }: Pick<ResourcePlan, 'stages'>): boolean => stages.some(({ rows, status }) => rows.length > 0 || status !== 'success')

/** Those of other plans of the same client and template. */
export async function listSiblings(tx: Tx, plan: { id: string; clientId: string; templateId: string }): Promise<ResourcePlan[]> {
  const rows = await tx.selectFrom('resource_plans as resource').innerJoin('deployment_plans as other', 'other.id', 'resource.plan_id')
    .selectAll('resource').where('other.client_id', '=', plan.clientId).where('other.template_id', '=', plan.templateId).where('other.id', '<>', plan.id).execute()
  return rows.map(toResourcePlan)
}

/** Those of the client's plans of templates of another kind with the same name. */
export async function listNamesakes(tx: Tx, plan: { clientId: string; templateId: string }): Promise<ResourcePlan[]> {
  const rows = await tx.selectFrom('resource_plans as resource').innerJoin('deployment_plans as other', 'other.id', 'resource.plan_id')
    .innerJoin('template_artifacts as theirs', 'theirs.id', 'other.template_id').innerJoin('template_artifacts as own', 'own.name', 'theirs.name')
    .selectAll('resource').where('other.client_id', '=', plan.clientId).where('own.id', '=', plan.templateId).where('theirs.id', '<>', plan.templateId).execute()
  return rows.map(toResourcePlan)
}

/** One resource plan per plan: a rerun keeps its id. */
export async function saveResourcePlan(tx: Tx, tenantId: string, plan: Pick<ResourcePlan, 'id' | 'planId' | 'instanceId' | 'status' | 'stages' | 'correlationId'>): Promise<void> {
  const values = { instance_id: plan.instanceId, status: plan.status, stages: JSON.stringify(plan.stages), correlation_id: plan.correlationId, updated_at: clock }
  await tx.insertInto('resource_plans').values({ tenant_id: tenantId, id: plan.id, plan_id: plan.planId, ...values })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'plan_id']).doUpdateSet(values)).execute()
}

export async function deleteResourcePlan(tx: Tx, planId: string): Promise<void> {
  await tx.deleteFrom('resource_plans').where('plan_id', '=', planId).execute()
}
