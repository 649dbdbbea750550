import type { ErrorCode, ProblemError } from '../contracts/errors.ts'
import type { components } from './generated/api.ts'

export type { ErrorCode, ProblemError }
/** The OpenAPI document has its code as text; the service sends no other codes than these. */
export type Problem<Code extends ErrorCode = ErrorCode> = components['schemas']['Problem'] & { code: Code }

/** The service refused, or failed, and said why. `code` is one of the documented codes. */
export class ApiError<Code extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'ApiError'
  readonly code: Code
  readonly status: number
  /** The places in the request that are wrong. */
  readonly errors: ProblemError[]
  readonly correlationId: string
  /** The whole problem document; it may name the `recordId`, `planId` or `pipelineId` that is in the way. */
  readonly problem: Problem
  readonly retryAfterMs: number | undefined
  constructor(problem: Problem<Code>, retryAfterMs?: number) {
    super(problem.detail)
    this.code = problem.code
    this.status = problem.status
    this.errors = problem.errors ?? []
    this.correlationId = problem.correlationId
    this.problem = problem
    this.retryAfterMs = retryAfterMs
  }

  is<Some extends ErrorCode>(...codes: Some[]): this is ApiError<Some> {
    const known: ErrorCode[] = codes
    return known.includes(this.code)
  }
}

/** Nobody answered, or what answered was not Slipway: a proxy, another service. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError'
  /** Of an answer that was none of Slipway's. */
  readonly status: number | undefined
  readonly retryAfterMs: number | undefined
  constructor(message: string, { status, retryAfterMs, cause }: { status?: number; retryAfterMs?: number | undefined; cause?: unknown } = {}) {
    super(message, { cause })
    this.status = status
    this.retryAfterMs = retryAfterMs
  }
}

/** Retry-After holds seconds or a date. */
function retryAfterOf(headers: Headers): number | undefined {
  const text = headers.get('retry-after') ?? ''
  if (/^\d+$/.test(text)) return Number(text) * 1_000
  const at = Date.parse(text)
  return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now())
}

const isProblem = (body: unknown): body is Problem => typeof body === 'object' && body !== null && 'code' in body && typeof body.code === 'string' && 'detail' in body

const redirects = [301, 302, 303, 307, 308]

/** What an answer that is no success means. */
export function errorOf(baseUrl: string, response: Response, body: unknown): ApiError | UnreachableError {
  const retryAfterMs = retryAfterOf(response.headers)
  if (isProblem(body)) return new ApiError(body, retryAfterMs)
  const { status } = response
  // A browser tells no more than that there is one.
  if (response.type === 'opaqueredirect' || redirects.includes(status)) {
    const location = response.headers.get('location') ?? ''
    const where = URL.canParse(location, baseUrl) ? new URL(location, baseUrl).origin : 'another address'
    return new UnreachableError(`${baseUrl} redirects to ${where}, where nothing is sent: is the address right?`, { status })
  }
  return new UnreachableError(`${baseUrl} answered ${String(status)}, but not as Slipway does: is the address right?`, { status, retryAfterMs })
}

/** What became of a request that was not answered, or not to its end. */
export function unanswered(origin: string, error: unknown): UnreachableError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  const reason = cause instanceof Error ? cause.message || cause.name : String(cause)
  return new UnreachableError(`${origin} does not answer (${reason})`, { cause: error })
}
