import { ApplicationFailure, CancellationScope, condition, getExternalWorkflowHandle, isCancellation, proxyActivities, sleep, workflowInfo } from '@temporalio/workflow'
import type { RecordActivities } from '../activities/index.ts'
import type { JsonObject } from '../contracts/json.ts'
import type { CancelOrder } from '../contracts/orders.ts'
import type { DeployInput, Settled } from '../contracts/workflow.ts'
import type { DecisionOrder, DefinitionRunInput, StepOrder } from '../contracts/workflows.ts'
import { orderNames, workflowIds } from '../contracts/workflow.ts'
import type { NodeState } from '../domain/dag.ts'
import { records } from './activity-proxies.ts'
import { reasonOf } from './failures.ts'
import { startDeployment } from './run-deployment.ts'
import { customizeTemplate, planDeployment } from './stages.ts'

/** A run in memory. */
export interface DefinitionState {
  input: DefinitionRunInput
  states: Map<string, NodeState>
  /** Steps under way. */
  running: number
  /** Steps that have come to an end, or to a halt. */
  over: number
  /** Steps and items carried out since the history began. */
  begun: number
  /** Nothing further begins: the history is about to begin anew. */
  draining: boolean
  ended: boolean
  cancelled: CancelOrder | undefined
  /** Who hears of a decision, by step and item. */
  waiting: Map<string, (order: DecisionOrder) => void>
  /** What deployments have told. */
  settled: Map<string, Settled>
  scope: CancellationScope
}

/** So many steps and items are carried out before the history begins anew. */
const stepsPerHistory = 2_000

type Outcome = 'success' | 'failed' | 'skipped' | 'cancelled'
type Acted = Extract<StepOrder, { do: 'act' }>

export const keyOf = (step: string, item: number | undefined): string => (item === undefined ? step : `${step}/${String(item)}`)

/** Begins a step; its state says when it is over. A step with items may be left for the next history: it is pending again then. */
export function launch(state: DefinitionState, id: string): void {
  state.states.set(id, 'running')
  state.running += 1
  void state.scope.run(() => carryOut(state, id)).then((outcome) => {
    state.running -= 1
    state.over += 1
    state.states.set(id, outcome)
  })
}

async function carryOut(state: DefinitionState, id: string): Promise<Outcome | 'pending'> {
  return guarded(state, id, undefined, async () => {
    const order = await records.prepareStep(state.input, id)
    if (order.do === 'skip') return { status: 'skipped' }
    if (order.do !== 'each') return { status: 'success', output: await perform(state, id, undefined, order) }
    return { whole: await eachItem(state, id, order) }
  })
}

type Done = { status: 'success' | 'skipped'; output?: JsonObject | void } | { whole: Outcome | 'pending' }

/** Whatever becomes of it is written down; nothing that it throws leaves the step. */
async function guarded(state: DefinitionState, id: string, item: number | undefined, work: () => Promise<Done>): Promise<Outcome | 'pending'> {
  const write = (end: Parameters<typeof records.endStep>[3]) => CancellationScope.nonCancellable(() => records.endStep(state.input, id, item, end))
  try {
    const done = await work()
    if ('whole' in done) return done.whole
    await write({ status: done.status, ...(done.output === undefined ? {} : { output: done.output }) })
    return done.status
  } catch (error) {
    const status = isCancellation(error) ? 'cancelled' : 'failed'
    await write({ status, error: status === 'cancelled' ? { code: '499.cancelled', message: 'The run was cancelled' } : reasonOf(error) })
    return status
  }
}

/** A few at a time; what is left when the history is full, the next one carries out. */
async function eachItem(state: DefinitionState, id: string, { items, concurrency }: Extract<StepOrder, { do: 'each' }>): Promise<Outcome | 'pending'> {
  const left = [...items]
  let cancelled = false
  const work = async (): Promise<void> => {
    for (;;) {
      const item = isFull(state) ? undefined : left.shift()
      if (item === undefined || cancelled) return
      const outcome = await guarded(state, id, item, async () => ({ status: 'success', output: await perform(state, id, item, await records.prepareStep(state.input, id, item)) }))
      cancelled ||= outcome === 'cancelled'
    }
  }
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, work))
  if (cancelled) return 'cancelled'
  return left.length > 0 ? 'pending' : records.endItems(state.input, id)
}

/** Nothing further begins in this history. */
export const isFull = (state: DefinitionState): boolean => {
  state.draining ||= state.begun >= stepsPerHistory || workflowInfo().continueAsNewSuggested
  return state.draining
}

/** Answers what the step puts out, unless an activity has stored it. */
async function perform(state: DefinitionState, id: string, item: number | undefined, order: StepOrder): Promise<JsonObject | void> {
  state.begun += 1
  switch (order.do) {
    case 'sleep': {
      await sleep(order.ms)
      return {}
    }
    case 'act': return act(order).performStep(state.input, id, item)
    case 'customize': {
      const { instanceId, templateId, version } = await customizeTemplate(order.input)
      return { instanceId, templateId, version }
    }
    case 'plan': {
      const { planId, revision, planHash } = await planDeployment(order.input)
      return { planId, revision, planHash }
    }
    case 'deploy': return deploy(state, { ...order.input, notify: workflowInfo().workflowId })
    case 'approve': return decision(state, id, item, order.timeoutMs)
    default: throw ApplicationFailure.nonRetryable(`a step cannot ${order.do} here`)
  }
}

/** Somebody else's server, or our own database: the step says how often it is tried. */
const act = ({ attempts, initialMs, maxMs, factor, timeoutMs }: Acted) =>
  proxyActivities<RecordActivities>({
    startToCloseTimeout: timeoutMs + 10_000,
    retry: { maximumAttempts: attempts, initialInterval: initialMs, maximumInterval: Math.max(initialMs, maxMs), backoffCoefficient: factor },
  })

async function decision(state: DefinitionState, id: string, item: number | undefined, timeoutMs: number): Promise<{ by: string; reason: string | null }> {
  let order: DecisionOrder | undefined
  state.waiting.set(keyOf(id, item), (given) => { order = given })
  try {
    // Whoever was heard in time is waited for.
    const decided = await condition(() => order !== undefined, timeoutMs)
    if (!decided && state.waiting.has(keyOf(id, item))) throw ApplicationFailure.nonRetryable('Nobody decided in time', '504.approval_expired')
    await condition(() => order !== undefined)
  } finally {
    state.waiting.delete(keyOf(id, item))
  }
  if (order?.decision === 'reject') throw ApplicationFailure.nonRetryable(`${order.actor} rejected it${order.reason === undefined ? '' : `: ${order.reason}`}`, '422.approval_rejected')
  return { by: order?.actor ?? '', reason: order?.reason ?? null }
}

async function deploy(state: DefinitionState, run: DeployInput): Promise<{ recordId: string }> {
  const parked = await records.parkedRecord(run)
  if (parked === undefined) await startDeployment(run, 'workflow run')
  else await getExternalWorkflowHandle(workflowIds.deploy(run.planId)).signal(orderNames.supersede, { parked, by: run })
  // Told by the run; asked for now and then, in case it ended without a word.
  while (!(await condition(() => state.settled.has(run.recordId), '30 seconds'))) {
    const { status, code, message } = await records.recordStatus(run)
    if (status === 'success' || status === 'failed') state.settled.set(run.recordId, { recordId: run.recordId, status, ...(code === undefined ? {} : { code }), ...(message === undefined ? {} : { message }) })
  }
  const settled = state.settled.get(run.recordId)
  if (settled?.status === 'failed') throw ApplicationFailure.nonRetryable(settled.message ?? `deployment ${run.recordId} failed`, settled.code ?? '500.internal')
  return { recordId: run.recordId }
}
