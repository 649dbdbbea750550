import { CancelledFailure, Context } from '@temporalio/activity'
import { ApplicationFailure } from '@temporalio/common'
import { DomainError } from '../contracts/errors.ts'
import type { FailureDetails } from '../contracts/workflow.ts'
import { ExpressionError } from '../domain/expressions.ts'
import { ProviderError } from '../providers/provider.ts'
import { delayAfter, describeFailure, isFinal } from './failures.ts'

/** What Temporal would wait of itself; a running activity is told its intervals in milliseconds. */
function ownBackoffMs(): number {
  const { attempt, retryPolicy: { initialInterval = 1_000, maximumInterval = Infinity, backoffCoefficient = 2 } = {} } = Context.current().info
  return Math.min(Number(maximumInterval), Number(initialInterval) * backoffCoefficient ** (attempt - 1))
}

/** The one place where errors become what Temporal stores: short, typed by code, without causes that could hold a body. */
export function toFailure(error: unknown): unknown {
  if (error instanceof CancelledFailure || error instanceof ApplicationFailure) return error
  if (error instanceof DomainError) {
    const details: FailureDetails = { code: error.code, message: error.message, errors: error.errors.slice(0, 100), extra: error.extra }
    return ApplicationFailure.create({ type: error.code, message: error.message, nonRetryable: true, details: [details] })
  }
  if (error instanceof ProviderError || error instanceof ExpressionError) {
    const { code, message } = describeFailure(error instanceof ProviderError ? error.details.provider : 'unknown', error)
    const details: FailureDetails = { code, message }
    const asked = error instanceof ProviderError && error.details.retryAfterMs !== undefined
    return ApplicationFailure.create({ type: code, message, nonRetryable: isFinal(error), details: [details], ...(asked ? { nextRetryDelay: delayAfter(error, ownBackoffMs()) } : {}) })
  }
  return error instanceof Error ? ApplicationFailure.retryable(error.message.slice(0, 2048), error.name) : error
}
