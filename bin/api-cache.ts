import { type Cache, type CacheMetrics, createCache, noCache } from '../api/cache/cache.ts'
import type { ApiContext } from '../api/context.ts'
import { createProcessStore } from '../api/cache/process-store.ts'
import { createRedisStore } from '../api/cache/redis-store.ts'
import { type Redis, timeLimited } from '../api/redis.ts'
import { readBacklog } from '../api/streams/group.ts'
import type { Config } from '../config.ts'
import { streamNames } from '../contracts/streams.ts'
import type { Feed } from '../db/feed.ts'

/** The cache that the configuration asks for, told of every change that the database tells of. */
export function openCache({ cacheSeconds: ttlSeconds, redis: settings }: Config, redis: Redis | undefined, feed: Feed, metrics: CacheMetrics): Pick<ApiContext, 'cache' | 'cacheIn'> {
  if (ttlSeconds === 0) return { cache: noCache, cacheIn: 'off' }
  const store = redis && settings ? createRedisStore(redis, { prefix: settings.prefix, ttlSeconds }) : createProcessStore(ttlSeconds)
  const cache: Cache = createCache({ store, metrics, isUsable: () => feed.isListening() })
  feed.onTemplates((tenantId) => cache.forget(tenantId))
  return { cache, cacheIn: redis ? 'redis' : 'process' }
}

/** For /health. */
export const pingOf = (redis: Redis | undefined): ApiContext['redis'] =>
  redis === undefined ? 'not configured' : async () => redis.isReady && (await timeLimited(redis.ping(), 2_000)) === 'PONG'

/** For the statistics. */
export const backlogOf = (redis: Redis | undefined, { prefix }: Config['streams']): ApiContext['streams'] =>
  redis === undefined ? 'off' : () => timeLimited(readBacklog(redis, streamNames(prefix).requests), 2_000)
