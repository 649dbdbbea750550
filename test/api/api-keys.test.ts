import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { type Harness, startHarness } from './harness.ts'
import { auditOf, makeUser, meWith } from './people.ts'

interface Key { id: string; name: string; permissions: string[]; key: string; expiresAt: string; createdAt: string; lastUsedAt: string | null; code?: string }
let api: Harness
beforeAll(async () => { api = await startHarness() })
afterAll(() => api.stop())

const make = (permissions: string[], more: object = {}, token?: string) => api.ask<Key>('POST', '/api/v1/api-keys', { body: { name: 'ci', permissions, ...more }, ...(token === undefined ? {} : { token }) })
const withKey = (key: string, method = 'GET', path = '/api/v1/clients', body?: unknown) => api.ask<{ code: string; detail: string }>(method, path, { token: undefined, headers: { 'x-api-key': key }, ...(body === undefined ? {} : { body }) })

test('a key is shown once, does what it is for and nothing else, and is audited as itself', async () => {
  const { status, body: { key, ...known }, headers } = await make(['client:read', 'client:write'], { name: 'billing', expiresInDays: 10 })
  expect({ status, key, known }).toEqual({ status: 201, key: expect.stringMatching(/^sk_[\w-]{66}$/), known: { id: expect.any(String), name: 'billing', permissions: ['client:read', 'client:write'], createdBy: 'owner@agency.example', createdAt: expect.any(String), expiresAt: expect.any(String), lastUsedAt: null } })
  expect(Date.parse(known.expiresAt) - Date.parse(known.createdAt)).toBe(10 * 86_400_000)
  const made = await withKey(key, 'POST', '/api/v1/clients', { name: `by key ${randomUUID()}` })
  expect(made.status).toBe(201)
  expect((await meWith(api, key)).body).toMatchObject({ actor: 'key:billing', roles: [], permissions: ['client:read', 'client:write'], user: null, apiKey: { id: known.id } })
  expect(await withKey(key, 'GET', '/templates')).toMatchObject({ status: 403, body: { code: '403.forbidden', detail: "This needs template:read; the key's permissions: client:read, client:write" } })
  expect((await auditOf(api, 'actor=key:billing')).map(({ action }) => action)).toEqual(['client.created'])
  const read = await api.ask<Key>('GET', headers.get('location') ?? '')
  expect(read.body).toEqual({ ...known, lastUsedAt: expect.any(String) })
  expect((await api.ask<{ items: Key[] }>('GET', '/api/v1/api-keys')).body.items).toContainEqual(read.body)
  expect((await auditOf(api, `subject=${known.id}`)).map(({ action, data }) => [action, data])).toEqual([['api_key.created', { name: 'billing', permissions: known.permissions, expiresAt: known.expiresAt }]])
  const { rows } = await sql<{ row: string }>`select k::text as row from api_keys k`.execute(api.db)
  for (const text of [read.text, JSON.stringify(rows), api.logText()]) expect(text.includes(key.slice(30))).toBe(false)
})

test('a key may come as a bearer token, but not beside another one', async () => {
  const { key } = (await make(['client:read'])).body
  expect((await api.ask('GET', '/api/v1/clients', { token: key })).status).toBe(200)
  expect(await api.ask('GET', '/api/v1/clients', { token: key, headers: { 'x-api-key': key } })).toMatchObject({ status: 400, body: { errors: [{ pointer: '/header/x-api-key' }] } })
})

test('a revoked key is none from the next request on', async () => {
  const { id, key } = (await make(['client:read'])).body
  for (let i = 0; i < 3; i++) expect((await withKey(key)).status).toBe(200)
  expect((await api.ask('DELETE', `/api/v1/api-keys/${id}`)).status).toBe(204)
  expect(await withKey(key)).toMatchObject({ status: 401, body: { code: '401.unauthenticated', detail: 'The API key is unknown, revoked or expired' } })
  expect((await api.ask('DELETE', `/api/v1/api-keys/${id}`)).status).toBe(404)
  expect((await auditOf(api, `subject=${id}`)).map(({ action }) => action)).toEqual(['api_key.created', 'api_key.revoked'])
})

test('an expired key is none', async () => {
  const { id, key } = (await make(['client:read'])).body
  await sql`update api_keys set expires_at = now() where id = ${id}`.execute(api.db)
  expect((await withKey(key)).status).toBe(401)
})

test('its use is noted once a minute', async () => {
  const { id, key } = (await make(['client:read'])).body
  const used = async () => (await api.ask<Key>('GET', `/api/v1/api-keys/${id}`)).body.lastUsedAt
  await withKey(key)
  const first = await used()
  await withKey(key)
  expect(await used()).toBe(first)
  await sql`update api_keys set last_used_at = now() - interval '2 minutes' where id = ${id}`.execute(api.db)
  await withKey(key)
  expect(Date.parse((await used()) ?? '')).toBeGreaterThanOrEqual(Date.parse(first ?? ''))
})

test('what looks like a key, or names another tenant, is 401', async () => {
  const { key } = (await make(['client:read'])).body
  const theirs = (await make(['client:read'], {}, await api.tokenOf('owner', api.otherTenant))).body.key
  for (const bad of ['sk_', 'sk_x', `${key}x`, key.replace('sk_', 'rt_'), key.toUpperCase(), `${theirs.slice(0, 26)}${key.slice(26)}`, 'a.b.c']) expect([bad, (await withKey(bad)).status]).toEqual([bad, 401])
})

test('nobody gives a key what they do not hold, a key neither', async () => {
  const admin = await api.tokenOf('admin')
  expect(await make(['tenant:own'], {}, admin)).toMatchObject({ status: 403, body: { detail: expect.stringContaining('tenant:own') } })
  const { key } = (await make(['admin:keys', 'user:write', 'client:read'], {}, admin)).body
  expect((await make(['client:read'], {}, key)).status).toBe(201)
  expect((await make(['client:write'], {}, key)).status).toBe(403)
  expect((await api.ask('POST', '/api/v1/users', { token: key, body: { email: 'x@agency.example', roles: ['viewer'], password: 'correct horse battery' } })).status).toBe(403)
  expect((await api.ask('DELETE', `/api/v1/users/${(await makeUser(api, ['operator'])).id}`, { token: key })).status).toBe(403)
})

test.each([
  ['no permission', { permissions: [] }, '/permissions'],
  ['a permission twice', { permissions: ['client:read', 'client:read'] }, '/permissions'],
  ['one that is none', { permissions: ['platform:admin'] }, '/permissions/0'],
  ['more than a year', { expiresInDays: 366 }, '/expiresInDays'],
  ['no name', { name: ' ' }, '/name'],
])('a key with %s is 400 at its place', async (_what, patch, pointer) => {
  expect(await make(['client:read'], patch)).toMatchObject({ status: 400, body: { errors: [{ pointer }] } })
})
