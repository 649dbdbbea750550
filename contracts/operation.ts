import type { z } from 'zod'
import type { ErrorCode } from './errors.ts'
import type { Right } from './permissions.ts'

/** One kind of answer of an operation. Without a schema the answer has no JSON body. */
export interface Answer {
  description: string
  schema?: z.ZodType
  example?: unknown
  /** When it is not JSON. */
  contentType?: string
  /** It is, or may be, a tar. */
  archive?: boolean
}

/** One address and method of the API: what validates it, documents it and types its handler and its client. */
export interface Operation {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete'
  /** With `{parameters}`, as OpenAPI writes it. */
  path: string
  /** Where it stands: below `/api/v1`, at the root, or at both. */
  at: 'v1' | 'root' | 'both'
  /** All that is needed; `anyone` needs no token, `signed-in` any good one. */
  access: 'anyone' | 'signed-in' | readonly Right[]
  tag: string
  summary: string
  description?: string
  params?: z.ZodObject
  query?: z.ZodObject
  body?: z.ZodType
  /** A request body. */
  example?: unknown
  /** It takes a directory as tar in the body's place, which is the body's field `archive`; these are its others. */
  archives?: Readonly<Record<string, string>>
  answers: Readonly<Record<number, Answer>>
  /** The codes of its own; those of authentication, validation and failure are added by `errorsOf`. */
  errors: readonly ErrorCode[]
  /** It answers with an ETag, or checks If-Match. */
  etag?: boolean
  /** It is asked with a secret or answers with one, which is never kept: an Idempotency-Key is not heeded. */
  secret?: boolean
  /** Its answer follows from the tenant's templates and instances alone: a cache may give it until one of the templates changes. */
  cached?: boolean
  /** It answers with a stream that its handler writes itself. */
  stream?: boolean
}

/** Keeps the literal types of a table's row. */
export const operation = <const O extends Operation>(row: O): O => row

/** Whether its answer is kept for an Idempotency-Key: of tenants' posts without secrets. */
export const keepsAnswer = ({ method, secret, access }: Operation): boolean => method === 'post' && secret !== true && access !== 'anyone'

/** Every code that an operation may answer. */
export function errorsOf(row: Operation): ErrorCode[] {
  const checked = row.params !== undefined || row.query !== undefined || row.body !== undefined
  return [
    ...new Set<ErrorCode>([
      ...(checked ? (['400.request_invalid'] as const) : []),
      ...(row.access === 'anyone' ? [] : (['401.unauthenticated'] as const)),
      ...(typeof row.access === 'string' ? [] : (['403.forbidden'] as const)),
      ...row.errors,
      ...(row.etag && row.method !== 'get' ? (['412.precondition_failed'] as const) : []),
      ...(row.body ? (['413.body_too_large', '415.unsupported_media_type'] as const) : []),
      ...(keepsAnswer(row) ? (['409.request_in_progress', '422.idempotency_key_reused'] as const) : []),
      '500.internal',
      ...(row.access === 'anyone' ? [] : (['503.unavailable'] as const)),
    ]),
  ]
}

/** The paths under which an operation is reached, as OpenAPI writes them. */
export const pathsOf = ({ at, path }: Operation): string[] => [...(at === 'v1' ? [] : [path]), ...(at === 'root' ? [] : [`/api/v1${path}`])]
