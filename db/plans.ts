import { sql } from 'kysely'
import type { Selectable } from 'kysely'
import { DomainError } from '../contracts/errors.ts'
import type { JsonObject } from '../contracts/json.ts'
import type { Change } from '../contracts/plan.ts'
import type { DeployInput } from '../contracts/workflow.ts'
import type { Tx } from './client.ts'
import { clock } from './clock.ts'
import type { Database } from './schema.ts'

export interface Plan {
  id: string
  templateId: string
  clientId: string
  instanceId: string
  targets: string[]
  variables: JsonObject
  revision: number
  planHash: string
  changes: Change[]
  createdBy: string
  createdAt: string
  updatedAt: string
}

const toPlan = (row: Selectable<Database['deployment_plans']>): Plan => ({
  id: row.id,
  templateId: row.template_id,
  clientId: row.client_id,
  instanceId: row.instance_id,
  targets: row.targets,
  variables: row.variables,
  revision: row.revision,
  planHash: row.plan_hash,
  changes: row.changes,
  createdBy: row.created_by,
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
})

export async function findPlan(tx: Tx, id: string): Promise<Plan | undefined> {
  const row = await tx.selectFrom('deployment_plans').selectAll().where('id', '=', id).executeTakeFirst()
  return row && toPlan(row)
}

const missing = (id: string): DomainError => new DomainError('404.plan_not_found', `There is no plan ${id}`)

export async function getPlan(tx: Tx, id: string): Promise<Plan> {
  const plan = await findPlan(tx, id)
  if (!plan) throw missing(id)
  return plan
}

/**
 * The plan as its run began with it. Throws 409.plan_stale when a deployment's plan was replaced since its record was opened, or asked for: what the run would
 * make next, the plan may no longer name, and what is live it may no longer want.
 */
export async function getPlanOfRun(tx: Tx, { planId, recordId, operation }: Pick<DeployInput, 'planId' | 'recordId' | 'operation'>): Promise<Plan> {
  // In one statement: a retry with corrected variables changes both at once.
  const row = await tx.selectFrom('deployment_plans as plan')
    .leftJoin('deployment_records as record', (join) => join.onRef('record.plan_id', '=', 'plan.id').on('record.id', '=', recordId))
    .selectAll('plan').select(sql<boolean>`((record.request->>'revision')::int, record.request->>'planHash') <> (plan.revision, plan.plan_hash)`.as('replaced'))
    .where('plan.id', '=', planId).executeTakeFirst()
  if (!row) throw missing(planId)
  if (row.replaced && operation === 'deploy') throw new DomainError('409.plan_stale', `Plan ${planId} was replaced since deployment ${recordId} began: deploy the plan anew`, { extra: { planId } })
  return toPlan(row)
}

/** The plan that was changed last, whatever its targets. */
export async function findNewestPlan(tx: Tx, { templateId, clientId }: Pick<Plan, 'templateId' | 'clientId'>): Promise<Plan | undefined> {
  const row = await tx.selectFrom('deployment_plans').selectAll().where('template_id', '=', templateId).where('client_id', '=', clientId).orderBy('updated_at', 'desc').orderBy('id').limit(1).executeTakeFirst()
  return row && toPlan(row)
}

/** The plan for these targets, whatever its instance; locked until the transaction ends, so that two requests follow each other. */
export async function lockPlanFor(tx: Tx, key: { tenantId: string; templateId: string; clientId: string; targets: readonly string[] }): Promise<Plan | undefined> {
  const { tenantId, templateId, clientId, targets } = key
  await sql`select pg_advisory_xact_lock(hashtextextended(${`plan\n${tenantId}\n${templateId}\n${clientId}\n${targets.join('+')}`}, 0))`.execute(tx)
  const row = await tx.selectFrom('deployment_plans').selectAll()
    .where('template_id', '=', templateId).where('client_id', '=', clientId)
    .where(sql<boolean>`public.array_sort(targets) = public.array_sort(${targets}::text[])`).executeTakeFirst()
  return row && toPlan(row)
}

export async function insertPlan(tx: Tx, tenantId: string, plan: Omit<Plan, 'revision' | 'changes' | 'createdAt' | 'updatedAt'>): Promise<void> {
  await tx.insertInto('deployment_plans')
    .values({ tenant_id: tenantId, id: plan.id, template_id: plan.templateId, client_id: plan.clientId, instance_id: plan.instanceId, targets: plan.targets, variables: JSON.stringify(plan.variables), plan_hash: plan.planHash, changes: '[]', created_by: plan.createdBy })
    .execute()
}

/** Gives the plan another instance: same id, next revision. */
export async function revisePlan(tx: Tx, id: string, next: { instanceId: string; variables: JsonObject; planHash: string }): Promise<number> {
  const { revision } = await tx.updateTable('deployment_plans')
    .set({ instance_id: next.instanceId, variables: JSON.stringify(next.variables), plan_hash: next.planHash, revision: sql`revision + 1`, updated_at: clock })
    .where('id', '=', id).returning('revision').executeTakeFirstOrThrow()
  return revision
}

export async function saveChanges(tx: Tx, id: string, changes: readonly Change[]): Promise<void> {
  await tx.updateTable('deployment_plans').set({ changes: JSON.stringify(changes) }).where('id', '=', id).execute()
}
