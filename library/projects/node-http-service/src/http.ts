import { createHash, randomUUID, timingSafeEqual } from 'node:crypto'
import { createServer } from 'node:http'
import type { IncomingMessage, OutgoingHttpHeaders, Server } from 'node:http'

export interface FieldError { pointer: string; message: string }

/** A refusal, as RFC 9457 has it. */
export class Problem extends Error {
  readonly status: number
  readonly title: string
  readonly errors: readonly FieldError[] | undefined
  constructor(status: number, title: string, detail: string, errors?: readonly FieldError[]) {
    super(detail)
    this.status = status
    this.title = title
    this.errors = errors
  }
}

export interface Call {
  params: Record<string, string>
  query: URLSearchParams
  header(name: string): string | undefined
  /** The JSON of the body. Throws 413, 415 and 400. */
  json(): Promise<unknown>
}
export interface Answer { status: number; body?: unknown; headers?: OutgoingHttpHeaders }
export type Handler = (call: Call) => Answer | Promise<Answer>
/** `GET /notes/:id` and what answers it. */
export type Routes = Record<string, Handler>

export interface HttpOptions {
  routes: Routes
  maximumBodyBytes: number
  log(line: Record<string, unknown>): void
  /** Undefined: nobody needs one. */
  token?: string | undefined
  isReady(): boolean
}

async function readJson(request: IncomingMessage, most: number): Promise<unknown> {
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/json') throw new Problem(415, 'Unsupported media type', 'Send content-type: application/json')
  const tooLarge = new Problem(413, 'Content too large', `A body has ${most} bytes at most`)
  if (Number(request.headers['content-length'] ?? 0) > most) throw tooLarge
  const parts: Buffer[] = []
  let size = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length
    if (size > most) throw tooLarge
    parts.push(part)
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8'))
  } catch (error) {
    throw new Problem(400, 'Malformed JSON', error instanceof Error ? error.message : String(error))
  }
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** Compares hashes, which have one length, in constant time. */
function authorize(header: string | undefined, token: string): void {
  const given = /^bearer (.+)$/i.exec(header ?? '')?.[1] ?? ''
  if (!timingSafeEqual(digest(given), digest(token))) throw new Problem(401, 'Unauthorized', 'Send authorization: Bearer with the token of this service')
}

interface Route { method: string; pattern: URLPattern; handler: Handler }

function createFind(routes: Routes): (method: string, url: URL) => { handler: Handler; params: Record<string, string> } {
  const list: Route[] = Object.entries(routes).map(([key, handler]) => {
    const [method = '', pathname = ''] = key.split(' ')
    return { method, pattern: new URLPattern({ pathname }), handler }
  })
  return (method, url) => {
    const fitting = list.filter(({ pattern }) => pattern.test(url))
    const found = fitting.find((route) => route.method === method)
    if (found) return { handler: found.handler, params: (found.pattern.exec(url)?.pathname.groups ?? {}) as Record<string, string> }
    if (fitting.length === 0) throw new Problem(404, 'Not found', `There is nothing at ${url.pathname}`)
    throw new Problem(405, 'Method not allowed', `Use ${fitting.map((route) => route.method).join(' or ')}`)
  }
}

function toAnswer(error: unknown): Answer {
  const { status, title, message, errors } = error instanceof Problem ? error : new Problem(500, 'Internal error', 'This is a fault of the service; its log has the details')
  return { status, body: { status, title, detail: message, ...(errors ? { errors } : {}) }, headers: { 'content-type': 'application/problem+json', ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}) } }
}

export function createHttpServer({ routes, maximumBodyBytes, log, token, isReady }: HttpOptions): Server {
  const health: Routes = {
    'GET /health/live': () => ({ status: 200, body: { status: 'live' } }),
    'GET /health/ready': () => ({ status: isReady() ? 200 : 503, body: { status: isReady() ? 'ready' : 'shutting down' } }),
  }
  const find = createFind({ ...health, ...routes })

  const answer = async (request: IncomingMessage): Promise<Answer> => {
    const url = new URL(request.url ?? '/', 'http://service')
    const { handler, params } = find(request.method ?? '', url)
    if (token !== undefined && !url.pathname.startsWith('/health/')) authorize(request.headers.authorization, token)
    return handler({ params, query: url.searchParams, header: (name) => request.headers[name]?.toString(), json: () => readJson(request, maximumBodyBytes) })
  }

  const server = createServer((request, response) => {
    const began = performance.now()
    // A foreign id is kept only where it cannot break a log.
    const given = request.headers['x-request-id']?.toString() ?? ''
    const requestId = /^[\w-]{8,64}$/.test(given) ? given : randomUUID()
    void answer(request).catch((error: unknown) => {
      if (!(error instanceof Problem)) log({ level: 'error', request_id: requestId, error: error instanceof Error ? error.stack : String(error) })
      return toAnswer(error)
    }).then(({ status, body, headers = {} }) => {
      const text = body === undefined ? undefined : JSON.stringify(body)
      // What was not read would be taken for the next request.
      const unread = request.complete ? {} : { connection: 'close' }
      const length = text === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }
      response.writeHead(status, { ...length, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', 'x-request-id': requestId, ...unread, ...headers })
      response.end(request.method === 'HEAD' ? undefined : text)
      log({ level: 'info', request_id: requestId, method: request.method, path: request.url?.split('?')[0], status, ms: Math.round(performance.now() - began) })
    })
  })
  server.requestTimeout = 30_000
  server.headersTimeout = 10_000
  server.keepAliveTimeout = 65_000
  return server
}
