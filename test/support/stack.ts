import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { createApp } from '../../api/app.ts'
import { assembleApi } from '../../bin/api-context.ts'
import { startPostgrest } from '../../bin/stack/postgrest.ts'
import { prepareSupabase } from '../../bin/stack/supabase.ts'
import { startTemporal } from '../../bin/stack/temporal.ts'
import { mintToken } from '../../bin/stack/token-mint.ts'
import { sandboxLocation } from '../../bin/stack/connections.ts'
import { startWorker } from '../../bin/worker.ts'
import type { RunningWorker } from '../../bin/worker.ts'
import { loadConfig } from '../../config.ts'
import type { Config } from '../../config.ts'
import type { Role } from '../../contracts/permissions.ts'
import type { Db } from '../../db/client.ts'
import { ensureTenant } from '../../db/tenants.ts'
import type { ProviderRegistry } from '../../providers/registry.ts'
import { startAll } from '../../sandboxes/main.ts'
import { signSupabaseKey } from '../../sandboxes/supabase/jwt.ts'
import { cloneDatabase } from './database.ts'
import { shared } from './shared.ts'

const run = promisify(execFile)
export const supabaseSecret = 'a secret of the test sandbox, 32 characters or more'

export interface Answer<T = Record<string, unknown>> {
  status: number
  headers: Headers
  body: T
}

export interface SandboxRow { type: string; id: string; name: string; body: Record<string, unknown> }

export interface TestStack {
  api: string
  config: Config
  db: Db
  databaseUrl: string
  tenantId: string
  temporalAddress: string
  locationId: string
  sandboxes: Record<'retell' | 'n8n' | 'ghl' | 'llm' | 'supabase', string>
  worker: RunningWorker
  /** An access token; default the tenant's owner. */
  token(role?: Role, of?: { tenantId?: string; subject?: string }): Promise<string>
  /** One request as the tenant's owner (or with another token); the body as JSON. */
  call<T = Record<string, never>>(method: string, path: string, body?: unknown, options?: { token?: string; headers?: Record<string, string> }): Promise<Answer<T>>
  /** Orders to a sandbox: `{rate: 1, kinds: ['500']}`; `{rate: 0}` heals. */
  faults(sandbox: string, orders: Record<string, unknown>): Promise<void>
  /** What exists at a sandbox. */
  state(sandbox: string): Promise<SandboxRow[]>
  journal(sandbox: string): Promise<{ at: number; method: string; path: string; status: number }[]>
  /** The real Temporal CLI against this stack's server. */
  temporal(...args: string[]): Promise<string>
  /** A fresh worker after `worker.stop()`. */
  startWorker(): Promise<RunningWorker>
  close(): Promise<void>
}

export interface StackOptions {
  /** Environment variables that differ from the test's own. */
  env?: Record<string, string>
  registry?: ProviderRegistry
  /** False: no PostgREST, no Supabase connection. */
  supabase?: boolean
}

/** The whole product in this process, on a Temporal and a database of its own; the sandboxes are real servers. */
export async function startStack(options: StackOptions = {}): Promise<TestStack> {
  const { cli, bundleFile, folder } = shared()
  const own = randomBytes(4).toString('hex')
  const closers: (() => Promise<unknown>)[] = []
  const temporal = await startTemporal({ cli, namespace: 'default', headless: true, logFile: join(folder, `temporal-${own}.log`) })
  closers.push(() => temporal.stop())
  const database = await cloneDatabase()
  closers.push(() => database.drop())

  const postgrest = options.supabase === false ? undefined : await startSupabase(own)
  if (postgrest) closers.push(() => postgrest.stop())
  const { origins, close } = await startAll({ stateDir: join(folder, `sandboxes-${own}`), supabase: postgrest ? { target: postgrest.url, jwtSecret: supabaseSecret } : undefined })
  closers.push(close)

  const secret = 'a secret for signing tokens in tests, long enough'
  const config = loadConfig({
    NODE_ENV: 'test', DATABASE_URL: database.url, TEMPORAL_ADDRESS: temporal.address, JWT_SECRET: secret, ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'), METRICS_PORT: '0', LOG_LEVEL: 'silent', TEMPLATES_STORAGE_PATH: join(folder, `repositories-${own}`),
    PROVIDER_RETRY_INITIAL_MS: '50', PROVIDER_RETRY_MAX_MS: '400', PROVIDER_TIMEOUT_MS: '2000',
    ...Object.fromEntries(Object.entries(origins).map(([name, url]) => [`SANDBOX_${name.toUpperCase()}_URL`, url])),
    ...options.env,
  })
  const beginWorker = () => startWorker(config, { workflowBundle: { codePath: bundleFile }, ...(options.registry ? { registry: options.registry } : {}) })
  const stack = { worker: await beginWorker() }
  closers.push(() => stack.worker.stop())

  const assembled = assembleApi(config)
  const server = createServer(createApp(assembled.ctx))
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  closers.push(async () => {
    server.closeAllConnections()
    server.close()
    await assembled.close()
  })
  const api = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`
  const { id: tenantId } = await ensureTenant(database.db, 'default')
  const locationId = sandboxLocation(tenantId)

  const token: TestStack['token'] = (role = 'owner', of = {}) => mintToken({ secret, tenant: of.tenantId ?? tenantId, roles: [role], subject: of.subject ?? `${role}@test`, ttlSeconds: 3_600 })
  const owner = await token()
  const call: TestStack['call'] = async <T>(method: string, path: string, body?: unknown, { token: bearer = owner, headers = {} }: { token?: string; headers?: Record<string, string> } = {}) => {
    const answer = await fetch(`${api}${path}`, { method, headers: { authorization: `Bearer ${bearer}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
    const text = await answer.text()
    return { status: answer.status, headers: answer.headers, body: (text === '' ? undefined : /json/.test(answer.headers.get('content-type') ?? '') ? JSON.parse(text) : text) as T }
  }
  const ask = async <T>(sandbox: string, path: string, body?: unknown): Promise<T> => {
    const answer = await fetch(`${(origins as Record<string, string>)[sandbox] ?? ''}${path}`, body === undefined ? {} : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
    if (!answer.ok) throw new Error(`${sandbox}${path}: ${String(answer.status)} ${await answer.text()}`)
    const text = await answer.text()
    return (text === '' ? undefined : JSON.parse(text)) as T
  }

  await connectAll(call, locationId, options.supabase !== false)
  return {
    api, config, db: database.db, databaseUrl: database.url, tenantId, temporalAddress: temporal.address, locationId, sandboxes: origins as TestStack['sandboxes'], token, call,
    get worker() { return stack.worker },
    faults: (sandbox, orders) => ask(sandbox, '/__faults', orders),
    state: async (sandbox) => (await ask<{ resources: SandboxRow[] }>(sandbox, '/__state')).resources,
    journal: (sandbox) => ask(sandbox, '/__journal'),
    temporal: async (...args) => (await run(cli, [...args, '--address', temporal.address], { maxBuffer: 64 * 1024 * 1024 })).stdout,
    async startWorker() {
      stack.worker = await beginWorker()
      return stack.worker
    },
    async close() {
      for (const one of closers.reverse()) await one()
    },
  }
}

async function startSupabase(own: string) {
  const { postgresUrl, databaseUrl } = shared()
  const server = { url: postgresUrl, port: Number(new URL(postgresUrl).port), databaseUrl: (name: string) => databaseUrl.replace('NAME', name) }
  for (let tries = 1; ; tries++) {
    try {
      return await startPostgrest({ databaseUrl: await prepareSupabase(server, 'test', `supabase_${own}`), jwtSecret: supabaseSecret })
    } catch (error) {
      // Roles belong to the whole server: two test files may make them at the same instant.
      if (tries >= 10 || !/concurrently|duplicate key|already exists/.test(String(error))) throw error
      await sleep(100)
    }
  }
}

async function connectAll(call: TestStack['call'], locationId: string, supabase: boolean): Promise<void> {
  const connections = [
    { provider: 'retell', secrets: { apiKey: 'key_sandbox' } },
    { provider: 'n8n', secrets: { apiKey: 'n8n-sandbox' } },
    { provider: 'ghl', config: { locationId }, secrets: { token: `pit-sandbox-${locationId}` } },
    { provider: 'llm', config: { model: 'sandbox-1', structuredOutput: 'json_object' }, secrets: { apiKey: 'sk-sandbox' } },
    ...(supabase ? [{ provider: 'supabase', secrets: { serviceKey: signSupabaseKey(supabaseSecret, 'service_role') } }] : []),
  ]
  for (const connection of connections) {
    const { status, body } = await call('POST', '/api/v1/connections', { baseUrl: `sandbox:${connection.provider}`, ...connection })
    if (status !== 201) throw new Error(`connection ${connection.provider}: ${String(status)} ${JSON.stringify(body)}`)
  }
}

/** Asks until the answer satisfies, at most `seconds`. */
export async function until<T>(ask: () => Promise<T>, satisfied: (value: T) => boolean, seconds = 30): Promise<T> {
  const deadline = Date.now() + seconds * 1_000
  for (;;) {
    const value = await ask()
    if (satisfied(value)) return value
    if (Date.now() > deadline) throw new Error(`Not within ${String(seconds)} s; last: ${JSON.stringify(value)?.slice(0, 2_000)}`)
    await sleep(50)
  }
}
