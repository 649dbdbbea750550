import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { connectSandboxes } from '../../bin/stack/connections.ts'
import { restClient } from '../../bin/stack/rest.ts'
import { json, startScripted } from '../client/scripted.ts'

let server: Awaited<ReturnType<typeof startScripted>>
beforeAll(async () => { server = await startScripted() })
afterAll(() => server.stop())

const connect = () => connectSandboxes(restClient(server.url, 'token'), { tenant: 'one', sandboxes: ['retell', 'n8n', 'ghl'], supabaseJwtSecret: 'x'.repeat(32) })
const made = () => server.asked.filter(({ method }) => method === 'POST').map(({ body }): unknown => JSON.parse(body))
const ofClient = (provider: string) => ({ provider, clientId: '0b6f0b9a-35b3-8f5a-8d0e-8f4b8f6d3a01' })

test('a tenant gets a connection to each sandbox that runs; those of its clients are none of its own', async () => {
  server.plays(json(200, { items: [ofClient('n8n'), { provider: 'ghl', clientId: null }], nextCursor: null }), json(201, {}))
  await connect()
  expect(made()).toMatchObject([{ provider: 'retell', baseUrl: 'sandbox:retell' }, { provider: 'n8n', baseUrl: 'sandbox:n8n' }])
})

test("a tenant's own connection stays, however many of its clients' are newer", async () => {
  const page = Array.from({ length: 100 }, () => ofClient('retell'))
  server.plays(json(200, { items: page, nextCursor: 'a+b' }), json(200, { items: page, nextCursor: 'c' }), json(200, { items: [{ provider: 'retell', clientId: null }, { provider: 'n8n' }], nextCursor: null }), json(201, {}))
  await connect()
  expect(server.asked.map(({ path }) => path)).toEqual(['/api/v1/connections?limit=100', '/api/v1/connections?limit=100&cursor=a%2Bb', '/api/v1/connections?limit=100&cursor=c', '/api/v1/connections'])
  expect(made()).toMatchObject([{ provider: 'ghl' }])
})
