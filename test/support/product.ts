import { spawn } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startTimeOf } from '../../bin/stack/child.ts'
import { connectSandboxes } from '../../bin/stack/connections.ts'
import { openLog, readSecrets } from '../../bin/stack/home.ts'
import type { Secrets, Stack } from '../../bin/stack/home.ts'
import { startNodeProcess } from '../../bin/stack/node-process.ts'
import { restClient } from '../../bin/stack/rest.ts'
import { createSupervisor } from '../../bin/stack/supervisor.ts'
import { findTemporalCli } from '../../bin/stack/temporal-cli.ts'
import { mintToken } from '../../bin/stack/token-mint.ts'
import { openDatabase } from '../../db/pool.ts'
import { ensureTenant } from '../../db/tenants.ts'

export type Part = 'worker' | 'api' | 'postgres' | 'temporal'

export interface ProductOptions {
  /** Environment variables of `npm start`. */
  env?: Record<string, string>
  /** Worker processes in all; default 1. */
  workers?: number
  /** Told where it will live, before anything of it is there. */
  onHome?: (home: string) => void
}

export interface Tenant {
  id: string
  token: string
  /** One request; the answer's JSON. Throws on a connection that breaks, not on a status. */
  call<T = Record<string, unknown>>(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<{ status: number; body: T }>
}

/** The whole product as `npm start` runs it: each part a process of its own, in a home of its own. */
export interface Product {
  home: string
  secrets: Secrets
  /** Read anew each time: pids change with every restart. */
  stack(): Stack
  /** The pids of all workers. */
  workers(): number[]
  /** A tenant with connections to all sandboxes. */
  tenant(name?: string): Promise<Tenant>
  /** kill -9 of one part (of the workers: the first, or `which`); it is started again by itself. Answers the pid that was killed. */
  kill(part: Part, which?: number): number
  /** Waits until every part runs and the API is ready. */
  whole(): Promise<void>
  sandbox<T>(name: string, path: string, body?: unknown): Promise<T>
  /** All that the launcher said. */
  said(): string
  stop(): Promise<void>
}

const start = join(import.meta.dirname, '../../bin/start.ts')
const worker = join(import.meta.dirname, '../../bin/worker.ts')

/** A free port from below those that systems hand out by themselves: what is killed finds it free again. */
async function quietPort(): Promise<number> {
  for (;;) {
    const port = 10_000 + Math.floor(Math.random() * 20_000)
    const server = createServer()
    const free = await new Promise<boolean>((resolve) => server.once('error', () => { resolve(false) }).listen(port, '127.0.0.1', () => { server.close(() => { resolve(true) }) }))
    if (free) return port
  }
}

/** Starts it on free ports, without the library and the sample. Stops and leaves nothing behind with `stop`. */
export async function startProduct({ env = {}, workers = 1, onHome }: ProductOptions = {}): Promise<Product> {
  const cli = await findTemporalCli({ env: process.env, onProgress: (line) => { process.stderr.write(`${line}\n`) } })
  const root = mkdtempSync(join(tmpdir(), 'slipway-product-'))
  // Passable: PostgreSQL runs as another user where all else runs as root.
  chmodSync(root, 0o711)
  const home = join(root, 'home')
  mkdirSync(home)
  chmodSync(home, 0o711)
  for (const done of ['sample-deployed', 'library-seeded']) writeFileSync(join(home, done), '')
  onHome?.(home)
  const ports = Object.fromEntries(await Promise.all(['PORT', 'TEMPORAL_PORT', 'TEMPORAL_UI_PORT', 'PG_PORT'].map(async (name) => [name, String(await quietPort())])))
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm_|DATABASE_URL$|TEMPORAL_|NODE_OPTIONS$|JEST_|NODE_ENV$)/.test(name)))
  const environment = { ...clean, ...ports, SLIPWAY_HOME: home, TEMPORAL_CLI_PATH: cli, LOG_LEVEL: 'warn', ...env }
  const launcher = spawn(process.execPath, [start], { cwd: root, env: environment, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [launcher.stdout, launcher.stderr]) stream.on('data', (chunk: Buffer) => { said += chunk.toString() })
  const ended = new Promise<void>((resolve) => launcher.once('close', () => { resolve() }))
  const further = createSupervisor({ say: (line) => { said += `${line}\n` }, onRestart: () => undefined })
  const stop = async (): Promise<void> => {
    await further.stop()
    launcher.kill('SIGTERM')
    await ended
    rmSync(root, { recursive: true, force: true })
  }
  const until = async (what: string, satisfied: () => Promise<boolean> | boolean): Promise<void> => {
    for (const deadline = Date.now() + 120_000; Date.now() < deadline; await sleep(50)) {
      if (await satisfied()) return
      if (launcher.exitCode !== null) break
    }
    throw new Error(`${what} within 120 s; the launcher said:\n${said}`)
  }
  try {
    await until('the product was not ready', () => said.includes('ready in '))
    const stack = (): Stack => JSON.parse(readFileSync(join(home, 'stack.json'), 'utf8')) as Stack
    const secrets = readSecrets(home) as Secrets
    const first = stack()
    const workerEnv = {
      ...environment, NODE_ENV: 'development', METRICS_PORT: '0', DATABASE_URL: first.databaseUrl, TEMPORAL_ADDRESS: first.temporalAddress, TEMPORAL_NAMESPACE: first.temporalNamespace,
      JWT_SECRET: secrets.jwtSecret, ENCRYPTION_KEY: secrets.encryptionKey,
      ...Object.fromEntries(Object.entries(first.sandboxes).map(([name, url]) => [`SANDBOX_${name.toUpperCase()}_URL`, url])),
    }
    for (let number = 2; number <= workers; number++) {
      const log = openLog(home, `worker-${String(number)}`).write
      await further.keep(`worker-${String(number)}`, () => startNodeProcess({ name: 'worker', script: worker, log, env: workerEnv }))
    }
    const pidsOfWorkers = (): number[] => [stack().pids['worker'] ?? 0, ...Object.values(further.pids())]
    return {
      home, secrets, stack,
      workers: pidsOfWorkers,
      tenant: (name = 'default') => openTenant(stack(), secrets, name),
      kill(part, which = 0) {
        const pid = part === 'worker' ? pidsOfWorkers()[which] : stack().pids[part]
        if (pid === undefined || startTimeOf(pid) === undefined) throw new Error(`${part} does not run`)
        process.kill(pid, 'SIGKILL')
        return pid
      },
      whole: () => until('the product was not whole', async () => {
        const pids = [...Object.values(stack().pids), ...pidsOfWorkers()]
        if (pids.some((pid) => startTimeOf(pid) === undefined)) return false
        return fetch(`${stack().apiUrl}/ready`, { signal: AbortSignal.timeout(2_000) }).then(({ ok }) => ok, () => false)
      }),
      async sandbox<T>(name: string, path: string, body?: unknown) {
        const answer = await fetch(`${stack().sandboxes[name] ?? ''}${path}`, body === undefined ? {} : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
        if (!answer.ok) throw new Error(`${name}${path}: ${String(answer.status)} ${await answer.text()}`)
        const text = await answer.text()
        return (text === '' ? undefined : JSON.parse(text)) as T
      },
      said: () => said,
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

async function openTenant(stack: Stack, secrets: Secrets, name: string): Promise<Tenant> {
  const db = openDatabase({ url: stack.databaseUrl, poolSize: 1 })
  const { id } = await ensureTenant(db, name).finally(() => db.destroy())
  const token = await mintToken({ secret: secrets.jwtSecret, tenant: id, roles: ['owner'], subject: 'owner@test', ttlSeconds: 86_400 })
  await connectSandboxes(restClient(stack.apiUrl, token), { tenant: id, sandboxes: Object.keys(stack.sandboxes), supabaseJwtSecret: secrets.supabaseJwtSecret })
  return {
    id, token,
    async call<T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
      const answer = await fetch(`${stack.apiUrl}${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(60_000),
      })
      const text = await answer.text()
      return { status: answer.status, body: (text !== '' && /json/.test(answer.headers.get('content-type') ?? '') ? JSON.parse(text) : text) as T }
    },
  }
}
