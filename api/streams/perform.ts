import { DomainError } from '../../contracts/errors.ts'
import type { Json } from '../../contracts/json.ts'
import { operations } from '../../contracts/operations.ts'
import { type StreamRequest, deleteParameters, retrieveParameters } from '../../contracts/streams.ts'
import { type DeleteInput, type DeleteResult, type ImportResult, workflowIds } from '../../contracts/workflow.ts'
import { inTenant } from '../../db/client.ts'
import { getTemplate } from '../../db/templates.ts'
import { parseJson, toJson } from '../../domain/json.ts'
import { valueAt } from '../../domain/pointer.ts'
import { demand } from '../auth/rights.ts'
import type { Identity } from '../auth/token.ts'
import { kept } from '../cache/kept.ts'
import type { AnyReply } from '../call.ts'
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

const correlationIdOf = ({ stream, messageId }: Task): string => `${stream}/${messageId}`

/** The call that the HTTP request would be, but for what is asked. */
const callOf = (task: Task) => ({
  ...task.asker, correlationId: correlationIdOf(task), receivedAt: performance.now(), address: '', idempotencyKey: undefined, ifMatch: undefined, lastEventId: undefined,
  params: undefined, query: undefined, body: undefined,
})

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
  const result = version === undefined ? await readTemplate(ctx, task, { id }) : await readVersion(ctx, task, { id, version })
  return { templateId: String(valueAt(result, version === undefined ? '/id' : '/templateId')), version: String(valueAt(result, '/version')), result }
}

async function readTemplate(ctx: ApiContext, task: Task, path: object): Promise<Json> {
  const operation = operations.getTemplate
  const call = { ...callOf(task), operation, params: parse(operation.params, path, '/path') }
  return bodyOf(await kept(ctx, call, () => handlers.getTemplate(ctx, call)))
}

async function readVersion(ctx: ApiContext, task: Task, path: object): Promise<Json> {
  const operation = operations.getTemplateVersion
  const call = { ...callOf(task), operation, params: parse(operation.params, path, '/path') }
  return bodyOf(await kept(ctx, call, () => handlers.getTemplateVersion(ctx, call)))
}

/** What may be kept comes as text. */
const bodyOf = ({ body }: AnyReply): Json => parseJson(String(body))

/** The template as it is now; what else an answer says goes along. */
type Changed = Pick<DeleteResult, 'templateId' | 'version'>

/** One run for each message, ever: another delivery gets the first one's result. */
async function change(ctx: ApiContext, task: Task): Promise<Outcome> {
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
