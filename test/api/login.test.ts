import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { untilOneWaits } from '../support/database.ts'
import { type Harness, startHarness } from './harness.ts'
import { type Tokens, auditOf, logIn, makeUser, meWith, password, refresh, untilStatus } from './people.ts'

let api: Harness
beforeAll(async () => { api = await startHarness({ env: { LOGIN_LOCK_AFTER: '3', TRUSTED_PROXIES: '1' } }) })
afterAll(() => api.stop())

const loggedIn = async (roles = ['operator']) => {
  const person = await makeUser(api, roles)
  return { person, tokens: (await logIn(api, person.email)).body }
}
const tokensOf = async (userId: string) => (await sql<{ n: number }>`select count(*)::int as n from refresh_tokens where user_id = ${userId}`.execute(api.db)).rows[0]?.n

describe('a login', () => {
  test('gives an access token for half an hour with what the user may do, and a refresh token', async () => {
    const person = await makeUser(api, ['viewer'])
    const { status, body, headers } = await logIn(api, person.email)
    expect({ status, body }).toEqual({ status: 200, body: { accessToken: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/), refreshToken: expect.stringMatching(/^rt_/), expiresIn: 1_800 } })
    expect(headers.get('cache-control')).toBe('no-store')
    expect((await api.ask('GET', '/api/v1/clients', { token: body.accessToken })).status).toBe(200)
    expect((await api.ask('POST', '/api/v1/clients', { token: body.accessToken, body: { name: 'x' } })).status).toBe(403)
    expect((await meWith(api, body.accessToken)).body).toMatchObject({
      actor: person.email, tenant: { id: api.tenant, name: 'agency' }, roles: ['viewer'], permissions: expect.arrayContaining(['template:read']), platformAdmin: false, apiKey: null,
      user: { id: person.id, email: person.email, roles: ['viewer'], lastLoginAt: expect.any(String) },
    })
  })

  test('takes the address in any case, and a password however its letters are composed', async () => {
    const email = `Case-${randomUUID()}@Agency.example`
    const { body } = await api.ask<{ email: string }>('POST', '/api/v1/users', { body: { email, roles: ['viewer'], password: 'caf\u00e9 au lait, bien chaud' } })
    expect(body.email).toBe(email.toLowerCase())
    expect((await logIn(api, email.toUpperCase(), 'cafe\u0301 au lait, bien chaud')).status).toBe(200)
  })

  test('is audited, and its password and tokens stand in no log, no table and no audit', async () => {
    const secret = `canary ${randomUUID()}`
    const email = `${randomUUID()}@agency.example`
    await api.ask('POST', '/api/v1/users', { body: { email, roles: ['viewer'], password: secret } })
    const { accessToken, refreshToken } = (await logIn(api, email, secret)).body
    await logIn(api, email, `${secret}x`)
    expect((await auditOf(api, `actor=${email}`)).map(({ action, subjectType }) => [action, subjectType])).toEqual([['login.succeeded', 'user'], ['login.failed', 'user']])
    const { rows: tables } = await sql<{ name: string }>`select tablename as name from pg_tables where schemaname = 'public'`.execute(api.db)
    const stored = (await Promise.all(tables.map(async ({ name }) => JSON.stringify((await sql`select t::text from ${sql.table(name)} t`.execute(api.db)).rows)))).join('\n')
    expect(stored).toContain('$argon2id$v=19$m=32768,t=3,p=1$')
    for (const canary of [secret, accessToken, refreshToken]) for (const text of [stored, api.logText()]) expect(text.includes(canary)).toBe(false)
  })

  test.each([
    ['a wrong password', async () => logIn(api, (await makeUser(api, ['viewer'])).email, 'another password')],
    ['an unknown email', () => logIn(api, `${randomUUID()}@agency.example`)],
    ['an unknown tenant', async () => logIn(api, (await makeUser(api, ['viewer'])).email, password, `nobody ${randomUUID()}`)],
    ["another tenant's user", async () => logIn(api, (await makeUser(api, ['viewer'])).email, password, 'another agency')],
    ['a disabled user', async () => {
      const { id, email } = await makeUser(api, ['viewer'])
      await api.ask('PATCH', `/api/v1/users/${id}`, { body: { disabled: true } })
      return logIn(api, email)
    }],
  ])('with %s is refused with the same words', async (_what, ask) => {
    const { status, body, headers } = await ask()
    expect({ status, body }).toEqual({ status: 401, body: { type: 'urn:slipway:error:401.credentials_invalid', title: 'No user has this tenant, email and password.', status: 401, code: '401.credentials_invalid', detail: 'Tenant, email or password is wrong', correlationId: expect.any(String) } })
    expect(headers.get('www-authenticate')).toBe('Bearer')
  })

  test('of nobody is as much work as one with a wrong password', async () => {
    const { email } = await makeUser(api, ['viewer'])
    const work = { wrong: 0, noUser: 0, noTenant: 0 }
    // Of the processor, threads included: the clock would also measure whoever else is on this machine.
    const measured = async (kind: keyof typeof work, ask: () => Promise<unknown>) => {
      const before = process.cpuUsage()
      await ask()
      const { user, system } = process.cpuUsage(before)
      work[kind] += user + system
    }
    for (let round = 0; round < 12; round++) {
      await sql`delete from login_failures`.execute(api.db)
      await measured('wrong', () => logIn(api, email, 'another password'))
      await measured('noUser', () => logIn(api, `${randomUUID()}@agency.example`))
      await measured('noTenant', () => logIn(api, email, password, 'no such tenant'))
    }
    for (const kind of ['noUser', 'noTenant'] as const) expect(work[kind] / work.wrong).toBeGreaterThan(0.6)
  })

  test.each([
    ['no tenant', { email: 'a@b.example', password }, '/tenant'],
    ['an email that is none', { tenant: 'agency', email: 'me', password }, '/email'],
    ['a password of 201 letters', { tenant: 'agency', email: 'a@b.example', password: 'x'.repeat(201) }, '/password'],
    ['more than was asked for', { tenant: 'agency', email: 'a@b.example', password, remember: true }, '/remember'],
  ])('with %s is 400 at its place', async (_what, body, pointer) => {
    expect(await api.ask('POST', '/api/v1/auth/login', { body, token: undefined })).toMatchObject({ status: 400, body: { code: '400.request_invalid', errors: [{ pointer }] } })
  })

  test('is not kept for an Idempotency-Key', async () => {
    const { email } = await makeUser(api, ['viewer'])
    const ask = () => api.ask<Tokens>('POST', '/api/v1/auth/login', { body: { tenant: 'agency', email, password }, token: undefined, headers: { 'idempotency-key': 'the-same' } })
    expect((await ask()).body.refreshToken).not.toBe((await ask()).body.refreshToken)
  })

  test('is not possible where only an external issuer is trusted', async () => {
    const external = await startHarness({ env: { JWT_SECRET: '', JWT_JWKS_URL: 'http://127.0.0.1:1/', JWT_JWKS_ISSUER: 'https://id.example' } })
    try {
      expect(await logIn(external, 'a@b.example')).toMatchObject({ status: 403, body: { code: '403.login_disabled' } })
      expect(await refresh(external, 'rt_x')).toMatchObject({ status: 403 })
    } finally {
      await external.stop()
    }
  })
})

describe('failures in a row', () => {
  const fail = async (email: string, times: number, tenant?: string) => {
    const statuses: number[] = []
    for (let i = 0; i < times; i++) statuses.push((await logIn(api, email, 'another password', tenant)).status)
    return statuses
  }
  const passLock = () => sql`update login_failures set locked_until = locked_until - interval '15 minutes', updated_at = updated_at - interval '15 minutes'`.execute(api.db)

  test('lock an account for a while, also for the right password, and say how long', async () => {
    const { email } = await makeUser(api, ['viewer'])
    expect(await fail(email, 4)).toEqual([401, 401, 401, 429])
    const { status, body, headers } = await logIn(api, email)
    expect({ status, body }).toMatchObject({ status: 429, body: { code: '429.too_many_requests' } })
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(600)
    expect((await auditOf(api, `actor=${email}`)).map(({ action, actor }) => [action, actor])).toEqual([...Array(3).fill(['login.failed', email]), ['login.locked', email]])
    await passLock()
    expect((await logIn(api, email)).status).toBe(200)
  })

  test('of what does not exist lock just so', async () => {
    expect(await fail(`${randomUUID()}@agency.example`, 4)).toEqual([401, 401, 401, 429])
    expect(await fail('owner@agency.example', 4, `nobody ${randomUUID()}`)).toEqual([401, 401, 401, 429])
  })

  test('lock no other account, and no login that stands', async () => {
    const { person, tokens } = await loggedIn()
    const other = await makeUser(api, ['viewer'])
    await fail(person.email, 3)
    expect((await logIn(api, person.email)).status).toBe(429)
    expect((await logIn(api, other.email)).status).toBe(200)
    expect((await meWith(api, tokens.accessToken)).status).toBe(200)
    expect((await refresh(api, tokens.refreshToken)).status).toBe(200)
  })

  test('begin anew after a login, after the lock, and with a password that an administrator gives', async () => {
    const { id, email } = await makeUser(api, ['viewer'])
    expect([...(await fail(email, 2)), (await logIn(api, email)).status, ...(await fail(email, 2))]).toEqual([401, 401, 200, 401, 401])
    expect(await fail(email, 2)).toEqual([401, 429])
    await passLock()
    expect([...(await fail(email, 2)), (await logIn(api, email)).status]).toEqual([401, 401, 200])
    expect(await fail(email, 2)).toEqual([401, 401])
    await passLock()
    expect(await fail(email, 4)).toEqual([401, 401, 401, 429])
    await api.ask('PATCH', `/api/v1/users/${id}`, { body: { password: 'a wholly new password' } })
    expect((await logIn(api, email, 'a wholly new password')).status).toBe(200)
  })

  test('count for wrong current passwords too', async () => {
    const { tokens } = await loggedIn()
    const statuses: number[] = []
    for (let i = 0; i < 4; i++) statuses.push((await api.ask('POST', '/api/v1/auth/password', { token: tokens.accessToken, body: { currentPassword: 'another password', newPassword: 'a wholly new password' } })).status)
    expect(statuses).toEqual([401, 401, 401, 429])
  })
})

describe('tries without end', () => {
  test('at one account, or from one address, are 429 whatever they carry; the proxies that are trusted say from where', async () => {
    const limited = await startHarness({ env: { TRUSTED_PROXIES: '1', LOGIN_LOCK_AFTER: '1000' } })
    const from = (address: string, email: string) => limited.ask('POST', '/api/v1/auth/login', { body: { tenant: 'agency', email, password: 'x' }, token: undefined, headers: { 'x-forwarded-for': `9.9.9.9, ${address}` } })
    try {
      const atOne = await Promise.all(Array.from({ length: 30 }, (_, at) => from(`10.0.0.${String(at)}`, 'one@agency.example')))
      expect(atOne.filter(({ status }) => status === 401).length).toBeGreaterThanOrEqual(20)
      const [refused] = atOne.filter(({ status }) => status === 429)
      expect(refused?.body).toMatchObject({ code: '429.too_many_requests' })
      expect(refused?.headers.get('retry-after')).toBe('3')
      expect((await from('10.1.1.1', 'two@agency.example')).status).toBe(401)
      await sql`update rate_buckets set tokens = 0.5, updated_at = clock_timestamp() + interval '1 hour' where key = 'login from 10.1.1.1'`.execute(limited.db)
      expect((await from('10.1.1.1', 'three@agency.example')).status).toBe(429)
      expect((await from('10.1.1.2', 'three@agency.example')).status).toBe(401)
    } finally {
      await limited.stop()
    }
  })
})

describe('a refresh', () => {
  test('gives new tokens for what the user is now, and spends the old one', async () => {
    const { person, tokens } = await loggedIn(['viewer'])
    await api.ask('PATCH', `/api/v1/users/${person.id}`, { body: { roles: ['editor'] } })
    const next = await refresh(api, tokens.refreshToken)
    expect(next).toMatchObject({ status: 200, body: { expiresIn: 1_800 } })
    expect((await meWith(api, next.body.accessToken)).body).toMatchObject({ roles: ['editor'] })
    expect((await refresh(api, next.body.refreshToken)).status).toBe(200)
  })

  test('with a spent token ends its whole family, and no other login', async () => {
    const { person, tokens } = await loggedIn()
    const elsewhere = (await logIn(api, person.email)).body
    const second = (await refresh(api, tokens.refreshToken)).body
    const third = (await refresh(api, second.refreshToken)).body
    expect(await refresh(api, tokens.refreshToken)).toMatchObject({ status: 401, body: { code: '401.refresh_token_invalid' } })
    expect((await refresh(api, third.refreshToken)).status).toBe(401)
    expect((await refresh(api, elsewhere.refreshToken)).status).toBe(200)
    expect((await auditOf(api, 'action=session.reused')).at(-1)).toMatchObject({ actor: person.email, data: { userId: person.id } })
  })

  test('of ten at once with one token gives tokens to one, and ends the family', async () => {
    const { person, tokens } = await loggedIn()
    const answers = await Promise.all(Array.from({ length: 10 }, () => refresh(api, tokens.refreshToken)))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(9).fill(401)])
    expect(await tokensOf(person.id)).toBe(0)
  })

  test('with a token that expired, of a disabled or a removed user, or of nobody is refused', async () => {
    const expired = await loggedIn()
    await sql`update refresh_tokens set expires_at = now() where user_id = ${expired.person.id}`.execute(api.db)
    const disabled = await loggedIn()
    await sql`update users set disabled_at = now() where id = ${disabled.person.id}`.execute(api.db)
    const removed = await loggedIn()
    await api.ask('DELETE', `/api/v1/users/${removed.person.id}`)
    const { refreshToken } = (await loggedIn()).tokens
    const forged = [refreshToken.slice(0, -1), `${refreshToken.slice(0, -1)}${refreshToken.endsWith('A') ? 'B' : 'A'}`, refreshToken.replace('rt_', 'sk_'), 'rt_', "rt_' or true --"]
    for (const token of [expired.tokens.refreshToken, disabled.tokens.refreshToken, removed.tokens.refreshToken, ...forged]) expect([token, (await refresh(api, token)).body.code]).toEqual([token, '401.refresh_token_invalid'])
    expect((await refresh(api, refreshToken)).status).toBe(200)
  })
})

describe('a logout', () => {
  const logOut = (refreshToken: string) => api.ask('POST', '/api/v1/auth/logout', { body: { refreshToken }, token: undefined })

  test('ends the login, by any token of it, and answers the same again', async () => {
    const { person, tokens } = await loggedIn()
    const next = (await refresh(api, tokens.refreshToken)).body
    expect((await logOut(tokens.refreshToken)).status).toBe(204)
    expect((await refresh(api, next.refreshToken)).status).toBe(401)
    for (const token of [tokens.refreshToken, 'rt_nothing']) expect((await logOut(token)).status).toBe(204)
    expect((await auditOf(api, `actor=${person.email}&action=session.ended`))).toHaveLength(1)
  })
})

describe('a new password', () => {
  const change = (token: string, currentPassword: string, newPassword: string) => api.ask<Tokens>('POST', '/api/v1/auth/password', { token, body: { currentPassword, newPassword } })

  test('ends all logins but the one it is answered with', async () => {
    const { person, tokens } = await loggedIn()
    const { status, body } = await change(tokens.accessToken, password, 'a wholly new password')
    expect(status).toBe(200)
    expect((await meWith(api, body.accessToken)).status).toBe(200)
    expect((await refresh(api, tokens.refreshToken)).status).toBe(401)
    expect([(await logIn(api, person.email)).status, (await logIn(api, person.email, 'a wholly new password')).status]).toEqual([401, 200])
    expect((await auditOf(api, `subject=${person.id}&action=user.password_changed`))).toHaveLength(1)
    await untilStatus(() => meWith(api, tokens.accessToken), 401)
  })

  /** What is asked while the user is given another password, and waits for that. */
  const whileReset = async <T>(id: string, ask: () => Promise<T>): Promise<T | undefined> => {
    let answer: Promise<T> | undefined
    await api.db.transaction().execute(async (tx) => {
      await sql`update users set generation = generation + 1 where id = ${id}`.execute(tx)
      answer = ask()
      await untilOneWaits(api.db)
    })
    return answer
  }

  test('that is given while a login is under way ends that one too', async () => {
    const { id, email } = await makeUser(api, ['viewer'])
    expect(await whileReset(id, () => logIn(api, email))).toMatchObject({ status: 401, body: { code: '401.credentials_invalid' } })
    expect(await tokensOf(id)).toBe(0)
  })

  test('that is given while its user changes it is the one that stands', async () => {
    const { person: { id }, tokens } = await loggedIn()
    const stored = async () => (await sql<{ password_hash: string }>`select password_hash from users where id = ${id}`.execute(api.db)).rows[0]
    const before = await stored()
    await sql`delete from refresh_tokens where user_id = ${id}`.execute(api.db)
    expect(await whileReset(id, () => change(tokens.accessToken, password, 'a wholly new password'))).toMatchObject({ status: 401, body: { code: '401.credentials_invalid' } })
    expect([await stored(), await tokensOf(id)]).toEqual([before, 0])
    expect(await auditOf(api, `subject=${id}&action=user.password_changed`)).toEqual([])
  })

  test('needs the current one, twelve characters, and a user who has one', async () => {
    const { tokens } = await loggedIn()
    expect(await change(tokens.accessToken, 'another password', 'a wholly new password')).toMatchObject({ status: 401, body: { code: '401.credentials_invalid' } })
    expect(await change(tokens.accessToken, password, 'short')).toMatchObject({ status: 400, body: { errors: [{ pointer: '/newPassword', message: 'has at least 12 characters' }] } })
    expect(await change(await api.tokenOf('owner'), password, 'a wholly new password')).toMatchObject({ status: 403, body: { code: '403.forbidden' } })
  })
})

test('who holds a token of nobody\'s account is told what it may do', async () => {
  expect((await meWith(api, await api.tokenOf('approver'))).body).toMatchObject({ actor: 'approver@agency.example', roles: ['approver'], user: null, apiKey: null })
})
