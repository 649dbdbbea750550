import { setCurrentDetails } from '@temporalio/workflow'
import { describeProgress } from '../domain/describe-progress.ts'
import type { StepProgress } from '../domain/progress.ts'
import type { RunState } from './run-state.ts'

/** Tells the Temporal UI how things stand. */
export const show = ({ title, run, status, steps, ignored }: RunState): void => {
  setCurrentDetails(describeProgress(title, run, status, steps, ignored))
}

export function setStep(state: RunState, provider: string, to: StepProgress['state'], error?: StepProgress['error']): void {
  state.steps[provider] = { ...(state.steps[provider] ?? { groups: [], done: 0 }), state: to, error }
  show(state)
}

/** The parked providers, or the one asked for if it is. */
export const parkedProviders = ({ steps }: RunState, provider?: string): string[] =>
  Object.keys(steps).filter((name) => steps[name]?.state === 'parked' && (provider === undefined || provider === name))
