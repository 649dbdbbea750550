import { DomainError } from '../../contracts/errors.ts'
import type { Json } from '../../contracts/json.ts'
import { type Operation } from '../../contracts/operation.ts'
import { type OperationId, operations } from '../../contracts/operations.ts'
import { type StreamRequest, deleteParameters, retrieveParameters } from '../../contracts/streams.ts'
import { type DeleteInput, type DeleteResult, type ImportResult, workflowIds } from '../../contracts/workflow.ts'
import { inTenant } from '../../db/client.ts'
import { getTemplate } from '../../db/templates.ts'
import { demand } from '../auth/rights.ts'
import type { Identity } from '../auth/token.ts'
import { kept } from '../cache/kept.ts'
import type { AnyReply, Call } from '../call.ts'
import type { ApiContext } from '../context.ts'
import { parse } from '../parse.ts'
import { handlers } from '../routes/index.ts'
import { resultOfRun, runStage } from '../temporal.ts'
import { withUntranslated } from '../untranslated.ts'

/** One message at work. */
export interface Task {
  request: StreamRequest
  asker: Identity
  /** The stream and the entry's id: the name of this request for ever. */
  stream: string
  messageId: string
  /** It was delivered before: a run of it may have begun, or be done. */
  again: boolean
}

export interface Outcome {
  templateId: string
  version: string | null
  result: Json
}

type Given = Partial<Record<'params' | 'query' | 'body', unknown>>

const correlationIdOf = ({ stream, messageId }: Task): string => `${stream}/${messageId}`

/** Does what the HTTP operation does, with the same checks, and answers what it answers. */
async function ask(ctx: ApiContext, task: Task, id: OperationId, given: Given, once?: string): Promise<unknown> {
  const operation: Operation = operations[id]
  const call = {
    ...task.asker, operation,
    params: operation.params && parse(operation.params, given.params, '/path'),
    query: operation.query && parse(operation.query, given.query ?? {}, '/query'),
    body: operation.body && parse(operation.body, given.body, ''),
    correlationId: correlationIdOf(task), receivedAt: performance.now(), address: '', idempotencyKey: undefined, ifMatch: undefined, lastEventId: undefined, once,
  } as Call
  // As in the router: any row meets its own handler.
  const handler = handlers[id] as (ctx: ApiContext, call: Call) => Promise<AnyReply>
  const { body } = await kept(ctx, call, () => handler(ctx, call))
  return typeof body === 'string' ? (JSON.parse(body) as unknown) : body
}

const needs = { retrieve: operations.getTemplate, create: operations.createTemplate, update: operations.updateTemplate, delete: operations.deleteTemplate }

/** Carries the request out with the user's permissions. Throws what the API would refuse. */
export async function perform(ctx: ApiContext, task: Task): Promise<Outcome> {
  const { operation } = task.request
  demand(ctx, task.asker, needs[operation].access, `To ${operation}`)
  try {
    return operation === 'retrieve' ? await retrieve(ctx, task) : await change(ctx, task)
  } catch (error) {
    throw error instanceof DomainError && error.code === '400.request_invalid' ? inParameters(error) : error
  }
}

/** What the operation's body, path and query are here, the parameters are. */
const inParameters = ({ code, message, errors }: DomainError): DomainError =>
  new DomainError(code, message.replace(/^The (body|query|path)/, 'The parameters').replace('does not', 'do not'), { errors: errors.map(({ pointer, message: why }) => ({ pointer: `/parameters${pointer.replace(/^\/(query|path)(?=\/)/, '')}`, message: why })) })

async function retrieve(ctx: ApiContext, task: Task): Promise<Outcome> {
  const { version } = parse(retrieveParameters, task.request.parameters, '')
  const id = task.request.template_id
  const result = (version === undefined ? await ask(ctx, task, 'getTemplate', { params: { id } }) : await ask(ctx, task, 'getTemplateVersion', { params: { id, version } })) as { id?: string; templateId?: string; version: string }
  return { templateId: result.templateId ?? result.id ?? '', version: result.version, result: result as Json }
}

/** One run for each message, ever: another delivery gets the first one's result. */
async function change(ctx: ApiContext, task: Task): Promise<Outcome> {
  const once = workflowIds.streamRequest(task.stream, task.asker.tenantId, task.messageId)
  const result = (task.again ? await earlier(ctx, task, once) : undefined) ?? (await begin(ctx, task, once))
  return { templateId: result.templateId, version: result.version, result: result as unknown as Json }
}

async function earlier(ctx: ApiContext, { asker }: Task, once: string): Promise<ImportResult | DeleteResult | undefined> {
  const result = await resultOfRun<ImportResult | DeleteResult>(ctx, once)
  return result && 'contentRef' in result ? withUntranslated(ctx, asker, result) : result
}

function begin(ctx: ApiContext, task: Task, once: string): Promise<ImportResult | DeleteResult> {
  const { operation, template_id: id, parameters } = task.request
  if (operation === 'delete') return remove(ctx, task, once)
  const given = operation === 'create' ? { body: parameters } : { params: { id }, body: parameters }
  return ask(ctx, task, operation === 'create' ? 'createTemplate' : 'updateTemplate', given, once) as Promise<ImportResult>
}

async function remove(ctx: ApiContext, task: Task, once: string): Promise<DeleteResult> {
  const { asker: { tenantId, actor }, request } = task
  const { force } = parse(deleteParameters, request.parameters, '')
  const template = await inTenant(ctx.db, tenantId, (tx) => getTemplate(tx, request.template_id ?? ''))
  const input: DeleteInput = { tenantId, actor, correlationId: correlationIdOf(task), templateId: template.id, force }
  const { result } = await runStage<DeleteResult>(ctx, { type: 'deleteTemplate', workflowId: once, once: true, input, summary: `Delete "${template.name}"`, attributes: { SlipwayTemplate: template.id } })
  await ctx.cache.forget(tenantId)
  return result
}
