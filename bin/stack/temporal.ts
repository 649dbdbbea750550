import { closeSync, existsSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs'
import { connect } from 'node:net'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { Connection } from '@temporalio/client'
import { searchAttributes } from '../../contracts/search-attributes.ts'
import { type Exit, type Running, describeExit, exitOf, launch, pidOf, stopChild } from './child.ts'
import { PortBusyError, freePort, onPort } from './ports.ts'
import { prepareNamespace } from './temporal-namespace.ts'

export interface TemporalOptions {
  /** The temporal CLI's program. */
  cli: string
  /** State is kept here; without it in memory. Nothing locks the file: the caller holds the lock of the home. */
  dbFile?: string
  /** Exactly this port, or PortBusyError; without it any free one. */
  port?: number
  uiPort?: number
  /** No Web UI; the default where no uiPort is given. */
  headless?: boolean
  namespace: string
  logFile: string
}

export interface Temporal extends Running {
  address: string
  port: number
  uiUrl?: string
}

/**
 * With its defaults the one history shard reads its queues 20 times a second, so that every workflow task waits about
 * 40 ms, and four partitions per task queue spread what two cores could do at once.
 */
const tuning = [
  'history.transferProcessorMaxPollRPS=1000',
  'history.timerProcessorMaxPollRPS=1000',
  'history.visibilityProcessorMaxPollRPS=1000',
  'matching.numTaskqueueReadPartitions=1',
  'matching.numTaskqueueWritePartitions=1',
  'matching.enableFairness=true',
]

/** WAL makes commits quick, FULL makes them survive a power cut. */
const pragmas = ['journal_mode=WAL', 'synchronous=FULL']

/** Starts the tuned dev server and waits until its namespace has our search attributes and retention. */
export async function startTemporal(options: TemporalOptions): Promise<Temporal> {
  if (options.dbFile !== undefined) {
    mkdirSync(dirname(options.dbFile), { recursive: true, mode: 0o700 })
    removeUnfinished(options.dbFile)
  }
  const headless = options.headless ?? options.uiPort === undefined
  const wish = options.port === undefined ? undefined : { port: options.port, fixed: true }
  return onPort(wish, async (port) => serve(options, port, headless ? undefined : (options.uiPort ?? (await freePort()))))
}

/**
 * The server makes its tables only where there is no file. One that was killed while doing so left a file that no
 * later start can use, and that nothing was ever kept in: it has no namespace yet.
 */
function removeUnfinished(dbFile: string): void {
  if (!existsSync(dbFile)) return
  const database = new DatabaseSync(dbFile)
  const made = database.prepare("select 1 from sqlite_master where name = 'namespaces'").get() !== undefined
  const served = made && database.prepare('select 1 from namespaces limit 1').get() !== undefined
  database.close()
  if (!served) for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(`${dbFile}${suffix}`, { force: true })
}

async function serve(options: TemporalOptions, port: number, uiPort: number | undefined, tries = 5): Promise<Temporal> {
  mkdirSync(dirname(options.logFile), { recursive: true })
  const log = openSync(options.logFile, 'a', 0o600)
  const said: string[] = []
  let [announced, crashed] = [false, false]
  const isStuck = stuckWatch()
  const child = launch(options.cli, serverArguments(options, port, uiPort), {
    env: { ...process.env, TEMPORAL_ADDRESS: undefined, TEMPORAL_NAMESPACE: undefined },
    deathSignal: 'TERM',
    onLine: (line) => {
      writeSync(log, `${line}\n`)
      if (/^(?:Temporal )?Server: /.test(line)) announced = true
      if (isStuck(line)) child.kill('SIGKILL')
      // The reason of a crash stands before its stack, which is long enough to push it out.
      if (/^goroutine \d+ /.test(line)) crashed = true
      if (!crashed && said.push(line) > 50) said.shift()
    },
  })
  const exited = exitOf(child)
  void exited.then(() => { closeSync(log) })
  const stop = () => stopChild(child, exited, 'SIGTERM')
  try {
    await untilServing(`127.0.0.1:${port}`, options.namespace, exited, () => announced)
  } catch (error) {
    await stop()
    const busy = /can't set (?:frontend|UI) port (\d+)/.exec(said.join('\n'))
    if (busy !== null) throw new PortBusyError('Temporal', Number(busy[1]))
    // The server takes further ports at random for its parts, and somebody may have had the same one in mind: it then
    // says so and ends, or crashes over the listener that it has not got.
    if (tries > 1 && (crashed || said.some((line) => line.includes('bind: address already in use')))) return await serve(options, port, uiPort, tries - 1)
    throw new Error(`Temporal did not start: ${error instanceof Error ? error.message : String(error)}\n${said.slice(-10).join('\n')}`, { cause: error })
  }
  return {
    address: `127.0.0.1:${port}`,
    port,
    ...(uiPort === undefined ? {} : { uiUrl: `http://127.0.0.1:${uiPort}` }),
    pid: pidOf(child),
    exited,
    stop,
  }
}

/**
 * The server has one connection to SQLite. An interrupt that hits it within a transaction (a deadline missed on a machine that
 * is busy) can leave it refusing every transaction for good, while the process lives on. Its file is sound: whoever keeps
 * the server running starts it again, and the runs go on. Answers true for the line at which that is sure.
 */
export function stuckWatch(now: () => number = Date.now): (line: string) => boolean {
  let [since, refusals] = [0, 0]
  return (line) => {
    if (!line.includes('Failed to start transaction. Error: interrupted (9)')) return false
    if (now() - since > 10_000) [since, refusals] = [now(), 0]
    refusals += 1
    return refusals === 50
  }
}

function serverArguments(options: TemporalOptions, port: number, uiPort: number | undefined): string[] {
  const repeated = (flag: string, values: string[]) => values.flatMap((value) => [flag, value])
  return [
    'server',
    'start-dev',
    ...['--ip', '127.0.0.1', '--port', String(port), '--namespace', options.namespace],
    ...(uiPort === undefined ? ['--headless'] : ['--ui-ip', '127.0.0.1', '--ui-port', String(uiPort)]),
    ...repeated('--dynamic-config-value', tuning),
    ...(options.dbFile === undefined ? [] : ['--db-filename', options.dbFile, ...repeated('--sqlite-pragma', pragmas)]),
    ...repeated('--search-attribute', Object.entries(searchAttributes).map(([name, type]) => `${name}=${type}`)),
    // A profile of the user's must not redirect a server of ours.
    '--disable-config-env',
    '--disable-config-file',
  ]
}

async function untilServing(address: string, namespace: string, exited: Promise<Exit>, announced: () => boolean): Promise<void> {
  let ended: Exit | undefined
  void exited.then((exit) => { ended = exit })
  const started = Date.now()
  for (;;) {
    if (ended !== undefined) throw new Error(`the server ended with ${describeExit(ended)}`)
    // A client that is refused once waits a second before it tries again. And a port that accepts may be somebody
    // else's: our server then ends within milliseconds, so an open port alone counts only after a while.
    if (!announced() && (Date.now() - started < 2_000 || !(await accepts(address)))) {
      if (Date.now() - started > 60_000) throw new Error('it did not listen within 60 s')
      await sleep(20)
      continue
    }
    const connection = Connection.lazy({ address, connectTimeout: '2s' })
    try {
      await connection.withDeadline(Date.now() + 10_000, () => prepareNamespace(connection, namespace))
      return
    } catch (error) {
      if (ended !== undefined || Date.now() - started > 60_000) throw error
      await sleep(50)
    } finally {
      await connection.close()
    }
  }
}

function accepts(address: string): Promise<boolean> {
  const [host, port] = address.split(':')
  return new Promise((resolve) => {
    const socket = connect(Number(port), host)
    socket.once('connect', () => { socket.destroy(); resolve(true) })
    socket.once('error', () => { resolve(false) })
  })
}
