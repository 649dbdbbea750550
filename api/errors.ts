import { types } from 'node:util'
import { ServiceError, WorkflowFailedError, WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError } from '@temporalio/client'
import { DomainError } from '../contracts/errors.ts'
import { refusalIn } from './refusal.ts'

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
