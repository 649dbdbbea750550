import { z } from 'zod'
import { uuid } from './api.ts'
import { semver } from './artifact.ts'
import type { ProblemError } from './errors.ts'
import type { Json, JsonObject } from './json.ts'

/** What travels over the streams. Each field of a message is a field of the entry, its value in JSON. */

export const streamNames = (prefix: string) => ({ requests: `${prefix}:requests`, results: `${prefix}:results`, usage: `${prefix}:usage`, deadLetters: `${prefix}:dead-letters` })
export type StreamNames = ReturnType<typeof streamNames>

export const streamOperations = ['retrieve', 'create', 'update', 'delete'] as const
export type StreamOperation = (typeof streamOperations)[number]

/** Fields that are not known are left alone: other systems put their own marks on a message. */
export const streamRequest = z.object({
  template_id: z.string().min(1).max(200).nullable().default(null).meta({ description: 'The id, or the name where one kind alone has it; not read when creating' }),
  operation: z.enum(streamOperations),
  tenant_id: uuid,
  user_id: z.string().min(1).max(320).meta({ description: "The user's id or email" }),
  parameters: z.record(z.string(), z.json()).default({}).meta({ description: 'Of create and update: the body of POST and PUT /api/v1/templates' }),
  timestamp: z.iso.datetime({ offset: true }).optional(),
}).refine(({ operation, template_id }) => operation === 'create' || template_id !== null, { message: 'is needed', path: ['template_id'] })
export type StreamRequest = z.output<typeof streamRequest>

export const retrieveParameters = z.strictObject({ version: semver.optional().meta({ description: 'With its content; without, the template as its newest version is' }) })
export const deleteParameters = z.strictObject({ force: z.boolean().default(false) })

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
