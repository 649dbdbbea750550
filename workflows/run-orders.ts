import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common'
import { ApplicationFailure, condition, defineQuery, defineSignal, defineUpdate, isCancellation, setHandler, upsertSearchAttributes } from '@temporalio/workflow'
import type { CancelOrder, DeployProgress, ResolveOrder, RetryOrder, SkipOrder, SupersedeOrder } from '../contracts/workflow.ts'
import { orderNames, queryNames } from '../contracts/workflow.ts'
import { orderProblem } from '../domain/orders.ts'
import type { Orders } from '../domain/orders.ts'
import { durable } from './activity-proxies.ts'
import { parkedProviders, setStep, show } from './run-state.ts'
import type { RunState } from './run-state.ts'
import { reasonOf } from './stages.ts'

const signals = {
  retry: defineSignal<[RetryOrder]>(orderNames.retry),
  skip: defineSignal<[SkipOrder]>(orderNames.skip),
  resolve: defineSignal<[ResolveOrder]>(orderNames.resolve),
  cancel: defineSignal<[CancelOrder]>(orderNames.cancel),
  supersede: defineSignal<[SupersedeOrder]>(orderNames.supersede),
}
const updates = {
  retry: defineUpdate<void, [RetryOrder]>(orderNames.retry),
  skip: defineUpdate<void, [SkipOrder]>(orderNames.skip),
  resolve: defineUpdate<void, [ResolveOrder]>(orderNames.resolve),
  cancel: defineUpdate<void, [CancelOrder]>(orderNames.cancel),
  supersede: defineUpdate<string, [SupersedeOrder]>(orderNames.supersede),
}
const status = defineQuery<DeployProgress['status']>(queryNames.status)
const progress = defineQuery<DeployProgress>(queryNames.progress)

export const statusKey = defineSearchAttributeKey('SlipwayStatus', SearchAttributeType.KEYWORD)

const refused = (code: string, message: string): ApplicationFailure => ApplicationFailure.create({ type: code, message, nonRetryable: true, details: [{ code, message }] })

/** Listens to what people order: as updates, which can be refused with a reason, and as the CLI's signals, which cannot. */
export function obeyOrders(state: RunState, launch: (provider: string) => void): void {
  /** While an order is carried out, nobody else may give one for the same provider. */
  const decide = async (providers: string[], work: () => Promise<void>): Promise<void> => {
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
  const retry = (order: RetryOrder): Promise<void> => {
    const providers = parkedProviders(state, order.provider)
    return decide(providers, async () => {
      if (order.input) await durable.amendPlan(state.run, order.input as never)
      for (const provider of providers) {
        const { conflict } = await durable.resumeStep(state.run, provider, order)
        if (conflict !== undefined) throw refused('409.deployment_in_progress', `Deployment ${conflict} is using ${provider}`)
        if (state.status !== 'running') upsertSearchAttributes([{ key: statusKey, value: 'running' }])
        state.status = 'running'
        launch(provider)
      }
    })
  }
  const skip = (order: SkipOrder): Promise<void> =>
    decide([order.provider], async () => {
      await durable.skipStep(state.run, order)
      setStep(state, order.provider, 'skipped')
    })
  const resolve = (order: ResolveOrder): Promise<void> =>
    decide([order.provider], async () => {
      const { problem } = await durable.resolveStep(state.run, order)
      if (problem !== undefined) throw refused('400.request_invalid', problem)
      setStep(state, order.provider, 'resolved')
    })
  const cancel = async (order: CancelOrder): Promise<void> => {
    state.cancelled ??= order
    state.scope.cancel()
    await condition(() => state.ended)
  }
  /** A run that is being cancelled may give way too: it ends, then the new one begins. */
  const mayBeSuperseded = (seen: string): boolean => state.parked && state.next === undefined && state.deciding === 0 && seen === state.run.recordId
  const supersede = ({ parked: seen, by }: SupersedeOrder): string => {
    if (mayBeSuperseded(seen)) state.next = by
    return (state.next ?? state.run).recordId
  }

  /** Throws when an order has the wrong shape, or there is nothing to decide. */
  const check = (name: keyof Orders, order: object = {}): void => {
    const { recordId } = state.run
    const problem = orderProblem[name](order)
    if (problem !== undefined) throw refused('400.request_invalid', `${name}: ${problem}`)
    if (state.ended || state.next !== undefined || (state.ending && name !== 'cancel')) throw refused('409.not_parked', `Deployment ${recordId} has ended`)
    const { provider } = order as { provider?: string }
    if (name !== 'cancel' && parkedProviders(state, provider).length === 0) throw refused('409.not_parked', provider === undefined ? `Nothing is parked in deployment ${recordId}` : `${provider} is not parked in deployment ${recordId}`)
  }
  /** A signal that does not fit can only be ignored, and shown. Nobody is there to give it again: it waits until the order before it is decided. */
  const obeying = <K extends keyof Orders>(name: K, work: (order: Orders[K]) => Promise<void>) => async (order: Orders[K] | undefined): Promise<void> => {
    try {
      while (name !== 'cancel' && state.deciding > 0) await condition(() => state.deciding === 0)
      check(name, order)
      await work(order ?? ({} as Orders[K]))
    } catch (error) {
      if (isCancellation(error)) throw error
      state.ignored = `${name}: ${reasonOf(error).message}`
      show(state)
    }
  }
  setHandler(signals.retry, obeying('retry', retry))
  setHandler(signals.skip, obeying('skip', skip))
  setHandler(signals.resolve, obeying('resolve', resolve))
  setHandler(signals.cancel, obeying('cancel', cancel))
  setHandler(signals.supersede, (order) => { supersede(order) })
  setHandler(updates.retry, retry, { validator: (order) => { check('retry', order) } })
  setHandler(updates.skip, skip, { validator: (order) => { check('skip', order) } })
  setHandler(updates.resolve, resolve, { validator: (order) => { check('resolve', order) } })
  setHandler(updates.cancel, cancel, { validator: (order) => { check('cancel', order) } })
  setHandler(updates.supersede, supersede, { validator: ({ parked: seen }) => {
    if (!mayBeSuperseded(seen)) throw refused('409.deployment_in_progress', 'Another deployment of this plan is in progress')
  } })
  setHandler(status, () => state.status)
  setHandler(progress, () => ({ recordId: state.run.recordId, status: state.status, providers: Object.fromEntries(Object.entries(state.steps).map(([name, { state: step, error }]) => [name, { state: step, ...error }])) }))
}
