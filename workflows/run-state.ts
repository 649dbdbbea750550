import { CancellationScope } from '@temporalio/workflow'
import type { CancelOrder, DeployProgress } from '../contracts/orders.ts'
import type { DeployInput } from '../contracts/workflow.ts'
import type { Steps } from '../domain/progress.ts'

/** All that a run of a plan knows; its orders and its story both change it. */
export interface RunState {
  run: DeployInput
  title: string
  status: DeployProgress['status']
  steps: Steps
  /** The last order from outside that could not be obeyed. */
  ignored: string | undefined
  /** Orders that are being carried out. */
  deciding: number
  /** The record has failed and waits for an order. */
  parked: boolean
  /** The run that takes this one's place. */
  next: DeployInput | undefined
  cancelled: CancelOrder | undefined
  ending: boolean
  ended: boolean
  /** How often a provider was set to work. */
  launched: number
  /** What no step may throw. */
  crash: unknown
  /** Cancelling it stops the providers' steps. */
  scope: CancellationScope
}

export const openState = (run: DeployInput): RunState => ({
  run, title: run.planId, status: 'queued', steps: {}, ignored: undefined, deciding: 0, parked: false, next: undefined, cancelled: undefined, ending: false, ended: false,
  launched: 0, crash: undefined, scope: new CancellationScope(),
})
