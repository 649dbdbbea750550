import { isRecord } from '../record.ts'
import { LlmError } from './errors.ts'
import { readFormat } from './response-format.ts'
import type { ResponseFormat } from './response-format.ts'

export interface CompletionRequest {
  model: string
  messages: { role: string; content: unknown }[]
  /** All that the messages say. */
  text: string
  format: ResponseFormat
  maxTokens: number
}

/** Reads a request as strictly as the vendor does; throws LlmError. */
export function readCompletionRequest(body: unknown, refuseJsonSchema: boolean): CompletionRequest {
  if (!isRecord(body)) throw new LlmError(400, 'We could not parse the JSON body of your request')
  const { model, messages, stream } = body
  if (typeof model !== 'string' || model === '') throw new LlmError(400, 'you must provide a model parameter', { param: 'model' })
  if (!Array.isArray(messages) || messages.length === 0 || !messages.every(isMessage)) {
    throw new LlmError(400, "Invalid 'messages': expected a non-empty list of {role, content}", { param: 'messages' })
  }
  if (stream === true) throw new LlmError(400, 'Streaming is not supported by this model', { param: 'stream', code: 'unsupported_value' })
  const text = messages.map(({ content }) => textOf(content)).join('\n')
  return { model, messages, text, format: readFormat(body['response_format'], text, refuseJsonSchema), maxTokens: readMaxTokens(body) }
}

function readMaxTokens(body: Record<string, unknown>): number {
  const limit = body['max_completion_tokens'] ?? body['max_tokens'] ?? Infinity
  if (typeof limit === 'number' && limit >= 1) return limit
  throw new LlmError(400, "Invalid 'max_completion_tokens': must be at least 1", { param: 'max_completion_tokens' })
}

const isMessage = (value: unknown): value is { role: string; content: unknown } =>
  isRecord(value) &&
  ['system', 'developer', 'user', 'assistant', 'tool'].includes(String(value['role'])) &&
  (typeof value['content'] === 'string' || Array.isArray(value['content']))

const textOf = (content: unknown): string =>
  Array.isArray(content) ? content.map((part: unknown) => (isRecord(part) ? String(part['text'] ?? '') : '')).join('\n') : String(content)
