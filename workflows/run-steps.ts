import { condition, isCancellation } from '@temporalio/workflow'
import { nextGroup } from '../domain/progress.ts'
import { providerSteps, records } from './activity-proxies.ts'
import { reasonOf } from './failures.ts'
import type { RunState } from './run-state.ts'
import { setStep } from './step-states.ts'

/** Sets a provider to work: group after group until all are made, it is parked, or the run is cancelled. */
export function launchStep(state: RunState, provider: string): void {
  state.launched += 1
  state.scope.run(() => runProvider(state, provider)).catch((error: unknown) => { if (!state.cancelled) state.crash = error })
}

async function runProvider(state: RunState, provider: string): Promise<void> {
  const { steps } = state
  try {
    for (;;) {
      // Whoever waits for another provider does not run: that one may be parked.
      if (nextGroup(steps, provider) === 'blocked') {
        setStep(state, provider, 'pending')
        await condition(() => nextGroup(steps, provider) !== 'blocked')
      }
      if (nextGroup(steps, provider) === 'none') break
      setStep(state, provider, 'running')
      await makeGroup(state, provider)
      // Not a moment earlier, at the end of makeGroup: which of two providers goes on first would be another order than in the history of a run that began before.
      const made = steps[provider]
      if (made) steps[provider] = { ...made, done: made.done + 1 }
    }
    setStep(state, provider, 'success')
  } catch (error) {
    if (isCancellation(error) || state.ending) {
      setStep(state, provider, 'cancelled')
      throw error
    }
    await records.parkStep(state.run, provider, reasonOf(error))
    setStep(state, provider, 'parked', reasonOf(error))
  }
}

async function makeGroup({ run, steps }: RunState, provider: string): Promise<void> {
  const step = steps[provider]
  const group = step?.groups[step.done]
  if (!step || !group) return
  const activities = providerSteps(provider, `${run.operation} ${provider}`)
  if (run.operation === 'undeploy') await activities.undeployProvider({ run, provider })
  else await activities.deployGroup({ run, provider, names: group.names, last: step.done === step.groups.length - 1 })
}
