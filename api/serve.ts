import type { Request, Response } from 'express'
import { DomainError } from '../contracts/errors.ts'
import { type Operation, keepsAnswer } from '../contracts/operation.ts'
import type { OperationId } from '../contracts/operations.ts'
import { isArchive } from './archive.ts'
import { sendArchive } from './send-archive.ts'
import { authorize } from './auth/authorize.ts'
import type { Identity } from './auth/token.ts'
import { readBody } from './body.ts'
import { kept } from './cache/kept.ts'
import type { AnyCall, AnyReply } from './call.ts'
import type { ApiContext } from './context.ts'
import { toDomainError } from './errors.ts'
import { isFresh } from './etag.ts'
import { once } from './idempotency.ts'
import { aboutOf, trailOf } from './trail.ts'
import { parse } from './parse.ts'
import { readPath, readQuery } from './address.ts'
import { handlerOf, streamHandlerOf } from './routes/index.ts'
import { openStream } from './stream.ts'

const nobody: Identity = { actor: '', tenantId: '', roles: [] }
const keyPattern = /^[\x21-\x7e]{1,255}$/

/** Parse, call, answer. */
export async function serve(ctx: ApiContext, id: OperationId, row: Operation, path: string, req: Request, res: Response): Promise<void> {
  const trail = trailOf(res)
  trail.route = path
  refuseRepeated(req)
  const letIn = () => (row.access === 'anyone' ? Promise.resolve(nobody) : authorize(ctx, req.headers, row.access === 'signed-in' ? [] : row.access))
  const identity = await letIn()
  if (row.access !== 'anyone') Object.assign(trail, { actor: identity.actor, tenant: identity.tenantId })
  const query = readQuery(req.url)
  const call: AnyCall = {
    ...identity,
    operation: row,
    params: row.params && parse(row.params, readPath(req.params), '/path'),
    query: row.query ? parse(row.query, query, '/query') : refuseUnknown(query),
    body: row.body && parse(row.body, await readBody(req, res, row.archives), ''),
    correlationId: trail.correlationId,
    receivedAt: trail.receivedAt,
    idempotencyKey: keepsAnswer(row) ? keyOf(req) : undefined,
    ifMatch: req.get('if-match'),
    address: req.ip ?? '',
    lastEventId: req.get('last-event-id'),
  }
  trail.about = aboutOf(path, call.params, call.body)
  if (row.stream) {
    const write = await streamHandlerOf(id)(ctx, call)
    await openStream(ctx, req, res, { write, mayGoOn: () => letIn().then(() => true, (error: unknown) => !isRefusal(error)) })
  } else {
    const reply = await once(ctx, call, (seed) => kept(ctx, call, () => handlerOf(id)(ctx, { ...call, seed })))
    trail.about = aboutOf(path, call.params, call.body, reply.body)
    if (isArchive(reply.body) && !isKnown(req, reply)) await sendArchive(ctx, call.tenantId, req, res, { ...reply, body: reply.body })
    else send(req, res, reply)
  }
}

/** Of who asks; that something is away refuses nobody. */
const isRefusal = (error: unknown): boolean => ['401.unauthenticated', '403.forbidden'].includes(toDomainError(error).code)

/** A proxy may have read the one, and Node takes the other. */
function refuseRepeated({ headersDistinct }: Request): void {
  const name = ['host', 'authorization', 'x-api-key', 'content-type', 'content-encoding', 'idempotency-key', 'x-correlation-id', 'last-event-id'].find((one) => (headersDistinct[one]?.length ?? 0) > 1)
  if (name !== undefined) throw new DomainError('400.request_invalid', `The header ${name} came more than once`, { errors: [{ pointer: `/header/${name}`, message: 'came more than once' }] })
}

function refuseUnknown(query: Record<string, string>): undefined {
  const errors = Object.keys(query).map((name) => ({ pointer: `/query/${name}`, message: 'is not known here' }))
  if (errors.length > 0) throw new DomainError('400.request_invalid', `There is no query parameter ${Object.keys(query).join(', ')} here`, { errors })
  return undefined
}

function keyOf(req: Request): string | undefined {
  const key = req.get('idempotency-key')
  if (key === undefined || keyPattern.test(key)) return key
  throw new DomainError('400.request_invalid', 'Idempotency-Key is 1 to 255 visible ASCII characters', { errors: [{ pointer: '/header/Idempotency-Key', message: 'is 1 to 255 visible ASCII characters' }] })
}

const isKnown = (req: Request, { headers = {} }: AnyReply): boolean => (req.method === 'GET' || req.method === 'HEAD') && isFresh(req.get('if-none-match'), headers['ETag'])

function send(req: Request, res: Response, reply: AnyReply): void {
  const { status, headers = {}, body } = reply
  res.set({ 'Cache-Control': 'no-store', ...headers })
  if (isKnown(req, reply)) res.status(304).end()
  else if (body === undefined || body === null) res.status(status).end()
  else if (typeof body === 'string') res.status(status).end(body)
  else res.status(status).type(headers['Content-Type'] ?? 'application/json').send(JSON.stringify(body))
}
