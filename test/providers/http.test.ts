import { createServer } from 'node:http'
import type { ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from '@jest/globals'
import { createHttp } from '../../providers/http.ts'

test('two hundred requests to one slow vendor are all under way at once: none waits for another to be answered', async () => {
  const together = 200
  const waiting: ServerResponse[] = []
  const server = createServer((_request, response) => {
    waiting.push(response)
    if (waiting.length === together) for (const one of waiting) one.end('{}')
  })
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  try {
    const { json } = createHttp({ provider: 'slow', timeoutMs: 20_000, allowPrivateAddresses: true })
    const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`
    const answers = await Promise.all(Array.from({ length: together }, () => json({ method: 'GET', url })))
    expect(answers.map(({ status }) => status)).toEqual(Array(together).fill(200))
  } finally {
    server.closeAllConnections()
    server.close()
  }
})
