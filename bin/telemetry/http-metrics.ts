import { Counter, Histogram, Registry, collectDefaultMetrics } from 'prom-client'
import type { ApiMetrics } from '../../api/context.ts'

/** Counts answered requests in a registry of its own, beside the process's own figures. */
export function createHttpMetrics(registry = new Registry()): ApiMetrics {
  collectDefaultMetrics({ register: registry })
  const labelNames = ['method', 'route', 'status'] as const
  const requests = new Counter({ name: 'http_requests_total', help: 'Answered HTTP requests', labelNames, registers: [registry] })
  const duration = new Histogram({ name: 'http_request_duration_ms', help: 'Time to answer an HTTP request', labelNames, buckets: [5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000], registers: [registry] })
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    answered({ method, route, status }, ms) {
      const labels = { method, route, status: String(status) }
      requests.inc(labels)
      duration.observe(labels, ms)
    },
  }
}
