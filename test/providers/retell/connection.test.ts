import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { retell as provider } from '../../../providers/retell/index.ts'
import { accountAt, agentOn, openRetell, resourceType } from './account.ts'
import type { RetellFixture } from './account.ts'

let retell: RetellFixture

beforeAll(async () => { retell = await openRetell() })
afterAll(() => retell.close())
beforeEach(() => retell.reset())

/** A server that answers every request alike, for what the sandbox never says. */
async function answering(status: number, body: string, headers: Record<string, string> = {}) {
  const server = createServer((_req, res) => res.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${String(port)}`, close: () => new Promise((resolve) => { server.close(resolve); server.closeAllConnections() }) }
}

test('the check answers the organisation that the key belongs to', async () => {
  expect(await provider.check(retell.account())).toEqual({ account: 'Sandbox agency' })
})

test('a connection needs a key, and is for the public API unless told otherwise', () => {
  expect(provider.connection.defaultBaseUrl).toBe('https://api.retellai.com')
  expect(provider.connection.secrets.safeParse({ apiKey: '' }).success).toBe(false)
  expect(provider.connection.secrets.safeParse({ apiKey: 'key_1' }).success).toBe(true)
})

describe('a failure', () => {
  test.each([['key_revoked', 401], ['key_trial_ended', 402]])('of the key %s is final, in the words of Retell', async (apiKey, status) => {
    await expect(provider.check(accountAt(retell.url, { apiKey }))).rejects.toMatchObject({
      name: 'ProviderError', message: expect.stringMatching(/^retell answered 40[12]: \S+/), details: { provider: 'retell', status, retryable: false },
    })
  })

  test('of too many requests waits as long as Retell asks, and is not retried by the SDK', async () => {
    await retell.faults({ rate: 1, times: 1, kinds: ['429'], retryAfterMs: 1_234 })
    await expect(provider.check(retell.account())).rejects.toMatchObject({ details: { status: 429, retryable: true, retryAfterMs: 1_234 } })
    expect(await retell.count('GET', '/get-api-key-info')).toBe(0)
  })

  test.each([
    [408, true], [409, true], [500, true], [503, true], [400, false], [403, false], [418, false],
  ])('with status %i is retryable: %s', async (status, retryable) => {
    const server = await answering(status, '{"status":"error","message":"No luck"}')
    try {
      await expect(provider.check(accountAt(server.url))).rejects.toMatchObject({ message: `retell answered ${String(status)}: No luck`, details: { retryable } })
    } finally {
      await server.close()
    }
  })

  test('whose body is no JSON object keeps its text', async () => {
    const server = await answering(502, 'Bad gateway', { 'content-type': 'text/plain' })
    try {
      await expect(provider.check(accountAt(server.url))).rejects.toMatchObject({ message: expect.stringContaining('Bad gateway'), details: { status: 502, retryable: true } })
    } finally {
      await server.close()
    }
  })

  test('to answer in JSON is retryable, and only publishing takes it for success', async () => {
    const server = await answering(200, '<html>')
    try {
      await expect(provider.check(accountAt(server.url))).rejects.toMatchObject({ details: { retryable: true, vendorCode: 'BAD_ANSWER' } })
    } finally {
      await server.close()
    }
  })

  test('to publish is noticed although the answer was a success', async () => {
    const server = await answering(200, JSON.stringify({ agent_id: 'agent_1', version: 0, is_published: false, agent_name: 'x', voice_id: 'v', response_engine: {} }))
    try {
      await expect(resourceType('agent').create(accountAt(server.url), retell.desired(agentOn('llm_1')))).rejects.toMatchObject({ details: { retryable: true, vendorCode: 'NOT_PUBLISHED' } })
    } finally {
      await server.close()
    }
  })

  test('of the network is retryable, by its code', async () => {
    await retell.faults({ rate: 1, times: 1, kinds: ['reset'] })
    await expect(provider.check(retell.account())).rejects.toMatchObject({ name: 'ProviderError', details: { retryable: true, vendorCode: expect.stringMatching(/ECONNRESET|UND_ERR_SOCKET/) } })
    const server = await answering(200, '{}')
    await server.close()
    await expect(provider.check(accountAt(server.url))).rejects.toMatchObject({ details: { retryable: true, vendorCode: 'ECONNREFUSED' } })
  })

  test.each([
    ['breaks off', true, /UND_ERR_SOCKET|ECONNRESET/],
    ['never ends', false, /TimeoutError/],
  ])('of an answer that %s is retryable', async (_what, cut, code) => {
    const server = createServer((_req, res) => {
      res.writeHead(200, { 'content-type': 'application/json', 'content-length': 100 }).write('{"org_name"')
      if (cut) setTimeout(() => res.destroy(), 50)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    try {
      await expect(provider.check(accountAt(`http://127.0.0.1:${String(port)}`, { timeoutMs: 300 }))).rejects.toMatchObject({
        name: 'ProviderError', details: { retryable: true, vendorCode: expect.stringMatching(code) },
      })
    } finally {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  })

  test('to answer in time is retryable, and said so', async () => {
    await retell.faults({ rate: 1, times: 1, kinds: ['timeout'] })
    await expect(provider.check(accountAt(retell.url, { timeoutMs: 200 }))).rejects.toMatchObject({ message: 'retell did not answer in time', details: { retryable: true } })
  })

  test('while looking something up is never taken for "gone"', async () => {
    for (const [type, path] of [['agent', '/get-agent'], ['llm', '/get-retell-llm'], ['knowledge-base', '/get-knowledge-base'], ['phone-number', '/get-phone-number']] as const) {
      await retell.faults({ rate: 1, kinds: ['500'], match: { path } })
      await expect(resourceType(type).get(retell.account(), 'some-id')).rejects.toMatchObject({ details: { status: 500 } })
    }
  })
})
