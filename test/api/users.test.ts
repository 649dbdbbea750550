import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { type Harness, startHarness } from './harness.ts'
import { type Person, type User, auditOf, logIn, makeUser, meWith, password, refresh, untilStatus } from './people.ts'

let api: Harness
beforeAll(async () => { api = await startHarness() })
afterAll(() => api.stop())

const make = (body: object, token?: string) => api.ask<User & { code: string }>('POST', '/api/v1/users', { body, ...(token === undefined ? {} : { token }) })
const change = (id: string, body: object, token?: string, headers: Record<string, string> = {}) => api.ask<User & { code: string; detail: string }>('PATCH', `/api/v1/users/${id}`, { body, headers, ...(token === undefined ? {} : { token }) })
const remove = (id: string, token?: string) => api.ask<{ code: string }>('DELETE', `/api/v1/users/${id}`, token === undefined ? {} : { token })
const address = () => `${randomUUID()}@agency.example`

test('a user is made, found, read, changed and removed, and each step but reading is audited', async () => {
  const email = address()
  const made = await make({ email, name: 'Ada', roles: ['editor'], password })
  expect(made).toMatchObject({ status: 201, body: { email, name: 'Ada', roles: ['editor'], platformAdmin: false, disabled: false, lastLoginAt: null } })
  expect(JSON.stringify(made.body)).not.toMatch(/password|argon2/)
  const { id } = made.body
  expect(made.headers.get('location')).toBe(`/api/v1/users/${id}`)
  for (const query of [`email=${email.toUpperCase()}`, `email=${email}&role=editor`]) expect((await api.ask<{ items: User[] }>('GET', `/api/v1/users?${query}`)).body.items).toEqual([made.body])
  expect((await api.ask<{ items: User[] }>('GET', `/api/v1/users?email=${email}&role=viewer`)).body.items).toEqual([])
  expect(await api.ask('GET', `/api/v1/users/${id}`)).toMatchObject({ status: 200, body: made.body })
  expect(await change(id, { name: 'Ada L.', roles: ['editor', 'approver'] })).toMatchObject({ status: 200, body: { name: 'Ada L.', roles: ['editor', 'approver'] } })
  expect((await remove(id)).status).toBe(204)
  expect(await api.ask('GET', `/api/v1/users/${id}`)).toMatchObject({ status: 404, body: { code: '404.user_not_found' } })
  expect((await auditOf(api, `subject=${id}`)).map(({ actor, action, data }) => [actor, action, data])).toEqual([
    ['owner@agency.example', 'user.created', { email, roles: ['editor'] }],
    ['owner@agency.example', 'user.updated', { email, fields: ['name', 'roles'], roles: { from: ['editor'], to: ['editor', 'approver'] } }],
    ['owner@agency.example', 'user.deleted', { email, roles: ['editor', 'approver'] }],
  ])
})

test('pages of users follow each other', async () => {
  for (let i = 0; i < 3; i++) await make({ email: address(), roles: ['viewer'], password })
  const first = await api.ask<{ items: User[]; nextCursor: string }>('GET', '/api/v1/users?limit=2&sort=asc')
  const second = await api.ask<{ items: User[] }>('GET', `/api/v1/users?limit=1&sort=asc&cursor=${first.body.nextCursor}`)
  expect(first.body.items).toHaveLength(2)
  expect(first.body.items.map(({ id }) => id)).not.toContain(second.body.items[0]?.id)
})

test.each([
  ['a short password', { password: 'elevenchars' }, '/password'],
  ['no role', { roles: [] }, '/roles'],
  ['a role twice', { roles: ['viewer', 'viewer'] }, '/roles'],
  ['a role that is none', { roles: ['root'] }, '/roles/0'],
  ['platform:admin as a role', { roles: ['platform:admin'] }, '/roles/0'],
  ['an address that is none', { email: 'ada' }, '/email'],
  ['a name with a line end', { name: 'a\nb' }, '/name'],
  ['the right to make tenants', { platformAdmin: true }, '/platformAdmin'],
])('a user with %s is 400 at its place', async (_what, patch, pointer) => {
  expect(await make({ email: address(), roles: ['viewer'], password, ...patch })).toMatchObject({ status: 400, body: { errors: [{ pointer }] } })
})

test('an address is once per tenant; the same request again finds what it made', async () => {
  const email = address()
  const ask = (key: string) => api.ask<User>('POST', '/api/v1/users', { body: { email, roles: ['viewer'], password }, headers: { 'idempotency-key': key } })
  const first = await ask(email)
  expect(await ask(email)).toMatchObject({ status: 201, body: { id: first.body.id } })
  expect(await make({ email: email.toUpperCase(), roles: ['viewer'], password })).toMatchObject({ status: 409, body: { code: '409.name_taken' } })
  expect((await make({ email, roles: ['viewer'], password }, await api.tokenOf('owner', api.otherTenant))).status).toBe(201)
})

test('If-Match keeps a change from undoing another', async () => {
  const { id } = await makeUser(api, ['viewer'])
  const tag = (await api.ask('GET', `/api/v1/users/${id}`)).headers.get('etag') ?? ''
  expect((await change(id, { name: 'One' }, undefined, { 'if-match': tag })).status).toBe(200)
  expect(await change(id, { name: 'Two' }, undefined, { 'if-match': tag })).toMatchObject({ status: 412 })
})

describe('who is changed', () => {
  const opened = async (roles: string[]): Promise<Person & { accessToken: string; refreshToken: string }> => {
    const person = await makeUser(api, roles)
    return { ...person, ...(await logIn(api, person.email)).body }
  }

  test.each<[string, object]>([['gets other roles', { roles: ['viewer'] }], ['is disabled', { disabled: true }], ['gets a new password', { password: 'a wholly new password' }]])('and %s cannot go on with an access token for more than seconds', async (_what, patch) => {
    const { id, accessToken } = await opened(['operator'])
    expect((await meWith(api, accessToken)).status).toBe(200)
    await change(id, patch)
    await untilStatus(() => meWith(api, accessToken), 401)
    expect((await meWith(api, accessToken)).body.code).toBe('401.unauthenticated')
  })

  test('gets a new access token for other roles by a refresh, and none once disabled or with another password', async () => {
    const [promoted, disabled, renewed] = [await opened(['viewer']), await opened(['viewer']), await opened(['viewer'])]
    await change(promoted.id, { roles: ['operator'] })
    await change(disabled.id, { disabled: true })
    await change(renewed.id, { password: 'a wholly new password' })
    expect([await refresh(api, promoted.refreshToken), await refresh(api, disabled.refreshToken), await refresh(api, renewed.refreshToken)].map(({ status }) => status)).toEqual([200, 401, 401])
    await change(disabled.id, { disabled: false })
    expect([(await refresh(api, disabled.refreshToken)).status, (await logIn(api, disabled.email)).status]).toEqual([401, 200])
  })

  test('and only renamed goes on', async () => {
    const { id, accessToken, refreshToken } = await opened(['viewer'])
    expect((await change(id, { name: 'Renamed' })).status).toBe(200)
    expect([(await meWith(api, accessToken)).status, (await refresh(api, refreshToken)).status]).toEqual([200, 200])
  })

  test('or removed is nobody any more', async () => {
    const { id, accessToken, refreshToken, email } = await opened(['viewer'])
    await remove(id)
    expect([(await refresh(api, refreshToken)).status, (await logIn(api, email)).status]).toEqual([401, 401])
    await untilStatus(() => meWith(api, accessToken), 401)
  })
})

describe('nobody gives or touches more than they have', () => {
  test('an admin makes admins, and neither makes nor changes owners', async () => {
    const admin = await api.tokenOf('admin')
    const owner = await makeUser(api, ['owner'])
    expect((await make({ email: address(), roles: ['admin', 'approver'], password }, admin)).status).toBe(201)
    for (const refused of [
      await make({ email: address(), roles: ['owner'], password }, admin),
      await change((await makeUser(api, ['viewer'])).id, { roles: ['owner'] }, admin),
      await change(owner.id, { password: 'a wholly new password' }, admin),
      await change(owner.id, { roles: ['viewer'] }, admin),
      await remove(owner.id, admin),
    ]) expect(refused).toMatchObject({ status: 403, body: { code: '403.forbidden', detail: expect.stringContaining('tenant:own') } })
    expect((await logIn(api, owner.email)).status).toBe(200)
  })

  test('a platform administrator is touched by another one only', async () => {
    const { id } = await makeUser(api, ['viewer'])
    await api.db.updateTable('users').set({ platform_admin: true }).where('id', '=', id).execute()
    expect(await change(id, { password: 'a wholly new password' })).toMatchObject({ status: 403, body: { detail: expect.stringContaining('platform:admin') } })
    expect((await change(id, { name: 'x' }, await api.tokenOf('platform:admin'))).status).toBe(403)
  })
})

test('nobody changes their own password without the current one', async () => {
  const { id, email } = await makeUser(api, ['admin'])
  const { accessToken } = (await logIn(api, email)).body
  expect(await change(id, { password: 'a wholly new password' }, accessToken)).toMatchObject({ status: 403, body: { detail: expect.stringContaining('/api/v1/auth/password') } })
  expect((await change(id, { name: 'Ada' }, accessToken)).status).toBe(200)
  expect((await logIn(api, email)).status).toBe(200)
})

describe('the last owner', () => {
  let alone: Harness
  let owner: Person
  beforeAll(async () => {
    alone = await startHarness()
    owner = await makeUser(alone, ['owner'])
  })
  afterAll(() => alone.stop())
  const patch = (id: string, body: object) => alone.ask<{ code: string }>('PATCH', `/api/v1/users/${id}`, { body })

  test('cannot be removed, disabled or made less, while another owner who is disabled does not count', async () => {
    const second = await makeUser(alone, ['owner'])
    expect((await patch(second.id, { disabled: true })).status).toBe(200)
    for (const answer of [await patch(owner.id, { disabled: true }), await patch(owner.id, { roles: ['admin'] }), await alone.ask('DELETE', `/api/v1/users/${owner.id}`)]) expect(answer).toMatchObject({ status: 409, body: { code: '409.last_owner' } })
    expect((await patch(owner.id, { roles: ['owner', 'approver'], name: 'Still here' })).status).toBe(200)
    expect((await alone.ask('DELETE', `/api/v1/users/${second.id}`)).status).toBe(204)
  })

  test('is left when two go at the same time', async () => {
    for (let round = 0; round < 5; round++) {
      const second = await makeUser(alone, ['owner'])
      const answers = await Promise.all([patch(owner.id, { roles: ['viewer'] }), patch(second.id, { roles: ['viewer'] })])
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
      const { items } = (await alone.ask<{ items: User[] }>('GET', '/api/v1/users?role=owner')).body
      expect(items).toHaveLength(1)
      await patch(owner.id, { roles: ['owner'] })
      await patch(second.id, { roles: ['viewer'] })
    }
  })
})
