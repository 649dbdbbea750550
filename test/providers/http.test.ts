import { createServer } from 'node:http'
import type { RequestListener, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { expect, test } from '@jest/globals'
import { createHttp } from '../../providers/http.ts'

async function serving<T>(answer: RequestListener, work: (url: string) => Promise<T>): Promise<T> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  try {
    return await work(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

test('two hundred requests to one slow vendor are all under way at once: none waits for another to be answered', async () => {
  const together = 200
  const waiting: ServerResponse[] = []
  const holdBack: RequestListener = (_request, response) => {
    waiting.push(response)
    if (waiting.length === together) for (const one of waiting) one.end('{}')
  }
  await serving(holdBack, async (url) => {
    const { json } = createHttp({ provider: 'slow', timeoutMs: 20_000, allowPrivateAddresses: true })
    const answers = await Promise.all(Array.from({ length: together }, () => json({ method: 'GET', url })))
    expect(answers.map(({ status }) => status)).toEqual(Array(together).fill(200))
  })
})

const mebibyte = Buffer.alloc(1024 * 1024, ' ')
const compressed = gzipSync(Buffer.alloc(65 * 1024 * 1024, ' '))
const endless: RequestListener = (_request, response) => {
  const more = (): void => { while (response.write(mebibyte)) { /* until the socket is full */ } }
  response.on('drain', more).on('error', () => undefined)
  more()
}

test.each<[string, RequestListener]>([
  ['never ends', endless],
  ['is small but compressed', (_request, response) => { response.writeHead(200, { 'content-encoding': 'gzip' }).end(compressed) }],
  ['is a compressed refusal', (_request, response) => { response.writeHead(500, { 'content-encoding': 'gzip' }).end(compressed) }],
])('an answer beyond 64 MiB that %s is cut off, and nobody asks again', (_what, answer) => serving(answer, async (url) => {
  const { json } = createHttp({ provider: 'n8n', timeoutMs: 20_000, allowPrivateAddresses: true, redact: (text) => text })
  await expect(json({ method: 'GET', url })).rejects.toMatchObject({ message: 'n8n answered more than 64 MiB', details: { retryable: false } })
}))

test('a compressed answer is read as what it says', () => serving((_request, response) => { response.writeHead(200, { 'content-encoding': 'gzip', 'content-type': 'application/json' }).end(gzipSync('{"id":"a"}')) }, async (url) => {
  const { json } = createHttp({ provider: 'n8n', timeoutMs: 20_000, allowPrivateAddresses: true })
  expect(await json({ method: 'GET', url })).toMatchObject({ status: 200, body: { id: 'a' } })
}))
