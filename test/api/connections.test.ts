import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { resolveConnection } from '../../db/connections.ts'
import { inTenant } from '../../db/client.ts'
import { createVault } from '../../db/vault.ts'
import { type TestStack, startStack } from '../support/stack.ts'
import { conforming } from './conform.ts'

interface Connection { id: string; provider: string; clientId: string | null; secrets: string[]; config: object; baseUrl: string | null; name: string }
let stack: TestStack
let call: TestStack['call']
beforeAll(async () => {
  stack = await startStack({ supabase: false })
  call = conforming(stack)
})
afterAll(() => stack.close())

const retell = (apiKey = 'key_sandbox', more: object = {}) => ({ provider: 'retell', baseUrl: 'sandbox:retell', secrets: { apiKey }, ...more })
const newClient = async () => (await call<{ id: string }>('POST', '/api/v1/clients', { name: `Client ${randomUUID()}` })).body.id
const put = (body: object, headers?: Record<string, string>) => call<Connection>('POST', '/api/v1/connections', body, { ...(headers ? { headers } : {}) })

test('secrets go in and never come out: neither in answers, nor in the database, nor in the audit trail', async () => {
  const canary = `key_canary_${randomUUID()}`
  const clientId = await newClient()
  const { status, body } = await put(retell(canary, { clientId, name: 'Their own' }))
  expect([status, body]).toMatchObject([201, { provider: 'retell', name: 'Their own', clientId, secrets: ['apiKey'], baseUrl: 'sandbox:retell' }])
  const at = `/api/v1/connections/${body.id}`
  const listed = await call<{ items: Connection[] }>('GET', `/api/v1/connections?clientId=${clientId}&provider=retell`)
  expect(listed.body.items).toEqual([body])
  const audit = await call('GET', `/api/v1/audit?subject=${body.id}`)
  const stored = await sql<{ all: string }>`select string_agg(row::text, '') as all from (select connections::text || encode(secrets, 'escape') as row from connections union all select encode(content, 'escape') from blobs union all select audit_events::text from audit_events) as rows`.execute(stack.db)
  for (const text of [JSON.stringify(body), JSON.stringify((await call('GET', at)).body), JSON.stringify(listed.body), JSON.stringify(audit.body), stored.rows[0]?.all ?? '']) {
    expect(text.length).toBeGreaterThan(10)
    expect(text).not.toContain(canary)
  }
  expect(audit.body).toMatchObject({ items: [{ action: 'connection.created', data: { provider: 'retell', secrets: ['apiKey'] } }] })
})

test('storing the same provider and client again replaces it under its id; an ETag guards that too', async () => {
  const clientId = await newClient()
  const first = await put(retell('one', { clientId }))
  const second = await put(retell('two', { clientId, name: 'Second' }), { 'if-match': first.headers.get('etag') ?? '' })
  expect([second.status, second.body]).toMatchObject([200, { id: first.body.id, name: 'Second' }])
  expect((await put(retell('three', { clientId }), { 'if-match': first.headers.get('etag') ?? '' })).body).toMatchObject({ code: '412.precondition_failed' })
})

test("a client's own connection wins over the tenant's default", async () => {
  const [own, none] = [await newClient(), await newClient()]
  await put(retell('key_of_the_client', { clientId: own }))
  const vault = createVault(stack.config.encryption)
  const keyFor = (clientId: string) => inTenant(stack.db, stack.tenantId, async (tx) => (await resolveConnection(tx, vault, 'retell', clientId))?.secrets['apiKey'])
  expect([await keyFor(own), await keyFor(none)]).toEqual(['key_of_the_client', 'key_sandbox'])
})

test.each<[string, object, string]>([
  ['an unknown provider', { provider: 'fax', secrets: {} }, '/provider'],
  ['a missing secret', { provider: 'retell', secrets: {} }, '/secrets'],
  ['a secret that the provider does not know', { provider: 'retell', secrets: { apiKey: 'x', password: 'y' } }, '/secrets'],
  ['a missing address', { provider: 'n8n', secrets: { apiKey: 'x' } }, '/baseUrl'],
  ['an address that is no URL', { provider: 'n8n', baseUrl: 'javascript:alert(1)', secrets: { apiKey: 'x' } }, '/baseUrl'],
  ['a sandbox that is not there', { provider: 'n8n', baseUrl: 'sandbox:nowhere', secrets: { apiKey: 'x' } }, '/baseUrl'],
])('a connection with %s is 400', async (_what, body, pointer) => {
  const answer = await put(body)
  expect([answer.status, answer.body]).toMatchObject([400, { code: '400.request_invalid', errors: [{ pointer: expect.stringContaining(pointer) }] }])
})

test('a connection for an unknown client is 404', async () => {
  expect((await put(retell('x', { clientId: randomUUID() }))).body).toMatchObject({ code: '404.client_not_found' })
})

test('a connection is tested at the vendor, changed, and deleted', async () => {
  const clientId = await newClient()
  const { body } = await put(retell('wrong key', { clientId }))
  const at = `/api/v1/connections/${body.id}`
  expect((await call('POST', `${at}/test`)).body).toMatchObject({ ok: false, error: { code: expect.any(String) } })
  expect((await call('PATCH', at, { secrets: {} })).body).toMatchObject({ code: '400.request_invalid' })
  const changed = await call<Connection>('PATCH', at, { secrets: { apiKey: 'key_sandbox' }, name: 'Corrected', config: {}, baseUrl: 'sandbox:retell' })
  expect([changed.status, changed.body]).toMatchObject([200, { id: body.id, name: 'Corrected' }])
  expect((await call('PATCH', at, { name: 'x' }, { headers: { 'if-match': '"stale"' } })).status).toBe(412)
  expect((await call('POST', `${at}/test`)).body).toMatchObject({ ok: true })
  expect((await call('DELETE', at, undefined, { headers: { 'if-match': '"stale"' } })).status).toBe(412)
  expect((await call('DELETE', at)).status).toBe(204)
  for (const [method, path, sent] of [['GET', at], ['DELETE', at], ['PATCH', at, { name: 'x' }], ['POST', `${at}/test`]] as const) expect((await call(method, path, sent)).body).toMatchObject({ code: '404.connection_not_found' })
  const actions = (await call<{ items: { action: string }[] }>('GET', `/api/v1/audit?subject=${body.id}&sort=asc`)).body.items.map(({ action }) => action)
  expect(actions).toEqual(['connection.created', 'connection.updated', 'connection.deleted'])
})
