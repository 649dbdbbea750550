import { fileURLToPath } from 'node:url'
import { startNodeProcess } from '../../bin/stack/node-process.ts'
import type { Ready } from '../../bin/stack/node-process.ts'
import { mintToken } from '../../bin/stack/token-mint.ts'
import type { Role } from '../../contracts/permissions.ts'
import type { Answer, TestStack } from './stack.ts'

const script = (name: string): string => fileURLToPath(new URL(`../../bin/${name}.ts`, import.meta.url))

export interface Processes {
  url: string
  metrics: { api: string; worker: string }
  /** Of the first worker. */
  workerPid: number
  /** What both have said so far, in the order of its arrival. */
  said: { api: string[]; worker: string[] }
  /** Their log lines, parsed. */
  log(of: 'api' | 'worker'): Record<string, unknown>[]
  token(role?: Role): Promise<string>
  call<T = Record<string, never>>(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer<T>>
  /** One more worker beside the one that runs. */
  addWorker(env: Record<string, string>): Promise<Ready<{ metricsUrl: string }>>
  /** All workers but that one. */
  stopWorkers(but: Ready<unknown>): Promise<void>
  /** Another worker in the place of the one that runs. */
  restartWorker(env: Record<string, string>): Promise<void>
  stop(): Promise<void>
}

/** The environment of a process whose machine's clock is that much ahead of this one's. */
export const clockAhead = (ms: number): Record<string, string> => ({ NODE_OPTIONS: `--import=${new URL('skewed-clock.ts', import.meta.url).href}`, CLOCK_AHEAD_MS: String(ms) })

/** The API and the worker as processes of their own, over the servers of a test stack, whose own worker stops. `of`: what only one of them is given. */
export async function spawnProduct(stack: TestStack, env: Record<string, string> & { JWT_SECRET: string }, of: { api?: Record<string, string>; worker?: Record<string, string> } = {}): Promise<Processes> {
  await stack.worker.stop()
  const { address, namespace } = stack.config.temporal
  const environment = {
    PATH: process.env['PATH'], NODE_ENV: 'test', DATABASE_URL: stack.databaseUrl, TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace, ENCRYPTION_KEY: stack.config.encryption.key,
    PORT: '0', METRICS_PORT: '0', LOG_LEVEL: 'info', TEMPLATES_STORAGE_PATH: stack.config.repositories.dir, PROVIDER_RETRY_INITIAL_MS: '50', PROVIDER_RETRY_MAX_MS: '400', PROVIDER_TIMEOUT_MS: '2000',
    ...Object.fromEntries(Object.entries(stack.sandboxes).map(([name, origin]) => [`SANDBOX_${name.toUpperCase()}_URL`, origin])),
    ...env,
  }
  const said: Processes['said'] = { api: [], worker: [] }
  const start = <T>(name: 'api' | 'worker', given: Record<string, string> = {}): Promise<Ready<T>> =>
    startNodeProcess<T>({ name, script: script(name), env: { ...environment, ...given }, log: (line) => { said[name].push(line) } })
  const [api, first] = await Promise.all([start<{ url: string }>('api', of.api), start<{ metricsUrl: string }>('worker', of.worker)])
  let worker = first
  const more: Ready<unknown>[] = []
  const token = (role: Role = 'owner'): Promise<string> => mintToken({ secret: env.JWT_SECRET, tenant: stack.tenantId, roles: [role], subject: `${role}@test`, ttlSeconds: 3_600 })
  const owner = await token()
  const { url } = api.info
  return {
    url,
    said,
    token,
    get workerPid() { return worker.pid },
    get metrics() { return { api: `${url}/metrics`, worker: `${worker.info.metricsUrl}/metrics` } },
    log: (of) => said[of].flatMap((line) => { try { return [JSON.parse(line) as Record<string, unknown>] } catch { return [] } }),
    async call<T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
      const answer = await fetch(`${url}${path}`, { method, headers: { authorization: `Bearer ${owner}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers }, ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }) })
      const text = await answer.text()
      return { status: answer.status, headers: answer.headers, body: (text !== '' && /json/.test(answer.headers.get('content-type') ?? '') ? JSON.parse(text) : text) as T }
    },
    async addWorker(given) {
      const added = await start<{ metricsUrl: string }>('worker', given)
      more.push(added)
      return added
    },
    async stopWorkers(but) { await Promise.all([worker, ...more].filter((one) => one !== but).map((one) => one.stop())) },
    async restartWorker(given) {
      await worker.stop()
      worker = await start<{ metricsUrl: string }>('worker', given)
    },
    async stop() { await Promise.all([api, worker, ...more].map((one) => one.stop())) },
  }
}

/** The stack, asked through its processes. */
export const through = (stack: TestStack, product: Processes): TestStack => ({ ...stack, call: (method, path, body, options) => product.call(method, path, body, options?.headers) })
