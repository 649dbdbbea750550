import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common'
import {
  allHandlersFinished, ApplicationFailure, CancellationScope, condition, continueAsNew, defineQuery, defineSignal, defineUpdate, getExternalWorkflowHandle, isCancellation,
  setCurrentDetails, setHandler, upsertSearchAttributes, workflowInfo,
} from '@temporalio/workflow'
import type { CancelOrder, DeployInput, DeployProgress, ResolveOrder, RetryOrder, Settled, SkipOrder, SupersedeOrder } from '../contracts/workflow.ts'
import { orderNames, queryNames } from '../contracts/workflow.ts'
import { orderProblem } from '../domain/orders.ts'
import type { Orders } from '../domain/orders.ts'
import { describeProgress, isQuiet, isSettled, nextGroup } from '../domain/progress.ts'
import type { Steps } from '../domain/progress.ts'
import { durable, providerSteps, records } from './activity-proxies.ts'
import { reasonOf } from './stages.ts'

const orders = {
  retry: [defineSignal<[RetryOrder]>(orderNames.retry), defineUpdate<void, [RetryOrder]>(orderNames.retry)],
  skip: [defineSignal<[SkipOrder]>(orderNames.skip), defineUpdate<void, [SkipOrder]>(orderNames.skip)],
  resolve: [defineSignal<[ResolveOrder]>(orderNames.resolve), defineUpdate<void, [ResolveOrder]>(orderNames.resolve)],
  cancel: [defineSignal<[CancelOrder]>(orderNames.cancel), defineUpdate<void, [CancelOrder]>(orderNames.cancel)],
  supersede: [defineSignal<[SupersedeOrder]>(orderNames.supersede), defineUpdate<string, [SupersedeOrder]>(orderNames.supersede)],
} as const
const status = defineQuery<DeployProgress['status']>(queryNames.status)
const progress = defineQuery<DeployProgress>(queryNames.progress)

const statusKey = defineSearchAttributeKey('SlipwayStatus', SearchAttributeType.KEYWORD)
const correlationKey = defineSearchAttributeKey('SlipwayCorrelationId', SearchAttributeType.KEYWORD)

const refused = (code: string, message: string): ApplicationFailure => ApplicationFailure.create({ type: code, message, nonRetryable: true, details: [{ code, message }] })

/** Makes every provider of a plan what the plan says; a provider that cannot be served is parked until a person decides. */
export async function deployPlan(input: DeployInput): Promise<void> {
  await runPlan(input)
}

/** Deletes what the plan made, in reverse. */
export async function undeployPlan(input: DeployInput): Promise<void> {
  await runPlan(input)
}

async function runPlan(input: DeployInput): Promise<void> {
  let run = input
  let steps: Steps = {}
  let title = run.planId
  let ignored: string | undefined
  let recordStatus: DeployProgress['status'] = 'queued'
  let deciding = 0
  let parked = false
  let next: DeployInput | undefined
  let cancelled: CancelOrder | undefined
  let ending = false
  let ended = false
  let launched = 0
  let crash: unknown
  let scope = new CancellationScope()

  const parkedProviders = (provider?: string): string[] => Object.keys(steps).filter((name) => steps[name]?.state === 'parked' && (provider === undefined || provider === name))
  const show = (): void => { setCurrentDetails(describeProgress(title, run, recordStatus, steps, ignored)) }
  const set = (provider: string, state: Steps[string]['state'], error?: { code: string; message: string }): void => {
    steps[provider] = { ...(steps[provider] ?? { groups: [], done: 0 }), state, error }
    show()
  }
  const record = async (to: 'success' | 'failed', error?: { code: string; message: string }): Promise<void> => {
    recordStatus = to
    await records.settleRecord(run, to, error)
    upsertSearchAttributes([{ key: statusKey, value: to }])
    show()
  }
  const tell = async (message: Settled): Promise<void> => {
    // Whoever waited may be gone by now.
    if (run.notify !== undefined) await getExternalWorkflowHandle(run.notify).signal(orderNames.settled, message).catch(() => undefined)
  }

  const makeGroup = async (provider: string): Promise<void> => {
    const step = steps[provider]
    const group = step?.groups[step.done]
    if (!step || !group) return
    const activities = providerSteps(provider, `${run.operation} ${provider}`)
    if (run.operation === 'undeploy') await activities.undeployProvider({ run, provider })
    else await activities.deployGroup({ run, provider, names: group.names, last: step.done === step.groups.length - 1 })
  }
  const runProvider = async (provider: string): Promise<void> => {
    try {
      for (;;) {
        // Whoever waits for another provider does not run: that one may be parked.
        if (nextGroup(steps, provider) === 'blocked') set(provider, 'pending')
        await condition(() => nextGroup(steps, provider) !== 'blocked')
        if (nextGroup(steps, provider) === 'none') break
        set(provider, 'running')
        await makeGroup(provider)
        steps[provider] = { ...(steps[provider] as Steps[string]), done: (steps[provider]?.done ?? 0) + 1 }
      }
      set(provider, 'success')
    } catch (error) {
      if (isCancellation(error) || ending) {
        set(provider, 'cancelled')
        throw error
      }
      await records.parkStep(run, provider, reasonOf(error))
      set(provider, 'parked', reasonOf(error))
    }
  }
  const launch = (provider: string): void => {
    launched += 1
    scope.run(() => runProvider(provider)).catch((error: unknown) => { if (!cancelled) crash = error })
  }

  /** While an order is carried out, nobody else may give one for the same provider. */
  const decide = async (providers: string[], work: () => Promise<void>): Promise<void> => {
    const before = Object.fromEntries(providers.map((provider) => [provider, steps[provider]?.error]))
    deciding += 1
    for (const provider of providers) set(provider, 'pending')
    try {
      await work()
    } catch (error) {
      for (const provider of providers) if (steps[provider]?.state === 'pending') set(provider, 'parked', before[provider])
      throw error
    } finally {
      deciding -= 1
    }
  }
  const retry = (order: RetryOrder): Promise<void> => {
    const providers = parkedProviders(order.provider)
    return decide(providers, async () => {
      if (order.input) await durable.amendPlan(run, order.input as never)
      for (const provider of providers) {
        const { conflict } = await durable.resumeStep(run, provider, order)
        if (conflict !== undefined) throw refused('409.deployment_in_progress', `Deployment ${conflict} is using ${provider}`)
        if (recordStatus !== 'running') upsertSearchAttributes([{ key: statusKey, value: 'running' }])
        recordStatus = 'running'
        launch(provider)
      }
    })
  }
  const skip = (order: SkipOrder): Promise<void> =>
    decide([order.provider], async () => {
      await durable.skipStep(run, order)
      set(order.provider, 'skipped')
    })
  const resolve = (order: ResolveOrder): Promise<void> =>
    decide([order.provider], async () => {
      const { problem } = await durable.resolveStep(run, order)
      if (problem !== undefined) throw refused('400.request_invalid', problem)
      set(order.provider, 'resolved')
    })
  const cancel = async (order: CancelOrder): Promise<void> => {
    cancelled ??= order
    scope.cancel()
    await condition(() => ended)
  }
  const supersede = ({ parked: seen, by }: SupersedeOrder): string => {
    if (mayBeSuperseded(seen)) next = by
    return (next ?? run).recordId
  }
  /** A run that is being cancelled may give way too: it ends, then the new one begins. */
  const mayBeSuperseded = (seen: string): boolean => parked && next === undefined && deciding === 0 && seen === run.recordId

  /** Throws when an order has the wrong shape, or there is nothing to decide. */
  const check = (name: keyof Orders, order: object = {}): void => {
    const problem = orderProblem[name](order)
    if (problem !== undefined) throw refused('400.request_invalid', `${name}: ${problem}`)
    if (ended || next !== undefined || (ending && name !== 'cancel')) throw refused('409.not_parked', `Deployment ${run.recordId} has ended`)
    const { provider } = order as { provider?: string }
    if (name !== 'cancel' && parkedProviders(provider).length === 0) throw refused('409.not_parked', provider === undefined ? `Nothing is parked in deployment ${run.recordId}` : `${provider} is not parked in deployment ${run.recordId}`)
  }
  /** The CLI's signals do what the API's updates do, but one that does not fit can only be ignored, and shown. */
  const obeying = <K extends keyof Orders>(name: K, work: (order: Orders[K]) => Promise<void>) => async (order: Orders[K] | undefined): Promise<void> => {
    try {
      check(name, order)
      await work(order ?? ({} as Orders[K]))
    } catch (error) {
      if (isCancellation(error)) throw error
      ignored = `${name}: ${reasonOf(error).message}`
      show()
    }
  }
  setHandler(orders.retry[0], obeying('retry', retry))
  setHandler(orders.skip[0], obeying('skip', skip))
  setHandler(orders.resolve[0], obeying('resolve', resolve))
  setHandler(orders.cancel[0], obeying('cancel', cancel))
  setHandler(orders.supersede[0], (order) => { supersede(order) })
  setHandler(orders.retry[1], retry, { validator: (order) => { check('retry', order) } })
  setHandler(orders.skip[1], skip, { validator: (order) => { check('skip', order) } })
  setHandler(orders.resolve[1], resolve, { validator: (order) => { check('resolve', order) } })
  setHandler(orders.cancel[1], cancel, { validator: (order) => { check('cancel', order) } })
  setHandler(orders.supersede[1], supersede, { validator: ({ parked: seen }) => {
    if (!mayBeSuperseded(seen)) throw refused('409.deployment_in_progress', 'Another deployment of this plan is in progress')
  } })
  setHandler(status, () => recordStatus)
  setHandler(progress, () => ({ recordId: run.recordId, status: recordStatus, providers: Object.fromEntries(Object.entries(steps).map(([name, { state, error }]) => [name, { state, ...error }])) }))

  const end = async (order: CancelOrder & { expired?: boolean }): Promise<void> => {
    ending = true
    scope.cancel()
    await condition(() => deciding === 0 && Object.values(steps).every(({ state }) => state !== 'running'), '1 minute')
    const unfinished = Object.keys(steps).filter((provider) => steps[provider]?.state === 'cancelled' || !isSettled(steps[provider]))
    await durable.cancelRun(run, unfinished, order)
    recordStatus = 'failed'
    for (const provider of unfinished) set(provider, 'cancelled')
    upsertSearchAttributes([{ key: statusKey, value: 'failed' }])
    await tell({ recordId: run.recordId, status: 'failed', code: order.expired ? '504.parked_expired' : '499.cancelled' })
    ended = true
  }

  /** Until the record is done for good, or a new run takes its place. */
  const carryOut = async (): Promise<void> => {
    for (;;) {
      await condition(() => crash !== undefined || cancelled !== undefined || (deciding === 0 && isQuiet(steps)))
      if (crash !== undefined) throw crash
      if (cancelled) return end(cancelled)
      if (Object.values(steps).every(isSettled)) {
        await record('success')
        await tell({ recordId: run.recordId, status: 'success' })
        ended = true
        return
      }
      const error = parkedProviders().map((provider) => steps[provider]?.error).find(Boolean)
      // Before the record says so: whoever reads it may order a new deploy at once.
      parked = true
      const before = launched
      await record('failed', error)
      await tell({ recordId: run.recordId, status: 'failed', ...error })
      const woken = await condition(() => cancelled !== undefined || next !== undefined || deciding > 0 || launched > before || Object.values(steps).every(isSettled), run.policy.parkedMs)
      if (!woken) return end({ expired: true })
      if (next && !cancelled) {
        const { opened } = await durable.supersede(run, next)
        if (opened) return
        next = undefined
        continue
      }
      parked = false
    }
  }

  try {
    for (;;) {
      const begun = await records.beginRun(run)
      if (!begun.begun) {
        await tell({ recordId: run.recordId, status: 'failed', code: '409.deployment_in_progress', message: `Deployment ${begun.recordId} is in progress` })
        return
      }
      recordStatus = 'running'
      steps = Object.fromEntries(Object.entries(begun.groups).map(([provider, groups]) => [provider, { state: 'pending' as const, groups, done: 0, error: undefined }]))
      title = begun.title
      ignored = undefined
      show()
      for (const provider of Object.keys(steps)) launch(provider)
      await carryOut()
      await condition(allHandlersFinished)
      if (!next) return
      if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof deployPlan>(next)
      run = next
      next = undefined
      parked = false
      cancelled = undefined
      ending = false
      ended = false
      scope = new CancellationScope()
      upsertSearchAttributes([{ key: statusKey, value: 'running' }, { key: correlationKey, value: run.correlationId }])
    }
  } catch (error) {
    if (!isCancellation(error) || ended) throw error
    parked = false
    await CancellationScope.nonCancellable(async () => {
      // Its caller has a record's id already.
      if (next && (await durable.supersede(run, next)).opened) run = next
      await end({ actor: 'temporal', reason: 'the workflow was cancelled' })
    })
    throw error
  }
}
