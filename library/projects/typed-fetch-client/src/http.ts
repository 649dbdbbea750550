import { z } from 'zod'

export type Kind = 'network' | 'timeout' | 'aborted' | 'unauthenticated' | 'forbidden' | 'missing' | 'conflict' | 'invalid' | 'busy' | 'server' | 'unexpected'

/** What went wrong with a call, in the words that a screen needs. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly kind: Kind
  readonly status: number | undefined
  /** By JSON Pointer, what is wrong with which field. */
  readonly fields: Readonly<Record<string, string>>
  constructor(kind: Kind, message: string, { status, fields = {}, cause }: { status?: number; fields?: Record<string, string>; cause?: unknown } = {}) {
    super(message, { cause })
    this.kind = kind
    this.status = status
    this.fields = fields
  }
  /** Whether the same call may succeed later. */
  get canRetry(): boolean { return ['network', 'timeout', 'busy', 'server'].includes(this.kind) }
}

export interface HttpOptions {
  baseUrl: string
${%- if variables.auth == "bearer" %}
  getToken(): Promise<string | undefined> | string | undefined
  /** Called once for all calls that were refused at the same time; undefined: the user must sign in again. */
  refreshToken(): Promise<string | undefined>
${%- else %}
  getCsrfToken(): string
${%- endif %}
  /** For tests. */
  wait?(ms: number, signal: AbortSignal | undefined): Promise<void>
}
export interface CallOptions { signal?: AbortSignal | undefined }
export interface Call<S extends z.ZodType | undefined = z.ZodType | undefined> { method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'; path: string; query?: object | undefined; body?: unknown; answer: S }

const timeoutMs = ${{ variables.timeoutMs }}
const mostAttempts: number = ${{ variables.attempts }}
const busy = [429, 502, 503, 504]

const problem = z.object({ title: z.string(), detail: z.string(), errors: z.array(z.object({ pointer: z.string(), message: z.string() })) }).partial()

const kindOf = (status: number): Kind => ({ 401: 'unauthenticated', 403: 'forbidden', 404: 'missing', 410: 'missing', 409: 'conflict', 412: 'conflict', 400: 'invalid', 422: 'invalid', 429: 'busy', 503: 'busy' } as Record<number, Kind>)[status] ?? (status >= 500 ? 'server' : 'unexpected')

async function toError(response: Response): Promise<ApiError> {
  const parsed = problem.safeParse(await response.json().catch(() => undefined))
  const { title, detail, errors = [] } = parsed.success ? parsed.data : {}
  return new ApiError(kindOf(response.status), detail ?? title ?? `The server answered ${response.status}`, { status: response.status, fields: Object.fromEntries(errors.map(({ pointer, message }) => [pointer, message])) })
}

/** Seconds, or a date; a minute at most. */
function retryAfterMs(response: Response): number | undefined {
  const text = response.headers.get('retry-after')
  if (text === null) return undefined
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now()
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), 60_000)
}

const sleep = (ms: number, signal: AbortSignal | undefined): Promise<void> => new Promise((resolve, reject) => {
  const timer = setTimeout(resolve, ms)
  signal?.addEventListener('abort', () => { clearTimeout(timer); reject(signal.reason as Error) }, { once: true })
})

function url(base: string, path: string, query: object = {}): string {
  const made = new URL(base.replace(/\/$/, '') + path)
  for (const [key, value] of Object.entries(query)) if (value !== undefined) made.searchParams.set(key, String(value))
  return made.href
}

type Outcome = { response: Response } | { error: ApiError }

export type Http = ReturnType<typeof createHttp>

export function createHttp(options: HttpOptions) {
  const { baseUrl, wait = sleep } = options
${%- if variables.auth == "bearer" %}
  let refreshing: Promise<string | undefined> | undefined
  const refreshed = (): Promise<string | undefined> => (refreshing ??= options.refreshToken().finally(() => { refreshing = undefined }))
${%- endif %}

  async function attempt(call: Call, headers: Record<string, string>, signal: AbortSignal | undefined): Promise<Outcome> {
    const limit = AbortSignal.timeout(timeoutMs)
    try {
      const response = await fetch(url(baseUrl, call.path, call.query), {
        method: call.method, headers, signal: signal ? AbortSignal.any([signal, limit]) : limit,
${%- if variables.auth == "cookie" %}
        credentials: 'include',
${%- endif %}
        ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
      })
      return { response }
    } catch (error) {
      if (signal?.aborted) return { error: new ApiError('aborted', 'The call was ended', { cause: error }) }
      return { error: limit.aborted ? new ApiError('timeout', 'The server takes too long to answer', { cause: error }) : new ApiError('network', 'The server cannot be reached', { cause: error }) }
    }
  }

  async function send(call: Call, signal: AbortSignal | undefined): Promise<Response> {
    const headers: Record<string, string> = { accept: 'application/json' }
    if (call.body !== undefined) headers['content-type'] = 'application/json'
    // The same with each attempt: the server does it once.
    if (call.method === 'POST') headers['idempotency-key'] = crypto.randomUUID()
${%- if variables.auth == "bearer" %}
    let token = await options.getToken()
    let hasRefreshed = false
${%- else %}
    if (call.method !== 'GET') headers['x-csrf-token'] = options.getCsrfToken()
${%- endif %}
    for (let n = 1; ; n++) {
${%- if variables.auth == "bearer" %}
      if (token !== undefined) headers['authorization'] = `Bearer ${token}`
${%- endif %}
      const outcome = await attempt(call, headers, signal)
      if ('response' in outcome && outcome.response.ok) return outcome.response
${%- if variables.auth == "bearer" %}
      if ('response' in outcome && outcome.response.status === 401 && !hasRefreshed) {
        hasRefreshed = true
        token = await refreshed()
        if (token !== undefined) { n -= 1; continue }
      }
${%- endif %}
      const error = 'response' in outcome ? undefined : outcome.error
      const again = 'response' in outcome ? busy.includes(outcome.response.status) : error?.canRetry === true
      if (!again || n >= mostAttempts) throw error ?? await toError((outcome as { response: Response }).response)
      const asked = 'response' in outcome ? retryAfterMs(outcome.response) : undefined
      await wait(asked ?? 300 * 2 ** (n - 1) * (0.75 + Math.random() / 2), signal).catch((cause: unknown) => { throw new ApiError('aborted', 'The call was ended', { cause }) })
    }
  }

  /** Calls, and checks what comes back. Throws ApiError and nothing else. */
  async function call<S extends z.ZodType | undefined>(asked: Call<S>, { signal }: CallOptions = {}): Promise<S extends z.ZodType ? z.output<S> : undefined> {
    type Answer = S extends z.ZodType ? z.output<S> : undefined
    const response = await send(asked, signal)
    if (asked.answer === undefined) return undefined as Answer
    const parsed = asked.answer.safeParse(await response.json().catch(() => undefined))
    if (parsed.success) return parsed.data as Answer
    const [issue] = parsed.error.issues
    throw new ApiError('unexpected', `${asked.method} ${asked.path} answered something else: ${issue?.path.join('.') || 'the body'} ${issue?.message ?? ''}`, { status: response.status })
  }

  const open = new Map<string, Promise<unknown>>()
  /** As call, but equal questions that are open at once are asked once. Only for GET without a signal: one caller must not end another's. */
  function shared<S extends z.ZodType>(asked: Call<S>, own: CallOptions = {}): Promise<z.output<S>> {
    if (own.signal !== undefined) return call(asked, own) as Promise<z.output<S>>
    const key = url(baseUrl, asked.path, asked.query)
    const known = open.get(key) ?? call(asked).finally(() => { open.delete(key) })
    open.set(key, known)
    return known as Promise<z.output<S>>
  }
  return { call, shared }
}
