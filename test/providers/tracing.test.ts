import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { NodeSDK, tracing } from '@opentelemetry/sdk-node'
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { createRedact } from '../../domain/redact.ts'
import { createHttp } from '../../providers/http.ts'
import { tracedAs } from '../../providers/tracing.ts'

const exporter = new tracing.InMemorySpanExporter()
const sdk = new NodeSDK({ spanProcessors: [new tracing.SimpleSpanProcessor(exporter)], metricReaders: [], logRecordProcessors: [], instrumentations: [], autoDetectResources: false })
const server = createServer((request, answer) => {
  const status = Number(/\d{3}/.exec(request.url ?? '')?.[0] ?? 200)
  answer.writeHead(status, `Said ${String(request.headers['x-key'])}`, { 'content-type': 'application/json', 'retry-after': '7' }).end(status === 418 ? '' : JSON.stringify({ message: `you sent ${String(request.headers['x-key'])}` }))
})
const http = createHttp({ provider: 'tea', timeoutMs: 2_000, allowPrivateAddresses: true, redact: createRedact(['hot-secret']) })
let origin: string
const get = (path: string) => http.json({ method: 'GET', url: `${origin}${path}`, headers: { 'x-key': 'hot-secret' }, messageOf: (body) => (body as { message?: string } | undefined)?.message })
const spans = () => exporter.getFinishedSpans().map(({ attributes, name }) => ({ name, attributes }))

beforeAll(async () => {
  sdk.start()
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  origin = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`
})
beforeEach(() => { exporter.reset() })
afterAll(async () => {
  server.closeAllConnections()
  server.close()
  await sdk.shutdown()
})

test('the calls for a resource carry the id that it got in the end, and end when they ended', async () => {
  let answered = 0
  await tracedAs({ type: 'pot', name: 'brown' }, async () => {
    await get('/pots')
    answered = Date.now()
    await sleep(60)
    return { id: 'pot-1' }
  }, ({ id }) => id)
  expect(spans()).toMatchObject([{ name: 'tea GET', attributes: { 'slipway.provider': 'tea', 'slipway.resource': 'brown', 'slipway.resource_type': 'pot', 'slipway.external_id': 'pot-1', 'url.path': '/pots', 'http.response.status_code': 200 } }])
  const [seconds = 0, nanos = 0] = exporter.getFinishedSpans()[0]?.endTime ?? []
  expect(seconds * 1_000 + nanos / 1e6).toBeLessThan(answered + 30)
})

test('when the work fails, its calls carry what was known before', async () => {
  await expect(tracedAs({ type: 'pot', name: 'brown', externalId: 'pot-0' }, () => get('/500'), () => 'never')).rejects.toThrow('tea answered 500')
  await expect(tracedAs({ type: 'pot', name: 'green', externalId: null }, () => get('/500'), () => 'never')).rejects.toThrow('tea answered 500')
  expect(spans().map(({ attributes }) => attributes['slipway.external_id'])).toEqual(['pot-0', undefined])
})

test('a call for no resource is a span of its own', async () => {
  await get('/')
  expect(spans()).toMatchObject([{ attributes: { 'url.path': '/' } }])
  expect(spans()[0]?.attributes).not.toHaveProperty('slipway.resource')
})

test('a refusal that quotes a secret is told without it, and keeps its status and headers', async () => {
  await expect(get('/401')).rejects.toMatchObject({ message: 'tea answered 401: you sent [redacted]', details: { status: 401, retryable: false, retryAfterMs: 7_000 } })
  await expect(get('/418')).rejects.toMatchObject({ message: 'tea answered 418: Said [redacted]' })
  await get('/hot-secret')
  expect(spans().at(-1)?.attributes['url.path']).toBe('/[redacted]')
  expect(JSON.stringify(spans())).not.toContain('hot-secret')
})

test('an answer is handed on as it is', async () => {
  expect((await get('/')).body).toEqual({ message: 'you sent hot-secret' })
})
