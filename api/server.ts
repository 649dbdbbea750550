import { randomUUID } from 'node:crypto'
import { STATUS_CODES, createServer } from 'node:http'
import type { RequestListener, Server, ServerOptions } from 'node:http'
import type { Duplex } from 'node:stream'
import { DomainError } from '../contracts/errors.ts'
import { problemOf } from './problem.ts'

/** How long a client may take to send, and how much besides the body. */
const limits: ServerOptions = {
  headersTimeout: 15_000,
  /** For the whole request, 16 MiB over a slow line included; what comes back may take longer. */
  requestTimeout: 150_000,
  connectionsCheckingInterval: 5_000,
  maxHeaderSize: 16 * 1024,
  insecureHTTPParser: false,
  requireHostHeader: true,
}

/** The server of an app: whoever sends too slowly, too much or no HTTP is told so and cut off. */
export function createApiServer(app: RequestListener, options: ServerOptions = {}): Server {
  const server = createServer({ ...limits, ...options }, app)
  server.on('clientError', refuse)
  return server
}

/** https://nodejs.org/api/errors.html: what Node's server and parser say of a request that never became one. */
function refusalOf(code: string | undefined): DomainError {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new DomainError('408.request_timeout', 'The request did not arrive in time')
  if (code === 'HPE_HEADER_OVERFLOW') return new DomainError('431.headers_too_large', 'The address and the headers are larger than 16 KiB')
  if (code === 'HPE_CHUNK_EXTENSIONS_OVERFLOW') return new DomainError('413.body_too_large', 'The chunks of the body carry too much besides it')
  return new DomainError('400.request_invalid', 'This is not HTTP')
}

function refuse(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return
  const correlationId = randomUUID()
  const problem = problemOf(refusalOf(error.code), correlationId)
  const body = JSON.stringify(problem)
  socket.end([
    `HTTP/1.1 ${String(problem.status)} ${STATUS_CODES[problem.status] ?? ''}`,
    'Content-Type: application/problem+json; charset=utf-8', `Content-Length: ${String(Buffer.byteLength(body))}`, `X-Correlation-Id: ${correlationId}`, 'Cache-Control: no-store', 'Connection: close', '', body,
  ].join('\r\n'))
}
