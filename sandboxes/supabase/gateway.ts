import type { Request, RequestHandler } from 'express'
import { roleOfKey, signSupabaseKey } from './jwt.ts'
import { GatewayError } from './refusal.ts'

/** What one hop says to the next, and what fetch decides itself. */
const hopByHop = new Set(
  'host connection keep-alive transfer-encoding content-length content-encoding accept-encoding upgrade expect te apikey'.split(' '),
)

/** Passes on to PostgREST at `target` what comes with a key that the gateway knows. */
export function createGateway(target: string, jwtSecret: string): RequestHandler {
  const serviceKey = signSupabaseKey(jwtSecret, 'service_role')
  const anonKey = signSupabaseKey(jwtSecret, 'anon')

  /** The token that PostgREST understands for a key that the gateway knows. */
  function tokenOf(req: Request): string {
    const key = req.headers['apikey']
    const isBrowser = /^Mozilla\//.test(req.headers['user-agent'] ?? '')
    if (typeof key !== 'string' || key === 'sb_secret_revoked') throw new GatewayError(401, 'Invalid API key')
    if (/^sb_publishable_\w+$/.test(key)) return anonKey
    if (/^sb_secret_\w+$/.test(key)) {
      if (isBrowser) throw new GatewayError(401, 'Forbidden use of secret API key in browser')
      return serviceKey
    }
    if (roleOfKey(key, jwtSecret) === undefined) throw new GatewayError(401, 'Invalid API key')
    return key
  }

  return async (req, res) => {
    const token = tokenOf(req)
    const headers = headersOf(req)
    if (!headers.has('authorization')) headers.set('authorization', `Bearer ${token}`)
    const body = Buffer.isBuffer(req.body) && req.body.length > 0 ? new Uint8Array(req.body) : null
    const upstream = await fetch(target + req.url, { method: req.method, headers, body, redirect: 'manual' }).catch(() => {
      throw new GatewayError(502, 'An invalid response was received from the upstream server')
    })
    const answer = Buffer.from(await upstream.arrayBuffer())
    for (const [name, value] of upstream.headers) if (!hopByHop.has(name)) res.setHeader(name, value)
    if (req.method !== 'HEAD') res.setHeader('content-length', answer.length)
    res.status(upstream.status).end(answer)
  }
}

function headersOf(req: Request): Headers {
  const headers = new Headers()
  for (const [name, value] of Object.entries(req.headers)) {
    if (value !== undefined && !hopByHop.has(name)) headers.set(name, Array.isArray(value) ? value.join(', ') : value)
  }
  return headers
}
