import { types } from 'node:util'
import { ServiceError, WorkflowFailedError, WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError } from '@temporalio/client'
import { ApplicationFailure } from '@temporalio/common'
import { z } from 'zod'
import { jsonObject } from '../contracts/artifact.ts'
import { DomainError, type ErrorCode, errorCodes, statusOf } from '../contracts/errors.ts'

const isCode = (text: string | null | undefined): text is ErrorCode => text !== null && text !== undefined && (text in errorCodes || /^502\.provider_error_[a-z][a-z0-9-]*$/.test(text))

/** What `FailureDetails` says besides the code, which is the failure's type. */
const failureDetails = z.object({ message: z.string(), errors: z.array(z.object({ pointer: z.string(), message: z.string() })), extra: jsonObject }).partial()

/** The refusal that a workflow or update ended with, however deep it lies. */
export function refusalIn(error: unknown): DomainError | undefined {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if (!(at instanceof ApplicationFailure) || !isCode(at.type)) continue
    const details = failureDetails.safeParse(at.details?.[0]).data
    return new DomainError(at.type, details?.message ?? at.message, { ...(details?.errors ? { errors: details.errors } : {}), ...(details?.extra ? { extra: details.extra } : {}) })
  }
  return undefined
}

/** A connection that is refused or lost, or a server that is starting or stopping: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const databaseAway = /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|08\w{3}|57P0\d|53300)$/
const poolAway = /timeout exceeded when trying to connect|Connection terminated/

function isDatabaseAway(error: unknown): boolean {
  if (!types.isNativeError(error)) return false
  const code = 'code' in error ? String(error.code) : ''
  // Node tries each address of a name and throws what became of all of them.
  const several: unknown[] = 'errors' in error && Array.isArray(error.errors) ? error.errors : []
  return databaseAway.test(code) || poolAway.test(error.message) || several.some(isDatabaseAway)
}

/** What a client gets to hear of any error: a refusal, something that is away, or only that it was unexpected. */
export function toDomainError(error: unknown): DomainError {
  if (error instanceof DomainError) return error
  if (error instanceof WorkflowFailedError || error instanceof WorkflowUpdateFailedError) {
    return refusalIn(error) ?? new DomainError('500.internal', 'The run failed in an unexpected way')
  }
  if (error instanceof ServiceError || error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) return new DomainError('503.unavailable', 'The workflow engine does not answer: try again')
  if (types.isNativeError(error) && error.name === 'URIError') return new DomainError('400.request_invalid', 'The address is not well encoded')
  if (isDatabaseAway(error)) return new DomainError('503.unavailable', 'The database does not answer: try again')
  return new DomainError('500.internal', 'Something unexpected went wrong; the correlation id finds it in the logs')
}

export interface Problem extends Record<string, unknown> {
  type: string
  title: string
  status: number
  code: string
  detail: string
  correlationId: string
}

const titles: Partial<Record<ErrorCode, string>> = errorCodes

/** The RFC 9457 document of a refusal. */
export function problemOf({ code, message, errors, extra }: DomainError, correlationId: string): Problem {
  const title = titles[code] ?? 'The provider refused or could not be reached.'
  return { type: `urn:slipway:error:${code}`, title, status: statusOf(code), code, detail: message, ...(errors.length > 0 ? { errors } : {}), correlationId, ...extra }
}
