import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { profileFile, profileStore, readProfile, writeProfile } from '../../bin/cli/profile.ts'
import { type Harness, startHarness } from '../api/harness.ts'
import { auditOf, makeUser, password } from '../api/people.ts'
import { refusal, startScripted } from '../client/scripted.ts'
import { type Ended, newFolder, startSlipway } from './slipway.ts'

let api: Harness
const folder = newFolder()
const config = join(folder, 'deep', 'profile.json')
beforeAll(async () => { api = await startHarness() })
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await api.stop()
})

const slipway = (args: string[], { input = '', env = {} }: { input?: string; env?: Record<string, string> } = {}): Promise<Ended> => startSlipway(args, { input, env: { SLIPWAY_CONFIG: config, ...env } }).ended
const actionsOf = async (email: string) => (await auditOf(api, `actor=${email}`)).map(({ action }) => action)
const login = (email: string, given = password) => slipway(['login', '--url', api.url, '--tenant', 'agency', '--email', email, '--password-stdin'], { input: `${given}\n` })

test('a login is kept in a file for nobody else to read, is used from then on, and ends with logout', async () => {
  const { email } = await makeUser(api, ['operator'])
  const done = await login(email)
  expect(done).toEqual({ code: 0, out: `Logged in to ${api.url} as ${email} of agency.\n`, err: '' })
  expect(statSync(config).mode & 0o777).toBe(0o600)
  expect(statSync(join(folder, 'deep')).mode & 0o777).toBe(0o700)
  const kept = readFileSync(config, 'utf8')
  expect(kept).not.toContain(password)

  const me = await slipway(['whoami', '--json'])
  expect(me.code).toBe(0)
  expect(JSON.parse(me.out)).toMatchObject({ actor: email, roles: ['operator'] })
  expect((await slipway(['whoami'])).out).toBe(`${email} of agency at ${api.url}\nroles: operator\n`)

  expect((await slipway(['logout'])).code).toBe(0)
  expect(readProfile(config)).toBeUndefined()
  const after = await slipway(['whoami'], { env: { SLIPWAY_URL: api.url } })
  expect([after.code, after.err]).toEqual([3, expect.stringContaining('Log in first: slipway login')])
  expect((await slipway(['logout'], { env: { SLIPWAY_URL: api.url } })).code).toBe(0)
})

test('a login is for the address it was made at: another never gets to see it', async () => {
  const { email } = await makeUser(api, ['viewer'])
  await login(email)
  const other = await startScripted()
  other.plays(refusal('401.unauthenticated'))
  expect((await slipway(['whoami', '--url', other.url])).code).toBe(3)
  expect(other.asked.map(({ method, path, headers, body }) => [method, path, headers.authorization, body])).toEqual([['GET', '/api/v1/auth/me', undefined, '']])
  expect((await slipway(['logout', '--url', other.url])).code).toBe(0)
  expect(other.asked).toHaveLength(1)
  expect((await actionsOf(email)).at(-1)).toBe('session.ended')
  await other.stop()
})

test('a token or a key of the environment goes before the profile, and is not kept', async () => {
  await login((await makeUser(api, ['viewer'])).email)
  const before = readFileSync(config, 'utf8')
  const me = await slipway(['whoami', '--json'], { env: { SLIPWAY_URL: api.url, SLIPWAY_TOKEN: await api.tokenOf('approver') } })
  expect(JSON.parse(me.out)).toMatchObject({ roles: ['approver'] })
  const { body } = await api.ask<{ key: string }>('POST', '/api/v1/api-keys', { body: { name: 'ci', permissions: ['template:read'] } })
  expect((await slipway(['whoami'], { env: { SLIPWAY_API_KEY: body.key } })).out).toContain('permissions: template:read')
  expect(readFileSync(config, 'utf8')).toBe(before)

  expect((await slipway(['login', '--url', api.url, '--api-key-stdin'], { input: `${body.key} \r\n` })).code).toBe(0)
  expect((await slipway(['whoami'])).out).toContain('permissions: template:read')
  expect((await slipway(['login', '--url', api.url, '--api-key-stdin'], { input: 'sk_wrong' })).code).toBe(3)
  expect((await slipway(['whoami'])).code).toBe(0)
})

test('a wrong password, a missing one and a missing tenant are told apart', async () => {
  const { email } = await makeUser(api, ['viewer'])
  const wrong = await login(email, 'another password')
  expect([wrong.code, wrong.err]).toEqual([3, expect.stringContaining('401.credentials_invalid')])
  expect(wrong.err).not.toContain('another password')
  const missing = await slipway(['login', '--url', api.url, '--tenant', 'agency', '--email', email])
  expect([missing.code, missing.err]).toEqual([2, expect.stringContaining('--password-stdin')])
  expect((await slipway(['login', '--url', api.url])).code).toBe(2)
})

test('an expired login is refreshed once by many commands at a time', async () => {
  const { email } = await makeUser(api, ['viewer'])
  await login(email)
  const profile = readProfile(config)
  if (!profile?.tokens) throw new Error('there is a login')
  writeProfile(config, { ...profile, tokens: { ...profile.tokens, expiresAt: 0 } })
  const codes = await Promise.all([1, 2, 3].map(async () => (await slipway(['whoami'])).code))
  expect(codes).toEqual([0, 0, 0])
  expect(readProfile(config)?.tokens?.refreshToken).not.toBe(profile.tokens.refreshToken)
  expect(await actionsOf(email)).toEqual(['login.succeeded'])
}, 60_000)

test('a profile that is none is said to be so, with the way out', async () => {
  writeFileSync(config, '{')
  const { code, err } = await slipway(['whoami'])
  expect([code, err]).toEqual([1, expect.stringContaining(`${config} is no profile of slipway: delete it`)])
  rmSync(config)
})

test('who shares a profile takes turns', async () => {
  const file = join(folder, 'turns', 'profile.json')
  const seen: string[] = []
  await Promise.all(['a', 'b', 'c'].map((name) => profileStore(file, api.url).exclusively(async () => {
    seen.push(name)
    await sleep(20)
    seen.push(name)
  })))
  expect(seen).toHaveLength(6)
  for (const at of [0, 2, 4]) expect(seen[at]).toBe(seen[at + 1])
})

test('a login at another address is neither read nor written over by who has begun before it', async () => {
  const file = join(folder, 'two', 'profile.json')
  const tokens = { accessToken: 'a', refreshToken: 'rt_a', expiresAt: 1 }
  const mine = profileStore(file, 'https://a.example')
  await mine.save(tokens)
  expect(await mine.load()).toEqual(tokens)
  const other = { url: 'https://b.example', tokens: { ...tokens, refreshToken: 'rt_b' } }
  writeProfile(file, other)
  expect(await mine.load()).toBeUndefined()
  await mine.save(undefined, tokens)
  await mine.save({ ...tokens, refreshToken: 'rt_next' }, tokens)
  expect(readProfile(file)).toEqual(other)
  // Nor a second login at the same one.
  const again = { url: 'https://a.example', tokens: { ...tokens, refreshToken: 'rt_again' } }
  writeProfile(file, again)
  await mine.save(undefined, tokens)
  expect(readProfile(file)).toEqual(again)
  await mine.save(undefined, again.tokens)
  expect(readProfile(file)).toEqual({ url: 'https://a.example' })
})

test('a lock that somebody else has taken over stays theirs', async () => {
  const file = join(folder, 'taken', 'profile.json')
  await profileStore(file, api.url).exclusively(() => { writeFileSync(`${file}.lock`, 'theirs'); return Promise.resolve() })
  expect(readFileSync(`${file}.lock`, 'utf8')).toBe('theirs')
})

test('^C in the middle of a refresh leaves no lock behind', async () => {
  const silent = await startScripted()
  silent.plays(() => undefined)
  const file = join(folder, 'interrupted', 'profile.json')
  writeProfile(file, { url: silent.url, tokens: { accessToken: 'a', refreshToken: 'rt_a', expiresAt: 0 } })
  const running = startSlipway(['whoami'], { env: { SLIPWAY_CONFIG: file } })
  while (silent.asked.length === 0) await sleep(20)
  expect(existsSync(`${file}.lock`)).toBe(true)
  running.child.kill('SIGINT')
  expect((await running.ended).code).toBe(130)
  expect(existsSync(`${file}.lock`)).toBe(false)
  await silent.stop()
})

test('the lock of a process that has died does not hold the others up', async () => {
  mkdirSync(join(folder, 'lock'), { recursive: true })
  const file = join(folder, 'lock', 'profile.json')
  writeFileSync(`${file}.lock`, '')
  const longAgo = new Date(Date.now() - 60_000)
  utimesSync(`${file}.lock`, longAgo, longAgo)
  expect(await profileStore(file, api.url).exclusively(() => Promise.resolve('done'))).toBe('done')
})

test('the profile lies where the system keeps configurations, or where SLIPWAY_CONFIG says', () => {
  expect(profileFile({ SLIPWAY_CONFIG: '/x/y.json' })).toBe('/x/y.json')
  expect(profileFile({ XDG_CONFIG_HOME: '/home/me/.cfg' })).toBe(join('/home/me/.cfg', 'slipway', 'profile.json'))
  expect(profileFile({})).toMatch(/slipway[/\\]profile\.json$/)
})
