import type { ServerOptions } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pino } from 'pino'
import { createApp } from '../../api/app.ts'
import { createApiServer } from '../../api/server.ts'
import { assembleApi } from '../../bin/api-context.ts'
import { mintToken } from '../../bin/stack/token-mint.ts'
import { loadConfig } from '../../config.ts'
import { inTenant } from '../../db/client.ts'
import { ensureTenant } from '../../db/tenants.ts'
import { cloneDatabase } from '../support/database.ts'

export const secret = 'a secret of more than thirty-two characters'
export const encryptionKey = Buffer.alloc(32, 7).toString('base64')

export interface Answer<T> {
  status: number
  headers: Headers
  /** Parsed where it is JSON. */
  body: T
  text: string
}

export interface Ask {
  token?: string | undefined
  body?: unknown
  raw?: string | Buffer
  headers?: Record<string, string>
}

export type Harness = Awaited<ReturnType<typeof startHarness>>

/** The API on a free port over a database of its own. Without `temporal` nothing listens where Temporal should be. */
export async function startHarness({ env = {}, temporal = '127.0.0.1:1', limits = {} }: { env?: Record<string, string>; temporal?: string; limits?: ServerOptions } = {}) {
  const database = await cloneDatabase()
  const { db: owner, url: databaseUrl } = database
  const tenant = (await ensureTenant(owner, 'agency')).id
  const otherTenant = (await ensureTenant(owner, 'another agency')).id

  const lines: string[] = []
  const config = loadConfig({ NODE_ENV: 'test', DATABASE_URL: databaseUrl, TEMPORAL_ADDRESS: temporal, JWT_SECRET: secret, ENCRYPTION_KEY: encryptionKey, DATABASE_POOL_SIZE: '5', ...env })
  const api = assembleApi(config, pino({ level: 'info' }, { write: (line: string) => { lines.push(line) } }))
  const server = createApiServer(createApp(api.ctx), limits)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`
  const tokens = new Map<string, string>()

  const tokenOf = async (role: string, inTenantId = tenant): Promise<string> => {
    const key = `${role} ${inTenantId}`
    const token = tokens.get(key) ?? (await mintToken({ secret, tenant: inTenantId, roles: [role], subject: `${role}@agency.example`, ttlSeconds: 3600 }))
    tokens.set(key, token)
    return token
  }

  /** As an owner unless a token, or `token: undefined`, is given. */
  const ask = async <T = unknown>(method: string, path: string, options: Ask = {}): Promise<Answer<T>> => {
    const token = 'token' in options ? options.token : await tokenOf('owner')
    const payload = options.raw ?? (options.body === undefined ? undefined : JSON.stringify(options.body))
    const answer = await fetch(url + path, {
      method,
      headers: { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...(payload === undefined ? {} : { 'content-type': 'application/json' }), ...options.headers },
      ...(payload === undefined ? {} : { body: payload as string }),
      signal: AbortSignal.timeout(30_000),
    })
    const text = await answer.text()
    const isJson = /json/.test(answer.headers.get('content-type') ?? '')
    return { status: answer.status, headers: answer.headers, text, body: isJson && text !== '' ? JSON.parse(text) as T : (undefined as T) }
  }

  return {
    url,
    databaseUrl,
    /** The owner's connection, past row-level security. */
    db: owner,
    ctx: api.ctx,
    tenant,
    otherTenant,
    tokenOf,
    ask,
    /** What was logged, parsed. */
    logged: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>),
    logText: () => lines.join(''),
    inTenant: <T>(work: Parameters<typeof inTenant<T>>[2], id = tenant) => inTenant(owner, id, work),
    endStreams: api.endStreams,
    stop: async () => {
      api.endStreams()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await api.close()
      await database.drop()
    },
  }
}
