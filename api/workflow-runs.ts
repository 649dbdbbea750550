import { rightsOf } from '../contracts/actions.ts'
import { DomainError } from '../contracts/errors.ts'
import type { CancelOrder } from '../contracts/orders.ts'
import { orderNames, workflowIds } from '../contracts/workflow.ts'
import type { DecisionOrder, DefinitionRunInput } from '../contracts/workflows.ts'
import { findAudit, writeAudit } from '../db/audit.ts'
import { putBlob } from '../db/blobs.ts'
import { inTenant } from '../db/client.ts'
import { derivedId } from '../db/ids.ts'
import { type NewRun, endWorkflowRunRow, findRunStatus, getStoredRun, openWorkflowRun } from '../db/workflow-runs.ts'
import { toJson } from '../domain/json.ts'
import { demand } from './auth/rights.ts'
import type { AnyCall } from './call.ts'
import type { ApiContext } from './context.ts'
import { idFor } from './ids.ts'
import { refusalIn } from './refusal.ts'
import { isRefusedOrder, sendLongOrder, sendOrder, startRun } from './temporal.ts'

type Wanted = Pick<NewRun, 'workflowId' | 'version' | 'definition' | 'input' | 'rerunOf' | 'kept'>

/** Starts a run and answers its id; the run's row exists then: run first, row second, as with deployments. Throws 403.forbidden where a step needs more than the asker holds. */
export async function openRun(ctx: ApiContext, call: AnyCall, wanted: Wanted): Promise<string> {
  const { tenantId, actor, correlationId } = call
  demand(ctx, call, rightsOf(wanted.definition.steps))
  const runId = idFor(call, 'workflow run')
  const { workflowId, ...request } = wanted
  const { again, blobRef } = await inTenant(ctx.db, tenantId, async (tx) => ({
    // The same Idempotency-Key again: the process that had it died, or did not hear that the run began, which has opened its row itself since.
    again: await findRunStatus(tx, runId),
    blobRef: await putBlob(tx, ctx.vault, tenantId, toJson(request)),
  }))
  const input: DefinitionRunInput = { tenantId, actor, correlationId, runId, workflowId, blobRef, policy: ctx.policy }
  if (again === undefined) await startRun(ctx, { type: 'runDefinition', workflowId: workflowIds.workflowRun(runId), input, summary: `Workflow "${wanted.definition.name}", version ${String(wanted.version)}`, attributes: { SlipwayStatus: 'running' }, taskTimeout: '10s' })
  await inTenant(ctx.db, tenantId, async (tx) => {
    await openWorkflowRun(tx, { ...input, ...request })
    await writeAudit(tx, {
      id: derivedId('audit', runId, 'started'), tenantId, actor, correlationId, action: 'workflow_run.started', subjectType: 'workflow_run', subjectId: runId,
      data: { workflowId, version: wanted.version, ...(wanted.rerunOf === undefined ? {} : { rerunOf: wanted.rerunOf }) },
    })
  })
  return runId
}

const ended = (runId: string): DomainError => new DomainError('409.not_waiting', `Run ${runId} has ended`)

type Sending = (ctx: ApiContext, workflowId: string, name: string, order: object, updateId?: string) => Promise<unknown>

async function send(ctx: ApiContext, { tenantId, seed }: AnyCall, runId: string, name: 'decide' | 'cancel', order: object, by: Sending): Promise<'taken' | 'gone'> {
  const { status } = await inTenant(ctx.db, tenantId, (tx) => getStoredRun(tx, runId))
  // With an Idempotency-Key it may be this very order that has ended it, and whose answer was lost: the run knows.
  if (status !== 'running' && seed === undefined) throw ended(runId)
  try {
    const sent = await by(ctx, workflowIds.workflowRun(runId), orderNames[name], order, seed === undefined ? undefined : derivedId('order', runId, name, seed))
    return sent === 'gone' ? 'gone' : 'taken'
  } catch (error) {
    if (!isRefusedOrder(error)) throw error
    throw refusalIn(error) ?? ended(runId)
  }
}

/** Throws 404.workflow_run_not_found, and 409.not_waiting when there is nothing to decide. */
export async function decide(ctx: ApiContext, call: AnyCall, runId: string, order: Omit<DecisionOrder, 'actor' | 'correlationId'>): Promise<void> {
  if ((await send(ctx, call, runId, 'decide', { ...order, actor: call.actor, correlationId: call.correlationId }, sendOrder)) === 'gone') throw ended(runId)
}

/** The run may take longer to end than this does. Throws 404.workflow_run_not_found, and 409.not_waiting when it has ended. */
export async function cancelRun(ctx: ApiContext, call: AnyCall, runId: string, { reason }: CancelOrder): Promise<void> {
  const { tenantId, actor, correlationId, seed } = call
  const id = idFor(call, 'audit', runId, 'cancel')
  if (seed !== undefined && (await inTenant(ctx.db, tenantId, (tx) => findAudit(tx, id)))) return
  const sent = await send(ctx, call, runId, 'cancel', { actor, correlationId, ...(reason === undefined ? {} : { reason }) }, sendLongOrder)
  await inTenant(ctx.db, tenantId, async (tx) => {
    // Somebody terminated it: nobody else would close its row.
    if (sent === 'gone' && !(await endWorkflowRunRow(tx, runId, 'failed', { code: '499.cancelled', message: reason ?? 'The run was cancelled' }))) throw ended(runId)
    await writeAudit(tx, { tenantId, actor, correlationId, action: 'workflow_run.cancelled', subjectType: 'workflow_run', subjectId: runId, id, ...(reason === undefined ? {} : { data: { reason } }) })
  })
}
