import type { StepState } from '../contracts/orders.ts'
import type { Group } from './waves.ts'

/** What a run knows of one provider. */
export interface StepProgress {
  state: StepState
  groups: Group[]
  /** How many of its groups are made. */
  done: number
  error: { code: string; message: string } | undefined
}

export type Steps = Record<string, StepProgress>

/** Nothing more happens to it in this run. */
export const isSettled = (step: StepProgress | undefined): boolean =>
  step?.state === 'success' || step?.state === 'skipped' || step?.state === 'resolved' || step?.state === 'cancelled'

const isDone = (steps: Steps, { provider, groups }: { provider: string; groups: number }): boolean => {
  const step = steps[provider]
  return step === undefined || isSettled(step) || step.done >= groups
}

/** `ready`: its next group may be made; `blocked`: another provider comes first; `none`: all are made. */
export function nextGroup(steps: Steps, provider: string): 'ready' | 'blocked' | 'none' {
  const step = steps[provider]
  const group = step?.groups[step.done]
  if (!group) return 'none'
  return group.after.every((need) => isDone(steps, need)) ? 'ready' : 'blocked'
}

/** Nothing moves, and nothing will without an order from outside. */
export const isQuiet = (steps: Steps): boolean =>
  Object.entries(steps).every(([provider, step]) => isSettled(step) || step.state === 'parked' || (step.state !== 'running' && nextGroup(steps, provider) === 'blocked'))
