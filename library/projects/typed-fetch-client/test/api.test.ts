${% assign resource = variables.resources[0] -%}
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, test } from 'node:test'
import { createApi } from '../src/api.ts'
import { ApiError } from '../src/http.ts'

type Reply = (request: IncomingMessage, response: ServerResponse) => void
const json = (status: number, body: unknown, headers: Record<string, string> = {}): Reply => (_, response) => { response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body)) }
const one = { id: 'a/1'${% for field in resource.fields %}${% assign parts = field | split: ": " %}, ${{ parts[0] }}: ${% if parts[1] contains "?" %}null${% elsif parts[1] == "date" %}'2026-05-01T10:00:00Z'${% elsif parts[1] == "number" %}7${% elsif parts[1] == "boolean" %}true${% else %}'x'${% endif %}${% endfor %} }
const input = {${% for field in resource.fields %}${% assign parts = field | split: ": " %} ${{ parts[0] }}: ${% if parts[1] contains "?" %}null${% elsif parts[1] == "date" %}new Date('2026-05-01T10:00:00Z')${% elsif parts[1] == "number" %}7${% elsif parts[1] == "boolean" %}true${% else %}'x'${% endif %}${% unless forloop.last %},${% endunless %}${% endfor %} }

let server: Server
let replies: Reply[]
let requests: IncomingMessage[]
let waits: number[]
let bodies: string[]
beforeEach(async () => {
  [replies, requests, waits, bodies] = [[], [], [], []]
  server = createServer((request, response) => {
    requests.push(request)
    let body = ''
    request.on('data', (part) => { body += part })
    request.on('end', () => {
      bodies.push(body)
      const reply = replies.length > 1 ? replies.shift() : replies[0]
      reply?.(request, response)
    })
  }).listen(0)
  await once(server, 'listening')
})
afterEach(() => { server.closeAllConnections(); server.close() })
${% if variables.auth == "bearer" %}
let token = 'old'
let refreshes = 0
${% endif -%}
const api = (baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`) => createApi({
  baseUrl,
${%- if variables.auth == "bearer" %}
  getToken: () => token,
  refreshToken: async () => { refreshes += 1; await new Promise((resolve) => setTimeout(resolve, 20)); token = 'new'; return token },
${%- else %}
  getCsrfToken: () => 'csrf-1',
${%- endif %}
  wait: async (ms) => { waits.push(ms) },
}).${{ resource.name }}s
const failure = async (work: Promise<unknown>): Promise<ApiError> => {
  const error = await work.then(() => assert.fail('it succeeded'), (thrown: unknown) => thrown)
  assert.ok(error instanceof ApiError, String(error))
  return error
}

test('what comes back is checked and typed', async () => {
  replies = [json(200, one)]
  const found = await api().get('a/1')
  assert.equal(found.id, 'a/1')
  assert.equal(requests[0]?.url, '${{ resource.path }}/a%2F1')
${%- for field in resource.fields %}
${%- assign parts = field | split: ": " %}
${%- if parts[1] == "date" %}
  assert.ok(found.${{ parts[0] }} instanceof Date)
${%- endif %}
${%- endfor %}
})

test('what is not as agreed is told with its field', async () => {
  replies = [json(200, { ...one, id: 7 })]
  const error = await failure(api().get('1'))
  assert.equal(error.kind, 'unexpected')
  assert.match(error.message, /: id /)
  replies = [(_, response) => { response.end('<html>') }]
  assert.equal((await failure(api().get('1'))).kind, 'unexpected')
})

test('the fields of a refused input can be shown beside it', async () => {
  replies = [json(422, { title: 'Invalid', detail: 'Look again', errors: [{ pointer: '/a', message: 'must not be empty' }] })]
  const error = await failure(api().create(input))
  assert.deepEqual([error.kind, error.message, error.fields, error.canRetry], ['invalid', 'Look again', { '/a': 'must not be empty' }, false])
  assert.equal(requests.length, 1)
})

test('a busy server is asked again as often as may be, with the same key', async () => {
  replies = [json(503, {}, { 'retry-after': '2' })]
  const error = await failure(api().create(input))
  assert.deepEqual([error.kind, error.canRetry], ['busy', true])
  assert.equal(requests.length, ${{ variables.attempts }})
  assert.deepEqual(waits, Array.from({ length: ${{ variables.attempts }} - 1 }, () => 2000))
  assert.equal(new Set(requests.map(({ headers }) => headers['idempotency-key'])).size, 1)
  assert.ok(requests[0]?.headers['idempotency-key'])
})

test('a server that cannot be reached is an error of the network', async () => {
  const error = await failure(api('http://127.0.0.1:1').get('1'))
  assert.deepEqual([error.kind, error.canRetry], ['network', true])
})

test('a call that nobody waits for any more is ended', async () => {
  replies = [() => {}]
  const ending = new AbortController()
  const asked = failure(api().get('1', { signal: ending.signal }))
  await once(server, 'request')
  ending.abort()
  assert.equal((await asked).kind, 'aborted')
  assert.equal(requests.length, 1)
})

test('equal questions that are open at once are asked once, and later ones anew', async () => {
  replies = [json(200, { items: [one] })]
  const client = api()
  await Promise.all([client.list({ limit: 5 }), client.list({ limit: 5 })])
  assert.equal(requests.length, 1)
  await client.list({ limit: 5 })
  assert.equal(requests.length, 2)
})

test('all pages are walked', async () => {
  replies = [json(200, { items: [one], next: 'n1' }), json(200, { items: [one, one] })]
  assert.equal((await Array.fromAsync(api().all({ limit: 2 }))).length, 3)
  assert.match(requests[1]?.url ?? '', /after=n1/)
})
${% if variables.auth == "bearer" %}
test('after a 401 one new token serves all calls that wait for it', async () => {
  [token, refreshes] = ['old', 0]
  replies = [(request, response) => { (request.headers.authorization === 'Bearer new' ? json(200, one) : json(401, {}))(request, response) }]
  const client = api()
  await Promise.all([client.get('1'), client.get('2'), client.get('3')])
  assert.equal(refreshes, 1)
})

test('a token that stays refused is not tried for ever', async () => {
  replies = [json(401, { detail: 'Sign in' })]
  assert.equal((await failure(api().get('1'))).kind, 'unauthenticated')
  assert.equal(requests.length, 2)
})
${% else %}
test('what changes something carries the CSRF token, and what reads does not', async () => {
  replies = [json(200, one)]
  await api().update('1', input)
  await api().get('1')
  assert.deepEqual(requests.map(({ headers }) => headers['x-csrf-token']), ['csrf-1', undefined])
})
${% endif %}
test('dates are sent as texts, and removing answers nothing', async () => {
  replies = [json(200, one)]
  await api().create(input)
  assert.deepEqual(JSON.parse(bodies[0] ?? ''), JSON.parse(JSON.stringify(input)))
  replies = [(_, response) => { response.writeHead(204).end() }]
  assert.equal(await api().remove('1'), undefined)
})
