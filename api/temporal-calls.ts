import type { Client } from '@temporalio/client'
import type { ApiContext } from './context.ts'

/** How long a start or an order may take before the caller hears 503. */
export const callMs = 5_000
/** How long a stage's result is waited for; the run itself goes on, and asking again joins it. */
export const resultMs = 120_000

const underWay = new WeakMap<Client, Set<Promise<unknown>>>()

/** A call to Temporal that is given up when it takes longer. */
export function within<T>({ temporal }: Pick<ApiContext, 'temporal'>, ms: number, work: () => Promise<T>): Promise<T> {
  const calls = underWay.get(temporal) ?? new Set()
  underWay.set(temporal, calls)
  const call = temporal.withDeadline(Date.now() + ms, work)
  calls.add(call)
  const forget = () => { calls.delete(call) }
  call.then(forget, forget)
  return call
}

/** Resolves when no call is under way. */
export const settled = async (temporal: Client): Promise<void> => { await Promise.allSettled(underWay.get(temporal) ?? []) }
