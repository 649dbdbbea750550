import { chmodSync, chownSync, existsSync, mkdirSync, renameSync, rmSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { type Running, describeExit, exitOf, launch, stopChild } from './child.ts'
import { PortBusyError, onPort } from './ports.ts'
import { type PostgresHome, postgresHome, reclaim } from './postgres-home.ts'

export interface PostgresOptions {
  dataDir: string
  /** Exactly this port, or PortBusyError; without it any free one. */
  port?: number
  /** The superuser, made with the data folder. */
  user?: string
  password: string
  log?: (line: string) => void
}

export interface Postgres extends Running {
  /** The maintenance database `postgres`. */
  url: string
  port: number
  /** Where the data really is: root's home may be barred to PostgreSQL's user. */
  dataDir: string
  databaseUrl(name: string): string
}

/** Starts real PostgreSQL on 127.0.0.1 with durable settings, and recovers a data folder whose server was killed. */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const home = await postgresHome(options.dataDir)
  const user = options.user ?? 'slipway'
  if (!existsSync(join(home.dataDir, 'PG_VERSION'))) await initialize(home, user, options.password)
  await reclaim(home.dataDir)
  const wish = options.port === undefined ? undefined : { port: options.port, fixed: true }
  return onPort(wish, (port) => serve(home, port, user, options))
}

/** Built beside and renamed, so that a start killed half-way leaves nothing that looks finished. */
async function initialize(home: PostgresHome, user: string, password: string): Promise<void> {
  const fresh = `${home.dataDir}.new`
  const passwordFile = `${home.dataDir}.password`
  rmSync(fresh, { recursive: true, force: true })
  mkdirSync(fresh, { mode: 0o700 })
  chmodSync(fresh, 0o700)
  writeFileSync(passwordFile, password, { mode: 0o600 })
  if (home.owner !== undefined) for (const path of [fresh, passwordFile]) chownSync(path, home.owner.uid, home.owner.gid)
  const said: string[] = []
  const child = launch(
    join(home.bin, 'initdb'),
    ['-D', fresh, '-U', user, `--pwfile=${passwordFile}`, '--auth=scram-sha-256', '--encoding=UTF8', '--locale=C.UTF-8'],
    { env: environment(), cwd: '/', owner: home.owner, deathSignal: 'TERM', onLine: (line) => said.push(line) },
  )
  const exit = await exitOf(child)
  rmSync(passwordFile, { force: true })
  if (exit.code !== 0) {
    rmSync(fresh, { recursive: true, force: true })
    throw new Error(`initdb failed (${describeExit(exit)}):\n${said.slice(-10).join('\n')}`)
  }
  rmdirSync(home.dataDir)
  renameSync(fresh, home.dataDir)
}

async function serve(home: PostgresHome, port: number, user: string, options: PostgresOptions): Promise<Postgres> {
  const settings = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    // No socket file: nothing to go stale, no limit on the length of the path.
    'unix_socket_directories=',
    'max_connections=200',
    'timezone=UTC',
    'log_timezone=UTC',
  ]
  const said: string[] = []
  let ready: () => void = () => undefined
  const accepting = new Promise<'ready'>((resolve) => { ready = () => { resolve('ready') } })
  const child = launch(join(home.bin, 'postgres'), ['-D', home.dataDir, ...settings.flatMap((setting) => ['-c', setting])], {
    env: environment(),
    cwd: '/',
    owner: home.owner,
    deathSignal: 'INT',
    onLine: (line) => {
      options.log?.(line)
      said.push(line)
      if (said.length > 50) said.shift()
      if (line.includes('database system is ready to accept connections')) ready()
    },
  })
  const exited = exitOf(child)
  const outcome = await Promise.race([accepting, exited])
  if (outcome !== 'ready' || child.pid === undefined) {
    if (said.some((line) => line.includes('could not create any TCP/IP sockets'))) throw new PortBusyError('PostgreSQL', port)
    throw new Error(`PostgreSQL did not start (${outcome === 'ready' ? 'no pid' : describeExit(outcome)}):\n${said.slice(-10).join('\n')}`)
  }
  const databaseUrl = (name: string) => `postgresql://${user}:${encodeURIComponent(options.password)}@127.0.0.1:${port}/${name}`
  // SIGINT is PostgreSQL's fast shutdown: open sessions are ended, nothing is lost.
  const stop = () => stopChild(child, exited, 'SIGINT', 30_000)
  return { url: databaseUrl('postgres'), port, dataDir: home.dataDir, pid: child.pid, exited, stop, databaseUrl }
}

/** The user's locale would translate the messages that are looked for; PG* variables would redirect the server. */
function environment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], LC_ALL: 'C', ...(process.platform === 'win32' ? { SystemRoot: process.env['SystemRoot'] } : {}) }
}

/** Makes a database if it is not there. */
export async function ensureDatabase(server: Pick<Postgres, 'url'>, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: server.url })
  // A server that stops says so to idle connections too; unheard, that would end this process.
  client.on('error', () => undefined)
  await client.connect()
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name])
    if (rowCount === 0) await client.query(`create database ${client.escapeIdentifier(name)}`)
  } finally {
    await client.end()
  }
}
