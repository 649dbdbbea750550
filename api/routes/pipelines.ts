import { DomainError } from '../../contracts/errors.ts'
import { type PipelineInput, workflowIds } from '../../contracts/workflow.ts'
import { putBlob } from '../../db/blobs.ts'
import { inTenant } from '../../db/client.ts'
import { findClientByName, getClient } from '../../db/clients.ts'
import { derivedId } from '../../db/ids.ts'
import { openPipeline, pipelineExists, wasOver } from '../../db/pipelines.ts'
import { getTemplate } from '../../db/templates.ts'
import { toJson } from '../../domain/json.ts'
import { idFor } from '../ids.ts'
import { detailsOf, readPipeline } from '../read-pipeline.ts'
import { closes, detailsOfRun } from '../running.ts'
import { type Start, startRun } from '../temporal.ts'
import type { Handlers } from './index.ts'

const idIn = (details: string | undefined): string | undefined => /^Pipeline ([0-9a-f-]{36})$/.exec(details ?? '')?.[1]

const inProgress = (running: string | undefined): DomainError =>
  new DomainError('409.pipeline_in_progress', `${running === undefined ? 'A pipeline' : detailsOf(running)} for this client and template is running`, running === undefined ? {} : { extra: { pipelineId: running } })

const accepted = (pipelineId: string): { status: 202; body: { pipelineId: string }; headers: Record<string, string> } =>
  ({ status: 202, body: { pipelineId }, headers: { Location: `/api/v1/pipelines/${pipelineId}` } })

export const pipelines: Pick<Handlers, 'startPipeline' | 'getPipeline'> = {
  startPipeline: async (ctx, call) => {
    const { tenantId, actor, correlationId, seed, body } = call
    const pipelineId = idFor(call, 'pipeline')
    const subject = await inTenant(ctx.db, tenantId, async (tx) => (seed !== undefined && (await pipelineExists(tx, pipelineId)) ? undefined : {
      // Whatever names it, one client and one template are one run. A client that is still to be made will have this id.
      client: body.clientId === undefined ? ((await findClientByName(tx, body.client?.name ?? '')) ?? { id: derivedId('client', tenantId, body.client?.name ?? ''), name: body.client?.name ?? '' }) : await getClient(tx, body.clientId),
      template: body.templateId === undefined ? undefined : await getTemplate(tx, body.templateId),
      blobRef: await putBlob(tx, ctx.vault, tenantId, toJson(body)),
    }))
    // The same Idempotency-Key again, after the process that had it died: its run has been, and another one would take back what came later.
    if (!subject) return accepted(pipelineId)
    const { client, template, blobRef } = subject
    const name = template ? `${template.kind}/${template.name}` : `${body.template?.kind ?? ''}/${body.template?.name ?? blobRef}`
    const workflowId = workflowIds.pipeline(tenantId, client.id, name)
    const input: PipelineInput = { tenantId, actor, correlationId, pipelineId, blobRef, policy: ctx.policy, recordId: idFor(call, 'pipeline deployment') }
    const start: Start = {
      type: 'pipeline', workflowId, input, summary: `Pipeline "${name}" for ${client.name} to ${body.targets.join(', ')}`, details: detailsOf(pipelineId),
      attributes: { SlipwayProviders: body.targets, SlipwayClient: client.id, ...(template ? { SlipwayTemplate: template.id } : {}) },
    }
    for (let tries = 1; !(await startRun(ctx, start)); tries++) {
      const running = idIn(await detailsOfRun(ctx, workflowId))
      if (running === pipelineId) break
      const isOver = running !== undefined && (await inTenant(ctx.db, tenantId, (tx) => wasOver(tx, running, performance.now() - call.receivedAt)))
      if (!isOver || tries >= 3 || !(await closes(ctx, workflowId))) throw inProgress(running)
    }
    await inTenant(ctx.db, tenantId, (tx) => openPipeline(tx, { tenantId, pipelineId, correlationId, actor }))
    return accepted(pipelineId)
  },

  getPipeline: async (ctx, call) => ({ status: 200, body: await readPipeline(ctx, call, call.params.id) }),
}
