import { z } from 'zod'
import type { JsonObject } from '../contracts/json.ts'
import { jsonObject } from '../contracts/artifact.ts'
import { workflowDefinition } from '../contracts/workflows.ts'
import type { DecisionOrder, DefinitionRunInput } from '../contracts/workflows.ts'
import { writeAudit } from '../db/audit.ts'
import { readBlob } from '../db/blobs.ts'
import { inTenant } from '../db/client.ts'
import { derivedId } from '../db/ids.ts'
import { endWorkflowRunRow, findRunStatus, getStoredRun, openWorkflowRun, readSteps } from '../db/workflow-runs.ts'
import type { Node, NodeState } from '../domain/dag.ts'
import type { ActivityContext } from './context.ts'

export interface BegunDefinition {
  /** It had ended before; there is nothing to do. */
  ended: boolean
  nodes: Node[]
  states: Record<string, NodeState>
}

/** What the API leaves at the `blobRef`. */
const request = z.object({ version: z.int(), definition: workflowDefinition, input: jsonObject, rerunOf: z.string().optional(), kept: z.array(z.string()) })

/** Opens the run (if the API has not), and says what is done already: by an earlier part of the run, or by the run that it repeats. */
export async function beginDefinition(ctx: ActivityContext, input: DefinitionRunInput): Promise<BegunDefinition> {
  return inTenant(ctx.db, input.tenantId, async (tx) => {
    // Blobs are swept after some days, and a run may go on for months.
    if ((await findRunStatus(tx, input.runId)) === undefined) await openWorkflowRun(tx, { ...input, ...request.parse(await readBlob(tx, ctx.vault, input.tenantId, input.blobRef)) })
    const run = await getStoredRun(tx, input.runId)
    const states = Object.fromEntries((await readSteps(tx, run.id)).map(({ id, status }): [string, NodeState] => [id, status === 'running' || status === 'waiting' ? 'pending' : status]))
    return { ended: run.status !== 'running', nodes: run.definition.steps.map(({ id, needs, onFailure }) => ({ id, needs, onFailure })), states }
  })
}

/** Somebody approved or rejected. */
export async function recordDecision(ctx: ActivityContext, input: DefinitionRunInput, order: DecisionOrder): Promise<void> {
  const { step, item, decision, reason, actor, correlationId } = order
  const data: JsonObject = { step, decision, ...(item === undefined ? {} : { item }), ...(reason === undefined ? {} : { reason }) }
  const id = derivedId('audit', input.runId, 'decision', step, String(item ?? ''))
  await inTenant(ctx.db, input.tenantId, (tx) => writeAudit(tx, { tenantId: input.tenantId, actor, correlationId, action: `workflow_run.${decision === 'approve' ? 'approved' : 'rejected'}`, subjectType: 'workflow_run', subjectId: input.runId, data, id }))
}

/** The run's last word; answers it to the log and the metrics. */
export async function endDefinition(ctx: ActivityContext, input: DefinitionRunInput, failed: { id: string; code?: string; message?: string } | undefined): Promise<void> {
  const { error, ended } = await inTenant(ctx.db, input.tenantId, async (tx) => {
    const [step] = failed && failed.code === undefined ? await readSteps(tx, input.runId, [failed.id]) : []
    const why = failed && { code: failed.code ?? step?.error?.code ?? '500.internal', message: failed.message ?? `Step ${failed.id}: ${step?.error?.message ?? 'failed'}` }
    return { error: why, ended: await endWorkflowRunRow(tx, input.runId, why ? 'failed' : 'success', why) }
  })
  if (!ended) return
  ctx.metrics.workflowRun(error ? 'failed' : 'success')
  ctx.log.info({ workflow_id: input.workflowId, run_id: input.runId, correlation_id: input.correlationId, status: error ? 'failed' : 'success', ...(error ? { code: error.code } : {}) }, 'workflow run ended')
}
