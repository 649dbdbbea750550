import { WithStartWorkflowOperation, WorkflowExecutionAlreadyStartedError, WorkflowFailedError, WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client'
import type { Client, WorkflowHandle } from '@temporalio/client'
import { SearchAttributeType, defineSearchAttributeKey } from '@temporalio/common'
import type { SearchAttributePair, Workflow } from '@temporalio/common'
import { DomainError } from '../contracts/errors.ts'
import { searchAttributes } from '../contracts/search-attributes.ts'
import { type DeployProgress, type Origin, queryNames, repositoryMessages, stageQueue, workflowIds } from '../contracts/workflow.ts'
import type { RepositoryInput, SyncOrder, SyncResult } from '../contracts/repository.ts'
import type { ApiContext } from './context.ts'

/** How long a start or an order may take before the caller hears 503. */
const callMs = 5_000
/** How long a stage's result is waited for; the run itself goes on, and asking again joins it. */
const resultMs = 120_000

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
}

export interface Attributes {
  SlipwayClient?: string
  SlipwayTemplate?: string
  SlipwayPlan?: string
  SlipwayStatus?: string
  SlipwayProviders?: readonly string[]
}

const underWay = new WeakMap<Client, Set<Promise<unknown>>>()

function within<T>({ temporal }: Pick<ApiContext, 'temporal'>, ms: number, work: () => Promise<T>): Promise<T> {
  const calls = underWay.get(temporal) ?? new Set()
  underWay.set(temporal, calls)
  const call = temporal.withDeadline(Date.now() + ms, work)
  calls.add(call)
  const forget = () => { calls.delete(call) }
  call.then(forget, forget)
  return call
}

/** Resolves when no call is under way. */
export const settled = async (temporal: Client): Promise<void> => { await Promise.allSettled(underWay.get(temporal) ?? []) }

const keys = Object.fromEntries(
  Object.entries(searchAttributes).map(([name, type]) => [name, defineSearchAttributeKey(name, type === 'Keyword' ? SearchAttributeType.KEYWORD : SearchAttributeType.KEYWORD_LIST)]),
) as Record<keyof typeof searchAttributes, ReturnType<typeof defineSearchAttributeKey>>

function attributePairs({ tenantId, correlationId }: Origin, attributes: Attributes): SearchAttributePair[] {
  const values = { SlipwayTenant: tenantId, SlipwayCorrelationId: correlationId, ...attributes }
  return Object.entries(values).filter(([, value]) => value !== undefined).map(([name, value]) => ({ key: keys[name as keyof typeof keys], value }) as SearchAttributePair)
}

/** Temporal takes 400 bytes of JSON, which are few characters of some scripts. */
function inBytes(text: string, most: number): string {
  let cut = text.slice(0, 200)
  while (Buffer.byteLength(JSON.stringify(cut)) > most) cut = cut.slice(0, -1)
  return cut.toWellFormed()
}

/** Starts a run; of several starts with one id exactly one succeeds. Answers whether it was this one. */
export async function startRun(ctx: ApiContext, { type, workflowId, once = false, input, summary, details, attributes = {} }: Start): Promise<boolean> {
  try {
    await within(ctx, callMs, () =>
      ctx.temporal.workflow.start(type, {
        workflowId,
        args: [input],
        taskQueue: stageQueue,
        workflowIdConflictPolicy: 'FAIL',
        workflowIdReusePolicy: once ? 'REJECT_DUPLICATE' : 'ALLOW_DUPLICATE',
        workflowTaskTimeout: '5s',
        priority: { fairnessKey: input.tenantId },
        staticSummary: inBytes(summary, 380),
        ...(details === undefined ? {} : { staticDetails: details }),
        typedSearchAttributes: attributePairs(input, attributes),
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
  return { result: (await within(ctx, resultMs, () => handle.result())) as T, started }
}

/** What a run answered or refused; undefined where there was none with this id. */
export async function resultOfRun<T>(ctx: ApiContext, workflowId: string): Promise<T | undefined> {
  try {
    return (await within(ctx, resultMs, () => ctx.temporal.workflow.getHandle(workflowId).result())) as T
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined
    throw error
  }
}

/** Gives a running run an order and waits until it took it. `gone` when no such run is running. */
export async function sendOrder<T>(ctx: ApiContext, workflowId: string, name: string, order: object, updateId?: string): Promise<{ answer: T } | 'gone'> {
  try {
    const handle = ctx.temporal.workflow.getHandle(workflowId)
    const answer = await within(ctx, callMs, () => handle.executeUpdate(name, { args: [order], ...(updateId === undefined ? {} : { updateId }) }))
    return { answer: answer as T }
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return 'gone'
    throw error
  }
}

const repositoryRun = (tenantId: string) => ({
  workflowId: workflowIds.repository(tenantId),
  args: [{ tenantId } satisfies RepositoryInput],
  taskQueue: stageQueue,
  workflowTaskTimeout: '5s' as const,
  priority: { fairnessKey: tenantId },
  staticSummary: 'Write the git repository of the templates',
  typedSearchAttributes: [{ key: keys.SlipwayTenant, value: tenantId }] as SearchAttributePair[],
})

/** Signals the tenant's repository, beginning its run where there is none. */
export async function wakeRun(ctx: Pick<ApiContext, 'temporal'>, tenantId: string): Promise<void> {
  await within(ctx, callMs, () => ctx.temporal.workflow.signalWithStart('repository', { ...repositoryRun(tenantId), signal: repositoryMessages.wake, signalArgs: [] }))
}

/** Orders a synchronization of the tenant's repository and waits for its result, beginning its run where there is none. */
export function updateRepository(ctx: Pick<ApiContext, 'temporal'>, order: SyncOrder): Promise<SyncResult> {
  const startWorkflowOperation = new WithStartWorkflowOperation('repository', { ...repositoryRun(order.tenantId), workflowIdConflictPolicy: 'USE_EXISTING' })
  return within(ctx, resultMs, () => ctx.temporal.workflow.executeUpdateWithStart<Workflow, SyncResult, [SyncOrder]>(repositoryMessages.sync, { args: [order], startWorkflowOperation }))
}

/** The record that a run works on, asked of the run itself. */
export async function recordOfRun(ctx: ApiContext, workflowId: string): Promise<string | undefined> {
  try {
    const progress = await within(ctx, 2_000, () => ctx.temporal.workflow.getHandle(workflowId).query<DeployProgress>(queryNames.progress))
    return progress.recordId
  } catch {
    // Only a name for the problem document hangs on it.
    return undefined
  }
}

/** Waits for a run whose work is done to close, as it does within milliseconds. False when it goes on. */
export async function closes(ctx: ApiContext, workflowId: string): Promise<boolean> {
  try {
    await within(ctx, 2_000, () => ctx.temporal.workflow.getHandle(workflowId, undefined, { followRuns: false }).result())
    return true
  } catch (error) {
    return error instanceof WorkflowFailedError
  }
}

/** The details that a run was started with. */
export async function detailsOfRun(ctx: ApiContext, workflowId: string): Promise<string | undefined> {
  try {
    const description = await within(ctx, 2_000, () => ctx.temporal.workflow.getHandle(workflowId).describe())
    return await description.staticDetails()
  } catch {
    return undefined
  }
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
