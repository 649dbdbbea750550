import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { type Harness, startHarness } from './harness.ts'

let api: Harness
beforeAll(async () => { api = await startHarness() }, 60_000)
afterAll(() => api.stop())

const problem = (code: string) => ({ type: `urn:slipway:error:${code}`, title: expect.any(String), status: Number(code.slice(0, 3)), code, detail: expect.any(String), correlationId: expect.any(String) })

test('an address that does not exist answers a problem document', async () => {
  const { status, headers, body } = await api.ask('GET', '/api/v1/nothing')
  expect(status).toBe(404)
  expect(headers.get('content-type')).toBe('application/problem+json; charset=utf-8')
  expect(body).toEqual(problem('404.not_found'))
})

test('a method that does not exist names those that do', async () => {
  const { status, headers, body } = await api.ask('DELETE', '/api/v1/clients')
  expect(status).toBe(405)
  expect(headers.get('allow')).toBe('GET, HEAD, POST')
  expect(body).toEqual(problem('405.method_not_allowed'))
})

test.each([
  ['malformed JSON', '{"name": ', '', 'The body is not JSON'],
  ['an array', '[]', '', 'Invalid input'],
  ['nesting deeper than 100 levels', `{"name":"x","metadata":${'{"a":'.repeat(101)}1${'}'.repeat(101)}}`, '/metadata/a', '100 levels'],
  ['__proto__', '{"name":"x","metadata":{"__proto__":{}}}', '/metadata/__proto__', 'not a permitted key'],
  ['a NUL character', '{"name":"a\\u0000b"}', '/name', 'NUL'],
  ['half a surrogate pair', '{"name":"a\\ud800b"}', '/name', 'surrogate'],
  ['a key with a NUL character', '{"name":"x","metadata":{"\\u0000":1}}', '/metadata', 'NUL'],
  ['an unknown key', '{"name":"x","nickname":"y"}', '/nickname', 'is not known here'],
  ['a missing key', '{}', '/name', 'expected string'],
])('a body with %s is 400 and says where', async (_what, raw, pointer, message) => {
  const { status, body } = await api.ask('POST', '/api/v1/clients', { raw })
  expect({ status, body }).toMatchObject({ status: 400, body: { code: '400.request_invalid' } })
  expect((body as { errors: { pointer: string; message: string }[] }).errors[0]).toEqual({ pointer: expect.stringMatching(new RegExp(`^${pointer}`)), message: expect.stringContaining(message) })
})

test('a body that is not UTF-8 is 400', async () => {
  const { status, body } = await api.ask('POST', '/api/v1/clients', { raw: Buffer.from([0x22, 0xff, 0x22]) })
  expect({ status, body }).toMatchObject({ status: 400, body: { detail: 'The body is not UTF-8' } })
})

test.each(['text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=latin1'])('a body of %s is 415', async (type) => {
  expect((await api.ask('POST', '/api/v1/clients', { raw: '{"name":"x"}', headers: { 'content-type': type } })).body).toEqual(problem('415.unsupported_media_type'))
})

test.each(['application/json; charset=UTF-8', 'application/merge-patch+json'])('a body of %s is read', async (type) => {
  expect((await api.ask('POST', '/api/v1/clients', { body: { name: `typed ${type}` }, headers: { 'content-type': type } })).status).toBe(201)
})

test('a gzipped body is read, an unknown encoding is 415, broken gzip is 400', async () => {
  const raw = JSON.stringify({ name: 'gzipped' })
  expect((await api.ask('POST', '/api/v1/clients', { raw: gzipSync(raw), headers: { 'content-encoding': 'gzip' } })).status).toBe(201)
  expect((await api.ask('POST', '/api/v1/clients', { raw, headers: { 'content-encoding': 'zip' } })).status).toBe(415)
  expect((await api.ask('POST', '/api/v1/clients', { raw, headers: { 'content-encoding': 'gzip' } })).body).toEqual({ ...problem('400.request_invalid'), errors: [expect.anything()] })
})

test('a body over 16 MiB is 413, also when it unpacks to that', async () => {
  const raw = JSON.stringify({ name: 'x'.repeat(17 * 1024 * 1024) })
  expect((await api.ask('POST', '/api/v1/clients', { raw })).body).toEqual(problem('413.body_too_large'))
  expect((await api.ask('POST', '/api/v1/clients', { raw: gzipSync(raw), headers: { 'content-encoding': 'gzip' } })).body).toEqual(problem('413.body_too_large'))
})

test.each([
  ['/api/v1/clients?limit=0', '/query/limit'],
  ['/api/v1/clients?limit=101', '/query/limit'],
  ['/api/v1/clients?cursor=nonsense', '/query/cursor'],
  ['/api/v1/clients?colour=red', '/query/colour'],
  ['/api/v1/clients?name=a&name=b', '/query/name'],
  ['/api/v1/clients?name=a%00b', '/query/name'],
  ['/api/v1/clients/not-a-uuid', '/path/id'],
  ['/api/v1/templates/a%00b', '/path/id'],
  ['/api/v1/kb/documents/%00', '/path/id'],
  [`/api/v1/clients/${randomUUID()}?colour=red`, '/query/colour'],
  ['/api/v1/deployments?status=done', '/query/status'],
  ['/api/v1/deployments?from=yesterday', '/query/from'],
])('GET %s is 400 and names %s', async (path, pointer) => {
  const { status, body } = await api.ask('GET', path)
  expect({ status, body }).toMatchObject({ status: 400, body: { code: '400.request_invalid', errors: [{ pointer }] } })
})

test('an address that is not well encoded is 400', async () => {
  expect((await api.ask('GET', '/api/v1/clients/%E0%A4%A')).status).toBe(400)
})

test("a caller's correlation id comes back and stands in the problem document; an unusable one is replaced", async () => {
  const sent = await api.ask('GET', '/api/v1/nothing', { headers: { 'x-correlation-id': 'order-4711' } })
  expect([sent.headers.get('x-correlation-id'), sent.body]).toMatchObject(['order-4711', { correlationId: 'order-4711' }])
  const replaced = await api.ask('GET', '/api/v1/nothing', { headers: { 'x-correlation-id': 'a b<script>' } })
  expect(replaced.headers.get('x-correlation-id')).toMatch(/^[0-9a-f-]{36}$/)
})

test('a request is logged with route, status, time and who asked, and never with its body or token', async () => {
  const name = `logged ${randomUUID()}`
  await api.ask('POST', '/api/v1/clients', { body: { name }, headers: { 'x-correlation-id': name.replace(' ', '-') } })
  const line = api.logged().find((one) => one['correlation_id'] === name.replace(' ', '-'))
  expect(line).toMatchObject({ method: 'POST', route: '/api/v1/clients', status: 201, ms: expect.any(Number), tenant: api.tenant, actor: 'owner@agency.example' })
  expect(api.logText()).not.toContain(name)
  expect(api.logText()).not.toContain((await api.tokenOf('owner')).slice(0, 40))
})

test('answered requests are counted by route', async () => {
  const count = async () => Number(/http_requests_total\{method="GET",route="\/api\/v1\/kb\/documents\/\{id\}",status="404"\} (\d+)/.exec((await api.ask('GET', '/metrics', { token: undefined })).text)?.[1] ?? 0)
  const before = await count()
  await api.ask('GET', '/api/v1/kb/documents/unheard')
  expect(await count()).toBe(before + 1)
})

test('where Temporal is away, what needs it is 503 within seconds, and what does not works', async () => {
  const before = Date.now()
  const { status, headers, body } = await api.ask('POST', '/templates/import', { body: { kind: 'n8n', name: 'x', content: { nodes: [], connections: {} } } })
  expect({ status, body }).toEqual({ status: 503, body: problem('503.unavailable') })
  expect(headers.get('retry-after')).toBe('5')
  expect(Date.now() - before).toBeLessThan(8_000)
  expect((await api.ask('GET', '/templates')).body).toEqual({ items: [], nextCursor: null })
  const health = await api.ask('GET', '/health', { token: undefined })
  expect([health.status, health.body]).toEqual([200, { status: 'degraded', service: 'slipway', version: expect.any(String), database: 'connected', temporal: 'unavailable', redis: 'not configured', templates_count: 0 }])
  expect((await api.ask('GET', '/ready', { token: undefined })).status).toBe(503)
})
