import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import { createCache } from '../../api/cache/cache.ts'
import type { Cache } from '../../api/cache/cache.ts'
import { createProcessStore } from '../../api/cache/process-store.ts'
import { createRedisStore } from '../../api/cache/redis-store.ts'
import { largestValue } from '../../api/cache/store.ts'
import { type Redis, closeRedis, openRedis } from '../../api/redis.ts'
import { describeWith } from '../support/platform.ts'
import { type RedisServer, startRedis, redis as withRedis } from '../support/redis.ts'
import { until } from '../support/stack.ts'

const tenant = randomUUID()
const cacheOver = (store: Parameters<typeof createCache>[0]['store'], isUsable = () => true): Cache => createCache({ store, metrics: { cacheRead: () => undefined }, isUsable })

/** Counts its calls; each takes a while. */
function loader(value = 'loaded', ms = 100) {
  const load = { count: 0, run: async () => {
    load.count += 1
    await sleep(ms)
    return value
  } }
  return load
}

describe('a cache in the process', () => {
  test('loads once for all who ask at once, and for those who ask later', async () => {
    const cache = cacheOver(createProcessStore(60))
    const load = loader()
    expect(await Promise.all(Array.from({ length: 50 }, () => cache.read(tenant, 'key', load.run)))).toEqual(Array(50).fill('loaded'))
    expect(await cache.read(tenant, 'key', load.run)).toBe('loaded')
    expect(load.count).toBe(1)
    expect(await cache.read(randomUUID(), 'key', loader('of another tenant').run)).toBe('of another tenant')
  })

  test('who asks after a change does not get what was read before it', async () => {
    for (const change of [tenant, undefined]) {
      const cache = cacheOver(createProcessStore(60))
      const before = cache.read(tenant, 'key', loader('old', 200).run)
      await cache.forget(change)
      expect(await cache.read(tenant, 'key', loader('new', 0).run)).toBe('new')
      expect(await before).toBe('old')
      expect(await cache.read(tenant, 'key', loader('newer', 0).run)).toBe('new')
    }
  })

  test('keeps no failure and nothing that is too large, and believes nothing while changes go unheard', async () => {
    let usable = true
    const cache = cacheOver(createProcessStore(60), () => usable)
    await expect(cache.read(tenant, 'key', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(await cache.read(tenant, 'key', loader('yes', 0).run)).toBe('yes')
    usable = false
    expect(await cache.read(tenant, 'key', loader('asked', 0).run)).toBe('asked')
    const large = loader('x'.repeat(largestValue + 1), 0)
    usable = true
    await cache.read(tenant, 'large', large.run)
    await cache.read(tenant, 'large', large.run)
    expect(large.count).toBe(2)
  })
})

describeWith(withRedis, 'caches of several processes', () => {
  let server: RedisServer
  let connections: Redis[]
  let caches: Cache[]
  beforeAll(async () => {
    server = await startRedis()
    connections = [1, 2].map(() => openRedis(server.url, pino({ level: 'silent' })))
    caches = connections.map((redis) => cacheOver(createRedisStore(redis, { prefix: 'test', ttlSeconds: 60 })))
    await until(() => Promise.resolve(connections.every((redis) => redis.isReady)), Boolean)
    // The first thing each does is to forget what was there.
    for (const cache of caches) await cache.forget()
  })
  afterAll(async () => {
    connections.forEach(closeRedis)
    await server.close()
  })
  const both = (key: string, load: () => Promise<string>, each = 25) => Promise.all(caches.flatMap((cache) => Array.from({ length: each }, () => cache.read(tenant, key, load))))

  test('load once for all who ask at once, in whatever process', async () => {
    const load = loader()
    expect(await both('once', load.run)).toEqual(Array(50).fill('loaded'))
    expect(load.count).toBe(1)
  })

  test('go on loading where the one that loaded has failed', async () => {
    let tries = 0
    const load = async () => {
      tries += 1
      await sleep(50)
      if (tries === 1) throw new Error('the first one fails')
      return 'in the end'
    }
    const outcomes = await Promise.allSettled(caches.map((cache) => cache.read(tenant, 'failing', load)))
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  })

  test('do not wait long for a process that died while it loaded', async () => {
    const [one, other] = caches
    void one?.read(tenant, 'abandoned', () => new Promise(() => undefined))
    await sleep(50)
    expect(await other?.read(tenant, 'abandoned', loader('taken over', 0).run)).toBe('taken over')
  })

  test('who waits for another process loads what is new once things have changed', async () => {
    const [one, other] = caches
    const slow = one?.read(tenant, 'changing', loader('old', 400).run)
    await sleep(50)
    const waiting = other?.read(tenant, 'changing', loader('new', 0).run)
    await sleep(50)
    await other?.forget(tenant)
    expect(await waiting).toBe('new')
    expect(await slow).toBe('old')
    expect(await one?.read(tenant, 'changing', loader('newest', 0).run)).toBe('newest')
  })

  test('do not believe what was kept when Redis has given up the tags for want of memory', async () => {
    const [one] = caches
    await one?.read(tenant, 'evicted', loader('old', 0).run)
    await connections[0]?.del(['test:cache:tag', `test:cache:tag:${tenant}`])
    expect(await one?.read(tenant, 'evicted', loader('new', 0).run)).toBe('new')
  })
})
