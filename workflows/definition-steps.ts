import { ApplicationFailure, CancellationScope, condition, isCancellation, proxyActivities, sleep, workflowInfo } from '@temporalio/workflow'
import type { RecordActivities } from '../activities/index.ts'
import type { JsonObject } from '../contracts/json.ts'
import type { CancelOrder } from '../contracts/orders.ts'
import type { DeployInput, Settled } from '../contracts/workflow.ts'
import type { DefinitionRunInput, StepOrder } from '../contracts/workflows.ts'
import type { NodeState } from '../domain/dag.ts'
import { records } from './activity-proxies.ts'
import { decision, goesOn, keyOf, nap } from './definition-waits.ts'
import type { Wait } from './definition-waits.ts'
import { reasonOf } from './failures.ts'
import { beginDeployment } from './run-deployment.ts'
import { customizeTemplate, planDeployment } from './stages.ts'

/** A run in memory. */
export interface DefinitionState {
  input: DefinitionRunInput
  states: Map<string, NodeState>
  /** Steps under way. */
  running: number
  /** Steps and items under way that do more than wait. */
  busy: number
  /** Steps that have come to an end, or to a halt. */
  over: number
  /** Steps and items carried out since the history began, and questions asked. */
  begun: number
  limit: HistoryLimit
  /** Nothing further begins: the history is about to begin anew. */
  draining: boolean
  /** Waits go on in the next history; false in runs that began before they could. */
  carries: boolean
  /** They end here now. */
  leaving: boolean
  /** Steps that the next history goes on with. */
  left: string[]
  /** Its end is being written down: no order comes in time any more. */
  ending: boolean
  ended: boolean
  cancelled: CancelOrder | undefined
  /** By step and item; also those of an earlier history that are still to be taken up. */
  waits: Map<string, Wait>
  /** What deployments have told. */
  settled: Map<string, Settled>
  scope: CancellationScope
}

/** How long a history may grow: a worker that takes up a run goes through all of it first, within the time of one workflow task, also on a busy machine. */
export interface HistoryLimit {
  /** Steps and items carried out. */
  steps: number
  /** What waits for long and asks now and then fills a history too: so much of a step is one question. */
  perQuestion: number
}

export const historyLimit: HistoryLimit = { steps: 400, perQuestion: 1 }
/** Of runs that began when it was Temporal that said when a history is long. */
export const formerLimit: HistoryLimit = { steps: 2_000, perQuestion: 0 }

type Outcome = 'success' | 'failed' | 'skipped' | 'cancelled'
type Acted = Extract<StepOrder, { do: 'act' }>

/** Begins a step, or goes on with it; its state says when it is over. It may be left for the next history: to this one it stays under way. */
export function launch(state: DefinitionState, id: string): void {
  state.states.set(id, 'running')
  state.running += 1
  state.busy += 1
  void state.scope.run(() => carryOut(state, id)).then((outcome) => {
    state.running -= 1
    state.busy -= 1
    state.over += 1
    if (outcome === 'pending' && state.carries) state.left.push(id)
    else state.states.set(id, outcome)
  })
}

async function carryOut(state: DefinitionState, id: string): Promise<Outcome | 'pending'> {
  return guarded(state, id, undefined, async () => {
    const order = state.waits.get(id)?.order ?? await records.prepareStep(state.input, id)
    if (order.do === 'skip') return { status: 'skipped' }
    if (order.do !== 'each') return done(await perform(state, id, undefined, order))
    return { whole: await eachItem(state, id, order) }
  })
}

type Done = { status: 'success' | 'skipped'; output?: JsonObject | void } | { whole: Outcome | 'pending' }

const done = (output: JsonObject | void | typeof goesOn): Done => (output === goesOn ? { whole: 'pending' } : { status: 'success', output })

/** Whatever becomes of it is written down; nothing that it throws leaves the step. */
async function guarded(state: DefinitionState, id: string, item: number | undefined, work: () => Promise<Done>): Promise<Outcome | 'pending'> {
  const write = (end: Parameters<typeof records.endStep>[3]) => CancellationScope.nonCancellable(() => records.endStep(state.input, id, item, end))
  try {
    const end = await work()
    if ('whole' in end) return end.whole
    await write({ status: end.status, ...(end.output === undefined ? {} : { output: end.output }) })
    return end.status
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
  let waits = false
  const work = async (): Promise<void> => {
    state.busy += 1
    try {
      for (;;) {
        const item = isFull(state) ? undefined : left.shift()
        if (item === undefined || cancelled) return
        const outcome = await guarded(state, id, item, async () => done(await perform(state, id, item, state.waits.get(keyOf(id, item))?.order ?? await records.prepareStep(state.input, id, item))))
        cancelled ||= outcome === 'cancelled'
        waits ||= outcome === 'pending'
      }
    } finally {
      state.busy -= 1
    }
  }
  state.busy -= 1
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, work))
  state.busy += 1
  if (cancelled) return 'cancelled'
  return waits || left.length > 0 ? 'pending' : records.endItems(state.input, id)
}

/** Nothing further begins in this history. */
export const isFull = (state: DefinitionState): boolean => {
  state.draining ||= state.begun >= state.limit.steps || workflowInfo().continueAsNewSuggested
  return state.draining
}

/** Answers what the step puts out, unless an activity has stored it. */
async function perform(state: DefinitionState, id: string, item: number | undefined, order: StepOrder): Promise<JsonObject | void | typeof goesOn> {
  const key = keyOf(id, item)
  if (!state.waits.has(key)) state.begun += 1
  switch (order.do) {
    case 'sleep': {
      if (state.carries) return nap(state, key, order)
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
    case 'deploy': return deploy(state, key, order, { ...order.input, notify: workflowInfo().workflowId })
    case 'approve': return decision(state, key, order)
    default: throw ApplicationFailure.nonRetryable(`a step cannot ${order.do} here`)
  }
}

/** Somebody else's server, or our own database: the step says how often it is tried. */
const act = ({ attempts, initialMs, maxMs, factor, timeoutMs }: Acted) =>
  proxyActivities<RecordActivities>({
    startToCloseTimeout: timeoutMs + 10_000,
    retry: { maximumAttempts: attempts, initialInterval: initialMs, maximumInterval: Math.max(initialMs, maxMs), backoffCoefficient: factor },
  })

async function deploy(state: DefinitionState, key: string, order: Extract<StepOrder, { do: 'deploy' }>, run: DeployInput): Promise<{ recordId: string } | typeof goesOn> {
  if (!state.waits.has(key)) await beginDeployment(run, 'workflow run')
  let left = false
  state.waits.set(key, { order, until: 0 })
  state.busy -= 1
  try {
    // Told by the run; asked for now and then, in case it ended without a word.
    while (!(await condition(() => state.settled.has(run.recordId) || state.leaving, '30 seconds'))) {
      const { status, code, message } = await records.recordStatus(run)
      state.begun += state.limit.perQuestion
      if (status === 'success' || status === 'failed') state.settled.set(run.recordId, { recordId: run.recordId, status, ...(code === undefined ? {} : { code }), ...(message === undefined ? {} : { message }) })
    }
    left = !state.settled.has(run.recordId)
  } finally {
    state.busy += 1
    if (!left) state.waits.delete(key)
  }
  if (left) return goesOn
  const settled = state.settled.get(run.recordId)
  if (settled?.status === 'failed') throw ApplicationFailure.nonRetryable(settled.message ?? `deployment ${run.recordId} failed`, settled.code ?? '500.internal')
  return { recordId: run.recordId }
}
