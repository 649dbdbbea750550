import { Context } from '@temporalio/activity'
import type { RenderedRow } from '../contracts/artifact.ts'
import type { ResourcePlan, Stage } from '../contracts/api.ts'
import type { JsonObject } from '../contracts/json.ts'
import type { ResourcesInput, ResourcesResult } from '../contracts/workflow.ts'
import { writeAudit } from '../db/audit.ts'
import type { Tx } from '../db/client.ts'
import { inTenant } from '../db/client.ts'
import { clock } from '../db/clock.ts'
import { derivedId, sha256 } from '../db/ids.ts'
import { getInstance, readSecretVariables } from '../db/instances.ts'
import { saveStage } from '../db/pipeline-stages.ts'
import { getPlan } from '../db/plans.ts'
import type { Plan } from '../db/plans.ts'
import { deleteResourcePlan, findResourcePlanOf, listNamesakes, listSiblings, mayHaveRows, saveResourcePlan } from '../db/resource-plans.ts'
import { getTemplate } from '../db/templates.ts'
import { canonical } from '../domain/canonical.ts'
import { fillHoles } from '../domain/render.ts'
import { ProviderError } from '../providers/provider.ts'
import type { Account } from '../providers/provider.ts'
import { removeOwner, writeStage as writeRows } from '../providers/supabase/stage.ts'
import { openAccount } from './accounts.ts'
import type { ActivityContext } from './context.ts'
import { cancellation, describeFailure, withoutSecrets } from './failures.ts'
import { withHeartbeat } from './heartbeat.ts'
import type { Step } from './steps.ts'

type Table = Stage['table']

/**
 * Whose rows they are in the client's Supabase project. Templates of several kinds may have one name. Rows were owned without the kind once: those are
 * this template's unless one of another kind may mean the same ones.
 */
async function ownerOf(tx: Tx, plan: Pick<Plan, 'clientId' | 'templateId'>): Promise<{ owner: string; former: string | undefined }> {
  const { kind, name } = await getTemplate(tx, plan.templateId, { deleted: true })
  const shared = (await listNamesakes(tx, plan)).some(mayHaveRows)
  return { owner: `${plan.clientId}/${kind}/${name}`, former: shared ? undefined : `${plan.clientId}/${name}` }
}

/** Lays the stages out, all pending. Answers the tables that have something to write or to take away. */
export async function planResources(ctx: ActivityContext, input: ResourcesInput): Promise<ResourcesResult & { tables: Table[] }> {
  return inTenant(ctx.db, input.tenantId, async (tx) => {
    const plan = await getPlan(tx, input.planId)
    const { rendering } = await getInstance(tx, plan.instanceId)
    const before = await findResourcePlanOf(tx, plan.id)
    const stage = (table: Table): Stage => ({
      table, status: 'pending', written: 0, deleted: 0, writtenAt: null,
      rows: rendering.initialization[table].map(({ row }) => ({ key: String(row['key']), contentHash: sha256(canonical(row)) })),
    })
    const stages = [stage('prompts'), stage('documents')]
    // An earlier run's rows are forgotten when its stage says that they are gone, and not when they only should be.
    const left = before?.stages.filter((one) => mayHaveRows({ stages: [one] })).map(({ table }) => table) ?? []
    const tables = stages.filter(({ table, rows }) => rows.length > 0 || left.includes(table)).map(({ table }) => table)
    const settled = stages.map((one) => (tables.includes(one.table) ? one : { ...one, status: 'success' as const }))
    const resourcePlanId = before?.id ?? derivedId('resource-plan', plan.id)
    await saveResourcePlan(tx, input.tenantId, { id: resourcePlanId, planId: plan.id, instanceId: plan.instanceId, status: tables.length > 0 ? 'running' : 'success', stages: settled, correlationId: input.correlationId })
    await writeAudit(tx, { ...input, action: 'template.resources', subjectType: 'plan', subjectId: plan.id, data: { resourcePlanId, rerun: before !== undefined }, id: derivedId('audit', input.correlationId, 'template.resources', plan.id) })
    ctx.log.info({ template_id: plan.templateId, instance_id: plan.instanceId, plan_id: plan.id, correlation_id: input.correlationId, status: tables.length > 0 ? 'running' : 'success', resource_plan_id: resourcePlanId }, 'resources planned')
    return { planId: plan.id, resourcePlanId, tables }
  })
}

/** Overwrites one stage in Supabase: its rows are there, and no others of this client and template. Safe to repeat. */
export async function writeStage(ctx: ActivityContext, input: ResourcesInput & { table: Table }): Promise<void> {
  await withHeartbeat(async () => {
    const { owned, rows, account } = await inTenant(ctx.db, input.tenantId, async (tx) => {
      const plan = await getPlan(tx, input.planId)
      const secrets = await readSecretVariables(tx, ctx.vault, input.tenantId, plan.instanceId)
      const account = await openAccount(ctx, tx, { provider: 'supabase', clientId: plan.clientId }, { ...cancellation(), secrets: [secrets] })
      return { owned: await ownerOf(tx, plan), rows: await withoutSecrets(account.redact, () => filledRows(tx, input, plan, secrets)), account }
    })
    const { written, deleted } = await withPatience(ctx, input, () => withoutSecrets(account.redact, () => writeRows(account, { table: input.table, ...owned, rows })))
    await endStage(ctx, input, { status: 'success', written, deleted })
  })
}

/**
 * A vendor's trouble becomes final once it has lasted long enough. Time counts here and not tries: Supabase asks for short waits, and an outage of
 * seconds would spend any number of them. A pipeline, for which nobody waits, is as patient as a parked deployment, and says what it waits for.
 */
async function withPatience<T>(ctx: ActivityContext, { tenantId, patienceMs, pipelineId }: ResourcesInput, write: () => Promise<T>): Promise<T> {
  try {
    return await write()
  } catch (error) {
    if (!(error instanceof ProviderError) || !error.details.retryable) throw error
    const { scheduledTimestampMs, currentAttemptScheduledTimestampMs } = Context.current().info
    if (currentAttemptScheduledTimestampMs - scheduledTimestampMs >= patienceMs) throw new ProviderError(error.message, { ...error.details, retryable: false }, { cause: error })
    ctx.metrics.providerRetry('supabase')
    if (pipelineId !== undefined) await inTenant(ctx.db, tenantId, (tx) => saveStage(tx, pipelineId, 'resources', { status: 'running', error: describeFailure('supabase', error) }))
    throw error
  }
}

async function filledRows(tx: Tx, input: ResourcesInput & { table: Table }, plan: Plan, secrets: JsonObject): Promise<JsonObject[]> {
  const instance = await getInstance(tx, plan.instanceId)
  const variables = { ...instance.variables, ...secrets }
  const scope = { variables, kb: instance.rendering.kb ?? {}, resources: {} }
  return instance.rendering.initialization[input.table].map(({ row, holes }: RenderedRow) => fillHoles(row, holes, scope, instance.rendering.delimiters))
}

/** A stage's end, good or bad; the plan's when it was the last. */
export async function endStage(ctx: ActivityContext, input: ResourcesInput & { table: Table }, end: Pick<Stage, 'status'> & Partial<Stage>): Promise<void> {
  const written = await inTenant(ctx.db, input.tenantId, async (tx) => {
    const locked = await tx.selectFrom('resource_plans').select(clock.as('at')).where('plan_id', '=', input.planId).forUpdate().executeTakeFirst()
    const before = await findResourcePlanOf(tx, input.planId)
    if (!before) return undefined
    const writtenAt = end.status === 'success' && locked ? { writtenAt: locked.at.toISOString() } : {}
    const stages = before.stages.map((stage) => (stage.table === input.table ? { ...stage, ...end, ...writtenAt } : stage))
    const status: ResourcePlan['status'] = stages.some((stage) => stage.status === 'failed') ? 'failed' : stages.every((stage) => stage.status === 'success') ? 'success' : 'running'
    await saveResourcePlan(tx, input.tenantId, { ...before, stages, status })
    await writeAudit(tx, { ...input, action: 'template.resources.stage', subjectType: 'resource_plan', subjectId: before.id, data: { table: input.table, status: end.status, written: end.written ?? 0, deleted: end.deleted ?? 0 }, id: derivedId('audit', input.correlationId, 'stage', before.id, input.table, end.status) })
    const { templateId, instanceId } = await getPlan(tx, input.planId)
    return { template_id: templateId, instance_id: instanceId, resource_plan_id: before.id }
  })
  if (end.status !== 'pending') ctx.metrics.resourceStage(input.table, end.status)
  ctx.log.info({ plan_id: input.planId, provider: 'supabase', correlation_id: input.correlationId, status: end.status, table: input.table, ...written }, 'resource stage written')
}

/** Takes the stages of an undeployed plan away, unless another plan of the client and template has them too. */
export async function removeStages(ctx: ActivityContext, step: Step, account: Account<unknown>): Promise<void> {
  const { plan, tenantId } = step
  const owned = await inTenant(ctx.db, tenantId, async (tx) => ((await listSiblings(tx, plan)).some(mayHaveRows) ? undefined : ownerOf(tx, plan)))
  for (const owner of [owned?.owner, owned?.former]) if (owner !== undefined) await removeOwner(account, owner)
  await inTenant(ctx.db, tenantId, (tx) => deleteResourcePlan(tx, plan.id))
}
