import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { makeOwner, wantedOwner } from '../../bin/stack/owner.ts'
import { derivedId } from '../../db/ids.ts'
import { type Harness, startHarness } from './harness.ts'
import { type Tokens, auditOf, logIn, makeUser, meWith, password } from './people.ts'

let api: Harness
let platform: string
beforeAll(async () => {
  api = await startHarness()
  await makeOwner(api.db, api.tenant, wantedOwner('root@agency.example', password))
  platform = (await logIn(api, 'root@agency.example')).body.accessToken
})
afterAll(() => api.stop())

interface Made { id: string; name: string; owner: { id: string; email: string; roles: string[]; platformAdmin: boolean }; code?: string }
const make = (name: string, { token = platform, key, owner = {} }: { token?: string; key?: string; owner?: object } = {}) =>
  api.ask<Made>('POST', '/api/v1/tenants', { token, body: { name, owner: { email: 'ada@new.example', password, ...owner } }, headers: key === undefined ? {} : { 'idempotency-key': key } })
const fresh = () => `new agency ${randomUUID()}`

test('a platform administrator makes a tenant, whose owner logs in there and is one in no other', async () => {
  const name = fresh()
  const { status, body } = await make(name)
  expect({ status, body }).toMatchObject({ status: 201, body: { name, createdAt: expect.any(String), owner: { email: 'ada@new.example', roles: ['owner'], platformAdmin: false } } })
  const { accessToken } = (await logIn(api, 'ada@new.example', password, name)).body
  expect((await meWith(api, accessToken)).body).toMatchObject({ tenant: { id: body.id, name }, roles: ['owner'], platformAdmin: false })
  expect((await api.ask('POST', '/api/v1/clients', { token: accessToken, body: { name: 'Theirs' } })).status).toBe(201)
  expect((await make(fresh(), { token: accessToken })).status).toBe(403)
  expect((await logIn(api, 'ada@new.example', password, 'agency')).status).toBe(401)
  expect(JSON.stringify((await api.ask('GET', '/api/v1/clients')).body)).not.toContain('Theirs')
})

test('that is audited in both tenants', async () => {
  const name = fresh()
  const { id } = (await make(name)).body
  const event = { actor: 'root@agency.example', action: 'tenant.created', subjectId: id, data: { name, owner: 'ada@new.example' } }
  expect(await auditOf(api, `subject=${id}`)).toMatchObject([event])
  expect(await auditOf(api, `subject=${id}`, id)).toMatchObject([event])
})

test('a name is once; the same request again gives the tenant that it made', async () => {
  const name = fresh()
  const key = randomUUID()
  const first = await make(name, { key })
  expect(await make(name, { key })).toMatchObject({ status: 201, body: { id: first.body.id } })
  for (const taken of [name, 'agency']) expect(await make(taken)).toMatchObject({ status: 409, body: { code: '409.name_taken' } })
  expect((await make(name, { owner: { email: 'other@new.example' } })).status).toBe(409)
})

test('of ten who want a name at once one gets it, with one owner', async () => {
  const name = fresh()
  const answers = await Promise.all(Array.from({ length: 10 }, (_, at) => make(name, { owner: { email: `owner-${String(at)}@new.example` } })))
  expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array<number>(9).fill(409)])
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from users where tenant_id = ${answers.find(({ status }) => status === 201)?.body.id}`.execute(api.db)
  expect(rows).toEqual([{ n: 1 }])
})

test('a try whose answer was lost is found again by its key', async () => {
  const name = fresh()
  const key = randomUUID()
  const first = await make(name, { key })
  const seed = randomUUID()
  // As if the process had died between its work and its answer.
  await api.db.updateTable('users').set({ id: derivedId('user', seed) }).where('id', '=', first.body.owner.id).execute()
  await api.db.updateTable('idempotency_keys').set({ status: null, body: null, headers: JSON.stringify({ holder: '0', seed }) }).where('key', '=', key).execute()
  expect(await make(name, { key })).toMatchObject({ status: 201, body: { id: first.body.id, owner: { id: derivedId('user', seed), email: 'ada@new.example' } } })
})

test('owners, and roles that call themselves platform:admin, make none', async () => {
  const owner = await makeUser(api, ['owner'])
  const token = (await logIn(api, owner.email)).body.accessToken
  expect(await make(fresh(), { token })).toMatchObject({ status: 403, body: { detail: 'This needs platform:admin; your roles: owner' } })
  expect((await api.ask<Tokens>('POST', '/api/v1/users', { body: { email: 'x@agency.example', roles: ['owner'], password, platformAdmin: true } })).status).toBe(400)
  const key = (await api.ask<{ key: string }>('POST', '/api/v1/api-keys', { body: { name: 'all', permissions: ['tenant:own'] } })).body.key
  expect((await make(fresh(), { token: key })).status).toBe(403)
})

test.each([
  ['no name', { name: '' }, '/name'],
  ['an owner without password', { owner: { email: 'a@b.example' } }, '/owner/password'],
  ['an owner with a short one', { owner: { email: 'a@b.example', password: 'short' } }, '/owner/password'],
])('a tenant with %s is 400 at its place', async (_what, patch, pointer) => {
  expect(await api.ask('POST', '/api/v1/tenants', { token: platform, body: { name: fresh(), owner: { email: 'a@b.example', password }, ...patch } })).toMatchObject({ status: 400, body: { errors: [{ pointer }] } })
})
