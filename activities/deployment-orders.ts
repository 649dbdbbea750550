import { Context } from '@temporalio/activity'
import type { JsonObject } from '../contracts/json.ts'
import type { CancelOrder, ResolveOrder, RetryOrder, SkipOrder } from '../contracts/orders.ts'
import type { DeployInput } from '../contracts/workflow.ts'
import { writeAudit } from '../db/audit.ts'
import type { Tx } from '../db/client.ts'
import { inTenant } from '../db/client.ts'
import { resolveAddress } from '../db/connections.ts'
import { decideDeadLetters } from '../db/dead-letters.ts'
import { saveStep } from '../db/deployment-steps.ts'
import { addEvent } from '../db/deployment-events.ts'
import { findRunningOverlap, hasRecord, instanceOf, lockDeploymentsOf, resumeRecord, setRecordStatus } from '../db/deployments.ts'
import { derivedId } from '../db/ids.ts'
import { getInstance } from '../db/instances.ts'
import { linkedByOthers, replaceLinks } from '../db/links.ts'
import { createLedger } from '../db/ledger.ts'
import { listManaged } from '../db/managed-resources.ts'
import { getPlan, getPlanOfRun } from '../db/plans.ts'
import type { Plan } from '../db/plans.ts'
import { deleteResourcePlan } from '../db/resource-plans.ts'
import { isLeftElsewhere } from '../providers/engine.ts'
import type { ActivityContext } from './context.ts'
import { aboutRun } from './deployment-records.ts'
import { accountKeyOf } from './engine.ts'

type OrderContext = Pick<ActivityContext, 'db' | 'log'>
/** Without the vault: resolving is the way out also where no key opens the connection. */
type ResolveContext = Pick<ActivityContext, 'db' | 'log' | 'registry'>

const orderedStatus = { retry: 'running', skip: 'skipped', resolve: 'resolved', cancel: 'cancelled' } as const

/** Of one order: the same however often its activity is tried. */
function auditId(action: string): string {
  const { activityId, workflowExecution } = Context.current().info
  return derivedId('audit', workflowExecution?.runId ?? '', activityId, `deployment.${action}`)
}

/** Says who ordered what, in the audit and in the log. */
async function audited(ctx: OrderContext, tx: Tx, run: DeployInput, action: 'retry' | 'skip' | 'resolve' | 'cancel', order: { provider?: string | undefined; actor?: string; correlationId?: string }, data: JsonObject): Promise<void> {
  const { provider, actor = 'temporal-cli', correlationId = run.correlationId } = order
  await writeAudit(tx, { tenantId: run.tenantId, actor, correlationId, action: `deployment.${action}`, subjectType: 'deployment', subjectId: run.recordId, data, id: auditId(action) })
  ctx.log.info({ ...(await aboutRun(tx, run)), correlation_id: correlationId, actor, ...(provider === undefined ? {} : { provider }), status: orderedStatus[action] }, `${action} ordered`)
}

/** A parked step goes on. `conflict`: another plan uses its provider just now, so it stays parked. Throws 409.plan_stale. */
export async function resumeStep(ctx: OrderContext, run: DeployInput, provider: string, order: RetryOrder): Promise<{ conflict?: string }> {
  return inTenant(ctx.db, run.tenantId, async (tx) => {
    await lockDeploymentsOf(tx, run.planId)
    const plan = await getPlanOfRun(tx, run)
    const conflict = await findRunningOverlap(tx, { ...plan, planId: plan.id, targets: [provider], operation: run.operation })
    const to = { tenantId: run.tenantId, recordId: run.recordId, provider }
    if (conflict !== undefined) {
      await addEvent(tx, { ...to, type: 'step.parked', message: `${provider}: still parked, deployment ${conflict} is using it`, data: { code: '409.deployment_in_progress' } })
      return { conflict }
    }
    await decideDeadLetters(tx, run.recordId, provider, { status: 'retried', decidedBy: order.actor ?? 'temporal-cli' })
    await setRecordStatus(tx, run.recordId, 'running')
    await saveStep(tx, to, { status: 'pending', failures: 0, error: null })
    await addEvent(tx, { ...to, type: 'step.retry', message: `${provider}: retry ordered by ${order.actor ?? 'temporal-cli'}` })
    await audited(ctx, tx, run, 'retry', { ...order, provider }, { provider, ...(order.input ? { changed: Object.keys(order.input) } : {}) })
    return {}
  })
}

export async function skipStep(ctx: OrderContext, run: DeployInput, order: SkipOrder): Promise<void> {
  const decidedBy = order.actor ?? 'temporal-cli'
  await inTenant(ctx.db, run.tenantId, async (tx) => {
    const to = { tenantId: run.tenantId, recordId: run.recordId, provider: order.provider }
    await decideDeadLetters(tx, run.recordId, order.provider, { status: 'skipped', decidedBy, reason: order.reason })
    await saveStep(tx, to, { status: 'skipped', retryInMs: null, finished: true })
    await resumeRecord(tx, run.recordId)
    await addEvent(tx, { ...to, type: 'step.skipped', message: `${order.provider}: skipped by ${decidedBy}: ${order.reason ?? 'no reason given'}` })
    await audited(ctx, tx, run, 'skip', order, { provider: order.provider, reason: order.reason ?? '' })
  })
}

/** What an undeployment was to delete, a person has deleted: as after its own end, we know only what they say is still there, and what another plan links. */
async function forgetDeleted(ctx: ResolveContext, run: DeployInput, plan: Plan, { provider, links }: ResolveOrder, ledger: ReturnType<typeof createLedger>): Promise<void> {
  const kept = await inTenant(ctx.db, run.tenantId, async (tx) => {
    // Stages are no resources: their rows at Supabase are known by their plan.
    if (provider === 'supabase') await deleteResourcePlan(tx, plan.id)
    return linkedByOthers(tx, plan, provider)
  })
  for (const { external_id } of links) kept.add(external_id)
  for (const { id, externalId, adopted, place } of await ledger.load()) {
    // What they could not see, they cannot speak of.
    if (place === 'elsewhere' || (externalId !== null && kept.has(externalId))) continue
    // Another client that has taken it over may still have it.
    const handedOver = !adopted && externalId !== null && (await ledger.handOver(id, externalId))
    if (!handedOver) await ledger.forget(id)
  }
}

/** A person did it by hand: what they made becomes ours, linked like what we make. */
export async function resolveStep(ctx: ResolveContext, run: DeployInput, order: ResolveOrder): Promise<{ problem?: string }> {
  const decidedBy = order.actor ?? 'temporal-cli'
  const adapter = ctx.registry.has(order.provider) ? ctx.registry.get(order.provider) : undefined
  const { plan, resources, address } = await inTenant(ctx.db, run.tenantId, async (tx) => {
    const found = await getPlan(tx, run.planId)
    const { rendering } = await getInstance(tx, (await instanceOf(tx, run.recordId)) ?? found.instanceId)
    return { plan: found, resources: rendering.resources, address: await resolveAddress(tx, order.provider, found.clientId) }
  })
  const unknown = order.links.find(({ name }) => resources[name]?.provider !== order.provider)
  if (unknown) return { problem: `there is no resource ${unknown.name} for ${order.provider} in this deployment` }
  const account = address && adapter && accountKeyOf(adapter, address)
  const ledger = createLedger(ctx.db, { tenantId: run.tenantId, clientId: plan.clientId, templateId: plan.templateId }, order.provider, undefined, account)
  const before = await ledger.load()
  const fallback = adapter?.connection.defaultBaseUrl ?? 'about:blank'
  for (const [position, { name, external_id, url }] of order.links.entries()) {
    const resource = resources[name]
    if (!resource) continue
    const elsewhere = before.find((one) => one.name === name && one.type === resource.type && isLeftElsewhere(one))
    if (elsewhere) await ledger.setAside(elsewhere.id)
    const intent = await ledger.intend({ type: resource.type, name, naturalKey: name, sought: resource.spec, externalId: external_id, adopted: true, position })
    await ledger.record(intent.id, { externalId: external_id, url: url ?? fallback, sentHash: '' })
  }
  if (run.operation === 'undeploy') await forgetDeleted(ctx, run, plan, order, ledger)
  await inTenant(ctx.db, run.tenantId, async (tx) => {
    const to = { tenantId: run.tenantId, recordId: run.recordId, provider: order.provider }
    // Of what was to be taken back, nothing is left but what they name.
    const isLinked = (name: string): boolean => resources[name]?.provider === order.provider && (run.operation === 'deploy' || order.links.some((link) => link.name === name))
    const links = (await listManaged(tx, plan, order.provider)).flatMap(({ type, name, externalId, url }) => (externalId !== null && url !== null && isLinked(name) ? [{ type, name, externalId, url }] : []))
    await replaceLinks(tx, { ...to, planId: run.planId }, links)
    await decideDeadLetters(tx, run.recordId, order.provider, { status: 'resolved', decidedBy, reason: order.reason })
    await saveStep(tx, to, { status: 'resolved', retryInMs: null, finished: true })
    await resumeRecord(tx, run.recordId)
    await addEvent(tx, { ...to, type: 'step.resolved', message: `${order.provider}: resolved by ${decidedBy}: ${order.reason ?? 'no reason given'}`, data: { links: order.links.length } })
    await audited(ctx, tx, run, 'resolve', order, { provider: order.provider, reason: order.reason ?? '', links: order.links.map(({ name, external_id }) => ({ name, external_id })) })
  })
  return {}
}

/** Ends a run whatever its providers were doing; the ones that had not succeeded are cancelled. One that was cancelled before it had a record leaves none. */
export async function cancelRun(ctx: OrderContext, run: DeployInput, unfinished: readonly string[], order: CancelOrder & { expired?: boolean }): Promise<void> {
  const decidedBy = order.expired ? 'slipway' : (order.actor ?? 'temporal-cli')
  const error = order.expired
    ? { code: '504.parked_expired', message: 'Nobody decided about the parked step in time' }
    : { code: '499.cancelled', message: `Cancelled by ${decidedBy}${order.reason === undefined ? '' : `: ${order.reason}`}` }
  await inTenant(ctx.db, run.tenantId, async (tx) => {
    if (!(await hasRecord(tx, run.recordId))) return
    await decideDeadLetters(tx, run.recordId, undefined, { status: order.expired ? 'expired' : 'cancelled', decidedBy, reason: order.reason })
    for (const provider of unfinished) await saveStep(tx, { tenantId: run.tenantId, recordId: run.recordId, provider }, { status: 'cancelled', retryInMs: null, finished: true })
    await setRecordStatus(tx, run.recordId, 'failed', error)
    await addEvent(tx, { tenantId: run.tenantId, recordId: run.recordId, type: order.expired ? 'expired' : 'cancelled', message: error.message, data: { code: error.code } })
    await audited(ctx, tx, run, 'cancel', { ...order, actor: decidedBy }, { reason: order.reason ?? error.message })
  })
}
