import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { ServerResponse } from 'node:http'
import { type Slipway, type SlipwayOptions, ApiError, UnreachableError, createSlipway, memoryStore } from '../../client/slipway.ts'
import { createAsk, noCredentials } from '../../client/request.ts'
import { createSession } from '../../client/session.ts'
import { mayPass, pause, standardRetry, waitBefore } from '../../client/retry.ts'
import { hangUp, json, refusal, startScripted } from './scripted.ts'

let server: Awaited<ReturnType<typeof startScripted>>
beforeAll(async () => { server = await startScripted() })
afterAll(() => server.stop())

const client = (options: Partial<SlipwayOptions> = {}): Slipway => createSlipway({ baseUrl: server.url, auth: { apiKey: 'sk_test' }, retry: { initialMs: 1, maxMs: 5 }, ...options })
const page = { items: [], nextCursor: null }
const failure = (work: Promise<unknown>): Promise<unknown> => work.then(() => undefined, (error: unknown) => error)

test.each([['503.unavailable'], ['429.too_many_requests'], ['502.provider_error_llm'], ['504.parked_expired']])('a read that is answered %s is tried again', async (code) => {
  server.plays(refusal(code), json(200, page))
  expect(await client().clients.list().page()).toEqual(page)
  expect(server.asked).toHaveLength(2)
})

test('a connection that breaks is tried again, and in the end it is said who does not answer', async () => {
  server.plays(hangUp, json(200, page))
  expect(await client().clients.list().page()).toEqual(page)
  server.plays(hangUp)
  const error = await failure(client().clients.list().page())
  expect(error).toBeInstanceOf(UnreachableError)
  expect((error as Error).message).toContain(`${server.url} does not answer`)
  expect(server.asked).toHaveLength(standardRetry.attempts)
})

test('every try of a post has the same key of its own, and every post another', async () => {
  server.plays(hangUp, refusal('503.unavailable'), refusal('409.request_in_progress'), json(201, { id: 'c' }))
  await client().clients.create({ name: 'Bright Smile' })
  const keys = server.asked.map(({ headers }) => headers['idempotency-key'])
  expect(keys).toHaveLength(4)
  expect(new Set(keys).size).toBe(1)
  expect(keys[0]).toMatch(/^[0-9a-f]{32}$/)
  expect(new Set(server.asked.map(({ body }) => body))).toEqual(new Set(['{"name":"Bright Smile"}']))
  await client().clients.create({ name: 'Bright Smile' })
  expect(server.asked.at(-1)?.headers['idempotency-key']).not.toBe(keys[0])
})

test("a caller's own key is the one that is sent", async () => {
  server.plays(refusal('503.unavailable'), json(201, { id: 'c' }))
  await client().request('post', '/api/v1/clients', { body: { name: 'x' }, params: { header: { 'Idempotency-Key': 'mine' } } })
  expect(server.asked.map(({ headers }) => headers['idempotency-key'])).toEqual(['mine', 'mine'])
  await client().request('post', '/api/v1/clients', { body: { name: 'x' }, headers: { 'idempotency-key': 'theirs', authorization: 'Bearer other' } })
  expect([server.asked.at(-1)?.headers['idempotency-key'], server.asked.at(-1)?.headers.authorization]).toEqual(['theirs', 'Bearer other'])
})

test('what must not be done twice is sent once: a login, a new API key, a patch', async () => {
  server.plays(refusal('503.unavailable'))
  const slipway = client()
  await failure(createSlipway({ baseUrl: server.url }).login({ tenant: 't', email: 'a@b.example', password: 'p' }))
  await failure(slipway.request('post', '/api/v1/api-keys', { body: { name: 'ci', permissions: ['template:read'] } }))
  await failure(slipway.request('patch', '/api/v1/clients/{id}', { params: { path: { id: 'c' } }, body: { name: 'x' } }))
  expect(server.asked.map(({ method, path, headers }) => [method, path, headers['idempotency-key']])).toEqual([
    ['POST', '/api/v1/auth/login', undefined], ['POST', '/api/v1/api-keys', undefined], ['PATCH', '/api/v1/clients/c', undefined],
  ])
})

test('a refusal is thrown at once, with its code, places and correlation id', async () => {
  server.plays((answer, asked) => {
    refusal('422.variables_invalid')(answer, asked)
  })
  const error = await failure(client().clients.list().page())
  expect(error).toMatchObject({ name: 'ApiError', code: '422.variables_invalid', status: 422, message: 'said 422.variables_invalid', correlationId: 'c1', errors: [] })
  expect((error as ApiError).is('404.not_found', '422.variables_invalid')).toBe(true)
  expect((error as ApiError).is('404.not_found')).toBe(false)
  expect(server.asked).toHaveLength(1)
})

test('an answer that is not of Slipway says so', async () => {
  server.plays((answer) => { answer.writeHead(404, { 'content-type': 'text/html' }).end('<h1>Not here</h1>') })
  expect(await failure(client().clients.list().page())).toMatchObject({ name: 'UnreachableError', status: 404, message: expect.stringContaining('is the address right?') })
  expect(server.asked).toHaveLength(1)
  server.plays((answer) => { answer.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Welcome</h1>') })
  expect(await failure(client({ retry: { attempts: 1 } }).clients.list().page())).toBeInstanceOf(UnreachableError)
  expect(() => createSlipway({ baseUrl: 'slipway.example' })).toThrow(/it must be an address such as https/)
})

test('an aborted request ends with the reason of its signal, also while it waits for its next try', async () => {
  server.plays(refusal('503.unavailable', { 'retry-after': '50' }))
  const controller = new AbortController()
  const asked = client().request('get', '/api/v1/clients', { signal: controller.signal })
  setTimeout(() => { controller.abort(new Error('enough')) }, 100)
  await expect(asked).rejects.toThrow('enough')
  await expect(client().request('get', '/api/v1/clients', { signal: AbortSignal.abort(new Error('before')) })).rejects.toThrow('before')
  await expect(pause(1, AbortSignal.abort(new Error('no'))) ).rejects.toThrow('no')
})

test('waits double up to a most, and Retry-After is kept to unless it is too long', async () => {
  const overloaded = (retryAfterMs?: number) => new UnreachableError('x', { status: 503, retryAfterMs })
  const waits = [1, 2, 3, 4, 5].map((tried) => waitBefore(tried, overloaded(), { attempts: 6, initialMs: 100, maxMs: 500, maxRetryAfterMs: 1_000 }, () => 1))
  expect(waits).toEqual([100, 200, 400, 500, 500])
  expect(waitBefore(1, overloaded(), standardRetry, () => 0)).toBe(standardRetry.initialMs / 2)
  expect(waitBefore(1, overloaded(900), { ...standardRetry, maxRetryAfterMs: 1_000 })).toBe(900)
  expect(waitBefore(1, overloaded(1_100), { ...standardRetry, maxRetryAfterMs: 1_000 })).toBeUndefined()
  expect(waitBefore(standardRetry.attempts, overloaded(), standardRetry)).toBeUndefined()
  expect([mayPass(overloaded()), mayPass(new UnreachableError('x', { status: 404 })), mayPass(new Error('bug'))]).toEqual([true, false, false])

  server.plays(refusal('429.too_many_requests', { 'retry-after': new Date(Date.now() + 3_600_000).toUTCString() }), json(200, page))
  expect(await failure(client().clients.list().page())).toMatchObject({ code: '429.too_many_requests', retryAfterMs: expect.any(Number) })
  expect(server.asked).toHaveLength(1)
})

test('a token may be given anew for each request; a refused one is tried again only when there is another', async () => {
  const tokens = ['one', 'two']
  server.plays(refusal('401.unauthenticated'), json(200, page))
  await client({ auth: { token: () => tokens.shift() ?? 'two' } }).clients.list().page()
  expect(server.asked.map(({ headers }) => headers.authorization)).toEqual(['Bearer one', 'Bearer two'])
  server.plays(refusal('401.unauthenticated'))
  expect(await failure(client({ auth: { token: 'one' } }).clients.list().page())).toMatchObject({ code: '401.unauthenticated' })
  expect(server.asked).toHaveLength(1)
  await expect(client().login({ tenant: 't', email: 'a@b.example', password: 'p' })).rejects.toThrow(/no login to begin/)
})

test('a token that no header can carry is refused without being shown', async () => {
  for (const auth of [{ token: 'se\ncret' }, { apiKey: 'secret\n' }, { session: memoryStore({ accessToken: 'se\ncret', refreshToken: 'r', expiresAt: Date.now() + 600_000 }) }]) {
    const error = await failure(client({ auth }).me())
    expect(error).toBeInstanceOf(TypeError)
    expect((error as Error).message).toMatch(/^The token or API key/)
    expect((error as Error).message).not.toContain('cret')
  }
})

test('a redirect is not followed, and it is said that there is one', async () => {
  server.plays((answer) => { answer.writeHead(307, { location: 'https://elsewhere.example/x' }).end() })
  expect(await failure(createSlipway({ baseUrl: server.url }).login({ tenant: 't', email: 'a@b.example', password: 'p' }))).toMatchObject({ name: 'UnreachableError', status: 307, message: `${server.url} redirects to https://elsewhere.example, where nothing is sent: is the address right?` })
  server.plays((answer) => { answer.writeHead(302, { location: '/elsewhere' }).end() })
  expect(await failure(client().clients.list().page())).toMatchObject({ status: 302 })
  expect(server.asked).toHaveLength(1)
})

test('an answer that was made by hand, without an address, is told like any other', async () => {
  const error = await failure(client({ fetch: () => Promise.resolve(new Response('no', { status: 404 })) }).me())
  expect(error).toMatchObject({ name: 'UnreachableError', status: 404, message: expect.stringContaining(`${server.url} answered 404`) })
})

const over = { accessToken: 'a', refreshToken: 'rt_spent', expiresAt: 0 }

test.each([['breaks off', hangUp], ['is answered by a proxy', (answer: ServerResponse) => { answer.writeHead(502).end() }]])('a refresh that %s is not sent again: its token may be spent', async (_how, turn) => {
  server.plays(turn)
  expect(await failure(client({ auth: { session: memoryStore(over) } }).me())).toBeInstanceOf(UnreachableError)
  expect(server.asked.map(({ path }) => path)).toEqual(['/api/v1/auth/refresh'])
  expect(await failure(client({ auth: { session: memoryStore(over) } }).watch('r', { reconnects: 2 }).next())).toBeInstanceOf(UnreachableError)
  expect(server.asked).toHaveLength(2)
})

test('a refresh that the service has put off is sent again', async () => {
  server.plays(refusal('503.unavailable'), json(200, { accessToken: 'new', refreshToken: 'next', expiresIn: 900 }), json(200, page))
  expect(await client({ auth: { session: memoryStore(over) } }).clients.list().page()).toEqual(page)
  expect(server.asked.map(({ path }) => path)).toEqual(['/api/v1/auth/refresh', '/api/v1/auth/refresh', '/api/v1/clients'])
})

test('a refresh that nobody answers is given up', async () => {
  server.plays(() => undefined)
  const ask = createAsk({ baseUrl: server.url, fetch, retry: standardRetry, credentials: noCredentials })
  expect(await failure(createSession(ask, memoryStore(over), undefined, 50).headers())).toMatchObject({ name: 'UnreachableError', message: expect.stringContaining('not answered within') })
})

test('a list is read page by page, as far as somebody wants it', async () => {
  server.plays(json(200, { items: [{ name: 'a' }, { name: 'b' }], nextCursor: 'next' }), json(200, { items: [{ name: 'c' }], nextCursor: null }))
  const names = await Array.fromAsync(client().clients.list({ limit: '2' }), ({ name }) => name)
  expect(names).toEqual(['a', 'b', 'c'])
  expect(server.asked.map(({ path }) => path)).toEqual(['/api/v1/clients?limit=2', '/api/v1/clients?limit=2&cursor=next'])
})
