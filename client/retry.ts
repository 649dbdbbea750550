import { ApiError, UnreachableError } from './errors.ts'

export interface RetryPolicy {
  /** Tries in all; 1 never tries again. */
  attempts: number
  /** The first wait; it doubles with each further one. */
  initialMs: number
  maxMs: number
  /** A longer Retry-After is not waited for. */
  maxRetryAfterMs: number
}

export const standardRetry: RetryPolicy = { attempts: 4, initialMs: 250, maxMs: 5_000, maxRetryAfterMs: 60_000 }

const passing = [429, 502, 503, 504]

/** What went wrong when somebody was to prove who asks. A refresh token that may have arrived is spent: sent again, it ends the login. */
const proofErrors = new WeakSet<object>()

/** Throws it on as such. A service that says it has not worked on it may be asked again. */
export function ofProof(error: unknown): never {
  const isUntouched = error instanceof ApiError && [429, 503].includes(error.status)
  if (error instanceof Error && !isUntouched) proofErrors.add(error)
  throw error
}

export const isOfProof = (error: unknown): boolean => error instanceof Error && proofErrors.has(error)

/** Whether it may go better next time: nobody answered, somebody is overloaded, or the first try is still being worked on. */
export function mayPass(error: unknown): error is ApiError | UnreachableError {
  if (isOfProof(error)) return false
  if (error instanceof UnreachableError) return error.status === undefined || passing.includes(error.status)
  return error instanceof ApiError && (passing.includes(error.status) || error.is('409.request_in_progress'))
}

/** How long to wait before the next try; undefined when there is none. */
export function waitBefore(tried: number, error: ApiError | UnreachableError, policy: RetryPolicy, random = Math.random): number | undefined {
  if (tried >= policy.attempts) return undefined
  const { retryAfterMs } = error
  if (retryAfterMs !== undefined) return retryAfterMs <= policy.maxRetryAfterMs ? retryAfterMs : undefined
  return Math.min(policy.initialMs * 2 ** (tried - 1), policy.maxMs) * (0.5 + random() / 2)
}

/** Waits, unless the signal aborts: then it throws its reason. */
export function pause(ms: number, signal?: AbortSignal | null): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort)
      resolve()
    }, ms)
    if (signal?.aborted) abort()
    else signal?.addEventListener('abort', abort, { once: true })
  })
}

/** Does it, and again as long as it fails in a way that may pass. */
export async function withRetries<T>(work: () => Promise<T>, policy: RetryPolicy, signal?: AbortSignal | null): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await work()
    } catch (error) {
      const wait = mayPass(error) ? waitBefore(tried, error, policy) : undefined
      if (wait === undefined) throw error
      await pause(wait, signal)
    }
  }
}
