import { Context } from '@temporalio/activity'
import { DomainError } from '../contracts/errors.ts'
import type { ErrorCode } from '../contracts/errors.ts'
import { ExpressionError } from '../domain/expressions.ts'
import type { Redact } from '../domain/redact.ts'
import { ProviderError } from '../providers/provider.ts'

/** The code and sentence that people see for a failed provider step. */
export function describeFailure(provider: string, error: unknown): { code: ErrorCode; message: string } {
  if (error instanceof DomainError) return { code: error.code, message: error.message }
  if (error instanceof ExpressionError) return { code: '422.render_failed', message: error.message }
  return { code: `502.provider_error_${provider}`, message: error instanceof Error ? error.message : String(error) }
}

/** True when waiting cannot help: another try would fail the same way. Trouble of our own (the database) is always worth another. */
export const isFinal = (error: unknown): boolean =>
  error instanceof DomainError || error instanceof ExpressionError || (error instanceof ProviderError && !error.details.retryable)

/**
 * How long to wait for another try. A vendor whose limit is reached knows when there is room again; one that fails only guesses, and a short guess would
 * spend the tries before an outage is over.
 */
export function delayAfter(error: unknown, backoffMs: number): number {
  const { retryAfterMs: asked, status } = error instanceof ProviderError ? error.details : {}
  return asked === undefined ? backoffMs : status === 429 ? asked : Math.max(asked, backoffMs)
}

/** Runs work whose errors may quote what was sent; they are thrown again without the secrets. */
export async function withoutSecrets<T>(redact: Redact, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Error) error.message = redact(error.message)
    throw error
  }
}

/** The signal that ends when the activity is cancelled, and a check to call between requests. */
export const cancellation = (): { signal: AbortSignal; checkpoint: () => void } => {
  const { cancellationSignal } = Context.current()
  return { signal: cancellationSignal, checkpoint: () => { cancellationSignal.throwIfAborted() } }
}
