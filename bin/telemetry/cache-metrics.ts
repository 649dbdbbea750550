import { Counter } from 'prom-client'
import type { Registry } from 'prom-client'
import type { CacheMetrics } from '../../api/cache/cache.ts'
import type { StreamMetrics } from '../../api/streams/metrics.ts'
import { addGauges } from './gauges.ts'

export function createCacheMetrics(registry: Registry): CacheMetrics {
  const hits = new Counter({ name: 'template_cache_hits_total', help: 'Reads of templates and instances that the cache answered', registers: [registry] })
  const misses = new Counter({ name: 'template_cache_misses_total', help: 'Those that the database answered', registers: [registry] })
  let [answered, all] = [0, 0]
  addGauges(registry, () => Promise.resolve(all === 0 ? undefined : answered / all), [{ name: 'template_cache_hit_ratio', help: 'Hits of all reads of templates and instances', values: (value) => [{ value }] }])
  return {
    cacheRead(hit) {
      const counter = hit ? hits : misses
      counter.inc()
      all += 1
      answered += Number(hit)
    },
  }
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
      addGauges(registry, read, [
        { name: 'stream_lag', help: 'Stream requests that no consumer has taken; the same at every process', values: ({ lag: value }) => [{ value }] },
        { name: 'stream_pending', help: 'Stream requests that were taken and not answered; the same at every process', values: ({ pending: value }) => [{ value }] },
      ])
    },
  }
}
