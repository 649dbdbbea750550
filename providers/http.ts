import { lookup as dnsLookup } from 'node:dns'
import { isIP } from 'node:net'
import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { Agent, fetch as undiciFetch } from 'undici'
import { redacted, wholeOf } from './answer.ts'
import { largestAnswer, refused, unreachable } from './failures.ts'
import { guardedLookup, isPrivateAddress } from './private-address.ts'
import { ProviderError } from './provider.ts'
import type { RateLimit } from './provider.ts'
import { endCall } from './tracing.ts'

export type Fetch = typeof globalThis.fetch

/** How an adapter talks to its vendor. Every request is traced, timed out, paced and kept out of private networks. */
export interface Http {
  /** For vendor SDKs. Rejects with ProviderError when no answer came. */
  fetch: Fetch
  /** One JSON request; rejects with ProviderError unless the status is 2xx. An empty answer is `undefined`. */
  json(request: JsonRequest): Promise<JsonAnswer>
  /** Whether addresses in private networks may be asked: for adapters that speak something else. */
  allowPrivateAddresses: boolean
}

export interface JsonRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  url: string
  headers?: Record<string, string>
  body?: unknown
  /** The vendor's sentence in an error body. */
  messageOf?: (body: unknown) => string | undefined
  /** Statuses this vendor means otherwise: true = retryable. */
  exceptions?: Partial<Record<number, boolean>>
  /** Statuses answered instead of thrown (e.g. 404, 409). */
  accept?: readonly number[]
}

export interface JsonAnswer {
  status: number
  headers: Headers
  body: unknown
}

export interface HttpOptions {
  provider: string
  timeoutMs: number
  allowPrivateAddresses: boolean
  limit?: RateLimit | undefined
  /** Takes one request from the account's budget; answers how many ms to wait first. */
  take?: ((limit: RateLimit) => Promise<number>) | undefined
  /** Takes known secrets out of what a refusal says: vendors echo what they were sent. */
  redact?: ((text: string) => string) | undefined
  /** Ends requests early when the step is cancelled. */
  signal?: AbortSignal | undefined
  /** Resolves names, where private addresses are refused; default the system's. */
  lookup?: typeof dnsLookup | undefined
}

// As many connections as steps run at once: a request that queued for one would spend its time limit waiting, not being answered.
const open = new Agent({ keepAliveTimeout: 10_000, maxResponseSize: largestAnswer })
const guardedAgent = (lookup: typeof dnsLookup): Agent => new Agent({ keepAliveTimeout: 10_000, maxResponseSize: largestAnswer, connect: { lookup: guardedLookup(lookup) } })
const guarded = guardedAgent(dnsLookup)

const pause = (ms: number, signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms)
    signal?.addEventListener('abort', () => { clearTimeout(timer); reject(signal.reason) }, { once: true })
  })

const inPrivate = (provider: string, { hostname }: URL): ProviderError =>
  new ProviderError(`${provider}: ${hostname} is in a private network; use a public address`, { provider, retryable: false, vendorCode: 'EPRIVATE' })

const tracer = trace.getTracer('slipway')

export function createHttp(options: HttpOptions): Http {
  const { provider } = options
  const dispatcher = options.allowPrivateAddresses ? open : options.lookup ? guardedAgent(options.lookup) : guarded

  const send: Fetch = async (input, init) => {
    const request = input instanceof Request ? input : undefined
    const url = new URL(request?.url ?? String(input))
    if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new ProviderError(`${provider}: ${url.protocol} is no address to send to; use https`, { provider, retryable: false, vendorCode: 'EPROTOCOL' })
    const method = init?.method ?? request?.method ?? 'GET'
    const host = url.hostname.replace(/^\[|\]$/g, '')
    if (!options.allowPrivateAddresses && isIP(host) && isPrivateAddress(host)) throw inPrivate(provider, url)
    return tracer.startActiveSpan(`${provider} ${method}`, { kind: SpanKind.CLIENT, attributes: { 'http.request.method': method, 'server.address': url.host, 'url.path': options.redact?.(url.pathname) ?? url.pathname, 'slipway.provider': provider } }, async (span) => {
      try {
        if (options.limit && options.take) {
          const wait = await options.take(options.limit)
          if (wait > 0) await pause(wait, options.signal)
        }
        // Node's types of it and undici's are of two versions.
        const given: object | undefined = init
        const signals = [AbortSignal.timeout(options.timeoutMs), options.signal, init?.signal].filter((signal) => signal !== undefined && signal !== null)
        const answer = await undiciFetch(url, {
          ...(request ? { method, headers: Object.fromEntries(request.headers), body: await request.arrayBuffer() } : {}),
          ...given,
          redirect: 'manual',
          signal: AbortSignal.any(signals),
          dispatcher,
        })
        span.setAttribute('http.response.status_code', answer.status)
        const whole = await wholeOf(provider, answer)
        if (answer.status < 400) return whole
        span.setStatus({ code: SpanStatusCode.ERROR })
        return options.redact ? await redacted(whole, options.redact) : whole
      } catch (error) {
        span.setStatus({ code: SpanStatusCode.ERROR })
        const failure = unreachable(provider, error)
        throw failure.details.vendorCode === 'EPRIVATE' ? inPrivate(provider, url) : failure
      } finally {
        endCall(span)
      }
    })
  }

  return {
    fetch: send,
    allowPrivateAddresses: options.allowPrivateAddresses,
    async json({ method, url, headers, body, messageOf, exceptions, accept = [] }) {
      const answer = await send(url, {
        method,
        headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      const text = await answer.text().catch((error: unknown) => { throw unreachable(provider, error) })
      const parsed = parse(text)
      if (answer.ok || accept.includes(answer.status)) return { status: answer.status, headers: answer.headers, body: parsed }
      throw refused({ provider, status: answer.status, message: messageOf?.(parsed) ?? (text || answer.statusText), headers: answer.headers, exceptions })
    },
  }
}

const parse = (text: string): unknown => {
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
