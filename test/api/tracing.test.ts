import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestDatabase, cloneDatabase } from '../support/database.ts'
import { until } from '../support/stack.ts'
import { encryptionKey, secret } from './harness.ts'

let database: TestDatabase
const received: Buffer[] = []
const collector = createServer((req, res) => {
  const chunks: Buffer[] = []
  req.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => {
    received.push(Buffer.concat(chunks))
    res.writeHead(200, { 'content-type': 'application/x-protobuf' }).end()
  })
})
beforeAll(async () => {
  database = await cloneDatabase()
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve))
})
afterAll(async () => {
  collector.close()
  await database.drop()
})

test("a request's span joins the caller's trace and names the route, and the trace goes to the collector", async () => {
  const env = { PATH: process.env['PATH'], NODE_ENV: 'test', PORT: '0', DATABASE_URL: database.url, TEMPORAL_ADDRESS: '127.0.0.1:1', JWT_SECRET: secret, ENCRYPTION_KEY: encryptionKey, OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${String((collector.address() as AddressInfo).port)}` }
  const child = spawn(process.execPath, [new URL('../../bin/api.ts', import.meta.url).pathname], { env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  try {
    const [{ url }] = (await once(child, 'message')) as [{ url: string }]
    const [traceId, parentId] = [randomBytes(16), randomBytes(8)]
    await fetch(`${url}/api/v1/kb/documents/x`, { headers: { traceparent: `00-${traceId.toString('hex')}-${parentId.toString('hex')}-01`, 'x-correlation-id': 'traced' } })
    const sent = await until(() => Promise.resolve(Buffer.concat(received)), (bytes) => bytes.includes(traceId), 15)
    expect(sent.includes(parentId)).toBe(true)
    for (const text of ['GET /api/v1/kb/documents/{id}', 'slipway-api', 'traced']) expect([text, sent.includes(text)]).toEqual([text, true])
  } finally {
    child.kill('SIGTERM')
    await once(child, 'exit')
  }
})
