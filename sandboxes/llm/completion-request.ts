import { LlmError } from './errors.ts'

type Json = Record<string, unknown>

export interface CompletionRequest {
  model: string
  messages: { role: string; content: unknown }[]
  /** All that the messages say. */
  text: string
  format: { type: 'text' } | { type: 'json_object' } | { type: 'json_schema'; schema: Json }
  maxTokens: number
}

/** Reads a request as strictly as the vendor does; throws LlmError. */
export function readCompletionRequest(body: unknown, refuseJsonSchema: boolean): CompletionRequest {
  if (!isJson(body)) throw new LlmError(400, 'We could not parse the JSON body of your request')
  const { model, messages, stream } = body
  if (typeof model !== 'string' || model === '') throw new LlmError(400, 'you must provide a model parameter', { param: 'model' })
  if (!Array.isArray(messages) || messages.length === 0 || !messages.every(isMessage)) {
    throw new LlmError(400, "Invalid 'messages': expected a non-empty list of {role, content}", { param: 'messages' })
  }
  if (stream === true) throw new LlmError(400, 'Streaming is not supported by this model', { param: 'stream', code: 'unsupported_value' })
  const text = messages.map(({ content }) => textOf(content)).join('\n')
  return { model, messages, text, format: readFormat(body['response_format'], text, refuseJsonSchema), maxTokens: readMaxTokens(body) }
}

function readFormat(format: unknown, text: string, refuseJsonSchema: boolean): CompletionRequest['format'] {
  if (format === undefined || format === null) return { type: 'text' }
  const type = isJson(format) ? format['type'] : undefined
  if (!isJson(format) || typeof type !== 'string') throw new LlmError(400, "Invalid 'response_format'", { param: 'response_format' })
  if (type === 'text') return { type }
  if (type === 'json_object') {
    if (/json/i.test(text)) return { type }
    const message = "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'."
    throw new LlmError(400, message, { param: 'messages' })
  }
  if (type !== 'json_schema' || refuseJsonSchema) {
    throw new LlmError(400, 'This response_format type is unavailable now', { param: 'response_format' })
  }
  return { type, schema: readSchema(format['json_schema']) }
}

function readSchema(wrapper: unknown): Json {
  const param = 'response_format'
  if (!isJson(wrapper) || typeof wrapper['name'] !== 'string' || !/^[A-Za-z0-9_-]{1,64}$/.test(wrapper['name'])) {
    throw new LlmError(400, "Invalid 'response_format.json_schema.name'", { param: `${param}.json_schema.name` })
  }
  const { schema, strict } = wrapper
  if (!isJson(schema)) throw new LlmError(400, "Missing 'response_format.json_schema.schema'", { param: `${param}.json_schema.schema` })
  const fault = strict === true ? strictFault(schema, true) : undefined
  if (fault !== undefined) throw new LlmError(400, `Invalid schema for response_format '${wrapper['name']}': ${fault}`, { param })
  return schema
}

/** Strict schemas are closed objects that require all of their properties. */
function strictFault(schema: unknown, isRoot = false): string | undefined {
  if (Array.isArray(schema)) return schema.map((part) => strictFault(part)).find((fault) => fault !== undefined)
  if (!isJson(schema)) return undefined
  if (isRoot && schema['type'] !== 'object') return 'schema must be of type "object"'
  const { properties, required } = schema
  if (isJson(properties)) {
    if (schema['additionalProperties'] !== false) return "'additionalProperties' is required to be supplied and to be false."
    const names = Array.isArray(required) ? required : []
    const optional = Object.keys(properties).find((name) => !names.includes(name))
    if (optional !== undefined) return `'required' must include every key in properties. Missing '${optional}'.`
    return strictFault(Object.values(properties))
  }
  return strictFault([schema['items'], schema['anyOf']])
}

function readMaxTokens(body: Json): number {
  const limit = body['max_completion_tokens'] ?? body['max_tokens'] ?? Infinity
  if (typeof limit === 'number' && limit >= 1) return limit
  throw new LlmError(400, "Invalid 'max_completion_tokens': must be at least 1", { param: 'max_completion_tokens' })
}

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

const isMessage = (value: unknown): value is { role: string; content: unknown } =>
  isJson(value) &&
  ['system', 'developer', 'user', 'assistant', 'tool'].includes(String(value['role'])) &&
  (typeof value['content'] === 'string' || Array.isArray(value['content']))

const textOf = (content: unknown): string =>
  Array.isArray(content) ? content.map((part: unknown) => (isJson(part) ? String(part['text'] ?? '') : '')).join('\n') : String(content)
