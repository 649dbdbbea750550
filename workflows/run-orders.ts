import { condition, isCancellation, setHandler } from '@temporalio/workflow'
import type { CancelOrder, SupersedeOrder } from '../contracts/orders.ts'
import { orderProblem, supersedeProblem } from '../domain/orders.ts'
import type { Orders } from '../domain/orders.ts'
import { resolve, retry, skip } from './decisions.ts'
import { reasonOf, refused } from './failures.ts'
import { queries, signals, updates } from './order-messages.ts'
import type { RunState } from './run-state.ts'
import { parkedProviders, show } from './step-states.ts'
import { tellNotSuperseding } from './tell.ts'

/** Listens to what people order: as updates, which can be refused with a reason, and as the CLI's signals, which cannot. */
export function obeyOrders(state: RunState, launch: (provider: string) => void): void {
  setHandler(signals.retry, (order = {}) => obey(state, 'retry', order, () => retry(state, order, launch)))
  setHandler(signals.skip, (order) => obey(state, 'skip', order, () => skip(state, order)))
  setHandler(signals.resolve, (order) => obey(state, 'resolve', order, () => resolve(state, order)))
  setHandler(signals.cancel, (order = {}) => obey(state, 'cancel', order, () => cancel(state, order)))
  setHandler(signals.supersede, (order) => { supersedeBySignal(state, order) })
  setHandler(updates.retry, (order = {}) => retry(state, order, launch), { validator: (order) => { check(state, 'retry', order) } })
  setHandler(updates.skip, (order) => skip(state, order), { validator: (order) => { check(state, 'skip', order) } })
  setHandler(updates.resolve, (order) => resolve(state, order), { validator: (order) => { check(state, 'resolve', order) } })
  setHandler(updates.cancel, (order = {}) => cancel(state, order), { validator: (order) => { check(state, 'cancel', order) } })
  setHandler(updates.supersede, (order) => supersede(state, order), { validator: (order?: SupersedeOrder) => {
    if (!mayBeSuperseded(state, order?.parked)) throw refused('409.deployment_in_progress', 'Another deployment of this plan is in progress')
    const problem = supersedeProblem(order, state.run)
    if (problem !== undefined) throw refused('400.request_invalid', `supersede: ${problem}`)
  } })
  setHandler(queries.status, () => state.status)
  setHandler(queries.progress, () => ({ recordId: state.run.recordId, status: state.status, providers: Object.fromEntries(Object.entries(state.steps).map(([name, { state: step, error }]) => [name, { state: step, ...error }])) }))
}

/** A signal that does not fit can only be ignored, and shown. Nobody is there to give it again: it waits until the order before it is decided. */
async function obey(state: RunState, name: keyof Orders, order: object, work: () => Promise<void>): Promise<void> {
  try {
    while (name !== 'cancel' && state.deciding > 0) await condition(() => state.deciding === 0)
    check(state, name, order)
    await work()
  } catch (error) {
    if (isCancellation(error)) throw error
    ignore(state, name, reasonOf(error).message)
  }
}

function ignore(state: RunState, name: string, problem: string): void {
  state.ignored = `${name}: ${problem}`
  show(state)
}

/** Throws when an order has the wrong shape, or there is nothing to decide. */
function check(state: RunState, name: keyof Orders, order: object = {}): void {
  const { recordId } = state.run
  const problem = orderProblem[name](order)
  if (problem !== undefined) throw refused('400.request_invalid', `${name}: ${problem}`)
  if (state.ended || state.next !== undefined || (state.ending && name !== 'cancel')) throw refused('409.not_parked', `Deployment ${recordId} has ended`)
  const { provider }: { provider?: string } = order
  if (name !== 'cancel' && parkedProviders(state, provider).length === 0) throw refused('409.not_parked', provider === undefined ? `Nothing is parked in deployment ${recordId}` : `${provider} is not parked in deployment ${recordId}`)
}

async function cancel(state: RunState, order: CancelOrder): Promise<void> {
  state.cancelled ??= order
  state.scope.cancel()
  await condition(() => state.ended)
}

/** A run that is being cancelled may give way too: it ends, then the new one begins. */
const mayBeSuperseded = (state: RunState, seen: string | undefined): boolean => state.parked && state.next === undefined && state.deciding === 0 && seen === state.run.recordId

function supersede(state: RunState, { parked: seen, by }: SupersedeOrder): string {
  if (mayBeSuperseded(state, seen)) state.next = by
  return (state.next ?? state.run).recordId
}

/** By hand, anything can come here; and a workflow that sent it in vain waits for a record that will never be. */
function supersedeBySignal(state: RunState, order: SupersedeOrder): void {
  const problem = supersedeProblem(order, state.run)
  if (problem !== undefined) {
    ignore(state, 'supersede', problem)
    return
  }
  const goesOn = supersede(state, order)
  if (goesOn === order.by.recordId) return
  ignore(state, 'supersede', `deployment ${goesOn} is in progress`)
  void tellNotSuperseding(order.by, goesOn)
}
