import { isRecord } from '../record.ts'
import { LlmError } from './errors.ts'
import { readSchema } from './response-schema.ts'

export type ResponseFormat = { type: 'text' } | { type: 'json_object' } | { type: 'json_schema'; schema: Record<string, unknown> }

/** Reads `response_format`; `text` is all that the messages say. */
export function readFormat(format: unknown, text: string, refuseJsonSchema: boolean): ResponseFormat {
  if (format === undefined || format === null) return { type: 'text' }
  const type = isRecord(format) ? format['type'] : undefined
  if (!isRecord(format) || typeof type !== 'string') throw new LlmError(400, "Invalid 'response_format'", { param: 'response_format' })
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
