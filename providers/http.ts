import { lookup as dnsLookup } from 'node:dns'
import { BlockList, isIP } from 'node:net'
import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { Agent, fetch as undiciFetch } from 'undici'
import type { Response as UndiciResponse } from 'undici'
import { largestAnswer, refused, tooLarge, unreachable } from './failures.ts'
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

const privateRanges = new BlockList()
for (const [net, bits] of [['0.0.0.0', 8], ['10.0.0.0', 8], ['100.64.0.0', 10], ['127.0.0.0', 8], ['169.254.0.0', 16], ['172.16.0.0', 12], ['192.0.0.0', 24], ['192.88.99.0', 24], ['192.168.0.0', 16], ['198.18.0.0', 15], ['224.0.0.0', 3]] as const) {
  privateRanges.addSubnet(net, bits, 'ipv4')
}
// The last five carry an IPv4 address inside, which may be a private one: https://www.iana.org/assignments/iana-ipv6-special-registry
for (const [net, bits] of [['fc00::', 7], ['fe80::', 9], ['ff00::', 8], ['100::', 64], ['::', 96], ['64:ff9b::', 96], ['64:ff9b:1::', 48], ['2001::', 32], ['2002::', 16]] as const) privateRanges.addSubnet(net, bits, 'ipv6')

/** Loopback, link-local, private and reserved addresses, also as IPv4 in IPv6. */
export function isPrivateAddress(address: string): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  const plain = mapped ?? address
  return privateRanges.check(plain, isIP(plain) === 6 ? 'ipv6' : 'ipv4')
}

const forbidden = (host: string): Error => Object.assign(new Error(`${host} is in a private network`), { code: 'EPRIVATE' })

/** Checked when the socket is opened, so that a name cannot change between check and use. */
const guardedLookup = (lookup: typeof dnsLookup): typeof dnsLookup => ((host: string, options: object, done: (...args: unknown[]) => void) => {
  lookup(host, options, (error, address, family) => {
    const all = (Array.isArray(address) ? address : [{ address }]) as { address: string }[]
    const bad = !error && all.some((one) => isPrivateAddress(one.address))
    done(bad ? forbidden(host) : error, address, family)
  })
}) as typeof dnsLookup

// As many connections as steps run at once: a request that queued for one would spend its time limit waiting, not being answered.
const open = new Agent({ keepAliveTimeout: 10_000, maxResponseSize: largestAnswer })
const guardedAgent = (lookup: typeof dnsLookup): Agent => new Agent({ keepAliveTimeout: 10_000, maxResponseSize: largestAnswer, connect: { lookup: guardedLookup(lookup) } })
const guarded = guardedAgent(dnsLookup)

const pause = (ms: number, signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms)
    signal?.addEventListener('abort', () => { clearTimeout(timer); reject(signal.reason as Error) }, { once: true })
  })

const tracer = trace.getTracer('slipway')

export function createHttp(options: HttpOptions): Http {
  const { provider } = options
  const dispatcher = options.allowPrivateAddresses ? open : options.lookup ? guardedAgent(options.lookup) : guarded

  const send: Fetch = async (input, init) => {
    const request = input instanceof Request ? input : undefined
    const url = new URL(request?.url ?? String(input))
    if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new ProviderError(`${provider}: ${url.protocol} is no address to send to; use https`, { provider, retryable: false, vendorCode: 'EPROTOCOL' })
    const method = init?.method ?? request?.method ?? 'GET'
    if (!options.allowPrivateAddresses && isIP(url.hostname.replace(/^\[|\]$/g, '')) && isPrivateAddress(url.hostname.replace(/^\[|\]$/g, ''))) {
      throw new ProviderError(`${provider}: ${url.hostname} is in a private network; use a public address`, { provider, retryable: false, vendorCode: 'EPRIVATE' })
    }
    return tracer.startActiveSpan(`${provider} ${method}`, { kind: SpanKind.CLIENT, attributes: { 'http.request.method': method, 'server.address': url.host, 'url.path': options.redact?.(url.pathname) ?? url.pathname, 'slipway.provider': provider } }, async (span) => {
      try {
        if (options.limit && options.take) {
          const wait = await options.take(options.limit)
          if (wait > 0) await pause(wait, options.signal)
        }
        const signals = [AbortSignal.timeout(options.timeoutMs), options.signal, init?.signal].filter((signal) => signal !== undefined && signal !== null)
        const answer = await undiciFetch(url, {
          ...(request ? { method, headers: Object.fromEntries(request.headers), body: await request.arrayBuffer() } : {}),
          ...(init as object),
          redirect: 'manual',
          signal: AbortSignal.any(signals),
          dispatcher,
        })
        span.setAttribute('http.response.status_code', answer.status)
        // Credentials go to the address of the connection and to no other, and so do the looks at its network.
        if (answer.status >= 300 && answer.status < 400 && answer.status !== 304) throw await redirected(provider, answer)
        const whole = answer.headers.has('content-encoding') ? await counted(answer) : (answer as unknown as Response)
        if (answer.status < 400) return whole
        span.setStatus({ code: SpanStatusCode.ERROR })
        return options.redact ? await redacted(whole, options.redact) : whole
      } catch (error) {
        span.setStatus({ code: SpanStatusCode.ERROR })
        const failure = unreachable(provider, error)
        throw failure.details.vendorCode === 'EPRIVATE' ? new ProviderError(`${provider}: ${url.hostname} is in a private network; use a public address`, { provider, retryable: false, vendorCode: 'EPRIVATE' }) : failure
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

async function redirected(provider: string, answer: UndiciResponse): Promise<ProviderError> {
  await answer.body?.cancel().catch(() => undefined)
  return new ProviderError(`${provider} answered ${String(answer.status)}: redirections are not followed; give the address that it leads to`, { provider, status: answer.status, retryable: false })
}

/** The refusal as the adapters may see it; redacted before anyone cuts it short. */
const redacted = async (answer: Response, redact: (text: string) => string): Promise<Response> =>
  new Response(redact(await answer.text()), { status: answer.status, statusText: redact(answer.statusText), headers: [...answer.headers] })

/** What was compressed may be a thousand times as long as what was sent. */
async function counted(answer: UndiciResponse): Promise<Response> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of (answer.body ?? []) as AsyncIterable<Uint8Array>) {
    length += chunk.byteLength
    if (length > largestAnswer) throw Object.assign(new Error('the answer is too large'), { code: tooLarge })
    chunks.push(chunk)
  }
  return new Response(answer.body === null ? null : Buffer.concat(chunks), { status: answer.status, statusText: answer.statusText, headers: [...answer.headers] })
}

const parse = (text: string): unknown => {
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
