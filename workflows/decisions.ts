import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common'
import { upsertSearchAttributes } from '@temporalio/workflow'
import type { ResolveOrder, RetryOrder, SkipOrder } from '../contracts/orders.ts'
import { isObject } from '../domain/json.ts'
import { durable } from './activity-proxies.ts'
import { refused } from './failures.ts'
import type { RunState } from './run-state.ts'
import { parkedProviders, setStep } from './step-states.ts'

export const statusKey = defineSearchAttributeKey('SlipwayStatus', SearchAttributeType.KEYWORD)

/** While an order is carried out, nobody else may give one for the same provider. */
async function decide(state: RunState, providers: string[], work: () => Promise<void>): Promise<void> {
  const before = Object.fromEntries(providers.map((provider) => [provider, state.steps[provider]?.error]))
  state.deciding += 1
  for (const provider of providers) setStep(state, provider, 'pending')
  try {
    await work()
  } catch (error) {
    for (const provider of providers) if (state.steps[provider]?.state === 'pending') setStep(state, provider, 'parked', before[provider])
    throw error
  } finally {
    state.deciding -= 1
  }
}

export function retry(state: RunState, order: RetryOrder, launch: (provider: string) => void): Promise<void> {
  const providers = parkedProviders(state, order.provider)
  return decide(state, providers, async () => {
    if (isObject(order.input)) await durable.amendPlan(state.run, order.input)
    for (const provider of providers) {
      const { conflict } = await durable.resumeStep(state.run, provider, order)
      if (conflict !== undefined) throw refused('409.deployment_in_progress', `Deployment ${conflict} is using ${provider}`)
      if (state.status !== 'running') upsertSearchAttributes([{ key: statusKey, value: 'running' }])
      state.status = 'running'
      launch(provider)
    }
  })
}

export const skip = (state: RunState, order: SkipOrder): Promise<void> =>
  decide(state, [order.provider], async () => {
    await durable.skipStep(state.run, order)
    setStep(state, order.provider, 'skipped')
  })

export const resolve = (state: RunState, order: ResolveOrder): Promise<void> =>
  decide(state, [order.provider], async () => {
    const { problem } = await durable.resolveStep(state.run, order)
    if (problem !== undefined) throw refused('400.request_invalid', problem)
    setStep(state, order.provider, 'resolved')
  })
