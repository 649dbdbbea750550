import { DomainError } from '../contracts/errors.ts'
import type { JsonObject } from '../contracts/json.ts'
import type { CancelOrder, DeployInput, ResolveOrder, RetryOrder, SkipOrder } from '../contracts/workflow.ts'
import { writeAudit } from '../db/audit.ts'
import type { Tx } from '../db/client.ts'
import { inTenant } from '../db/client.ts'
import { addDeadLetter, addEvent, closeAbandoned, decideDeadLetters, findRunningOverlap, openRecord, resumeRecord, saveStep, setRecordStatus, stepCounts, supersedeRecord } from '../db/deployments.ts'
import type { Opened } from '../db/deployments.ts'
import { derivedId } from '../db/ids.ts'
import { getInstance } from '../db/instances.ts'
import { replaceLinks } from '../db/links.ts'
import { createLedger, listManaged } from '../db/managed-resources.ts'
import { getPlan } from '../db/plans.ts'
import { findResourcePlanOf, mayHaveRows } from '../db/resource-plans.ts'
import { getTemplate } from '../db/templates.ts'
import { deploymentWaves, inOrder } from '../domain/waves.ts'
import type { Group } from '../domain/waves.ts'
import type { ActivityContext } from './context.ts'
import { orderedRendering } from './steps.ts'

export type Begun =
  | { begun: true; groups: Record<string, Group[]>; title: string }
  | { begun: false; recordId: string }

/** Opens the record (if the API has not) and says what to do in which order. */
export async function beginRun(ctx: ActivityContext, run: DeployInput): Promise<Begun> {
  return inTenant(ctx.db, run.tenantId, async (tx) => {
    await closeAbandoned(tx, run)
    const opened = await openRecord(tx, run)
    if (!opened.opened) return { begun: false, recordId: opened.recordId }
    const plan = await getPlan(tx, run.planId)
    const template = await getTemplate(tx, plan.templateId, { deleted: true })
    const client = await tx.selectFrom('clients').select('name').where('id', '=', plan.clientId).executeTakeFirstOrThrow()
    const groups = run.operation === 'deploy' ? await groupsOf(tx, plan) : await removalOf(tx, plan)
    await setRecordStatus(tx, run.recordId, 'running')
    for (const provider of Object.keys(groups)) if (!plan.targets.includes(provider)) await saveStep(tx, { tenantId: run.tenantId, recordId: run.recordId, provider }, { status: 'pending' })
    await addEvent(tx, { tenantId: run.tenantId, recordId: run.recordId, type: 'running', message: `${run.operation === 'deploy' ? 'Deploying' : 'Undeploying'} ${template.name} for ${client.name}` })
    await auditRun(tx, run, run.operation, { recordId: run.recordId, targets: plan.targets })
    return { begun: true, groups, title: `${template.name} for ${client.name}` }
  })
}

const auditRun = (tx: Tx, run: DeployInput, action: string, data: JsonObject): Promise<void> =>
  writeAudit(tx, { ...run, action: `template.${action}`, subjectType: 'plan', subjectId: run.planId, data, id: derivedId('audit', run.recordId, action) })

async function groupsOf(tx: Tx, plan: { targets: string[]; instanceId: string }): Promise<Record<string, Group[]>> {
  const { rendering } = await getInstance(tx, plan.instanceId)
  const wanted = orderedRendering(rendering.resources).filter(({ provider }) => plan.targets.includes(provider))
  const groups = deploymentWaves(wanted)
  // A target that the template has dropped still has something to prune.
  return Object.fromEntries(plan.targets.map((target) => [target, groups[target] ?? [{ names: [], after: [] }]]))
}

/** One group per provider; a provider waits for those whose resources refer to its own. */
async function removalOf(tx: Tx, plan: { id: string; targets: string[]; instanceId: string; clientId: string; templateId: string }): Promise<Record<string, Group[]>> {
  const { rendering } = await getInstance(tx, plan.instanceId)
  const ordered = orderedRendering(rendering.resources)
  const rank = new Map(inOrder(ordered).map((name, index) => [ordered.find((one) => one.name === name)?.provider, index]))
  const owned = (target: string) => new Set(ordered.filter(({ provider }) => provider === target).map(({ name }) => name))
  const users = (target: string) => ordered
    .filter(({ provider, needs }) => plan.targets.includes(provider) && (rank.get(provider) ?? 0) > (rank.get(target) ?? 0) && needs.some((need) => owned(target).has(need)))
    .map(({ provider }) => provider)
  const rows = await findResourcePlanOf(tx, plan.id)
  const staged = rows && mayHaveRows(rows) ? ['supabase'] : []
  return Object.fromEntries([...new Set([...plan.targets, ...staged])].map((target) => [target, [{ names: [], after: [...new Set(users(target))].map((provider) => ({ provider, groups: 1 })) }]]))
}

/** What a log line about a run names. */
const aboutRun = async (tx: Tx, run: DeployInput) => {
  const { templateId, instanceId } = await getPlan(tx, run.planId)
  return { template_id: templateId, instance_id: instanceId, plan_id: run.planId, record_id: run.recordId, correlation_id: run.correlationId }
}

/** A provider step ended without success and waits: a dead letter is written, the record fails, a person may decide. */
export async function parkStep(ctx: ActivityContext, run: DeployInput, provider: string, error: { code: string; message: string }): Promise<void> {
  const about = await inTenant(ctx.db, run.tenantId, async (tx) => {
    const to = { tenantId: run.tenantId, recordId: run.recordId, provider }
    const { attempts } = await stepCounts(tx, run.recordId, provider)
    await saveStep(tx, to, { status: 'parked', error, retryInMs: null })
    await addDeadLetter(tx, { ...to, planId: run.planId, ...error, attempts })
    await addEvent(tx, { ...to, type: 'step.parked', message: `${provider}: parked: ${error.message}`, data: { code: error.code, attempts } })
    return aboutRun(tx, run)
  })
  ctx.metrics.providerParked(provider)
  ctx.log.warn({ ...about, provider, status: 'parked', code: error.code }, 'provider step parked')
}

export async function settleRecord(ctx: ActivityContext, run: DeployInput, status: 'success' | 'failed', error?: { code: string; message: string }): Promise<void> {
  const about = await inTenant(ctx.db, run.tenantId, async (tx) => {
    await setRecordStatus(tx, run.recordId, status, error)
    await addEvent(tx, { tenantId: run.tenantId, recordId: run.recordId, type: status, message: error?.message ?? (run.operation === 'deploy' ? 'Deployed' : 'Undeployed'), ...(error ? { data: { code: error.code } } : {}) })
    return aboutRun(tx, run)
  })
  ctx.log.info({ ...about, status, ...(error ? { code: error.code } : {}) }, `${run.operation} ${status}`)
}

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

/** A new deploy of the plan takes the parked run's place. */
export async function supersede(ctx: ActivityContext, parked: DeployInput, by: DeployInput): Promise<Opened> {
  return inTenant(ctx.db, parked.tenantId, (tx) => supersedeRecord(tx, parked.recordId, by))
}

/** For whoever waits for a record without being told. */
export async function recordStatus(ctx: ActivityContext, input: { tenantId: string; recordId: string }): Promise<{ status: string; code?: string; message?: string }> {
  return inTenant(ctx.db, input.tenantId, async (tx) => {
    const row = await tx.selectFrom('deployment_records').select(['status', 'error_code', 'error_message']).where('id', '=', input.recordId).executeTakeFirst()
    if (!row) throw new DomainError('404.deployment_not_found', `There is no deployment ${input.recordId}`)
    return { status: row.status, ...(row.error_code === null ? {} : { code: row.error_code, message: row.error_message ?? '' }) }
  })
}
