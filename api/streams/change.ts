import { operations } from '../../contracts/operations.ts'
import { deleteParameters } from '../../contracts/stream-requests.ts'
import { type DeleteInput, type DeleteResult, type ImportResult, workflowIds } from '../../contracts/workflow.ts'
import { inTenant } from '../../db/client.ts'
import { getTemplate } from '../../db/templates.ts'
import { toJson } from '../../domain/json.ts'
import type { ApiContext } from '../context.ts'
import { parse } from '../parse.ts'
import { handlers } from '../routes/index.ts'
import { resultOfRun, runStage } from '../temporal.ts'
import { withUntranslated } from '../untranslated.ts'
import { callOf, correlationIdOf, type Outcome, type Task } from './task.ts'

/** The template as it is now; what else an answer says goes along. */
type Changed = Pick<DeleteResult, 'templateId' | 'version'>

/** One run for each message, ever: another delivery gets the first one's result. */
export async function change(ctx: ApiContext, task: Task): Promise<Outcome> {
  const once = workflowIds.streamRequest(task.stream, task.asker.tenantId, task.messageId)
  const result = (task.again ? await earlier(ctx, task, once) : undefined) ?? (await begin(ctx, task, once))
  return { templateId: result.templateId, version: result.version, result: toJson(result) }
}

async function earlier(ctx: ApiContext, { asker }: Task, once: string): Promise<Changed | undefined> {
  const result = await resultOfRun<ImportResult | DeleteResult>(ctx, once)
  return result && 'contentRef' in result ? withUntranslated(ctx, asker, result) : result
}

function begin(ctx: ApiContext, task: Task, once: string): Promise<Changed> {
  const { operation } = task.request
  return operation === 'delete' ? remove(ctx, task, once) : operation === 'create' ? create(ctx, task, once) : update(ctx, task, once)
}

async function create(ctx: ApiContext, task: Task, once: string): Promise<Changed> {
  const operation = operations.createTemplate
  const { body } = await handlers.createTemplate(ctx, { ...callOf(task), once, operation, body: parse(operation.body, task.request.parameters, '') })
  return body
}

async function update(ctx: ApiContext, task: Task, once: string): Promise<Changed> {
  const { template_id: id, parameters } = task.request
  const operation = operations.updateTemplate
  const { body } = await handlers.updateTemplate(ctx, { ...callOf(task), once, operation, params: parse(operation.params, { id }, '/path'), query: parse(operation.query, {}, '/query'), body: parse(operation.body, parameters, '') })
  return body
}

async function remove(ctx: ApiContext, task: Task, once: string): Promise<Changed> {
  const { asker: { tenantId, actor }, request } = task
  const { force } = parse(deleteParameters, request.parameters, '')
  const template = await inTenant(ctx.db, tenantId, (tx) => getTemplate(tx, request.template_id ?? ''))
  const input: DeleteInput = { tenantId, actor, correlationId: correlationIdOf(task), templateId: template.id, force }
  const { result } = await runStage<DeleteResult>(ctx, { type: 'deleteTemplate', workflowId: once, once: true, input, summary: `Delete "${template.name}"`, attributes: { SlipwayTemplate: template.id } })
  await ctx.cache.forget(tenantId)
  return result
}
