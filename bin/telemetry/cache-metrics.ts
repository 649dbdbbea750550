import { Counter, Gauge } from 'prom-client'
import type { Registry } from 'prom-client'
import type { CacheMetrics } from '../../api/cache/cache.ts'
import type { StreamMetrics } from '../../api/streams/metrics.ts'

export function createCacheMetrics(registry: Registry): CacheMetrics {
  const hits = new Counter({ name: 'template_cache_hits_total', help: 'Reads of templates and instances that the cache answered', registers: [registry] })
  const misses = new Counter({ name: 'template_cache_misses_total', help: 'Those that the database answered', registers: [registry] })
  return { cacheRead: (hit) => { (hit ? hits : misses).inc() } }
}

export function createStreamMetrics(registry: Registry): StreamMetrics {
  const messages = new Counter({ name: 'stream_messages_total', help: 'Stream requests by what became of them', labelNames: ['operation', 'status'] as const, registers: [registry] })
  const dead = new Counter({ name: 'stream_dead_letters_total', help: 'Stream requests that were given up', registers: [registry] })
  return {
    streamMessage(operation, status) {
      messages.inc({ operation, status })
      if (status === 'dead') dead.inc()
    },
    watchStream(read) {
      const pending = new Gauge({ name: 'stream_pending', help: 'Stream requests that were taken and not answered; the same at every process', registers: [registry] })
      const lag = new Gauge({
        name: 'stream_lag', help: 'Stream requests that no consumer has taken; the same at every process', registers: [registry],
        async collect() {
          const backlog = await read().catch(() => undefined)
          lag.reset()
          pending.reset()
          if (backlog) lag.set(backlog.lag)
          if (backlog) pending.set(backlog.pending)
        },
      })
    },
  }
}
