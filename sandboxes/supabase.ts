import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express'
import type { Faults, SandboxDefinition, SandboxRow } from './kernel.ts'
import { roleOfKey, signSupabaseKey } from './supabase/jwt.ts'

export { signSupabaseKey } from './supabase/jwt.ts'
export { supabaseSchemaSql } from './supabase/schema.ts'

export interface SupabaseSandboxOptions {
  /** Origin of a PostgREST that serves the sandbox's own database. */
  target: string
  /** PostgREST's `jwt-secret`, 32 characters or more. */
  jwtSecret: string
}

const tables = [
  { table: 'prompts', type: 'prompt' },
  { table: 'documents', type: 'document' },
]

/** What one hop says to the next, and what fetch decides itself. */
const hopByHop = new Set(
  'host connection keep-alive transfer-encoding content-length content-encoding accept-encoding upgrade expect te apikey'.split(' '),
)

/**
 * The gateway of a Supabase project in front of a real PostgREST (supabase.com/docs/guides/api): `/rest/v1`, and the keys in `apikey`.
 * Good keys: tokens signed with the secret (`signSupabaseKey`), and any `sb_secret_…`/`sb_publishable_…` but `sb_secret_revoked`.
 */
export function supabaseSandbox({ target, jwtSecret }: SupabaseSandboxOptions): SandboxDefinition {
  const serviceKey = signSupabaseKey(jwtSecret, 'service_role')
  const anonKey = signSupabaseKey(jwtSecret, 'anon')
  const asService = { authorization: `Bearer ${serviceKey}` }

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

  const forward: RequestHandler = async (req, res) => {
    const token = tokenOf(req)
    const headers = new Headers(
      Object.entries(req.headers).flatMap(([name, value]) =>
        value === undefined || hopByHop.has(name) ? [] : [[name, Array.isArray(value) ? value.join(', ') : value] as [string, string]],
      ),
    )
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

  async function readTable(table: string, type: string): Promise<SandboxRow[]> {
    const answer = await fetch(`${target}/${table}?order=owner,key`, { headers: asService })
    if (!answer.ok) throw new Error(`PostgREST answered ${answer.status} for table ${table}`)
    const rows = (await answer.json()) as Record<string, unknown>[]
    return rows.map((body) => ({ type, id: `${String(body['owner'])}/${String(body['key'])}`, name: String(body['key']), body }))
  }

  return {
    name: 'supabase',
    rawBodies: true,
    routes(app) {
      app.use('/rest/v1', forward)
      app.use(() => {
        throw new GatewayError(404, 'no Route matched with those values')
      })
      app.use(answerError)
    },
    faultResponse(kind: '500' | '429', res: Response, faults: Faults) {
      if (kind === '500') return void res.status(500).json({ message: 'An unexpected error occurred' })
      if (faults.retryAfterMs !== undefined) res.set('retry-after', String(Math.ceil(faults.retryAfterMs / 1000)))
      res.status(429).json({ message: 'API rate limit exceeded' })
    },
    rows: async () => (await Promise.all(tables.map(({ table, type }) => readTable(table, type)))).flat(),
    async reset() {
      for (const { table } of tables) {
        const answer = await fetch(`${target}/${table}?key=not.is.null`, { method: 'DELETE', headers: asService })
        if (!answer.ok) throw new Error(`PostgREST answered ${answer.status} when emptying ${table}`)
      }
    },
  }
}

/** The gateway's own errors are not shaped like PostgREST's. */
class GatewayError extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.name = 'GatewayError'
    this.status = status
  }
}

const answerError: ErrorRequestHandler = (error: Error & { status?: number }, _req, res, next) => {
  if (res.headersSent) return next(error)
  res.status(error.status ?? 500).json({ message: error.message })
}
