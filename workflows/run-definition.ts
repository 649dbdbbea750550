import { allHandlersFinished, CancellationScope, condition, continueAsNew, defineQuery, defineUpdate, isCancellation, patched, setCurrentDetails, setHandler, upsertSearchAttributes } from '@temporalio/workflow'
import type { CancelOrder } from '../contracts/orders.ts'
import type { DecisionOrder, DefinitionRunInput } from '../contracts/workflows.ts'
import { orderNames, queryNames } from '../contracts/workflow.ts'
import { due, handledBy, stops } from '../domain/dag.ts'
import type { NodeState } from '../domain/dag.ts'
import { durable, records, takeTurns } from './activity-proxies.ts'
import { statusKey } from './decisions.ts'
import { formerLimit, historyLimit, isFull, launch } from './definition-steps.ts'
import type { DefinitionState } from './definition-steps.ts'
import { keyOf, onlyWaits } from './definition-waits.ts'
import type { Left } from './definition-waits.ts'
import { refused } from './failures.ts'
import { hearSettled } from './settled.ts'

const decideUpdate = defineUpdate<void, [DecisionOrder]>(orderNames.decide)
const cancelUpdate = defineUpdate<void, [CancelOrder]>(orderNames.cancel)
const progress = defineQuery<Record<string, NodeState>>(queryNames.progress)

/** Carries out a workflow that somebody has defined. What it works on lies in the database: here are only the steps' names, order and states. */
export async function runDefinition(input: DefinitionRunInput, earlier: Left = { waits: [], steps: [] }): Promise<void> {
  const state: DefinitionState = { input, states: new Map(), running: 0, busy: 0, over: 0, begun: 0, limit: formerLimit, draining: false, carries: false, leaving: false, left: [], ending: false, ended: false, cancelled: undefined, waits: new Map(earlier.waits), settled: new Map(), scope: new CancellationScope() }
  obey(state)
  if (patched('one local activity at a time')) takeTurns()
  state.carries = patched('waits go on in the next history')
  if (patched('short histories')) state.limit = historyLimit
  try {
    const { ended, nodes, states } = await records.beginDefinition(input)
    if (ended) return
    state.states = new Map(Object.entries(states))
    const handlers = handledBy(nodes)
    for (const id of earlier.steps) launch(state, id)
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
        if (state.left.length === 0 && (!state.draining || start.length === 0)) break
        await condition(() => state.cancelled !== undefined || allHandlersFinished())
        if (!state.cancelled) await continueAsNew<typeof runDefinition>(input, { waits: [...state.waits], steps: state.left })
        continue
      }
      const seen = state.over
      await condition(() => state.cancelled !== undefined || state.over > seen || mayLeave(state))
      if (mayLeave(state)) state.leaving = true
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

/** Else what is left to do would stand still until the waits are over. */
const mayLeave = (state: DefinitionState): boolean => state.carries && !state.leaving && onlyWaits(state) && isFull(state)

async function end(state: DefinitionState, failed: { id: string; code?: string; message?: string } | undefined): Promise<void> {
  state.ending = true
  await durable.endDefinition(state.input, failed)
  state.ended = true
  upsertSearchAttributes([{ key: statusKey, value: failed ? 'failed' : 'success' }])
  show(state)
  if (!allHandlersFinished()) await condition(allHandlersFinished)
}

/** Listens to decisions, to orders to stop, and to the deployments that it has started. */
function obey(state: DefinitionState): void {
  hearSettled((message) => { state.settled.set(message.recordId, message) })
  setHandler(progress, () => Object.fromEntries(state.states))
  setHandler(decideUpdate, async (order) => {
    const wait = state.waits.get(keyOf(order.step, order.item))
    if (wait) wait.heard = true
    await durable.recordDecision(state.input, order)
    if (wait) wait.given = order
  }, { validator: ({ step, item }) => {
    const wait = state.waits.get(keyOf(step, item))
    if (wait?.order.do !== 'approve' || wait.heard) throw refused('409.not_waiting', `Step ${keyOf(step, item)} does not wait for a decision`)
  } })
  setHandler(cancelUpdate, async (order) => {
    state.cancelled ??= order
    state.scope.cancel()
    await condition(() => state.ended)
  }, { validator: (_order) => {
    if (state.ending) throw refused('409.not_waiting', 'The run has ended')
  } })
}

/** For whoever reads the run in the Temporal Web UI. */
function show({ states }: DefinitionState): void {
  setCurrentDetails([...states].slice(0, 200).map(([id, state]) => `- \`${id}\` ${state}`).join('\n'))
}
