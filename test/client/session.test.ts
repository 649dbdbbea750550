import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { createAsk, noCredentials } from '../../client/request.ts'
import { standardRetry } from '../../client/retry.ts'
import { createSession } from '../../client/session.ts'
import { type SessionStore, type Tokens, createSlipway, memoryStore } from '../../client/slipway.ts'
import { type Harness, startHarness } from '../api/harness.ts'
import { auditOf, makeUser, password } from '../api/people.ts'

let api: Harness
beforeAll(async () => { api = await startHarness() })
afterAll(() => api.stop())

const credentialsOf = async (roles = ['viewer']) => ({ tenant: 'agency', email: (await makeUser(api, roles)).email, password })
const actionsOf = async (email: string) => (await auditOf(api, `actor=${email}`)).map(({ action }) => action)

/** A store as browsers' tabs share one: one renewal at a time, whoever asks. */
function sharedStore(tokens?: Tokens): SessionStore & { tokens(): Promise<Tokens | undefined> } {
  const store = memoryStore(tokens)
  let last: Promise<unknown> = Promise.resolve()
  return {
    ...store,
    tokens: store.load,
    exclusively(work) {
      const mine = last.then(work)
      last = mine.catch(() => undefined)
      return mine
    },
  }
}

test('with a password it logs in when it is needed, once for all that ask', async () => {
  const login = await credentialsOf()
  const slipway = createSlipway({ baseUrl: `${api.url}/`, auth: login })
  const [me] = await Promise.all([slipway.me(), slipway.clients.list().page(), slipway.templates.list().page()])
  expect(me).toMatchObject({ actor: login.email, roles: ['viewer'] })
  expect(await actionsOf(login.email)).toEqual(['login.succeeded'])
})

test('login keeps the tokens in the store, logout ends them and takes them away', async () => {
  const login = await credentialsOf()
  const store = sharedStore()
  const slipway = createSlipway({ baseUrl: api.url, auth: { session: store } })
  await expect(slipway.me()).rejects.toMatchObject({ code: '401.unauthenticated' })
  await expect(slipway.login({ ...login, password: 'another password' })).rejects.toMatchObject({ code: '401.credentials_invalid' })
  await slipway.login(login)
  const tokens = await store.tokens()
  expect(tokens).toEqual({ accessToken: expect.any(String), refreshToken: expect.stringMatching(/^rt_/), expiresAt: expect.any(Number) })
  expect((await slipway.me()).actor).toBe(login.email)
  await slipway.logout()
  expect(await store.tokens()).toBeUndefined()
  await slipway.logout()
  const again = createSlipway({ baseUrl: api.url, auth: { session: memoryStore({ ...(tokens as Tokens), expiresAt: 0 }) } })
  await expect(again.me()).rejects.toMatchObject({ code: '401.refresh_token_invalid' })
})

test.each([['in memory', memoryStore], ['in one that tabs share', sharedStore]])('a logout during a refresh ends what that brings: %s', async (_where, storeOf) => {
  const store = storeOf({ accessToken: 'spent', refreshToken: 'rt_1', expiresAt: 0 })
  const [refreshing, renewed, answered] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()]
  const ended: unknown[] = []
  const answers: Record<string, (request: Request) => Promise<Response>> = {
    '/api/v1/auth/refresh': async () => {
      refreshing.resolve(undefined)
      await renewed.promise
      return Response.json({ accessToken: 'new', refreshToken: 'rt_2', expiresIn: 1_800 })
    },
    '/api/v1/auth/me': () => {
      answered.resolve(undefined)
      return Promise.resolve(Response.json({ actor: 'ada' }))
    },
    '/api/v1/auth/logout': async (request) => {
      ended.push(await request.json())
      await answered.promise
      return new Response(null, { status: 204 })
    },
  }
  const slipway = createSlipway({ baseUrl: 'http://127.0.0.1:1', auth: { session: store }, fetch: async (...given) => {
    const request = new Request(...given)
    return (await answers[new URL(request.url).pathname]?.(request)) ?? Response.error()
  } })
  const reading = slipway.me()
  await refreshing.promise
  const leaving = slipway.logout()
  renewed.resolve(undefined)
  expect((await reading).actor).toBe('ada')
  await leaving
  expect(await store.load()).toBeUndefined()
  expect(ended).toEqual([{ refreshToken: 'rt_2' }])
})

/** Tokens of a fresh login, the access token being over. */
async function expired(login: { tenant: string; email: string; password: string }): Promise<Tokens> {
  const store = sharedStore()
  await createSlipway({ baseUrl: api.url, auth: { session: store } }).login(login)
  return { ...((await store.tokens()) as Tokens), expiresAt: Date.now() + 1_000 }
}

test('an access token near its end is refreshed once, also by two who share the store', async () => {
  const login = await credentialsOf()
  const tokens = await expired(login)
  const store = sharedStore(tokens)
  const tabs = [1, 2].map(() => createSlipway({ baseUrl: api.url, auth: { session: store } }))
  await Promise.all([...tabs, ...tabs].map((tab) => tab.me()))
  expect((await store.tokens())?.refreshToken).not.toBe(tokens.refreshToken)
  // A refresh token that came twice would have ended the login.
  expect(await actionsOf(login.email)).toEqual(['login.succeeded'])
})

test('an access token that is refused before its time is replaced, and the request done', async () => {
  const login = await credentialsOf()
  const { refreshToken } = await expired(login)
  const store = sharedStore({ accessToken: 'none of theirs', refreshToken, expiresAt: Date.now() + 600_000 })
  expect((await createSlipway({ baseUrl: api.url, auth: { session: store } }).me()).actor).toBe(login.email)
  expect((await store.tokens())?.accessToken).not.toBe('none of theirs')
})

test('where the refresh token is spent, a password that stands logs in again; without one the login is over', async () => {
  const login = await credentialsOf()
  const spent = await expired(login)
  await createSlipway({ baseUrl: api.url, auth: { session: memoryStore(spent) } }).me()
  const store = sharedStore(spent)
  await expect(createSlipway({ baseUrl: api.url, auth: { session: store } }).me()).rejects.toMatchObject({ code: '401.refresh_token_invalid' })
  expect(await store.tokens()).toBeUndefined()

  const ask = createAsk({ baseUrl: api.url, fetch, retry: standardRetry, credentials: noCredentials })
  const { Authorization = '' } = await createSession(ask, memoryStore(spent), login).headers()
  expect((await createSlipway({ baseUrl: api.url, auth: { token: Authorization.replace('Bearer ', '') } }).me()).actor).toBe(login.email)
})

test('a refresh that fails for another reason leaves the login as it is', async () => {
  const tokens = { accessToken: 'a', refreshToken: 'rt_x', expiresAt: 0 }
  const store = sharedStore(tokens)
  await expect(createSlipway({ baseUrl: 'http://127.0.0.1:1', auth: { session: store }, retry: { attempts: 1 } }).me()).rejects.toMatchObject({ name: 'UnreachableError' })
  expect(await store.tokens()).toEqual(tokens)
})

test('an API key asks too, and what it may not do is refused by its code', async () => {
  const owner = createSlipway({ baseUrl: api.url, auth: { token: () => api.tokenOf('owner') } })
  const { key } = await owner.request('post', '/api/v1/api-keys', { body: { name: 'ci', permissions: ['client:read'] } })
  const machine = createSlipway({ baseUrl: api.url, auth: { apiKey: key } })
  expect(await machine.clients.list().page()).toEqual({ items: [], nextCursor: null })
  await expect(machine.clients.create({ name: 'x' })).rejects.toMatchObject({ code: '403.forbidden' })
})

test('clients are made, found by name, read and deleted', async () => {
  const slipway = createSlipway({ baseUrl: api.url, auth: { token: await api.tokenOf('owner') } })
  const made = await slipway.clients.create({ name: 'Bright Smile' })
  expect(await slipway.clients.find('Bright Smile')).toEqual(made)
  expect(await slipway.clients.find('Nobody')).toBeUndefined()
  expect(await slipway.clients.get(made.id)).toEqual(made)
  expect(await slipway.clients.delete(made.id)).toBeUndefined()
  await expect(slipway.clients.get(made.id)).rejects.toMatchObject({ code: '404.client_not_found' })
  expect((await slipway.request('get', '/metrics', { parseAs: 'text' }))).toContain('# TYPE')
})
