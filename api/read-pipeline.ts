import type { WorkflowExecutionDescription } from '@temporalio/client'
import { inTenant } from '../db/client.ts'
import { type Pipeline, closePipeline, getPipeline, isQuiet } from '../db/pipelines.ts'
import type { Call } from './call.ts'
import type { ApiContext } from './context.ts'
import { within } from './temporal-calls.ts'

const lookMs = 2_000
/** So long has nothing happened to a pipeline when Temporal is asked for it: most reads need the database alone. */
const quietMs = 5_000

/** What its run is started with, and known by. */
export const detailsOf = (pipelineId: string): string => `Pipeline ${pipelineId}`

/** How the run ended where it could not say so itself. */
async function endUnsaid(ctx: ApiContext, tenantId: string, { id, correlationId }: Pipeline): Promise<string | undefined> {
  const { workflow } = ctx.temporal
  const isIts = async (run: WorkflowExecutionDescription) => (await run.staticDetails()) === detailsOf(id)
  const query = `WorkflowType = "pipeline" and ExecutionStatus in ("Terminated", "Failed", "TimedOut") and SlipwayTenant = "${tenantId}" and SlipwayCorrelationId = ${JSON.stringify(correlationId)}`
  for await (const { workflowId, runId, status } of workflow.list({ query })) {
    // A correlation id is the caller's own: other pipelines may have it too.
    if (!(await isIts(await workflow.getHandle(workflowId, runId).describe()))) continue
    const newest = await workflow.getHandle(workflowId).describe()
    // Temporal ends a run that somebody resets, and begins it anew.
    return newest.status.name === 'RUNNING' && (await isIts(newest)) ? undefined : status.name
  }
  return undefined
}

/** Also closes it when its run was terminated: nobody else would. While Temporal is away it is what the database knows. Throws 404.pipeline_not_found. */
export async function readPipeline(ctx: ApiContext, { tenantId }: Pick<Call, 'tenantId'>, id: string): Promise<Pipeline> {
  const { found, quiet } = await inTenant(ctx.db, tenantId, async (tx) => {
    const pipeline = await getPipeline(tx, id)
    return { found: pipeline, quiet: await isQuiet(tx, pipeline, quietMs) }
  })
  const end = quiet ? await within(ctx, lookMs, () => endUnsaid(ctx, tenantId, found)).catch(() => undefined) : undefined
  if (end === undefined) return found
  const error = end === 'TERMINATED' ? { code: '499.cancelled', message: 'The run was terminated from outside' } : { code: '500.internal', message: `The run ended in Temporal as ${end}` }
  return inTenant(ctx.db, tenantId, async (tx) => {
    await closePipeline(tx, id, error)
    return getPipeline(tx, id)
  })
}
