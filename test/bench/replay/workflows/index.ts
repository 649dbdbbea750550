import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow'
import type { BareActivities } from '../bare.ts'
import type { BareRun } from '../recording.ts'

const local = proxyLocalActivities<BareActivities>({ startToCloseTimeout: '10 seconds' })
const step = (provider: string) => proxyActivities<BareActivities>({ taskQueue: `bare-${provider}`, startToCloseTimeout: '15 minutes', heartbeatTimeout: '5 seconds' })

/** Record, the providers' steps at the same time, record. */
export async function bareDeployment(run: BareRun, providers: string[]): Promise<void> {
  await local.replay(run, 'before')
  await Promise.all(providers.map((provider) => step(provider).replay(run, provider)))
  await local.replay(run, 'after')
}

/** One local activity. */
export async function bareStage(run: BareRun): Promise<void> {
  await local.replay(run, 'before')
}

/** One local activity that does nothing at all. */
export async function bareNothing(): Promise<void> {
  await local.nothing()
}
