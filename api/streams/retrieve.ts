import type { Json } from '../../contracts/json.ts'
import { operations } from '../../contracts/operations.ts'
import { retrieveParameters } from '../../contracts/stream-requests.ts'
import { parseJson } from '../../domain/json.ts'
import { valueAt } from '../../domain/pointer.ts'
import { kept } from '../cache/kept.ts'
import type { AnyReply } from '../call.ts'
import type { ApiContext } from '../context.ts'
import { parse } from '../parse.ts'
import { handlers } from '../routes/index.ts'
import { callOf, type Outcome, type Task } from './task.ts'

export async function retrieve(ctx: ApiContext, task: Task): Promise<Outcome> {
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
