import { randomUUID } from 'node:crypto'
import type { Redis } from '../redis.ts'
import { timeLimited } from '../redis.ts'
import type { CacheStore } from './store.ts'

/** A Redis that does not answer in time is left alone for a while. */
const limitMs = 500
const leaveAloneMs = 1_000
const lockMs = 2_000

export interface RedisStoreOptions {
  /** Begins all keys: installations that share a Redis have one each. */
  prefix: string
  ttlSeconds: number
}

/** Shared by all processes. Each entry carries the tag under which it was loaded; a tag that was changed makes it nothing. */
export function createRedisStore(redis: Redis, { prefix, ttlSeconds }: RedisStoreOptions): CacheStore {
  const everything = `${prefix}:cache:tag`
  const tagKey = (tenantId: string): string => `${prefix}:cache:tag:${tenantId}`
  const valueKey = (tenantId: string, key: string): string => `${prefix}:cache:value:${tenantId}:${key}`
  const lockKey = (tenantId: string, key: string, tag: string): string => `${prefix}:cache:lock:${tenantId}:${key}:${tag}`

  let away = 0
  // Changes made while we were not heard are not known to Redis, and it may have come back with what it had long ago.
  let doubtful = true
  redis.on('ready', () => { doubtful = true })

  async function ask<T>(work: () => Promise<T>): Promise<T | undefined> {
    if (!redis.isReady || performance.now() < away) return undefined
    try {
      if (doubtful) {
        doubtful = false
        await timeLimited(redis.set(everything, randomUUID()), limitMs)
      }
      return await timeLimited(work(), limitMs)
    } catch {
      away = performance.now() + leaveAloneMs
      doubtful = true
      return undefined
    }
  }

  /** A tag that was never set, or that Redis gave up for want of memory, is a new one: never one from before. */
  const settle = async (key: string): Promise<string> => {
    const fresh = randomUUID()
    return (await redis.set(key, fresh, { condition: 'NX', GET: true })) ?? fresh
  }

  const forget = async (tenantId?: string): Promise<void> => {
    const done = await ask(() => redis.set(tenantId === undefined ? everything : tagKey(tenantId), randomUUID()))
    if (done === undefined) doubtful = true
  }

  return {
    look: (tenantId, key) => ask(async () => {
      const [all, own, kept] = await redis.mGet([everything, tagKey(tenantId), valueKey(tenantId, key)])
      const tag = `${all ?? (await settle(everything))}/${own ?? (await settle(tagKey(tenantId)))}`
      return { tag, value: kept?.startsWith(`${tag}\n`) ? kept.slice(tag.length + 1) : undefined }
    }),
    async keep(tenantId, key, tag, value) {
      await ask(() => redis.set(valueKey(tenantId, key), `${tag}\n${value}`, { expiration: { type: 'EX', value: ttlSeconds } }))
    },
    forget,
    async clear(tenantId) {
      await forget(tenantId)
      return (await ask(() => removeMatching(redis, valueKey(tenantId, '*')))) ?? 0
    },
    async lock(tenantId, key, tag) {
      const got = await ask(async () => ({ mine: (await redis.set(lockKey(tenantId, key, tag), '1', { condition: 'NX', expiration: { type: 'PX', value: lockMs } })) !== null }))
      return got?.mine ?? true
    },
    async unlock(tenantId, key, tag) { await ask(() => redis.del(lockKey(tenantId, key, tag))) },
  }
}

async function removeMatching(redis: Redis, pattern: string): Promise<number> {
  let removed = 0
  for await (const keys of redis.scanIterator({ MATCH: pattern, COUNT: 1_000 })) if (keys.length > 0) removed += await redis.unlink(keys)
  return removed
}
