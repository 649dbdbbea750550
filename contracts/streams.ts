import type { ProblemError } from './errors.ts'
import type { Json, JsonObject } from './json.ts'
import type { StreamOperation } from './stream-requests.ts'

/** What travels over the streams. Each field of a message is a field of the entry, its value in JSON. */

export const streamNames = (prefix: string) => ({ requests: `${prefix}:requests`, results: `${prefix}:results`, usage: `${prefix}:usage`, deadLetters: `${prefix}:dead-letters` })
export type StreamNames = ReturnType<typeof streamNames>

export interface StreamError {
  code: string
  message: string
  errors?: ProblemError[]
  [named: string]: unknown
}

export interface StreamResult {
  /** The id of the request's entry. */
  request_id: string
  template_id: string | null
  status: 'success' | 'error'
  result: Json
  error: StreamError | null
  duration_ms: number
}

export interface StreamUsage {
  template_id: string
  version: string | null
  operation: StreamOperation
  tenant_id: string
  user_id: string
  duration_ms: number
  timestamp: string
}

/** A request that nobody could answer. */
export interface StreamDeadLetter {
  request_id: string
  /** The entry's fields as they came; null when the stream has dropped it. */
  message: JsonObject | null
  deliveries: number
  error: StreamError
  timestamp: string
}
