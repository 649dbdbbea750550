import { createServer } from 'node:http'
import type { IncomingMessage, Server } from 'node:http'
import type { Inbox } from './inbox.ts'
import { verify } from './signature.ts'

const mostBytes = 1024 * 1024

/** Undefined: it is too large. */
async function read(request: IncomingMessage): Promise<Buffer | undefined> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length
    if (size > mostBytes) return undefined
    parts.push(part)
  }
  return Buffer.concat(parts)
}

function parse(body: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'))
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

async function receive(request: IncomingMessage, inbox: Inbox, secrets: readonly string[]): Promise<[status: number, told: string]> {
  const body = await read(request)
  if (body === undefined) return [413, 'The body is too large']
  const signed = verify({ header: (name) => request.headers[name]?.toString(), body }, secrets, Date.now() / 1000)
  if (signed === undefined) return [401, 'The signature does not fit']
  const event = parse(body)
  if (event === undefined) return [400, 'The body is no JSON object']
  const { id = event['id'], type = event['type'] } = signed as { id?: unknown; type?: unknown }
  if (typeof id !== 'string' || id === '' || typeof type !== 'string' || type === '') return [400, 'The event has no id or no type']
  try {
    return [202, inbox.add(id, type, body.toString('utf8')) ? 'Kept' : 'Known already']
  } catch (error) {
    console.error(error)
    return [503, 'The inbox cannot be written: send it again']
  }
}

export const createReceiver = (inbox: Inbox, secrets: readonly string[]): Server => createServer((request, response) => {
  const answer = (status: number, told: string): void => {
    response.writeHead(status, { 'content-type': 'application/json', ...(request.complete ? {} : { connection: 'close' }) }).end(JSON.stringify({ message: told }))
  }
  const path = request.url?.split('?')[0]
  if (path === '/health' && request.method === 'GET') answer(200, 'Healthy')
  else if (path !== '/webhooks') answer(404, 'Use POST /webhooks')
  else if (request.method !== 'POST') answer(405, 'Use POST /webhooks')
  else receive(request, inbox, secrets).then(([status, told]) => { answer(status, told) }, () => { request.destroy() })
})
