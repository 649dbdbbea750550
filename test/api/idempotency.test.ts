import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { openFeed } from '../../db/feed.ts'
import { derivedId } from '../../db/ids.ts'
import { whileLost } from '../support/lost-writes.ts'
import { type Harness, startHarness } from './harness.ts'

interface Client { id: string; code?: string }
let api: Harness
beforeAll(async () => {
  api = await startHarness()
  await api.ctx.feed.ready
})
afterAll(() => api.stop())

const post = (key: string, body: object, options: { path?: string; token?: string } = {}) =>
  api.ask<Client>('POST', options.path ?? '/api/v1/clients', { body, headers: { 'idempotency-key': key }, ...(options.token === undefined ? {} : { token: options.token }) })
const count = async (name: string) => Number((await sql<{ n: number }>`select count(*) as n from clients where name = ${name}`.execute(api.db)).rows[0]?.n)
const row = async (key: string) => (await sql<{ status: number | null; body: Buffer | null }>`select status, body from idempotency_keys where key = ${key}`.execute(api.db)).rows[0]

test('the same request again gives the same answer, headers and all, and does nothing', async () => {
  const key = randomUUID()
  const first = await post(key, { name: 'Once' })
  const again = await post(key, { name: 'Once' })
  expect([first.status, again.status, again.body]).toEqual([201, 201, first.body])
  expect([first.headers.get('idempotency-replayed'), again.headers.get('idempotency-replayed')]).toEqual([null, 'true'])
  for (const header of ['etag', 'location', 'content-type']) expect(again.headers.get(header)).toBe(first.headers.get(header))
  expect(await count('Once')).toBe(1)
})

test('twenty at once do the work once and all get its answer', async () => {
  const key = randomUUID()
  const answers = await Promise.all(Array.from({ length: 20 }, () => post(key, { name: 'Twenty' })))
  expect(new Set(answers.map(({ status, body }) => `${String(status)} ${body.id}`)).size).toBe(1)
  expect([answers[0]?.status, await count('Twenty')]).toEqual([201, 1])
})

test.each([
  ['another body', { body: { name: 'Bound too' } }],
  ['another actor', { role: 'admin' }],
  ['another address', { path: '/api/v1/kb/documents', body: { ref: 'bound', content: 'x' } }],
])('the key with %s is 422', async (_what, { body = { name: 'Bound' }, role, path }: { body?: object; role?: string; path?: string }) => {
  const key = randomUUID()
  await post(key, { name: 'Bound' })
  const other = await post(key, body, { ...(path === undefined ? {} : { path }), ...(role === undefined ? {} : { token: await api.tokenOf(role) }) })
  expect(other.body).toMatchObject({ code: '422.idempotency_key_reused' })
})

test('the order of keys in the body does not matter', async () => {
  const key = randomUUID()
  await post(key, { name: 'Ordered', metadata: { a: 1, b: 2 } })
  expect((await post(key, { metadata: { b: 2, a: 1 }, name: 'Ordered' })).status).toBe(201)
})

test('another tenant has keys of its own', async () => {
  const key = randomUUID()
  const ours = await post(key, { name: 'Both' })
  const theirs = await post(key, { name: 'Both' }, { token: await api.tokenOf('owner', api.otherTenant) })
  expect(theirs.status).toBe(201)
  expect(theirs.body.id).not.toBe(ours.body.id)
})

test('a refusal is an answer too', async () => {
  await api.ask('POST', '/api/v1/clients', { body: { name: 'Refused' } })
  const key = randomUUID()
  const first = await post(key, { name: 'Refused' })
  await sql`delete from clients where name = 'Refused'`.execute(api.db)
  const again = await post(key, { name: 'Refused' })
  expect([first.status, again.status, again.body, again.headers.get('content-type')]).toEqual([409, 409, first.body, 'application/problem+json; charset=utf-8'])
})

test('a failure is none: the key may be used again', async () => {
  const key = randomUUID()
  const failed = await post(key, { kind: 'n8n', name: 'x', content: '{}' }, { path: '/templates/import' })
  expect([failed.status, (await row(key))?.status]).toEqual([503, null])
  expect((await post(key, { name: 'After a failure' })).status).toBe(201)
})

/** The answers to a request whose first answer was lost, also to the database, and to the same again. */
async function askTwice(ask: (key: string) => ReturnType<typeof post>) {
  const key = randomUUID()
  const failed = await whileLost(api.db, 'answer', key, () => ask(key))
  return { failed, again: await ask(key) }
}

test('a key whose failure the database could not hear of is free again at once, and the work done then is found', async () => {
  const { failed, again } = await askTwice((key) => post(key, { name: 'Unheard' }))
  expect([failed.status, again.status, again.body.code, await count('Unheard')]).toEqual([503, 201, undefined, 1])
})

test('a document is found again too, and audited once', async () => {
  const { failed, again } = await askTwice((key) => post(key, { ref: 'unheard', content: 'x' }, { path: '/api/v1/kb/documents' }))
  expect([failed.status, again.status, again.body.code]).toEqual([503, 201, undefined])
  const { body: { items } } = await api.ask<{ items: { id: string }[] }>('GET', '/api/v1/kb/documents?ref=unheard')
  expect(items.map(({ id }) => id)).toEqual([again.body.id])
  expect((await api.ask<{ items: { action: string }[] }>('GET', `/api/v1/audit?subject=${again.body.id}`)).body.items.map(({ action }) => action)).toEqual(['kb_document.created'])
})

test('a malformed request leaves the key unused', async () => {
  const key = randomUUID()
  expect((await post(key, { nom: 'x' })).status).toBe(400)
  expect((await post(key, { name: 'Corrected' })).status).toBe(201)
})

test('answers are kept encrypted', async () => {
  const key = randomUUID()
  await post(key, { name: 'Canary in the answer' })
  expect((await row(key))?.body?.toString('latin1')).not.toContain('Canary')
})

const plant = async (key: string, holder: number) => {
  const seed = randomUUID()
  const id = derivedId('client', seed)
  await post(key, { name: `Planted ${key}` })
  // As if the process had died between its work and its answer.
  await sql`update clients set id = ${id} where name = ${`Planted ${key}`}`.execute(api.db)
  await sql`update idempotency_keys set status = null, body = null, headers = ${JSON.stringify({ holder: String(holder), seed })} where key = ${key}`.execute(api.db)
  return { again: () => post(key, { name: `Planted ${key}` }), id }
}

test('a request whose process has died is taken over, and finds its own work', async () => {
  const { again, id } = await plant(randomUUID(), 4711)
  const before = Date.now()
  expect(await again()).toMatchObject({ status: 201, body: { id } })
  expect(Date.now() - before).toBeLessThan(10_000)
})

test('a request that is still being worked on is waited for, then 409', async () => {
  const elsewhere = openFeed(api.databaseUrl)
  try {
    await elsewhere.ready
    const { again } = await plant(randomUUID(), elsewhere.holder)
    const before = Date.now()
    expect((await again()).body).toMatchObject({ code: '409.request_in_progress' })
    expect(Date.now() - before).toBeGreaterThan(9_000)
  } finally {
    await elsewhere.close()
  }
})

test('a process that lives is known by its lock from any other', async () => {
  const other = await startHarness()
  const lock = (holder: number) => sql<{ free: boolean }>`select pg_try_advisory_xact_lock(7302, ${holder}::integer) as free`.execute(other.db)
  try {
    await other.ctx.feed.ready
    expect((await lock(other.ctx.feed.holder)).rows[0]?.free).toBe(false)
    expect((await lock(other.ctx.feed.holder + 1)).rows[0]?.free).toBe(true)
  } finally {
    await other.stop()
  }
})

test('after 24 hours the key is new', async () => {
  const key = randomUUID()
  await post(key, { name: 'Yesterday' })
  await sql`update idempotency_keys set created_at = now() - interval '25 hours' where key = ${key}`.execute(api.db)
  expect((await post(key, { name: 'Today' })).status).toBe(201)
})

test.each(['', 'with space', 'ü', 'x'.repeat(256)])('the key %j is 400', async (key) => {
  // fetch sends header values as Latin-1.
  const { status, body } = await post(key, { name: 'x' })
  expect({ status, body }).toMatchObject({ status: 400, body: { errors: [{ pointer: '/header/Idempotency-Key' }] } })
})

test('other methods ignore it', async () => {
  expect((await api.ask('GET', '/api/v1/clients', { headers: { 'idempotency-key': 'with space' } })).status).toBe(200)
})
