import { ProviderError } from './provider.ts'

export interface VendorAnswer {
  provider: string
  /** HTTP status of the answer. */
  status: number
  /** What the vendor said, already a sentence. */
  message: string
  headers?: { get(name: string): string | null } | undefined
  vendorCode?: string | undefined
  /** Statuses that this vendor means otherwise than the rule below. */
  exceptions?: Partial<Record<number, boolean>> | undefined
  /** Known from elsewhere than Retry-After, e.g. a limit's interval. */
  retryAfterMs?: number | undefined
}

/** The time at the vendor when it answered, by its Date header: a wait until a time of the vendor's must not hang on our own clock. */
export function vendorTime(headers: VendorAnswer['headers']): number {
  const said = Date.parse(headers?.get('date') ?? '')
  return Number.isFinite(said) ? said : Date.now()
}

/** Retry-After in milliseconds: seconds, an HTTP date, or OpenAI's and Retell's `retry-after-ms`. */
export function retryAfterOf(headers: VendorAnswer['headers'], now = vendorTime(headers)): number | undefined {
  const exact = Number(headers?.get('retry-after-ms') ?? NaN)
  if (Number.isFinite(exact) && exact >= 0) return exact
  const text = headers?.get('retry-after')
  if (!text) return undefined
  const seconds = Number(text)
  const wait = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(text) - now
  return Number.isFinite(wait) ? Math.max(0, wait) : undefined
}

/** The one place where an answer becomes retryable (408, 425, 429, 5xx) or final (every other 4xx). */
export function refused(answer: VendorAnswer): ProviderError {
  const { status, exceptions, vendorCode } = answer
  const retryable = exceptions?.[status] ?? (status === 408 || status === 425 || status === 429 || status >= 500)
  const retryAfterMs = answer.retryAfterMs ?? retryAfterOf(answer.headers)
  return new ProviderError(`${answer.provider} answered ${status}: ${answer.message}`, {
    provider: answer.provider,
    status,
    retryable,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(vendorCode === undefined ? {} : { vendorCode }),
  })
}

/** By shape, not class: an error from another realm (undici's, a test runner's) is no instance of our Error. */
const networkCode = (error: unknown): string => {
  for (let at = error; typeof at === 'object' && at !== null; at = 'cause' in at ? at.cause : undefined) {
    if ('code' in at && typeof at.code === 'string') return at.code
    if ('name' in at && (at.name === 'TimeoutError' || at.name === 'AbortError')) return at.name
  }
  return 'NETWORK'
}

/** More bytes than any vendor's longest page of workflows: one that sends more would cost the worker its memory. */
export const largestAnswer = 64 * 1024 * 1024
/** The HTTP client's code for such an answer. */
export const tooLarge = 'UND_ERR_RES_EXCEEDED_MAX_SIZE'

/** No answer came: a reset, a timeout, a name that does not resolve. The request may have been carried out. */
export function unreachable(provider: string, error: unknown): ProviderError {
  if (error instanceof ProviderError) return error
  const code = networkCode(error)
  if (code === tooLarge) return new ProviderError(`${provider} answered more than ${String(largestAnswer / 1024 / 1024)} MiB`, { provider, retryable: false, vendorCode: code }, { cause: error })
  const what = code === 'TimeoutError' ? 'did not answer in time' : `could not be reached (${code})`
  return new ProviderError(`${provider} ${what}`, { provider, retryable: true, vendorCode: code }, { cause: error })
}
