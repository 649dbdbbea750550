import type { JsonObject } from '../contracts/json.ts'
import type { CancelOrder, ResolveOrder, RetryOrder, SkipOrder } from '../contracts/orders.ts'
import type { DeployInput } from '../contracts/workflow.ts'
import { writeAudit } from '../db/audit.ts'
import type { Tx } from '../db/client.ts'
import { inTenant } from '../db/client.ts'
import { decideDeadLetters } from '../db/dead-letters.ts'
import { saveStep } from '../db/deployment-steps.ts'
import { addEvent } from '../db/deployment-events.ts'
import { findRunningOverlap, resumeRecord, setRecordStatus } from '../db/deployments.ts'
import { getInstance } from '../db/instances.ts'
import { replaceLinks } from '../db/links.ts'
import { createLedger } from '../db/ledger.ts'
import { listManaged } from '../db/managed-resources.ts'
import { getPlan } from '../db/plans.ts'
import type { ActivityContext } from './context.ts'
import { aboutRun } from './deployment-records.ts'

const orderedStatus = { retry: 'running', skip: 'skipped', resolve: 'resolved', cancel: 'cancelled' } as const

/** Says who ordered what, in the audit and in the log. */
async function audited(ctx: ActivityContext, tx: Tx, run: DeployInput, action: 'retry' | 'skip' | 'resolve' | 'cancel', order: { provider?: string | undefined; actor?: string; correlationId?: string }, data: JsonObject): Promise<void> {
  const { provider, actor = 'temporal-cli', correlationId = run.correlationId } = order
  await writeAudit(tx, { tenantId: run.tenantId, actor, correlationId, action: `deployment.${action}`, subjectType: 'deployment', subjectId: run.recordId, data })
  ctx.log.info({ ...(await aboutRun(tx, run)), correlation_id: correlationId, actor, ...(provider === undefined ? {} : { provider }), status: orderedStatus[action] }, `${action} ordered`)
}

/** A parked step goes on. `conflict`: another plan uses its provider just now, so it stays parked. */
export async function resumeStep(ctx: ActivityContext, run: DeployInput, provider: string, order: RetryOrder): Promise<{ conflict?: string }> {
  return inTenant(ctx.db, run.tenantId, async (tx) => {
    const plan = await getPlan(tx, run.planId)
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

export async function skipStep(ctx: ActivityContext, run: DeployInput, order: SkipOrder): Promise<void> {
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

/** A person did it by hand: what they made becomes ours, linked like what we make. */
export async function resolveStep(ctx: ActivityContext, run: DeployInput, order: ResolveOrder): Promise<{ problem?: string }> {
  const decidedBy = order.actor ?? 'temporal-cli'
  const { plan, resources } = await inTenant(ctx.db, run.tenantId, async (tx) => {
    const found = await getPlan(tx, run.planId)
    return { plan: found, resources: (await getInstance(tx, found.instanceId)).rendering.resources }
  })
  const unknown = order.links.find(({ name }) => resources[name]?.provider !== order.provider)
  if (unknown) return { problem: `there is no resource ${unknown.name} for ${order.provider} in this plan` }
  const ledger = createLedger(ctx.db, { tenantId: run.tenantId, clientId: plan.clientId, templateId: plan.templateId }, order.provider)
  const fallback = ctx.registry.has(order.provider) ? (ctx.registry.get(order.provider).connection.defaultBaseUrl ?? 'about:blank') : 'about:blank'
  for (const [position, { name, external_id, url }] of order.links.entries()) {
    const resource = resources[name]
    if (!resource) continue
    const intent = await ledger.intend({ type: resource.type, name, naturalKey: name, sought: resource.spec, externalId: external_id, adopted: true, position })
    await ledger.record(intent.id, { externalId: external_id, url: url ?? fallback, sentHash: '' })
  }
  await inTenant(ctx.db, run.tenantId, async (tx) => {
    const to = { tenantId: run.tenantId, recordId: run.recordId, provider: order.provider }
    const links = (await listManaged(tx, plan, order.provider)).flatMap(({ type, name, externalId, url }) => (externalId !== null && url !== null && resources[name]?.provider === order.provider ? [{ type, name, externalId, url }] : []))
    await replaceLinks(tx, { ...to, planId: run.planId }, links)
    await decideDeadLetters(tx, run.recordId, order.provider, { status: 'resolved', decidedBy, reason: order.reason })
    await saveStep(tx, to, { status: 'resolved', retryInMs: null, finished: true })
    await resumeRecord(tx, run.recordId)
    await addEvent(tx, { ...to, type: 'step.resolved', message: `${order.provider}: resolved by ${decidedBy}: ${order.reason ?? 'no reason given'}`, data: { links: order.links.length } })
    await audited(ctx, tx, run, 'resolve', order, { provider: order.provider, reason: order.reason ?? '', links: order.links.map(({ name, external_id }) => ({ name, external_id })) })
  })
  return {}
}

/** Ends a run whatever its providers were doing; the ones that had not succeeded are cancelled. */
export async function cancelRun(ctx: ActivityContext, run: DeployInput, unfinished: readonly string[], order: CancelOrder & { expired?: boolean }): Promise<void> {
  const decidedBy = order.expired ? 'slipway' : (order.actor ?? 'temporal-cli')
  const error = order.expired
    ? { code: '504.parked_expired', message: 'Nobody decided about the parked step in time' }
    : { code: '499.cancelled', message: `Cancelled by ${decidedBy}${order.reason === undefined ? '' : `: ${order.reason}`}` }
  await inTenant(ctx.db, run.tenantId, async (tx) => {
    await decideDeadLetters(tx, run.recordId, undefined, { status: order.expired ? 'expired' : 'cancelled', decidedBy, reason: order.reason })
    for (const provider of unfinished) await saveStep(tx, { tenantId: run.tenantId, recordId: run.recordId, provider }, { status: 'cancelled', retryInMs: null, finished: true })
    await setRecordStatus(tx, run.recordId, 'failed', error)
    await addEvent(tx, { tenantId: run.tenantId, recordId: run.recordId, type: order.expired ? 'expired' : 'cancelled', message: error.message, data: { code: error.code } })
    await audited(ctx, tx, run, 'cancel', { ...order, actor: decidedBy }, { reason: order.reason ?? error.message })
  })
}
