import { pipelineRequest } from '../contracts/pipelines.ts'
import { DomainError } from '../contracts/errors.ts'
import type { DeployInput, PipelineInput, StageName } from '../contracts/workflow.ts'
import { writeAudit } from '../db/audit.ts'
import { putBlob, readBlob } from '../db/blobs.ts'
import { inTenant } from '../db/client.ts'
import { findParkedRecord } from '../db/deployments.ts'
import { derivedId } from '../db/ids.ts'
import { type StagePatch, saveStage } from '../db/pipeline-stages.ts'
import { finishPipeline, openPipeline } from '../db/pipelines.ts'
import { getTemplate } from '../db/templates.ts'
import { toJson } from '../domain/json.ts'
import type { ActivityContext } from './context.ts'

export interface PipelineOrders {
  /** Where the import's body lies; without it the template is there already. */
  importRef?: string
  templateId?: string
  clientId: string
  customizeRef: string
  targets: string[]
  replace: boolean
}

/** Opens the pipeline's row and cuts the request into the stages' own. The client is made here if it is new. */
export async function beginPipeline(ctx: ActivityContext, input: PipelineInput): Promise<PipelineOrders> {
  return inTenant(ctx.db, input.tenantId, async (tx) => {
    await openPipeline(tx, input)
    const request = pipelineRequest.parse(await readBlob(tx, ctx.vault, input.tenantId, input.blobRef))
    const clientId = request.clientId ?? derivedId('client', input.tenantId, request.client?.name ?? '')
    if (request.client) {
      const made = await tx.insertInto('clients')
        .values({ tenant_id: input.tenantId, id: clientId, name: request.client.name, metadata: JSON.stringify(request.client.metadata ?? {}), created_by: input.actor })
        .onConflict((conflict) => conflict.columns(['tenant_id', 'name']).doNothing()).returning('id').executeTakeFirst()
      if (made) await writeAudit(tx, { ...input, action: 'client.created', subjectType: 'client', subjectId: clientId, data: { name: request.client.name }, id: derivedId('audit', input.correlationId, 'client.create', clientId) })
    }
    const client = await tx.selectFrom('clients').select('id').where(request.client ? 'name' : 'id', '=', request.client?.name ?? clientId).executeTakeFirst()
    if (!client) throw new DomainError('404.client_not_found', `There is no client ${clientId}`)
    const put = (value: object) => putBlob(tx, ctx.vault, input.tenantId, toJson(value))
    return {
      ...(request.template ? { importRef: await put(request.template) } : {}),
      ...(request.templateId === undefined ? {} : { templateId: (await getTemplate(tx, request.templateId)).id }),
      clientId: client.id,
      customizeRef: await put({ variables: request.variables, kbRefs: request.kbRefs, useLlm: request.useLlm, ...(request.template?.version === undefined ? {} : { version: request.template.version }) }),
      targets: request.targets,
      replace: request.replace,
    }
  })
}

export async function markStage(ctx: ActivityContext, input: PipelineInput, name: StageName, patch: StagePatch): Promise<void> {
  await inTenant(ctx.db, input.tenantId, (tx) => saveStage(tx, input.pipelineId, name, patch))
}

export async function endPipeline(ctx: ActivityContext, input: PipelineInput, status: 'success' | 'failed', error?: { code: string; message: string }): Promise<void> {
  await inTenant(ctx.db, input.tenantId, async (tx) => {
    await openPipeline(tx, input)
    await finishPipeline(tx, input.pipelineId, status, error)
  })
}

/** The parked run of the plan, which a new deployment supersedes. */
export async function parkedRecord(ctx: ActivityContext, input: Pick<DeployInput, 'tenantId' | 'planId'>): Promise<string | undefined> {
  return inTenant(ctx.db, input.tenantId, async (tx) => (await findParkedRecord(tx, input.planId))?.id)
}
