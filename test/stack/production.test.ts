import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { execFile, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { freePort } from '../../bin/stack/ports.ts'
import { startPostgres } from '../../bin/stack/postgres.ts'
import type { Postgres } from '../../bin/stack/postgres.ts'
import { startTemporal } from '../../bin/stack/temporal.ts'
import type { Temporal } from '../../bin/stack/temporal.ts'
import { searchAttributes } from '../../contracts/search-attributes.ts'
import { blocksOf } from '../readme/markdown.ts'
import { shared } from '../support/shared.ts'

const repository = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'slipway-production-'))
/** What is shipped: dist/, library/, package.json, and in node_modules the dependencies alone. */
const release = join(folder, 'release')
const blocks = blocksOf(readFileSync(join(repository, 'README.md'), 'utf8')).filter(({ section }) => section === 'Production')
const [roles = ''] = blocks.filter(({ language }) => language === 'sql').map(({ text }) => text)
const [registration = ''] = blocks.filter(({ text }) => text.startsWith('temporal operator')).map(({ text }) => text)

interface Ran { code: number | null; out: string }
interface Process { child: ChildProcess; out: () => string; ended: Promise<number | null> }

let postgres: Postgres
let temporal: Temporal
let url: string
let workerUrl: string
let token: string
let base: NodeJS.ProcessEnv
let api: Process | undefined
let worker: Process | undefined

beforeAll(async () => {
  await build()
  makeRelease()
  ;[postgres, temporal] = await Promise.all([
    startPostgres({ dataDir: join(folder, 'pg'), password: 'super' }),
    startTemporal({ cli: shared().cli, namespace: 'default', logFile: join(folder, 'temporal.log') }),
  ])
  base = {
    PATH: process.env['PATH'], NODE_ENV: 'production', TEMPORAL_ADDRESS: temporal.address, TEMPORAL_NAMESPACE: 'slipway', PORT: '0', METRICS_PORT: String(await freePort()),
    JWT_SECRET: randomBytes(32).toString('hex'), ENCRYPTION_KEY: randomBytes(32).toString('base64'),
  }
  workerUrl = `http://127.0.0.1:${String(base['METRICS_PORT'])}`
}, 240_000)

afterAll(async () => {
  for (const one of [api, worker]) {
    one?.child.kill('SIGKILL')
    await one?.ended
  }
  await Promise.all([temporal?.stop(), postgres?.stop()])
  rmSync(folder, { recursive: true, force: true })
}, 60_000)

const newest = (path: string): number => (statSync(path).isDirectory() ? Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name)))) : statSync(path).mtimeMs)

/** `npm test` has built just now; a single run of this file builds what is older than its sources. */
async function build(): Promise<void> {
  const bundle = join(repository, 'dist/workflow-bundle.js')
  const { include } = JSON.parse(readFileSync(join(repository, 'tsconfig.build.json'), 'utf8')) as { include: string[] }
  if (existsSync(bundle) && include.every((path) => newest(join(repository, path)) < statSync(bundle).mtimeMs)) return
  const { code, out } = await run(['bin/build.ts'], process.env, repository)
  if (code !== 0) throw new Error(out)
}

function makeRelease(): void {
  mkdirSync(join(release, 'node_modules'), { recursive: true })
  for (const name of ['dist', 'library', 'package.json']) cpSync(join(repository, name), join(release, name), { recursive: true })
  const { dependencies } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as { dependencies: Record<string, string> }
  for (const name of Object.keys(dependencies)) {
    mkdirSync(dirname(join(release, 'node_modules', name)), { recursive: true })
    symlinkSync(join(repository, 'node_modules', name), join(release, 'node_modules', name))
  }
}

function start(args: string[], env: NodeJS.ProcessEnv, cwd = release): Process {
  const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let out = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => { out += chunk.toString() })
  return { child, out: () => out, ended: new Promise((resolve) => { child.once('close', resolve) }) }
}

async function run(args: string[], env: NodeJS.ProcessEnv, cwd?: string): Promise<Ran> {
  const { ended, out } = start(args, env, cwd)
  return { code: await ended, out: out() }
}

const databaseUrl = (role: string, password: string) => `postgresql://${role}:${password}@127.0.0.1:${String(postgres.port)}/slipway`
const asOwner = (): NodeJS.ProcessEnv => ({ ...base, DATABASE_URL: databaseUrl('slipway_owner', 'change-me') })

async function sql(statements: string, database = 'postgres'): Promise<void> {
  const client = new pg.Client({ connectionString: postgres.databaseUrl(database) })
  await client.connect()
  try {
    for (const statement of statements.split(';').filter((text) => text.trim() !== '')) await client.query(statement)
  } finally {
    await client.end()
  }
}

async function until(what: () => boolean | Promise<boolean>, ...said: Process[]): Promise<void> {
  for (const deadline = Date.now() + 45_000; Date.now() < deadline; await sleep(50)) {
    if (await what()) return
    if (said.some(({ child }) => child.exitCode !== null)) break
  }
  throw new Error(`it did not happen:\n${said.map(({ out }) => out().slice(-3_000)).join('\n')}`)
}

const answers = (address: string) => fetch(address).then(({ status }) => status === 200, () => false)

async function call<T>(method: string, path: string, body?: unknown, bearer = token): Promise<{ status: number; body: T }> {
  const answer = await fetch(`${url}/api/v1${path}`, { method, headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
  return { status: answer.status, body: (await answer.json()) as T }
}

test('a bad configuration names every bad variable, exits with 1 and starts nothing', async () => {
  const bad = { PATH: process.env['PATH'], NODE_ENV: 'production', PORT: '70000', DATABASE_URL: 'mysql://db', TEMPORAL_ADDRESS: 'nowhere', ENABLE_RBAC: 'perhaps', METRICS_PORT: base['METRICS_PORT'] }
  for (const name of ['api', 'worker']) {
    const { code, out } = await run([`dist/bin/${name}.js`], bad)
    expect(code).toBe(1)
    for (const variable of ['PORT', 'DATABASE_URL', 'TEMPORAL_ADDRESS', 'JWT_SECRET', 'ENABLE_RBAC', 'ENCRYPTION_KEY']) expect(out).toMatch(new RegExp(`^ +${variable}: `, 'm'))
    expect(out).not.toContain('listening')
    expect(out).not.toContain('node_modules')
  }
  expect(await answers(`${workerUrl}/health`)).toBe(false)
}, 60_000)

test('permissions cannot be turned off', async () => {
  const { code, out } = await run(['dist/bin/api.js'], { ...base, DATABASE_URL: databaseUrl('x', 'y'), ENABLE_RBAC: 'false' })
  expect({ code, out }).toEqual({ code: 1, out: 'Bad configuration:\n  ENABLE_RBAC: cannot be false in production\n' })
}, 60_000)

test("the README's roles: an owner without superuser rights migrates, explicitly and repeatably", async () => {
  const [before = '', after = ''] = roles.split('-- after the migration:')
  await sql(before)
  expect(await run(['dist/bin/migrate.js'], { PATH: process.env['PATH'], DATABASE_URL: databaseUrl('slipway_owner', 'change-me') })).toEqual({ code: 0, out: expect.stringMatching(/^Applied 0001_/) })
  expect(await run(['dist/bin/migrate.js'], asOwner())).toEqual({ code: 0, out: 'The database is up to date\n' })
  await sql(after)
}, 60_000)

test("the README's commands make the namespace and register every search attribute", async () => {
  const script = `temporal() { "${shared().cli}" "$@"; }\n${registration}\ntemporal operator search-attribute list --namespace slipway`
  const listed = await new Promise<string>((resolve, reject) => {
    execFile('bash', ['-euo', 'pipefail', '-c', script], { env: { PATH: process.env['PATH'], HOME: folder, TEMPORAL_ADDRESS: temporal.address } }, (error, stdout, stderr) => {
      if (error) reject(new Error(`${error.message}\n${stderr}`))
      else resolve(stdout)
    })
  })
  for (const [name, type] of Object.entries(searchAttributes)) expect(listed).toMatch(new RegExp(`${name}\\s+${type}\\b`))
}, 60_000)

test('API and worker run from dist/ with the dependencies alone, as a role that owns nothing', async () => {
  expect(existsSync(join(release, 'node_modules/typescript'))).toBe(false)
  const env = { ...base, DATABASE_URL: databaseUrl('slipway_run', 'change-me-too') }
  const started = { api: start(['dist/bin/api.js'], env), worker: start(['dist/bin/worker.js'], env) }
  ;({ api, worker } = started)
  await until(() => /"url":"(http:[^"]+)"/.test(started.api.out()), started.api)
  url = /"url":"(http:[^"]+)"/.exec(started.api.out())?.[1] ?? ''
  await until(async () => (await answers(`${url}/ready`)) && (await answers(`${workerUrl}/health`)), started.api, started.worker)
}, 90_000)

test('the owner command makes a tenant and its owner, who logs in, makes another tenant, and gets a new password', async () => {
  const owner = (env: NodeJS.ProcessEnv, ...more: string[]) => run(['dist/bin/owner.js', '--tenant', 'first-agency', '--email', 'Me@example.com', ...more], env)
  const logIn = (password: string) => call<{ accessToken: string }>('POST', '/auth/login', { tenant: 'first-agency', email: 'me@example.com', password }, 'none')
  const made = await owner(asOwner())
  expect(made).toEqual({ code: 0, out: expect.stringMatching(/^me@example\.com may log in to tenant first-agency\. The password, shown only here: [\w-]{20}\n$/) })
  const { status, body } = await logIn(made.out.trim().split(' ').at(-1) ?? '')
  expect(status).toBe(200)
  expect((await call('POST', '/tenants', { name: 'second-agency', owner: { email: 'her@example.com', password: 'correct horse battery' } }, body.accessToken)).status).toBe(201)
  expect(await owner(asOwner())).toEqual({ code: 1, out: expect.stringContaining('There is a user me@example.com') })
  expect(await owner({ ...asOwner(), OWNER_PASSWORD: 'staple horse battery' }, '--reset')).toEqual({ code: 0, out: 'me@example.com may log in to tenant first-agency\n' })
  expect((await logIn('staple horse battery')).status).toBe(200)
  expect(await owner({ ...asOwner(), OWNER_PASSWORD: 'short' }, '--reset')).toEqual({ code: 1, out: expect.stringContaining("The owner's password: has at least 12 characters") })
  expect(await run(['dist/bin/owner.js', '--email', 'nobody@example.com', '--reset'], asOwner())).toEqual({ code: 1, out: expect.stringContaining('There is no user nobody@example.com in tenant default') })
}, 60_000)

test('the token command makes a tenant, and its token works; one of another secret does not', async () => {
  const mint = (env: NodeJS.ProcessEnv) => run(['dist/bin/token.js', '--tenant', 'my-agency', '--role', 'owner', '--subject', 'me@example.com', '--days', '1'], env)
  token = (await mint(asOwner())).out.trim()
  expect((await call('GET', '/templates')).status).toBe(200)
  const forged = (await mint({ ...asOwner(), JWT_SECRET: randomBytes(32).toString('hex') })).out.trim()
  expect((await call('GET', '/templates', undefined, forged)).status).toBe(401)
}, 60_000)

test('a template is imported and customized through workflows', async () => {
  const content = readFileSync(join(repository, 'library/samples/dental-receptionist.yaml'), 'utf8')
  const imported = await call<{ templateId: string }>('POST', '/templates/import', { kind: 'retell', name: 'dental-receptionist', content })
  expect(imported).toMatchObject({ status: 201, body: { version: '1.0.0', created: true } })
  const customized = await call<object>('POST', '/templates/dental-receptionist/customize', { variables: { companyName: 'Bright Smile', timezone: 'America/New_York' }, dryRun: true })
  expect(customized).toMatchObject({ status: 200, body: { resources: { receptionist: { spec: { agent_name: 'Bright Smile receptionist' } } } } })
  expect((await call('POST', '/templates/dental-receptionist/customize', { variables: { companyName: 'Bright Smile', timezone: 'America/New_York' } })).status).toBe(201)
  // A path in the shipped library is found beside dist/.
  expect(await call('POST', '/templates/import', { kind: 'retell', name: 'from-library', contentRef: 'samples/dental-receptionist.yaml' })).toMatchObject({ status: 201 })
}, 60_000)

test('a provider in a private network is not reached, and there are no sandboxes', async () => {
  let requests = 0
  const server = createServer((_request, response) => { requests += 1; response.end('{}') })
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  const { port } = server.address() as AddressInfo
  try {
    // One that was stored before, or whose name has moved since, is refused when it is used.
    const { body: { id } } = await call<{ id: string }>('POST', '/connections', { provider: 'n8n', baseUrl: 'https://nowhere.invalid', secrets: { apiKey: 'key' } })
    await sql(`update connections set base_url = 'http://localhost:${String(port)}' where id = '${id}'`, 'slipway')
    expect(await call('POST', `/connections/${id}/test`)).toMatchObject({ status: 200, body: { ok: false, error: { code: '502.provider_error_n8n', message: expect.stringContaining('private network') } } })
    for (const host of ['127.0.0.1', 'localhost', '[::1]', '2130706433', '[::ffff:127.0.0.1]']) {
      expect(await call('POST', '/connections', { provider: 'n8n', baseUrl: `http://${host}:${String(port)}`, secrets: { apiKey: 'key' } })).toMatchObject({ status: 400, body: { errors: [{ pointer: '/baseUrl', message: expect.stringContaining('private network') }] } })
    }
    expect(requests).toBe(0)
  } finally {
    server.close()
  }
  expect(await call('POST', '/connections', { provider: 'n8n', baseUrl: 'sandbox:n8n', secrets: { apiKey: 'key' } })).toMatchObject({ status: 400, body: { errors: [{ pointer: '/baseUrl' }] } })
}, 60_000)

test('a worker for one provider serves its queue alone', async () => {
  const [line = ''] = blocks.flatMap(({ text }) => text.split('\n')).filter((text) => text.startsWith('PROVIDERS='))
  const variables = Object.fromEntries(line.split(' ').flatMap((word) => (/^[A-Z_]+=/.test(word) ? [word.split('=') as [string, string]] : [])))
  const one = start(['dist/bin/worker.js'], { ...base, ...variables, METRICS_PORT: '0', DATABASE_URL: databaseUrl('slipway_run', 'change-me-too') })
  await until(() => one.out().includes('worker started'), one)
  expect(one.out()).toContain('"providers":["ghl"],"workflows":false')
  one.child.kill('SIGTERM')
  expect(await one.ended).toBe(0)
}, 60_000)

test('every command that the README starts from dist/ was started here', () => {
  const commands = blocks.filter(({ language }) => language === 'sh').flatMap(({ text }) => [...text.matchAll(/dist\/bin\/([\w-]+)\.js/g)].map(([, name]) => name))
  expect([...new Set(commands)].toSorted()).toEqual(['api', 'migrate', 'owner', 'rotate-keys', 'token', 'worker'])
})

test('the rotation of keys seals everything anew as the owner, and does not as another role', async () => {
  const rotated = { ENCRYPTION_KEY: randomBytes(32).toString('base64'), ENCRYPTION_OLD_KEYS: base['ENCRYPTION_KEY'] }
  const refused = await run(['dist/bin/rotate-keys.js'], { ...base, ...rotated, DATABASE_URL: databaseUrl('slipway_run', 'change-me-too') })
  expect(refused).toEqual({ code: 1, out: expect.stringContaining("slipway_run does not see every tenant's rows: use the DATABASE_URL of slipway_owner") })
  expect(await run(['dist/bin/rotate-keys.js'], { ...asOwner(), ...rotated })).toEqual({ code: 0, out: expect.stringMatching(/^connections\.secrets: [1-9]\d* of .*\nEverything is sealed with ENCRYPTION_KEY\n$/s) })
}, 60_000)

test('the build lists what it is made of: every dependency at run time with its version and checksum, none of development', () => {
  const text = readFileSync(join(release, 'dist/sbom.cdx.json'), 'utf8')
  const bom = JSON.parse(text) as { bomFormat: string; metadata: { component: { name: string } }; components: { name: string; version: string; hashes?: object[]; purl: string }[] }
  const lock = JSON.parse(readFileSync(join(repository, 'package-lock.json'), 'utf8')) as { packages: Record<string, { version?: string }> }
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as Record<'dependencies' | 'devDependencies', Record<string, string>>
  expect([bom.bomFormat, bom.metadata.component.name]).toEqual(['CycloneDX', 'slipway'])
  // Of a package there may be other versions, too, which others need.
  const listed = bom.components.map(({ name, version, hashes = [] }) => ({ name, version, hashes: hashes.length }))
  for (const name of Object.keys(dependencies)) expect(listed).toContainEqual({ name, version: lock.packages[`node_modules/${name}`]?.version, hashes: 1 })
  for (const name of ['jest', 'eslint', 'typescript', 'fast-check'].filter((one) => one in devDependencies)) expect(listed.some((one) => one.name === name)).toBe(false)
  expect(text).not.toContain(repository)
})

test('SIGTERM ends both within seconds, with exit code 0', async () => {
  const began = Date.now()
  for (const one of [api, worker]) one?.child.kill('SIGTERM')
  expect(await api?.ended).toBe(0)
  expect(Date.now() - began).toBeLessThan(5_000)
  expect(await worker?.ended).toBe(0)
  expect(Date.now() - began).toBeLessThan(15_000)
}, 60_000)
