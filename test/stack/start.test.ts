import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { startTimeOf } from '../../bin/stack/child.ts'
import { ensureDatabase, startPostgres } from '../../bin/stack/postgres.ts'
import { findTemporalCli } from '../../bin/stack/temporal-cli.ts'
import { startTemporal } from '../../bin/stack/temporal.ts'

interface StackFile {
  apiUrl: string
  token: string
  temporalAddress: string
  temporalNamespace: string
  temporalUiUrl: string
  temporalCliPath: string
  databaseUrl: string
  sandboxes: Record<string, string>
  pids: Record<string, number>
}

interface Start {
  npm: ChildProcess
  output: () => string
  ended: Promise<number | null>
}

const repository = join(import.meta.dirname, '../..')
const root = mkdtempSync(join(tmpdir(), 'slipway-start-'))
const home = join(root, 'home')
const started: Start[] = []
let cli: string

beforeAll(async () => {
  cli = await findTemporalCli({ env: process.env, onProgress: (line) => process.stderr.write(`${line}\n`) })
}, 400_000)

afterAll(async () => {
  for (const { npm, ended } of started) {
    npm.kill('SIGTERM')
    await ended
  }
  rmSync(root, { recursive: true, force: true })
}, 60_000)

function npmStart(env: NodeJS.ProcessEnv = {}): Start {
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm_|PORT$|DATABASE_URL$|TEMPORAL_|NODE_OPTIONS$|JEST_)/.test(name)))
  const npm = spawn('npm', ['start'], { cwd: repository, env: { ...clean, SLIPWAY_HOME: home, TEMPORAL_CLI_PATH: cli, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [npm.stdout, npm.stderr]) stream.on('data', (chunk: Buffer) => { output += chunk.toString() })
  const start = { npm, output: () => output, ended: new Promise<number | null>((resolve) => npm.once('close', resolve)) }
  started.push(start)
  return start
}

async function until<T>(what: () => T | Promise<T>, start?: Start): Promise<NonNullable<T>> {
  for (const deadline = Date.now() + 200_000; Date.now() < deadline; await sleep(50)) {
    const found = await what()
    if (found) return found
    if (start !== undefined && start.npm.exitCode !== null) break
  }
  throw new Error(`it did not happen; npm start said:\n${start?.output() ?? ''}`)
}

const ready = (start: Start) => until(() => /ready in ([\d.]+) s/.exec(start.output())?.[1], start)
const stackFile = () => JSON.parse(readFileSync(join(home, 'stack.json'), 'utf8')) as StackFile
const alive = (pids: Record<string, number>) => Object.entries(pids).filter(([, pid]) => startTimeOf(pid) !== undefined).map(([name]) => name)

/** Every process that was started with this home in its command line or runs in it. */
const atHome = () =>
  readdirSync('/proc').filter((entry) => {
    try {
      return /^\d+$/.test(entry) && readFileSync(`/proc/${entry}/cmdline`, 'utf8').includes(home)
    } catch {
      return false
    }
  })

async function query(sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: stackFile().databaseUrl })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows
  } finally {
    await client.end()
  }
}

test('the first npm start brings everything up, deploys the sample and says where it is', async () => {
  const start = npmStart()
  await ready(start)
  const stack = stackFile()
  expect(statSync(join(home, 'stack.json')).mode & 0o777).toBe(0o600)
  expect(Object.keys(stack.pids)).toEqual(expect.arrayContaining(['api', 'worker', 'postgres', 'temporal', 'sandboxes']))
  expect(alive(stack.pids)).toEqual(Object.keys(stack.pids))
  expect(Object.keys(stack.sandboxes)).toEqual(expect.arrayContaining(['retell', 'n8n', 'ghl', 'llm']))
  for (const url of [stack.apiUrl, stack.temporalUiUrl, ...Object.values(stack.sandboxes)]) expect(new URL(url).origin).toBe(url)

  await query('create table kept_by_test as select 42 as answer')
  expect((await fetch(`${stack.apiUrl}/ready`)).status).toBe(200)
  expect((await fetch(stack.temporalUiUrl)).status).toBe(200)
  const templates = await fetch(`${stack.apiUrl}/api/v1/templates`, { headers: { authorization: `Bearer ${stack.token}` } })
  expect(templates.status).toBe(200)
  for (const provider of ['retell', 'n8n', 'ghl']) expect(start.output()).toMatch(new RegExp(`^${provider} .*https?://`, 'm'))
  expect(start.output()).toMatch(/^Library {6}[1-9]\d* created, 0 updated, 0 unchanged, 0 failed/m)
  expect(await (await fetch(`${stack.apiUrl}/api/v1/templates?kind=project`, { headers: { authorization: `Bearer ${stack.token}` } })).text()).toContain('"fastapi-service"')
  expect(start.output()).toContain(`${stack.apiUrl}/docs`)
  expect(start.output()).toContain('npm run token -- --role operator')
  const [, email = '', password = ''] = /^Owner +(\S+) of tenant default, password (\S+) \(shown only here\)$/m.exec(start.output()) ?? []
  const login = await fetch(`${stack.apiUrl}/api/v1/auth/login`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ tenant: 'default', email, password }) })
  expect([email, login.status]).toEqual(['owner@slipway.example', 200])
  const { accessToken } = (await login.json()) as { accessToken: string }
  const me = await fetch(`${stack.apiUrl}/api/v1/auth/me`, { headers: { authorization: `Bearer ${accessToken}` } })
  expect(await me.json()).toMatchObject({ roles: ['owner'], platformAdmin: true })
  for (const file of readdirSync(join(home, 'logs'))) expect(readFileSync(join(home, 'logs', file), 'utf8')).not.toContain(password)
}, 240_000)

test('API and worker share two arenas of the C library among their threads, and give back what is freed', () => {
  for (const name of ['api', 'worker']) expect(readFileSync(`/proc/${String(stackFile().pids[name])}/environ`, 'utf8').split('\0')).toEqual(expect.arrayContaining(['MALLOC_ARENA_MAX=2', 'MALLOC_TRIM_THRESHOLD_=131072']))
})

test('a second start on the same home is refused with a clear message', async () => {
  const second = npmStart()
  expect(await second.ended).toBe(1)
  expect(second.output()).toMatch(new RegExp(`Another Slipway runs in .*${home}.*${stackFile().apiUrl}`))
})

test('a killed API and a killed worker are back at the same address, and stack.json names their new pids', async () => {
  const before = stackFile()
  for (const name of ['api', 'worker']) process.kill(before.pids[name] ?? 0, 'SIGKILL')
  await until(() => stackFile().pids['api'] !== before.pids['api'] && stackFile().pids['worker'] !== before.pids['worker'])
  expect(stackFile().apiUrl).toBe(before.apiUrl)
  await until(() => fetch(`${before.apiUrl}/ready`).then((answer) => answer.ok, () => false))
}, 60_000)

test('a token is printed for the running stack, and nothing else', async () => {
  const child = spawn(process.execPath, ['bin/bootstrap.mjs', 'token', '--role', 'viewer'], { cwd: repository, env: { ...process.env, SLIPWAY_HOME: home, DATABASE_URL: '', JWT_SECRET: '' } })
  let printed = ''
  child.stdout.on('data', (chunk: Buffer) => { printed += chunk.toString() })
  expect(await new Promise((resolve) => child.once('close', resolve))).toBe(0)
  expect(printed).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/)
  const answer = await fetch(`${stackFile().apiUrl}/api/v1/templates`, { headers: { authorization: `Bearer ${printed.trim()}` } })
  expect(answer.status).toBe(200)
})

test('SIGTERM to npm stops everything cleanly', async () => {
  const { pids } = stackFile()
  const first = started[0]
  first?.npm.kill('SIGTERM')
  expect(await first?.ended).toBe(0)
  expect(alive(pids)).toEqual([])
  expect(atHome()).toEqual([])
}, 60_000)

test('a warm start deploys nothing again, and says how long it took', async () => {
  const warm = npmStart()
  expect(Number(await ready(warm))).toBeGreaterThan(0)
  expect(warm.output()).not.toContain('Deploying the sample')
  expect(warm.output()).not.toContain('Owner')
  expect(warm.output()).not.toContain('Library')
  expect(await query('select answer from kept_by_test')).toEqual([{ answer: 42 }])
}, 240_000)

test('kill -9 of everything, supervisor included, leaves no orphan, and the next start has all data', async () => {
  const { pids } = stackFile()
  for (const pid of Object.values(pids)) process.kill(pid, 'SIGKILL')
  await until(() => atHome().length === 0 && alive(pids).length === 0)
  const next = npmStart()
  await ready(next)
  expect(await query('select answer from kept_by_test')).toEqual([{ answer: 42 }])
}, 240_000)

test('kill -9 of the supervisor alone takes everything with it', async () => {
  const { pids } = stackFile()
  process.kill(pids['supervisor'] ?? 0, 'SIGKILL')
  await until(() => alive(pids).length === 0)
  expect(existsSync(join(home, 'stack.json'))).toBe(true)
}, 60_000)

test('a busy port that the user set is an error, and nothing stays behind', async () => {
  const holder = (await import('node:net')).createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => holder.once('listening', resolve))
  const address = holder.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const start = npmStart({ TEMPORAL_PORT: String(port) })
  expect(await start.ended).toBe(1)
  expect(start.output()).toContain(`TEMPORAL_PORT=${port}: the port is taken`)
  expect(atHome()).toEqual([])
  holder.close()
}, 60_000)

test('a database and a Temporal of the user\'s own take the place of the embedded ones', async () => {
  const postgres = await startPostgres({ dataDir: join(root, 'own-pg'), password: 'secret' })
  const temporal = await startTemporal({ cli, namespace: 'own', logFile: join(root, 'own-temporal.log') })
  try {
    await ensureDatabase(postgres, 'mine')
    const ownHome = join(root, 'own-home')
    const start = npmStart({
      SLIPWAY_HOME: ownHome,
      DATABASE_URL: postgres.databaseUrl('mine'),
      TEMPORAL_ADDRESS: temporal.address,
      TEMPORAL_NAMESPACE: 'own',
      OWNER_EMAIL: 'me@example.com',
      OWNER_PASSWORD: 'correct horse battery',
    })
    await ready(start)
    const stack = JSON.parse(readFileSync(join(ownHome, 'stack.json'), 'utf8')) as StackFile
    expect(stack).toMatchObject({ databaseUrl: postgres.databaseUrl('mine'), temporalAddress: temporal.address, temporalNamespace: 'own' })
    expect(Object.keys(stack.pids).toSorted()).toEqual(['api', 'sandboxes', 'supervisor', 'worker'])
    expect((await fetch(`${stack.apiUrl}/ready`)).status).toBe(200)
    expect(start.output()).toContain('Owner        me@example.com of tenant default, password as OWNER_PASSWORD says')
    const login = await fetch(`${stack.apiUrl}/api/v1/auth/login`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ tenant: 'default', email: 'me@example.com', password: 'correct horse battery' }) })
    expect(login.status).toBe(200)
    start.npm.kill('SIGTERM')
    expect(await start.ended).toBe(0)
  } finally {
    await temporal.stop()
    await postgres.stop()
  }
}, 240_000)
