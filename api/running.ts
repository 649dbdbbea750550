import { WorkflowFailedError } from '@temporalio/client'
import type { DeployProgress } from '../contracts/orders.ts'
import { queryNames } from '../contracts/workflow.ts'
import type { ApiContext } from './context.ts'
import { within } from './temporal-calls.ts'

const lookMs = 2_000

/** The record that a run works on, asked of the run itself. */
export async function recordOfRun(ctx: ApiContext, workflowId: string): Promise<string | undefined> {
  try {
    const progress = await within(ctx, lookMs, () => ctx.temporal.workflow.getHandle(workflowId).query<DeployProgress>(queryNames.progress))
    return progress.recordId
  } catch {
    // Only a name for the problem document hangs on it.
    return undefined
  }
}

/** Waits for a run whose work is done to close, as it does within milliseconds. False when it goes on. */
export async function closes(ctx: ApiContext, workflowId: string): Promise<boolean> {
  try {
    await within(ctx, lookMs, () => ctx.temporal.workflow.getHandle(workflowId, undefined, { followRuns: false }).result())
    return true
  } catch (error) {
    return error instanceof WorkflowFailedError
  }
}

/** The details that a run was started with. */
export async function detailsOfRun(ctx: ApiContext, workflowId: string): Promise<string | undefined> {
  try {
    const description = await within(ctx, lookMs, () => ctx.temporal.workflow.getHandle(workflowId).describe())
    return await description.staticDetails()
  } catch {
    return undefined
  }
}
