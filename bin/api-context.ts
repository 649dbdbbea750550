import { Client, Connection, defaultGrpcRetryOptions, makeGrpcRetryInterceptor } from '@temporalio/client'
import { limited } from '../activities/time-limit.ts'
import type { ApiContext } from '../api/context.ts'
import { createVerifier } from '../api/auth/token.ts'
import { closeRedis, openRedis } from '../api/redis.ts'
import { type Consumer, startConsumer } from '../api/streams/consumer.ts'
import { settled } from '../api/temporal-calls.ts'
import type { Config } from '../config.ts'
import { openDatabase } from '../db/pool.ts'
import { openFeed } from '../db/feed.ts'
import { createVault } from '../db/vault.ts'
import { backlogOf, openCache, pingOf } from './api-cache.ts'
import { createLog } from './telemetry/log.ts'
import { createApiMetrics } from './telemetry/metrics.ts'
import { type Tracing, startTracing } from './telemetry/tracing.ts'
import { temporalConnection } from './temporal-connection.ts'
import { version } from './version.ts'

const dayMs = 24 * 60 * 60 * 1_000

/** Retries end soon after their deadline: the default waits up to six seconds before it looks at the clock. */
const retries = { ...defaultGrpcRetryOptions(), delayFunction: (attempt: number) => Math.min(1_000, 100 * 1.7 ** attempt) * (0.8 + Math.random() * 0.4) }

/** Lazy: an API whose Temporal is away starts, says so in /ready, and goes on when it is back. */
function connectTemporal(config: Config, { plugin }: Tracing): Client {
  const connection = Connection.lazy({ ...temporalConnection(config), plugins: [plugin], interceptors: [makeGrpcRetryInterceptor(retries)] })
  return new Client({ connection, namespace: config.temporal.namespace })
}

export interface Assembled {
  ctx: ApiContext
  /** Ends the streams; requests go on. */
  endStreams(): void
  /** Begins to take requests from the stream, where there is one. */
  takeRequests(): void
  close(): Promise<void>
}

/** Everything the API needs, from the configuration alone. */
export function assembleApi(config: Config, log = createLog('slipway-api', config.logLevel)): Assembled {
  const tracing = startTracing({ service: 'slipway-api', version, endpoint: config.otlpEndpoint })
  const db = openDatabase(config.database)
  const feed = openFeed(config.database.url)
  const temporal = connectTemporal(config, tracing)
  const metrics = createApiMetrics(db)
  const redis = config.redis && openRedis(config.redis.url, log)
  let consumer: Consumer | undefined
  const stop = new AbortController()
  const { attempts, retryInitialMs, retryMaxMs, parkedDays } = config.deployments
  const ctx: ApiContext = {
    db,
    vault: createVault(config.encryption),
    temporal,
    temporalUiUrl: config.temporal.uiUrl,
    feed,
    verify: createVerifier(config.auth),
    auth: config.auth,
    rbac: config.auth.rbac,
    policy: { attempts, initialMs: retryInitialMs, maxMs: retryMaxMs, parkedMs: parkedDays * dayMs },
    minimumQuality: config.quality.minimum,
    log,
    metrics,
    version,
    limited,
    ...openCache(config, redis, feed, metrics),
    redis: pingOf(redis),
    streams: backlogOf(redis, config.streams),
    stopping: stop.signal,
  }
  return {
    ctx,
    endStreams: () => { stop.abort() },
    takeRequests() { if (redis && config.streams.take) consumer ??= startConsumer(ctx, redis, config.streams) },
    async close() {
      stop.abort()
      await consumer?.stop()
      if (redis) closeRedis(redis)
      // A retry on a closed connection would throw out of its timer.
      await settled(temporal)
      await Promise.allSettled([feed.close(), db.destroy(), temporal.connection.close(), tracing.stop()])
    },
  }
}
