import { randomUUID } from 'node:crypto'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createApiServer } from '../../api/server.ts'
import { ensureTenant } from '../../db/tenants.ts'
import { type Harness, startHarness } from '../api/harness.ts'
import { seedTenant } from '../db/seed.ts'

let api: Harness
beforeAll(async () => { api = await startHarness({ limits: { headersTimeout: 400, requestTimeout: 800, connectionsCheckingInterval: 100 } }) }, 60_000)
afterAll(() => api.stop())

interface Raw { status: number; head: string; body: Record<string, unknown> }

/** Bytes as they are, over a connection of their own; what comes back until it is closed. */
function send(...parts: (string | Buffer)[]): Promise<Raw> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(api.url)
    const socket = connect(Number(port), hostname)
    let text = ''
    socket.setTimeout(20_000, () => socket.destroy(new Error('no answer within 20 seconds')))
    socket.on('data', (chunk: Buffer) => { text += chunk.toString() })
    // A refused client may be cut off while it still sends.
    socket.on('error', (error) => { if (text === '') reject(error) })
    socket.on('close', () => {
      const [head = '', body = ''] = text.split('\r\n\r\n', 2)
      resolve({ status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1] ?? 0), head, body: (body.startsWith('{') ? JSON.parse(body) : {}) as Record<string, unknown> })
    })
    for (const part of parts) socket.write(part)
  })
}

const token = () => api.tokenOf('owner')
const get = async (...headers: string[]): Promise<Raw> => send(['GET /api/v1/clients HTTP/1.1', 'Host: slipway', 'Connection: close', `Authorization: Bearer ${await token()}`, ...headers, '', ''].join('\r\n'))
const post = async (body: string, ...headers: string[]): Promise<Raw> =>
  send(['POST /api/v1/clients HTTP/1.1', 'Host: slipway', 'Connection: close', `Authorization: Bearer ${await token()}`, 'Content-Type: application/json', ...headers, '', body].join('\r\n'))
const refused = (code: string) => ({ status: Number(code.slice(0, 3)), body: { code, status: Number(code.slice(0, 3)), detail: expect.any(String), correlationId: expect.any(String) } })

describe('headers', () => {
  test.each<[string, string]>([
    ['a line feed without its carriage return', 'X-Correlation-Id: one\nX-Evil: 1'],
    ['a carriage return in a correlation id', 'X-Correlation-Id: one\rX-Evil: 1'],
    ['a NUL in an Idempotency-Key', 'Idempotency-Key: a\0b'],
    ['a header folded over two lines', 'X-Correlation-Id: one\r\n two'],
    ['white space before the colon', 'X-Correlation-Id : one'],
    ['a name with a space', 'X Evil: one'],
    ['two lengths', 'Content-Length: 0\r\nContent-Length: 5'],
    ['a length and chunks', 'Content-Length: 5\r\nTransfer-Encoding: chunked'],
    ['a length that is no number', 'Content-Length: 1e3'],
    ['a coding after chunked', 'Transfer-Encoding: chunked, identity'],
    ['two hosts', 'Host: elsewhere.example'],
  ])('%s is 400', async (_, header) => {
    expect(await get(header)).toMatchObject({ status: 400 })
  })

  test('what the parser refuses is answered with a problem document too', async () => {
    const answer = await get('X-Correlation-Id: one\rX-Evil: 1')
    expect(answer).toMatchObject(refused('400.request_invalid'))
    expect(answer.head).toContain('application/problem+json')
    expect(await send('\x16\x03\x01\x02\x00\x01\x00')).toMatchObject(refused('400.request_invalid'))
  })

  test('a request without a host is 400', async () => {
    expect((await send('GET /health HTTP/1.1\r\nConnection: close\r\n\r\n')).status).toBe(400)
  })

  test.each([['one of 20 KiB', `X-Large: ${'x'.repeat(20_480)}`], ['two thousand small ones', Array.from({ length: 2_000 }, (_, at) => `X-${String(at)}: ${'y'.repeat(8)}`).join('\r\n')]])('of %s are 431', async (_, header) => {
    expect(await get(header)).toMatchObject(refused('431.headers_too_large'))
  })

  test('an address of 20 KiB is 431', async () => {
    expect(await send(`GET /api/v1/clients?name=${'x'.repeat(20_480)} HTTP/1.1\r\nHost: slipway\r\n\r\n`)).toMatchObject(refused('431.headers_too_large'))
  })

  test.each(['Authorization', 'X-API-Key', 'X-Correlation-Id', 'Idempotency-Key', 'Last-Event-ID', 'Content-Encoding'])('%s given twice is 400 and named', async (name) => {
    const answer = await get(`${name}: Bearer one`, `${name}: Bearer two`)
    expect(answer).toMatchObject({ ...refused('400.request_invalid'), body: { errors: [{ pointer: `/header/${name.toLowerCase()}` }] } })
  })

  test.each(['one%0d%0aX-Evil:%201', 'one\u0085two', '<script>', '${jndi:ldap://x}', 'x'.repeat(129)])('the correlation id %j is replaced, not repeated', async (id) => {
    const answer = await get(`X-Correlation-Id: ${id}`)
    expect(answer.status).toBe(200)
    expect(answer.head).toMatch(/X-Correlation-Id: [0-9a-f-]{36}\r\n/)
    expect(answer.head).not.toContain('Evil')
  })

  test('line ends in names and ids come back encoded in no header', async () => {
    const id = '%0d%0aSet-Cookie:%20a=b'
    for (const path of [`/api/v1/clients/${id}`, `/api/v1/templates/${id}`, `/api/v1/${id}`, `/api/v1/kb/documents/${id}`]) {
      const answer = await send(`GET ${path} HTTP/1.1\r\nHost: slipway\r\nConnection: close\r\nAuthorization: Bearer ${await token()}\r\n\r\n`)
      expect([400, 404]).toContain(answer.status)
      expect(answer.head.toLowerCase()).not.toContain('set-cookie')
    }
  })

  test('a host of the caller\'s choice stands in no answer', async () => {
    const body = JSON.stringify({ name: `hosted ${randomUUID()}` })
    const answer = await post(body, `Content-Length: ${String(body.length)}`, 'X-Forwarded-Host: evil.example', 'X-Forwarded-Proto: javascript', 'Forwarded: host=evil.example')
    expect(answer.status).toBe(201)
    expect(answer.head).toMatch(/Location: \/api\/v1\/clients\/[0-9a-f-]{36}\r\n/)
    expect(answer.head + JSON.stringify(answer.body)).not.toContain('evil.example')
  })
})

describe('methods and origins', () => {
  test.each(['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override'])('%s changes nothing: the method is the one of the request', async (header) => {
    const { body } = await api.ask<{ id: string }>('POST', '/api/v1/clients', { body: { name: `kept ${randomUUID()}` } })
    expect((await api.ask('GET', `/api/v1/clients/${body.id}`, { headers: { [header]: 'DELETE' } })).status).toBe(200)
    expect((await api.ask('POST', `/api/v1/clients/${body.id}`, { body: {}, headers: { [header]: 'DELETE' } })).body).toMatchObject({ code: '405.method_not_allowed' })
    expect((await api.ask('GET', `/api/v1/clients/${body.id}?_method=DELETE`)).body).toMatchObject({ code: '400.request_invalid', errors: [{ pointer: '/query/_method' }] })
    expect((await api.ask('GET', `/api/v1/clients/${body.id}`)).status).toBe(200)
  })

  test.each(['TRACE', 'OPTIONS', 'PUT', 'PROPFIND', 'PURGE'])('%s is 405', async (method) => {
    expect(await send(`${method} /api/v1/clients HTTP/1.1\r\nHost: slipway\r\nConnection: close\r\nCookie: secret=1\r\n\r\n`)).toMatchObject(refused('405.method_not_allowed'))
  })

  test('CONNECT opens no tunnel', async () => {
    const answer = await send('CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: 127.0.0.1:22\r\n\r\n').catch(() => ({ status: 0 }))
    expect(answer.status).not.toBe(200)
  })

  test('no other origin is let in, neither by a preflight nor by an answer', async () => {
    const origin = { Origin: 'https://evil.example', 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'authorization' }
    const answers = [await api.ask('OPTIONS', '/api/v1/clients', { headers: origin }), await api.ask('GET', '/api/v1/clients', { headers: origin }), await api.ask('GET', '/health', { headers: origin, token: undefined })]
    expect(answers.map(({ status }) => status)).toEqual([405, 200, 200])
    for (const { headers } of answers) expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([])
  })

  test.each(['/docs/../package.json', '/docs/%2e%2e/%2e%2e/package.json', '/docs/..%2f..%2f..%2f..%2fetc/passwd', '/docs/..%5c..%5cpackage.json', '/docs/%00', '//etc/passwd', '/docs/absolute-path.js/../../package.json'])('%s gives no file of the server', async (path) => {
    const answer = await send(`GET ${path} HTTP/1.1\r\nHost: slipway\r\nConnection: close\r\n\r\n`)
    expect(answer).toMatchObject({ body: { code: expect.stringMatching(/^40[034]\./) } })
  })
})

describe('bodies', () => {
  const create = (raw: string | Buffer, headers: Record<string, string> = {}) => api.ask<{ code: string; detail: string; errors?: { pointer: string; message: string }[] }>('POST', '/api/v1/clients', { raw, headers })
  const at = (pointer: string, message: RegExp) => ({ status: 400, body: { code: '400.request_invalid', errors: [{ pointer, message: expect.stringMatching(message) }] } })

  test.each<[string, string, string, RegExp]>([
    ['a member that stands twice', '{"name":"a","name":"b"}', '/name', /more than once/],
    ['one that stands twice by an escape', '{"name":"x","metadata":{"a":1,"\\u0061":2}}', '/metadata/a', /more than once/],
    ['one that stands twice deep inside', '{"name":"x","metadata":{"l":[0,{"b":1,"c":{},"b":2}]}}', '/metadata/l/1/b', /more than once/],
    ['a number beyond all bounds', '{"name":"x","metadata":{"n":1e999}}', '/metadata/n', /too large/],
    ['a number with a million digits', `{"name":"x","metadata":{"n":${'9'.repeat(1_000_000)}}}`, '/metadata/n', /too large/],
    ['a million open brackets', `{"name":"x","metadata":{"a":${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}}}`, '/metadata/a/0', /100 levels/],
    ['a hundred thousand open braces', `{"name":"x","metadata":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}}`, '/metadata/a', /100 levels/],
    ['__proto__ by an escape', '{"name":"x","metadata":{"\\u005f_proto__":{"admin":true}}}', '/metadata/__proto__', /not a permitted key/],
  ])('%s is 400 at its place', async (_, raw, pointer, message) => {
    const { status, body } = await create(raw)
    expect({ status, body: { ...body, errors: body.errors?.map((one) => ({ ...one, pointer: one.pointer.slice(0, pointer.length) })) } }).toMatchObject(at(pointer, message))
    expect(body.detail).toBe(body.errors?.map((one) => `${one.pointer} ${one.message}`).join())
  })

  test('what is wrong with the body as a whole is told of the body', async () => {
    const message = 'has a key with a NUL character or half a surrogate pair'
    expect(await create('{"na\\u0000me":"x"}')).toMatchObject({ status: 400, body: { code: '400.request_invalid', detail: `The body ${message}`, errors: [{ pointer: '', message }] } })
  })

  test('a colon or a brace in a text, and the same key at other levels, are no repetition', async () => {
    const name = `plain ${randomUUID()}`
    expect((await create(JSON.stringify({ name, metadata: { text: '{"a":1,"a":2}\\', 'a:b': '\\":', list: [{ name }, { name }], name }  }))).status).toBe(201)
  })

  test('half a million unknown keys are refused with a hundred of them named', async () => {
    const { status, body } = await create(`{${Array.from({ length: 500_000 }, (_, key) => `"k${String(key)}":0`).join(',')}}`)
    expect([status, body.code, body.errors?.length]).toEqual([400, '400.request_invalid', 100])
  })

  test('keys that lead to constructors are data: they come back as they were, and nothing is polluted', async () => {
    const metadata = { constructor: { prototype: { polluted: true } }, prototype: { polluted: true }, toString: 'x', hasOwnProperty: 1 }
    const { status, body } = await api.ask<{ metadata: object }>('POST', '/api/v1/clients', { body: { name: `constructor ${randomUUID()}`, metadata } })
    expect([status, body.metadata]).toEqual([201, metadata])
    expect([({} as { polluted?: boolean }).polluted, Object.keys(Object.prototype)]).toEqual([undefined, []])
  })

  test('__proto__ in the query is refused by its name', async () => {
    expect((await api.ask('GET', '/api/v1/clients?__proto__=1')).body).toMatchObject({ code: '400.request_invalid', errors: [{ pointer: '/query/__proto__' }] })
    expect((await api.ask('GET', '/api/v1/clients?constructor=1')).body).toMatchObject({ errors: [{ pointer: '/query/constructor' }] })
  })

  test.each(['', 'text/html', 'multipart/form-data; boundary=x', 'application/json, text/plain', 'application/jsonp', 'text/json', 'application/json; charset=utf-16', 'application/x-ndjson+xml'])('JSON that calls itself %j is 415', async (type) => {
    const body = '{"name":"confused"}'
    const head = ['POST /api/v1/clients HTTP/1.1', 'Host: slipway', 'Connection: close', `Authorization: Bearer ${await token()}`, ...(type === '' ? [] : [`Content-Type: ${type}`]), `Content-Length: ${String(body.length)}`, '', body]
    expect(await send(head.join('\r\n'))).toMatchObject(refused('415.unsupported_media_type'))
  })

  test('UTF-16 that calls itself UTF-8 is 400', async () => {
    expect((await create(Buffer.from('{"name":"wide"}', 'utf16le'))).status).toBe(400)
  })

  test('a body that announces more than the limit is 413 before it comes', async () => {
    const answer = await post('{', 'Content-Length: 1073741824')
    expect(answer).toMatchObject(refused('413.body_too_large'))
  })

  test('chunks that carry more beside the body than in it are 413', async () => {
    const answer = await post(`1;${'x'.repeat(17_000)}\r\n{\r\n0\r\n\r\n`, 'Transfer-Encoding: chunked')
    expect(answer).toMatchObject(refused('413.body_too_large'))
  })
})

describe('slow clients', () => {
  test('headers that trickle in are 408, and the connection is closed', async () => {
    expect(await send('GET /health HTTP/1.1\r\nHost: slipway\r\nX-Slow: ')).toMatchObject(refused('408.request_timeout'))
  })

  test('a body that never ends is 408', async () => {
    expect(await post('{"name":', 'Content-Length: 1000')).toMatchObject(refused('408.request_timeout'))
  })

  test('a hundred of them do not keep others from being answered', async () => {
    const slow = Array.from({ length: 100 }, () => send('GET /health HTTP/1.1\r\nHost: slipway\r\n'))
    expect((await api.ask('GET', '/api/v1/clients')).status).toBe(200)
    expect((await Promise.all(slow)).map(({ status }) => status)).toEqual(Array(100).fill(408))
  })

  test('the product\'s own limits are seconds for headers, and minutes for all', () => {
    const server = createApiServer(() => undefined)
    expect({ headers: server.headersTimeout, all: server.requestTimeout }).toEqual({ headers: 15_000, all: 150_000 })
  })
})

describe('lists', () => {
  const all = ['clients', 'templates', 'connections', 'kb/documents', 'audit', 'deployments', 'dead-letters']

  test.each(['0', '-1', '101', '1e2', '0x10', '1.5', ' 5', '٣', 'NaN', 'Infinity', '', '1;drop table clients', '99999999999999999999'])('a limit of %j is 400', async (limit) => {
    for (const list of all) expect((await api.ask('GET', `/api/v1/${list}?limit=${encodeURIComponent(limit)}`)).body).toMatchObject({ code: '400.request_invalid', errors: [{ pointer: '/query/limit' }] })
  })

  test.each(['asc; drop table clients', 'tenant_id', 'desc, (select 1)', 'ASC'])('a sort of %j is 400', async (sort) => {
    for (const list of all) expect((await api.ask('GET', `/api/v1/${list}?sort=${encodeURIComponent(sort)}`)).body).toMatchObject({ code: '400.request_invalid', errors: [{ pointer: '/query/sort' }] })
  })

  const cursor = (...parts: unknown[]) => Buffer.from(JSON.stringify(parts)).toString('base64url')
  const someTime = '2026-01-01 00:00:00+00'
  test.each<[string, string]>([
    ['SQL for a time', cursor("'; drop table clients; --", randomUUID())],
    ['SQL for an id', cursor(someTime, "' or '1'='1")],
    ['a month that no year has', cursor('2026-13-45 99:99:99+00', randomUUID())],
    ['the 30th of February', cursor('2026-02-30 00:00:00+00', randomUUID())],
    ['the year 9999 and a time zone that is none', cursor('9999-01-01 00:00:00+99', randomUUID())],
    ['an id of another list', cursor(someTime, '42')],
    ['an object', Buffer.from('{"at":1}').toString('base64url')],
    ['three parts', cursor(someTime)],
    ['numbers', cursor(1, 2)],
    ['what is no base64', '%%%'],
  ])('a cursor with %s is 400', async (_, text) => {
    for (const list of all) expect({ list, body: (await api.ask('GET', `/api/v1/${list}?cursor=${encodeURIComponent(text)}`)).body }).toMatchObject({ list, body: { code: '400.request_invalid', errors: [{ pointer: '/query/cursor' }] } })
  })

  test.each(["' or '1'='1", "'; drop table clients; --", "\\'; select pg_sleep(10); --", '%', '_', '$1', '${1}', "') union select * from connections --"])('a filter of %j is a text that nothing has', async (text) => {
    await api.ask('POST', '/api/v1/clients', { body: { name: `filtered ${randomUUID()}` } })
    const filters: Record<string, string[]> = { clients: ['name'], templates: ['name'], connections: ['provider'], 'kb/documents': ['ref'], audit: ['actor', 'action', 'subject', 'subjectType', 'correlationId'], deployments: ['provider', 'correlationId'], 'dead-letters': ['provider', 'fingerprint', 'code'] }
    for (const [list, names] of Object.entries(filters)) {
      for (const name of names) {
        const { status, body } = await api.ask<{ items: unknown[] }>('GET', `/api/v1/${list}?${name}=${encodeURIComponent(text)}`)
        expect({ list, name, status, items: body.items }).toEqual({ list, name, status: 200, items: [] })
      }
    }
    expect((await api.ask<{ items: unknown[] }>('GET', '/api/v1/clients')).body.items.length).toBeGreaterThan(0)
  })

  test('a name of SQL is stored as it is', async () => {
    const name = `Robert'); drop table clients; -- ${randomUUID()}`
    expect((await api.ask<{ name: string }>('POST', '/api/v1/clients', { body: { name } })).body.name).toBe(name)
    expect((await api.ask<{ items: { name: string }[] }>('GET', `/api/v1/clients?name=${encodeURIComponent(name)}`)).body.items.map((one) => one.name)).toEqual([name])
  })

  test("another tenant's cursor leads to nothing of theirs", async () => {
    const theirs = await api.tokenOf('owner', api.otherTenant)
    for (const name of ['one', 'two', 'three']) await api.ask('POST', '/api/v1/clients', { body: { name: `theirs ${name}` }, token: theirs })
    const { body } = await api.ask<{ nextCursor: string }>('GET', '/api/v1/clients?limit=1&sort=asc', { token: theirs })
    const ours = await api.ask<{ items: { name: string }[] }>('GET', `/api/v1/clients?sort=asc&cursor=${body.nextCursor}`)
    expect(ours.status).toBe(200)
    expect(ours.body.items.filter(({ name }) => name.startsWith('theirs'))).toEqual([])
  })
})

describe('the stream of events', () => {
  test.each(['99999999999999999999999', '-1', "1' or '1'='1", 'NaN', '0x10', '1e3', '९'])('Last-Event-ID %j gives the record\'s own events and no other', async (id) => {
    const seed = await seedTenant(api.db, `streamed ${id}`)
    const { id: tenant } = await ensureTenant(api.db, `streamed ${id}`)
    const path = `/api/v1/deployments/${seed.recordId}/events`
    const { status, text } = await api.ask('GET', path, { token: await api.tokenOf('owner', tenant), headers: { 'last-event-id': encodeURIComponent(id) } })
    expect(status).toBe(200)
    expect([...text.matchAll(/^event: (.*)$/gm)].map(([, event]) => event)).toEqual(['queued', 'end'])
    expect((await api.ask('GET', path, { headers: { 'last-event-id': '0' } })).status).toBe(404)
  })
})
