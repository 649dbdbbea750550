import { ApplicationFailure, condition } from '@temporalio/workflow'
import type { DecisionOrder, StepOrder } from '../contracts/workflows.ts'
import type { DefinitionState } from './definition-steps.ts'

type OrderOf<D extends StepOrder['do']> = Extract<StepOrder, { do: D }>

/** A step or item that only waits holds no work: where it waits, a history may end, and the next one goes on with it. */
export interface Wait {
  order: OrderOf<'sleep' | 'approve' | 'deploy'>
  /** By the run's clock, which goes on through all its histories. */
  until: number
  /** Somebody has decided; `given` once that is on record. */
  heard?: boolean
  given?: DecisionOrder
}

/** What a history leaves to the next one. */
export interface Left {
  waits: [string, Wait][]
  /** Steps that have begun and are not over. */
  steps: string[]
}

/** In the place of what a step puts out: it goes on in the next history. */
export const goesOn = Symbol('goes on')

/** Many more would fill the next history by themselves. */
const mostWaits = 1_000

export const keyOf = (step: string, item: number | undefined): string => (item === undefined ? step : `${step}/${String(item)}`)

/** Nothing but waits is under way. */
export const onlyWaits = (state: DefinitionState): boolean => state.running > 0 && state.busy === 0 && state.waits.size <= mostWaits

/** One that an earlier history has begun ends when it would have ended there. */
export function waitOf(state: DefinitionState, key: string, order: Wait['order'], ms: number): Wait {
  const wait = state.waits.get(key) ?? { order, until: Date.now() + ms }
  state.waits.set(key, wait)
  return wait
}

const msLeft = ({ until }: Wait): number => Math.max(1, until - Date.now())

export async function nap(state: DefinitionState, key: string, order: OrderOf<'sleep'>): Promise<Record<string, never> | typeof goesOn> {
  const wait = waitOf(state, key, order, order.ms)
  state.busy -= 1
  try {
    if (await condition(() => state.leaving, msLeft(wait))) return goesOn
    state.waits.delete(key)
    return {}
  } finally {
    state.busy += 1
  }
}

export async function decision(state: DefinitionState, key: string, order: OrderOf<'approve'>): Promise<{ by: string; reason: string | null } | typeof goesOn> {
  const wait = waitOf(state, key, order, order.timeoutMs)
  const over = () => wait.given !== undefined || (state.leaving && !wait.heard)
  let left = false
  state.busy -= 1
  try {
    // Whoever was heard in time is waited for.
    if (!(await condition(over, msLeft(wait))) && !wait.heard) throw ApplicationFailure.nonRetryable('Nobody decided in time', '504.approval_expired')
    await condition(over)
    left = wait.given === undefined
  } finally {
    state.busy += 1
    if (!left) state.waits.delete(key)
  }
  const { given } = wait
  if (left || !given) return goesOn
  if (given.decision === 'reject') throw ApplicationFailure.nonRetryable(`${given.actor} rejected it${given.reason === undefined ? '' : `: ${given.reason}`}`, '422.approval_rejected')
  return { by: given.actor, reason: given.reason ?? null }
}
