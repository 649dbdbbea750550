import { ApplicationFailure, CancelledFailure, Context, sleep } from '@temporalio/activity'
import { trace } from '@opentelemetry/api'
import type { DeployInput, FailureDetails, StepPolicy } from '../contracts/workflow.ts'
import { inTenant } from '../db/client.ts'
import type { Tx } from '../db/client.ts'
import { type Try, findHeldStep, getStep, saveStep, superseded } from '../db/deployment-steps.ts'
import { addEvent } from '../db/deployment-events.ts'
import { replaceLinks } from '../db/links.ts'
import { listManaged, unsettledMs } from '../db/managed-resources.ts'
import { getPlanOfRun } from '../db/plans.ts'
import type { Redact } from '../domain/redact.ts'
import { apply, remove } from '../providers/reconcile.ts'
import type { Engine, Outcome } from '../providers/engine.ts'
import { withHeartbeat } from './heartbeat.ts'
import type { ActivityContext } from './context.ts'
import { cancellation, delayAfter, describeFailure, isFinal } from './failures.ts'
import { removeStages } from './initialize-resources.ts'
import { createEngine } from './engine.ts'
import { loadStep } from './steps.ts'
import type { Step } from './steps.ts'

export interface GroupInput {
  run: DeployInput
  provider: string
  /** Logical names to make now, in order. */
  names: string[]
  /** The provider's last group: links are written, and what is no longer wanted goes. */
  last: boolean
}

/** Makes one group of a provider's resources exist. */
export function deployGroup(ctx: ActivityContext, input: GroupInput): Promise<void> {
  return attempt(ctx, input.run, input.provider, async (step, engine, manual) => {
    const names = new Set(input.names)
    manual(await apply(engine, step.wanted('apply').filter(({ name }) => names.has(name)), step.made))
    if (!input.last) return false
    manual(await remove(engine, step.unwanted, step.kept, { force: input.run.destroy }))
    return true
  })
}

/** Deletes what the plan made at one provider and no other plan links. */
export function undeployProvider(ctx: ActivityContext, input: { run: DeployInput; provider: string }): Promise<void> {
  return attempt(ctx, input.run, input.provider, async (step, engine, manual) => {
    manual(await remove(engine, step.managed, step.kept, { force: input.run.destroy }))
    if (input.provider === 'supabase') await removeStages(ctx, step, engine.account)
    return true
  })
}

type Work = (step: Step, engine: Engine, manual: (outcomes: readonly Outcome[]) => void) => Promise<boolean>

/** One try of a provider step: what users see of it is written before, during and after. */
async function attempt(ctx: ActivityContext, run: DeployInput, provider: string, work: Work): Promise<void> {
  const to = { tenantId: run.tenantId, recordId: run.recordId, provider }
  const started = performance.now()
  const counts = await inTenant(ctx.db, run.tenantId, async (tx) => {
    const before = await getStep(tx, run.recordId, provider)
    // The next group of a step that has waited for another provider goes on with the same try.
    const isFirst = Context.current().info.attempt === 1
    const attempts = before.attempts + (before.status === 'running' && isFirst ? 0 : 1)
    await saveStep(tx, to, { status: 'running', attempts, retryInMs: null })
    await addEvent(tx, { ...to, type: 'step.started', message: `${provider}: attempt ${String(attempts)}`, data: { attempt: attempts } })
    return { attempts, failures: before.failures, vanished: before.status === 'running' && !isFirst }
  })
  const holder: Try = { recordId: run.recordId, attempts: counts.attempts }
  let progressed = false
  const onOutcome = async (outcome: Outcome): Promise<void> => {
    // A step by hand is no progress: each try meets it again, and only the one that succeeds tells of it.
    if (['unchanged', 'manual'].includes(outcome.action) || (outcome.action === 'kept' && !outcome.manual)) return
    progressed = true
    await inTenant(ctx.db, run.tenantId, (tx) => addOutcome(tx, to, outcome))
  }
  let log = ctx.log.child({ plan_id: run.planId, provider, correlation_id: run.correlationId })
  let redact: Redact = (value) => value
  trace.getActiveSpan()?.setAttributes({ 'slipway.plan_id': run.planId, 'slipway.provider': provider, 'slipway.correlation_id': run.correlationId, 'slipway.attempt': counts.attempts })
  try {
    await withHeartbeat(async () => {
      if (counts.vanished) await outlast(ctx, run, provider)
      const step = await loadStep(ctx, { ...run, provider }, (tx) => getPlanOfRun(tx, run))
      log = log.child({ template_id: step.plan.templateId, instance_id: step.instance.id })
      const outcomes: Outcome[] = []
      const engine = watched(createEngine(ctx, step, { ...cancellation(), onOutcome, holder }), () => { progressed = true })
      redact = engine.redact
      const done = await work(step, engine, (more) => { outcomes.push(...more) })
      annotate(outcomes)
      await finish(ctx, run, step, holder, outcomes, done)
      if (done) ctx.metrics.deployment(provider, 'success', performance.now() - started)
      log.info({ status: done ? 'success' : 'running' }, 'provider step done')
    })
  } catch (error) {
    if (error instanceof CancelledFailure) throw error
    // Whatever broke off with it: a cancelled step is not a failed one.
    if (Context.current().cancellationSignal.aborted) throw new CancelledFailure('the step was cancelled')
    const failures = progressed ? 1 : counts.failures + 1
    const failure = nextTry(run.policy, provider, error, failures)
    const { code } = failure
    const message = redact(failure.message)
    await inTenant(ctx.db, run.tenantId, async (tx) => {
      if (!(await findHeldStep(tx, provider, holder))) return
      await saveStep(tx, to, { status: 'retrying', failures, error: { code, message }, retryInMs: failure.final ? null : failure.delayMs })
      if (!failure.final) await addEvent(tx, { ...to, type: 'step.retrying', message: `${provider}: ${message}`, data: { code, attempt: counts.attempts, nextRetryInMs: failure.delayMs } })
    })
    if (failure.final) ctx.metrics.deployment(provider, 'failed', performance.now() - started)
    else ctx.metrics.providerRetry(provider)
    log.warn({ status: failure.final ? 'failed' : 'retrying', code, attempt: counts.attempts, reason: message }, 'provider step failed')
    const details: FailureDetails = { code, message }
    throw ApplicationFailure.create({ type: code, message, nonRetryable: failure.final, details: [details], nextRetryDelay: failure.delayMs })
  }
}

/** The try before this one ended without a word. It may be gone, or may live on unheard: what it began last is waited for, so that the look-up sees it. */
async function outlast(ctx: ActivityContext, { tenantId, planId }: DeployInput, provider: string): Promise<void> {
  const withinMs = Math.max(ctx.providers.timeoutMs, ctx.registry.get(provider).leastTimeoutMs ?? 0) + 1_000
  const waitMs = await inTenant(ctx.db, tenantId, (tx) => unsettledMs(tx, { planId, provider, withinMs }))
  if (waitMs > 0) await sleep(waitMs)
}

/** Progress is whatever the ledger learns: a failure after it starts counting anew. */
const watched = (engine: Engine, progress: () => void): Engine => ({
  ...engine,
  ledger: {
    ...engine.ledger,
    async record(id, made) {
      await engine.ledger.record(id, made)
      progress()
    },
  },
})

interface Subject {
  tenantId: string
  recordId: string
  provider: string
}

const addOutcome = (tx: Tx, to: Subject, outcome: Outcome): Promise<void> =>
  addEvent(tx, { ...to, type: `resource.${outcome.action}`, message: `${to.provider}: ${outcome.name} ${outcome.action}`, data: describeOutcome(outcome) })

const describeOutcome = ({ name, type, made, manual }: Outcome) => ({ name, type, ...(made ? { externalId: made.externalId, url: made.url } : {}), ...(manual ?? {}) })

const annotate = (outcomes: readonly Outcome[]): void => {
  trace.getActiveSpan()?.setAttribute('slipway.external_ids', outcomes.flatMap(({ made }) => (made ? [made.externalId] : [])))
}

/** The step's end: links and status in one transaction, so that nobody sees the one without the other. */
async function finish(ctx: ActivityContext, run: DeployInput, step: Step, holder: Try, outcomes: readonly Outcome[], done: boolean): Promise<void> {
  const { tenantId, recordId } = run
  const to = { tenantId, recordId, provider: step.provider }
  const met = new Set(outcomes.map(({ name }) => name))
  await inTenant(ctx.db, tenantId, async (tx) => {
    const held = await findHeldStep(tx, step.provider, holder)
    if (!held) throw superseded()
    const manualSteps = [...held.manualSteps.filter(({ name }) => !met.has(name)), ...outcomes.flatMap(({ name, manual }) => (manual ? [{ name, ...manual }] : []))]
    for (const outcome of outcomes) if (outcome.action === 'manual') await addOutcome(tx, to, outcome)
    if (!done) {
      await saveStep(tx, to, { status: 'pending', failures: 0, error: null, manualSteps })
      return
    }
    const wanted = new Set(run.operation === 'deploy' ? step.wanted('apply').map(({ type, name }) => `${type}/${name}`) : [])
    const managed = await listManaged(tx, step.plan, step.provider)
    const links = managed.flatMap(({ type, name, externalId, url }) => (wanted.has(`${type}/${name}`) && externalId !== null && url !== null ? [{ type, name, externalId, url }] : []))
    await replaceLinks(tx, { tenantId, planId: run.planId, recordId, provider: step.provider }, links)
    await saveStep(tx, to, { status: 'success', failures: 0, error: null, retryInMs: null, finished: true, manualSteps })
    await addEvent(tx, { ...to, type: 'step.success', message: `${step.provider}: done`, data: { links: links.length, manualSteps: manualSteps.length } })
  })
}

/** When to try again, if ever: doubling from the first wait to the longest, each ± a quarter; see `delayAfter` for a vendor who asks for another. */
export function nextTry(policy: StepPolicy, provider: string, error: unknown, failures: number): { final: boolean; delayMs: number; code: FailureDetails['code']; message: string } {
  // A database that is away cannot even count the failure, so its outages never spend a try.
  const spent = failures >= policy.attempts
  const backoff = Math.min(policy.maxMs, policy.initialMs * 2 ** (failures - 1)) * (0.75 + Math.random() / 2)
  return { final: isFinal(error) || spent, delayMs: Math.round(delayAfter(error, backoff)), ...describeFailure(provider, error) }
}
