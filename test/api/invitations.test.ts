import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { createContext, runInContext } from 'node:vm'
import { type Harness, startHarness } from './harness.ts'
import { type Tokens, auditOf, logIn, makeUser, meWith, password } from './people.ts'

interface Invitation { id: string; email: string; roles: string[]; link: string; createdAt: string; expiresAt: string; code?: string }
let api: Harness
beforeAll(async () => { api = await startHarness({ env: { PUBLIC_URL: 'https://slipway.example/' } }) })
afterAll(() => api.stop())

const address = () => `${randomUUID()}@agency.example`
const invite = (email: string, roles = ['editor'], token?: string) => api.ask<Invitation>('POST', '/api/v1/invitations', { body: { email, roles }, ...(token === undefined ? {} : { token }) })
const tokenIn = (link: string) => link.split('#')[1] ?? ''
const accept = (token: string, more: object = {}) => api.ask<Tokens>('POST', '/api/v1/auth/invitation', { body: { token, password, ...more }, token: undefined })
const listed = async () => (await api.ask<{ items: Invitation[] }>('GET', '/api/v1/invitations')).body.items

test('an invitation is a link that is shown once, makes a user once, and logs them in', async () => {
  const email = address()
  const { status, body: { link, ...known } } = await invite(email)
  expect({ status, link, known }).toEqual({ status: 201, link: expect.stringMatching(/^https:\/\/slipway\.example\/invitation#inv_[\w-]{66}$/), known: { id: expect.any(String), email, roles: ['editor'], createdBy: 'owner@agency.example', createdAt: expect.any(String), expiresAt: expect.any(String) } })
  expect(Date.parse(known.expiresAt) - Date.parse(known.createdAt)).toBe(7 * 86_400_000)
  expect(await listed()).toContainEqual(known)
  const accepted = await accept(tokenIn(link), { name: 'Ada' })
  expect(accepted.status).toBe(201)
  expect((await meWith(api, accepted.body.accessToken)).body).toMatchObject({ actor: email, roles: ['editor'], user: { email, name: 'Ada', createdBy: 'owner@agency.example', lastLoginAt: expect.any(String) } })
  expect((await logIn(api, email)).status).toBe(200)
  expect(await accept(tokenIn(link))).toMatchObject({ status: 404, body: { code: '404.invitation_not_found' } })
  expect(await listed()).not.toContainEqual(known)
  expect((await auditOf(api, `subject=${known.id}`)).map(({ actor, action }) => [actor, action])).toEqual([['owner@agency.example', 'invitation.created'], [email, 'invitation.accepted']])
  const { rows } = await sql<{ row: string }>`select a::text as row from audit_events a`.execute(api.db)
  for (const text of [JSON.stringify(rows), api.logText()]) expect(text.includes(tokenIn(link).slice(30))).toBe(false)
})

test('of ten who accept at once one becomes the user', async () => {
  const { link } = (await invite(address())).body
  const answers = await Promise.all(Array.from({ length: 10 }, () => accept(tokenIn(link))))
  expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array<number>(9).fill(404)])
})

test('a password that is too short leaves the invitation as it was', async () => {
  const { link } = (await invite(address())).body
  expect(await accept(tokenIn(link), { password: 'short' })).toMatchObject({ status: 400, body: { errors: [{ pointer: '/password' }] } })
  expect((await accept(tokenIn(link))).status).toBe(201)
})

test('a second invitation, taking it back, and time each end a link', async () => {
  const email = address()
  const first = (await invite(email)).body
  const second = (await invite(email, ['viewer'])).body
  expect((await accept(tokenIn(first.link))).status).toBe(404)
  expect((await api.ask('DELETE', `/api/v1/invitations/${second.id}`)).status).toBe(204)
  expect((await accept(tokenIn(second.link))).status).toBe(404)
  expect(await api.ask('DELETE', `/api/v1/invitations/${second.id}`)).toMatchObject({ status: 404, body: { code: '404.invitation_not_found' } })
  expect((await auditOf(api, `subject=${second.id}`)).map(({ action }) => action)).toEqual(['invitation.created', 'invitation.revoked'])
  const third = (await invite(email)).body
  await sql`update invitations set expires_at = now() where id = ${third.id}`.execute(api.db)
  expect((await accept(tokenIn(third.link))).status).toBe(404)
  for (const bad of ['inv_', tokenIn(third.link).replace('inv_', 'sk_'), 'x']) expect((await accept(bad)).status).toBe(404)
})

test('whoever is a user already is not invited, nor made twice by an invitation that was open', async () => {
  const { email } = await makeUser(api, ['viewer'])
  expect(await invite(email)).toMatchObject({ status: 409, body: { code: '409.name_taken' } })
  const open = address()
  const { link } = (await invite(open, ['admin'])).body
  await makeUser(api, ['viewer'], { email: open })
  expect(await accept(tokenIn(link))).toMatchObject({ status: 409, body: { code: '409.name_taken' } })
})

test('only owners invite owners', async () => {
  expect(await invite(address(), ['owner'], await api.tokenOf('admin'))).toMatchObject({ status: 403 })
  expect((await invite(address(), ['owner'])).status).toBe(201)
})

test('without PUBLIC_URL the link is the part after the host', async () => {
  const bare = await startHarness()
  try {
    const { body } = await bare.ask<Invitation>('POST', '/api/v1/invitations', { body: { email: address(), roles: ['viewer'] }, headers: { 'x-forwarded-host': 'evil.example' } })
    expect(body.link).toMatch(/^\/invitation#inv_/)
  } finally {
    await bare.stop()
  }
})

/** The page's script, with as much of a browser as it asks for. */
async function submit(hash: string, given: { name: string; password: string }) {
  const script = await api.ask('GET', '/invitation/accept.js', { token: undefined })
  const seen = { removed: false, status: { textContent: '' } }
  let onSubmit: (event: { preventDefault(): void }) => Promise<void> = () => Promise.resolve()
  const form = { elements: { name: { value: given.name }, password: { value: given.password } }, addEventListener: (_type: string, listener: typeof onSubmit) => { onSubmit = listener }, remove: () => { seen.removed = true } }
  const document = { querySelector: (what: string) => (what === 'form' ? form : seen.status) }
  runInContext(script.text, createContext({ document, location: { hash }, fetch: (path: string, init: RequestInit) => fetch(`${api.url}${path}`, init) }))
  await onSubmit({ preventDefault: () => undefined })
  return seen
}

test('the page that the link opens accepts it, and says what is wrong otherwise', async () => {
  const { headers, text, status } = await api.ask('GET', '/invitation', { token: undefined })
  expect([status, headers.get('content-type'), headers.get('referrer-policy')]).toEqual([200, 'text/html; charset=utf-8', 'no-referrer'])
  expect(headers.get('content-security-policy')).toContain("default-src 'none'")
  for (const [, path = ''] of text.matchAll(/(?:src|href)="([^"]+)"/g)) expect([path, (await api.ask('GET', path, { token: undefined })).status]).toEqual([path, 200])
  const email = address()
  const { link } = (await invite(email)).body
  expect(await submit(`#${tokenIn(link)}`, { name: ' Ada ', password })).toMatchObject({ removed: true, status: { textContent: expect.stringContaining('Welcome') } })
  expect((await logIn(api, email)).status).toBe(200)
  expect(await submit(`#${tokenIn(link)}`, { name: '', password })).toMatchObject({ removed: false, status: { textContent: expect.stringContaining('accepted') } })
})
