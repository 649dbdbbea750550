import { WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client'
import type { WorkflowHandle } from '@temporalio/client'
import { DomainError } from '../contracts/errors.ts'
import { type Origin, stageQueue } from '../contracts/workflow.ts'
import type { ApiContext } from './context.ts'
import { type Attributes, attributePairs } from './search-attributes.ts'
import { callMs, resultMs, within } from './temporal-calls.ts'

export interface Start {
  type: string
  workflowId: string
  /** Also after it has ended no other run gets this id. */
  once?: boolean
  /** Its tenant shares the workers fairly with the others. */
  input: Origin
  /** One line for whoever reads the run in Temporal. */
  summary: string
  details?: string
  attributes?: Attributes
  /** Within it a worker goes through the whole history of a run that it takes up, and after it a dead worker's run is taken up. */
  taskTimeout?: '5s' | '10s'
}

/** Temporal takes 400 bytes of JSON, which are few characters of some scripts. */
function inBytes(text: string, most: number): string {
  let cut = text.slice(0, 200)
  while (Buffer.byteLength(JSON.stringify(cut)) > most) cut = cut.slice(0, -1)
  return cut.toWellFormed()
}

/** Starts a run; of several starts with one id exactly one succeeds. Answers whether it was this one. */
export async function startRun(ctx: ApiContext, { type, workflowId, once = false, input, summary, details, attributes = {}, taskTimeout = '5s' }: Start): Promise<boolean> {
  try {
    await within(ctx, callMs, () =>
      ctx.temporal.workflow.start(type, {
        workflowId,
        args: [input],
        taskQueue: stageQueue,
        workflowIdConflictPolicy: 'FAIL',
        workflowIdReusePolicy: once ? 'REJECT_DUPLICATE' : 'ALLOW_DUPLICATE',
        workflowTaskTimeout: taskTimeout,
        priority: { fairnessKey: input.tenantId },
        staticSummary: inBytes(summary, 380),
        ...(details === undefined ? {} : { staticDetails: details }),
        typedSearchAttributes: attributePairs({ SlipwayTenant: input.tenantId, SlipwayCorrelationId: input.correlationId, ...attributes }),
      }),
    )
    return true
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return false
    throw error
  }
}

/** Runs one stage and waits for its result; joins the run of an equal request. Throws what the stage refused. */
export async function runStage<T>(ctx: ApiContext, start: Start): Promise<{ result: T; started: boolean }> {
  const started = await startRun(ctx, start)
  const handle: WorkflowHandle = ctx.temporal.workflow.getHandle(start.workflowId)
  return { result: await within(ctx, resultMs, () => handle.result()), started }
}

/** What a run answered or refused; undefined where there was none with this id. */
export async function resultOfRun<T>(ctx: ApiContext, workflowId: string): Promise<T | undefined> {
  try {
    return await within(ctx, resultMs, () => ctx.temporal.workflow.getHandle(workflowId).result())
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined
    throw error
  }
}

const unlessGone = <T>(work: Promise<T>): Promise<T | 'gone'> =>
  work.catch((error: unknown) => {
    if (error instanceof WorkflowNotFoundError) return 'gone'
    throw error
  })

const updateOf = (order: object, updateId: string | undefined): { args: [object]; updateId?: string } => ({ args: [order], ...(updateId === undefined ? {} : { updateId }) })

/** Gives a running run an order and waits until it took it. `gone` when no such run is running. */
export async function sendOrder<T>(ctx: ApiContext, workflowId: string, name: string, order: object, updateId?: string): Promise<{ answer: T } | 'gone'> {
  const handle = ctx.temporal.workflow.getHandle(workflowId)
  return unlessGone(within(ctx, callMs, async () => ({ answer: await handle.executeUpdate<T, [object]>(name, updateOf(order, updateId)) })))
}

/** The same for an order whose effect may take its time: once the run has taken it, it is only waited for as long as a call may take. */
export async function sendLongOrder(ctx: ApiContext, workflowId: string, name: string, order: object, updateId?: string): Promise<'taken' | 'gone'> {
  const handle = ctx.temporal.workflow.getHandle(workflowId)
  const update = await unlessGone(within(ctx, callMs, () => handle.startUpdate<unknown, [object]>(name, { ...updateOf(order, updateId), waitForStage: 'ACCEPTED' })))
  if (update === 'gone') return 'gone'
  await within(ctx, callMs, () => update.result()).catch((error: unknown) => {
    if (isRefusedOrder(error)) throw error
  })
  return 'taken'
}

export const isRefusedOrder = (error: unknown): error is WorkflowUpdateFailedError => error instanceof WorkflowUpdateFailedError

/** Throws 503.unavailable when Temporal does not answer. */
export async function pingTemporal(ctx: Pick<ApiContext, 'temporal'>): Promise<void> {
  const { temporal } = ctx
  try {
    await within(ctx, 2_000, () => temporal.workflowService.describeNamespace({ namespace: temporal.options.namespace }))
  } catch (error) {
    throw new DomainError('503.unavailable', `Temporal does not answer: ${error instanceof Error ? error.message.slice(0, 200) : ''}`)
  }
}
