import { allHandlersFinished, CancellationScope, condition, continueAsNew, defineQuery, defineSignal, defineUpdate, isCancellation, patched, setCurrentDetails, setHandler, upsertSearchAttributes } from '@temporalio/workflow'
import type { CancelOrder } from '../contracts/orders.ts'
import type { Settled } from '../contracts/workflow.ts'
import type { DecisionOrder, DefinitionRunInput } from '../contracts/workflows.ts'
import { orderNames, queryNames } from '../contracts/workflow.ts'
import { due, handledBy, stops } from '../domain/dag.ts'
import type { NodeState } from '../domain/dag.ts'
import { durable, records, takeTurns } from './activity-proxies.ts'
import { statusKey } from './decisions.ts'
import { isFull, keyOf, launch } from './definition-steps.ts'
import type { DefinitionState } from './definition-steps.ts'
import { refused } from './failures.ts'

const settledSignal = defineSignal<[Settled]>(orderNames.settled)
const decideUpdate = defineUpdate<void, [DecisionOrder]>(orderNames.decide)
const cancelUpdate = defineUpdate<void, [CancelOrder]>(orderNames.cancel)
const progress = defineQuery<Record<string, NodeState>>(queryNames.progress)

/** Carries out a workflow that somebody has defined. What it works on lies in the database: here are only the steps' names, order and states. */
export async function runDefinition(input: DefinitionRunInput): Promise<void> {
  const state: DefinitionState = { input, states: new Map(), running: 0, over: 0, begun: 0, draining: false, ended: false, cancelled: undefined, waiting: new Map(), settled: new Map(), scope: new CancellationScope() }
  obey(state)
  if (patched('one local activity at a time')) takeTurns()
  try {
    const { ended, nodes, states } = await records.beginDefinition(input)
    if (ended) return
    state.states = new Map(Object.entries(states))
    const handlers = handledBy(nodes)
    for (;;) {
      const { start, skip } = due(nodes, state.states, handlers)
      show(state)
      if (state.cancelled) {
        await condition(() => state.running === 0)
        break
      }
      if (skip.length > 0) {
        await records.skipSteps(input, skip)
        for (const id of skip) state.states.set(id, 'skipped')
        continue
      }
      if (!isFull(state)) for (const id of start) launch(state, id)
      if (state.running === 0) {
        if (!state.draining || start.length === 0) break
        await condition(() => state.cancelled !== undefined || allHandlersFinished())
        if (!state.cancelled) await continueAsNew<typeof runDefinition>(input)
        continue
      }
      const seen = state.over
      await condition(() => state.cancelled !== undefined || state.over > seen)
    }
    const failed = nodes.find((node) => stops(node, state.states))
    await end(state, state.cancelled ? { id: '', code: '499.cancelled', message: state.cancelled.reason ?? 'The run was cancelled' } : failed && { id: failed.id })
  } catch (error) {
    if (!isCancellation(error) || state.ended) throw error
    await CancellationScope.nonCancellable(async () => {
      await condition(() => state.running === 0, '1 minute')
      await end(state, { id: '', code: '499.cancelled', message: 'The workflow was cancelled in Temporal' })
    })
    throw error
  }
}

async function end(state: DefinitionState, failed: { id: string; code?: string; message?: string } | undefined): Promise<void> {
  await durable.endDefinition(state.input, failed)
  state.ended = true
  upsertSearchAttributes([{ key: statusKey, value: failed ? 'failed' : 'success' }])
  show(state)
  if (!allHandlersFinished()) await condition(allHandlersFinished)
}

/** Listens to decisions, to orders to stop, and to the deployments that it has started. */
function obey(state: DefinitionState): void {
  setHandler(settledSignal, (message) => { state.settled.set(message.recordId, message) })
  setHandler(progress, () => Object.fromEntries(state.states))
  setHandler(decideUpdate, async (order) => {
    const decided = state.waiting.get(keyOf(order.step, order.item))
    state.waiting.delete(keyOf(order.step, order.item))
    await durable.recordDecision(state.input, order)
    decided?.(order)
  }, { validator: ({ step, item }) => {
    if (!state.waiting.has(keyOf(step, item))) throw refused('409.not_waiting', `Step ${keyOf(step, item)} does not wait for a decision`)
  } })
  setHandler(cancelUpdate, async (order) => {
    state.cancelled ??= order
    state.scope.cancel()
    await condition(() => state.ended)
  }, { validator: (_order) => {
    if (state.ended) throw refused('409.not_waiting', 'The run has ended')
  } })
}

/** For whoever reads the run in the Temporal Web UI. */
function show({ states }: DefinitionState): void {
  setCurrentDetails([...states].slice(0, 200).map(([id, state]) => `- \`${id}\` ${state}`).join('\n'))
}
