import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { after, before, test } from 'node:test'
import { readSettings, start } from '../src/server.ts'
import type { Running } from '../src/server.ts'

const path = '/${{ variables.resource }}s'
const token = ${% if variables.auth == "bearer" %}'t'.repeat(24)${% else %}undefined${% endif %}
const lines: Record<string, unknown>[] = []
let service: Running
before(async () => { service = await start({ port: 0, shutdownMs: 2000, token }, (line) => lines.push(line)) })
after(() => service.stop())

const call = (to: string, { headers, ...init }: RequestInit & { headers?: Record<string, string> } = {}) =>
  fetch(service.url + to, { ...init, headers: { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), 'content-type': 'application/json', ...headers } })
const post = (body: unknown, headers: Record<string, string> = {}) => call(path, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body), headers })
const made = async (name: string) => (await (await post({ name })).json()) as { id: string }

test('what is made is found, listed, changed and removed', async () => {
  const { id } = await made('first')
  const found = await call(`${path}/${id}`)
  assert.equal(found.headers.get('etag'), '"1"')
  assert.equal((await call(`${path}/${id}`, { headers: { 'if-none-match': '"1"' } })).status, 304)
  const changed = await call(`${path}/${id}`, { method: 'PUT', body: '{"name": "second"}', headers: { 'if-match': '"1"' } })
  assert.equal(changed.headers.get('etag'), '"2"')
  const { items } = (await (await call(path)).json()) as { items: { name: string }[] }
  assert.ok(items.some(({ name }) => name === 'second'))
  assert.equal((await call(`${path}/${id}`, { method: 'DELETE' })).status, 204)
  assert.equal((await call(`${path}/${id}`)).status, 404)
})

test('nobody overwrites what they have not seen', async () => {
  const { id } = await made('first')
  const put = (headers: Record<string, string>) => call(`${path}/${id}`, { method: 'PUT', body: '{"name": "mine"}', headers })
  assert.equal((await put({})).status, 428)
  assert.equal((await put({ 'if-match': '"7"' })).status, 412)
})

test('a repetition with the same key makes nothing new', async () => {
  const [first, second] = [await post({ name: 'once' }, { 'idempotency-key': 'k1' }), await post({ name: 'once' }, { 'idempotency-key': 'k1' })]
  assert.deepEqual([first.status, second.status], [201, 200])
  assert.deepEqual(await first.json(), await second.json())
})

test('pages follow one another without gap or overlap', async () => {
  for (const name of ['a', 'b', 'c']) await made(name)
  const seen: string[] = []
  let next: string | undefined
  do {
    const page = (await (await call(`${path}?limit=2${next ? `&after=${next}` : ''}`)).json()) as { items: { id: string }[]; next?: string }
    seen.push(...page.items.map(({ id }) => id))
    next = page.next
  } while (next !== undefined)
  assert.equal(new Set(seen).size, seen.length)
  assert.ok(seen.length >= 3)
})

test('every problem of a body is told, with its place', async () => {
  const answer = await post({ name: '', 'a/b': 1 })
  const { errors } = (await answer.json()) as { errors: { pointer: string }[] }
  assert.equal(answer.headers.get('content-type'), 'application/problem+json')
  assert.deepEqual(errors.map(({ pointer }) => pointer), ['/a~1b', '/name'])
})

for (const [what, status, ask] of [
  ['what is no JSON', 400, () => post('{')],
  ['another media type', 415, () => post('a', { 'content-type': 'text/plain' })],
  ['a body that is too large', 413, () => post({ name: 'x'.repeat(${{ variables.maximumBodyBytes }}) })],
  ['a path that is not there', 404, () => call('/nope')],
  ['a method that is not', 405, () => call(path, { method: 'PATCH' })],
  ['a limit that is none', 400, () => call(`${path}?limit=many`)],
] as const) {
  test(`${what} is refused with ${status}`, async () => { assert.equal((await ask()).status, status) })
}
${% if variables.auth == "bearer" %}
test('without the token nothing but the health checks answers', async () => {
  for (const authorization of ['', 'Bearer wrong', `Basic ${token}`]) {
    const answer = await fetch(service.url + path, { headers: { authorization } })
    assert.equal(answer.status, 401)
    assert.equal(answer.headers.get('www-authenticate'), 'Bearer')
  }
  assert.equal((await fetch(`${service.url}/health/ready`)).status, 200)
})

test('a token that can be guessed keeps it from starting', () => {
  assert.throws(() => readSettings({ API_TOKEN: 'secret' }), /API_TOKEN must have 24/)
})
${% endif %}
test('bad settings are told all at once', () => {
  assert.throws(() => readSettings({ PORT: 'x', SHUTDOWN_MS: '-1', API_TOKEN: 't'.repeat(24) }), /PORT.*\n.*SHUTDOWN_MS/)
})

test('each request is one line of the log, with the id it was given', async () => {
  await call(path, { headers: { 'x-request-id': 'abcdefgh-1' } })
  const line = lines.findLast(({ request_id }) => request_id === 'abcdefgh-1')
  assert.equal(line?.['status'], 200)
  assert.ok(!JSON.stringify(lines).includes('Bearer'))
})

test('a request that has begun is answered though the service stops', async () => {
  const own = await start({ port: 0, shutdownMs: 5000, token }, () => {})
  const socket = connect(Number(new URL(own.url).port), '127.0.0.1')
  const body = '{"name": "late"}'
  socket.write(`POST ${path} HTTP/1.1\r\nhost: a\r\n${token ? `authorization: Bearer ${token}\r\n` : ''}content-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body.slice(0, 5)}`)
  await once(socket, 'connect')
  await new Promise((resolve) => setTimeout(resolve, 100))
  const stopped = own.stop()
  socket.write(body.slice(5))
  const [answer] = (await once(socket, 'data')) as [Buffer]
  assert.match(answer.toString(), /^HTTP\/1\.1 201/)
  await stopped
})
