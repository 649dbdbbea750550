import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common'
import { allHandlersFinished, CancellationScope, condition, continueAsNew, isCancellation, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow'
import type { CancelOrder } from '../contracts/orders.ts'
import type { DeployInput } from '../contracts/workflow.ts'
import { isQuiet, isSettled } from '../domain/progress.ts'
import { durable, records } from './activity-proxies.ts'
import { statusKey } from './decisions.ts'
import { obeyOrders } from './run-orders.ts'
import { openState } from './run-state.ts'
import type { RunState } from './run-state.ts'
import { launchStep } from './run-steps.ts'
import { parkedProviders, setStep, show } from './step-states.ts'
import { tell, tellNotSuperseding, tellRefused } from './tell.ts'

const correlationKey = defineSearchAttributeKey('SlipwayCorrelationId', SearchAttributeType.KEYWORD)

/** Makes every provider of a plan what the plan says; a provider that cannot be served is parked until a person decides. */
export async function deployPlan(input: DeployInput): Promise<void> {
  await runPlan(input)
}

/** Deletes what the plan made, in reverse. */
export async function undeployPlan(input: DeployInput): Promise<void> {
  await runPlan(input)
}

async function runPlan(input: DeployInput): Promise<void> {
  const state = openState(input)
  obeyOrders(state, (provider) => { launchStep(state, provider) })
  try {
    for (;;) {
      const begun = await records.beginRun(state.run)
      if (!begun.begun) {
        await tellRefused(state.run, begun.recordId)
        return
      }
      state.status = 'running'
      state.steps = Object.fromEntries(Object.entries(begun.groups).map(([provider, groups]) => [provider, { state: 'pending' as const, groups, done: 0, error: undefined }]))
      state.title = begun.title
      show(state)
      for (const provider of Object.keys(state.steps)) launchStep(state, provider)
      await carryOut(state)
      if (!allHandlersFinished()) await condition(allHandlersFinished)
      const { next } = state
      if (!next) return
      // First, so that a new history begins with them.
      upsertSearchAttributes([{ key: statusKey, value: 'running' }, { key: correlationKey, value: next.correlationId }])
      if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof deployPlan>(next)
      Object.assign(state, openState(next))
    }
  } catch (error) {
    if (!isCancellation(error) || state.ended) throw error
    await CancellationScope.nonCancellable(() => endFromOutside(state))
    throw error
  }
}

/** Until the record is done for good, or a new run takes its place. */
async function carryOut(state: RunState): Promise<void> {
  for (;;) {
    await condition(() => state.crash !== undefined || state.cancelled !== undefined || (state.deciding === 0 && isQuiet(state.steps)))
    if (state.crash !== undefined) throw state.crash
    if (state.cancelled) return end(state, state.cancelled)
    if (Object.values(state.steps).every(isSettled)) {
      await settle(state, 'success')
      state.ended = true
      return
    }
    // Before the record says so: whoever reads it may order a new deploy at once.
    state.parked = true
    const before = state.launched
    await settle(state, 'failed', parkedProviders(state).map((provider) => state.steps[provider]?.error).find(Boolean))
    const woken = await condition(
      () => state.cancelled !== undefined || state.next !== undefined || state.deciding > 0 || state.launched > before || Object.values(state.steps).every(isSettled),
      state.run.policy.parkedMs,
    )
    if (!woken) return end(state, { expired: true })
    if (state.next && !state.cancelled) {
      const opened = await durable.supersede(state.run, state.next)
      if (opened.opened) return
      // Not waited for: this run goes on waiting for an order.
      void tellNotSuperseding(state.next, opened.recordId)
      state.next = undefined
      continue
    }
    state.parked = false
  }
}

async function settle(state: RunState, to: 'success' | 'failed', error?: { code: string; message: string }): Promise<void> {
  state.status = to
  await records.settleRecord(state.run, to, error)
  upsertSearchAttributes([{ key: statusKey, value: to }])
  show(state)
  await tell(state.run, { status: to, ...error })
}

async function end(state: RunState, order: CancelOrder & { expired?: boolean }): Promise<void> {
  state.ending = true
  state.scope.cancel()
  await condition(() => state.deciding === 0 && Object.values(state.steps).every((step) => step.state !== 'running'), '1 minute')
  const unfinished = Object.keys(state.steps).filter((provider) => state.steps[provider]?.state === 'cancelled' || !isSettled(state.steps[provider]))
  await durable.cancelRun(state.run, unfinished, order)
  state.status = 'failed'
  for (const provider of unfinished) setStep(state, provider, 'cancelled')
  upsertSearchAttributes([{ key: statusKey, value: 'failed' }])
  await tell(state.run, { status: 'failed', code: order.expired ? '504.parked_expired' : '499.cancelled' })
  state.ended = true
}

/** Somebody cancelled the workflow in Temporal itself. */
async function endFromOutside(state: RunState): Promise<void> {
  state.parked = false
  // Whoever ordered the next run has its record's id already.
  if (state.next && (await durable.supersede(state.run, state.next)).opened) state.run = state.next
  await end(state, { actor: 'temporal', reason: 'the workflow was cancelled' })
}
