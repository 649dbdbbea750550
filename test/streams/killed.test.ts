import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { startNodeProcess } from '../../bin/stack/node-process.ts'
import { inTenant } from '../../db/client.ts'
import { insertUser } from '../../db/users.ts'
import { content } from '../e2e/agency.ts'
import { describeWith } from '../support/platform.ts'
import { type RedisServer, startRedis, redis as withRedis } from '../support/redis.ts'
import { type TestStack, startStack, until } from '../support/stack.ts'
import { type Streams, openStreams } from './client.ts'

const messages = 10_000
/** Of them: each makes a version of its own. */
const mutations = 40
const kills = 6

describeWith(withRedis, 'consumers that are killed', () => {
  let redis: RedisServer
  let stack: TestStack
  let streams: Streams
  beforeAll(async () => {
    redis = await startRedis()
    stack = await startStack({ supabase: false, env: { REDIS_URL: redis.url } })
    streams = await openStreams(redis.url)
  }, 120_000)
  afterAll(async () => {
    streams.close()
    await stack.close()
    await redis.close()
  })

  test(`lose none of ${String(messages)} requests and do none of them twice`, async () => {
    const userId = randomUUID()
    await inTenant(stack.db, stack.tenantId, (tx) => insertUser(tx, { tenantId: stack.tenantId, id: userId, email: 'sender@agency.example', roles: ['operator'], passwordHash: '$argon2id$none', createdBy: 'test' }))
    const make = async (name: string) => (await stack.call<{ templateId: string }>('POST', '/api/v1/templates', { kind: 'project', name, content: { kind: 'project', ...content() } })).body.templateId
    const [read, changed] = [await make('Read'), await make('Changed')]
    const { client, names } = streams
    const sent: string[] = []
    for (let number = 0; number < messages; number += 500) {
      sent.push(...await Promise.all(Array.from({ length: 500 }, (_, index) => {
        const nth = number + index
        const mutates = nth % (messages / mutations) === 7
        return streams.send({ template_id: mutates ? changed : read, operation: mutates ? 'update' : 'retrieve', tenant_id: stack.tenantId, user_id: userId, parameters: mutates ? { meta: { title: `Change ${String(nth)}` } } : {} })
      })))
    }

    const { address, namespace } = stack.config.temporal
    const env = { PATH: process.env['PATH'], NODE_ENV: 'test', DATABASE_URL: stack.databaseUrl, TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace, ENCRYPTION_KEY: stack.config.encryption.key, JWT_SECRET: 'x'.repeat(32), PORT: '0', LOG_LEVEL: 'silent', REDIS_URL: redis.url, STREAM_CLAIM_MS: '1000', STREAM_DELIVERIES: '20' }
    const start = () => startNodeProcess<{ url: string }>({ name: 'api', script: fileURLToPath(new URL('../../bin/api.ts', import.meta.url)), env, log: () => undefined })
    const consumers = [await start(), await start()]
    const answered = () => client.xLen(names.results)
    let midway = 0
    for (let kill = 0; kill < kills; kill++) {
      // In the middle of its work: the next answers have come, and most have not.
      const before = await answered()
      await until(answered, (count) => count > before + 300 || count === messages, 120)
      if ((await client.xPending(names.requests, 'slipway')).pending > 0) midway += 1
      const victim = consumers.shift()
      if (victim) process.kill(victim.pid, 'SIGKILL')
      consumers.push(await start())
    }
    expect(midway).toBeGreaterThan(0)
    await until(answered, (count) => count >= messages, 300)
    await until(async () => (await client.xPending(names.requests, 'slipway')).pending, (pending) => pending === 0)
    await Promise.all(consumers.map((one) => one.stop()))

    const results = await streams.results()
    expect(results).toHaveLength(messages)
    expect(new Set(results.map((one) => one['request_id']))).toEqual(new Set(sent))
    expect(results.filter(({ status }) => status !== 'success')).toEqual([])
    expect(await streams.usage()).toHaveLength(messages)
    expect(await streams.dead()).toEqual([])
    const versions = (await stack.call<{ items: object[] }>('GET', `/api/v1/templates/${changed}/versions?limit=100`)).body.items
    expect(versions).toHaveLength(mutations + 1)
    const made = results.filter(({ template_id }) => template_id === changed).map(({ result }) => (result as { version: string }).version)
    expect(new Set(made).size).toBe(mutations)
  }, 600_000)
})
