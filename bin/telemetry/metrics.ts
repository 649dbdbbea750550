import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { ActivityMetrics } from '../../activities/context.ts'
import type { ApiMetrics } from '../../api/context.ts'
import type { Db } from '../../db/client.ts'
import { countParked, countTemplates } from '../../db/counts.ts'
import { createCacheMetrics, createStreamMetrics } from './cache-metrics.ts'

const requestBuckets = [2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 15_000]
const deploymentBuckets = [100, 250, 500, 1_000, 2_500, 5_000, 10_000, 15_000, 30_000, 60_000, 300_000]

const createRegistry = (): Registry => {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  return registry
}

/** Counted from the database when scraped; a database that does not answer leaves them out. */
function addCounts(registry: Registry, db: Db): void {
  const templates = new Gauge({
    name: 'templates_total', help: 'Templates by kind and category', labelNames: ['kind', 'category'] as const, registers: [registry],
    async collect() {
      this.reset()
      for (const { kind, category, count } of await countTemplates(db).catch(() => [])) templates.set({ kind, category }, count)
    },
  })
  const parked = new Gauge({
    name: 'deployments_parked', help: 'Provider steps that wait for an order', labelNames: ['provider'] as const, registers: [registry],
    async collect() {
      this.reset()
      for (const { provider, count } of await countParked(db).catch(() => [])) parked.set({ provider }, count)
    },
  })
}

export function createApiMetrics(db: Db): ApiMetrics {
  const registry = createRegistry()
  addCounts(registry, db)
  const labelNames = ['method', 'route', 'status'] as const
  const requests = new Counter({ name: 'http_requests_total', help: 'Answered requests', labelNames, registers: [registry] })
  const duration = new Histogram({ name: 'http_request_duration_ms', help: 'Time to answer', labelNames, buckets: requestBuckets, registers: [registry] })
  return {
    answered({ method, route, status }, ms) {
      const labels = { method, route, status: String(status) }
      requests.inc(labels)
      duration.observe(labels, ms)
    },
    ...createCacheMetrics(registry),
    ...createStreamMetrics(registry),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  }
}

export interface WorkerMetrics extends ActivityMetrics {
  text(): Promise<string>
  contentType: string
}

export interface Backlog {
  queue: string
  kind: 'workflow' | 'activity'
  /** Tasks that no worker has taken yet. */
  tasks: number
  /** How long the oldest of them has waited. */
  ageMs: number
}

/** Asked of Temporal when scraped; a Temporal that does not answer leaves them out. */
function addBacklogs(registry: Registry, readBacklogs: () => Promise<Backlog[]>): void {
  const labelNames = ['queue', 'kind'] as const
  const age = new Gauge({ name: 'queue_backlog_age_ms', help: 'Wait of the oldest task that no worker has taken', labelNames, registers: [registry] })
  const tasks = new Gauge({
    name: 'queue_backlog', help: 'Tasks that no worker has taken, by task queue; the same at every worker', labelNames, registers: [registry],
    async collect() {
      tasks.reset()
      age.reset()
      for (const { queue, kind, ...one } of await readBacklogs().catch(() => [])) {
        tasks.set({ queue, kind }, one.tasks)
        age.set({ queue, kind }, one.ageMs)
      }
    },
  })
}

/** `sdkMetrics` answers the Prometheus text of the Temporal SDK's own metrics. */
export function createWorkerMetrics({ sdkMetrics, readBacklogs }: { sdkMetrics: () => Promise<string>; readBacklogs: () => Promise<Backlog[]> }): WorkerMetrics {
  const registry = createRegistry()
  addBacklogs(registry, readBacklogs)
  const deployments = new Counter({ name: 'deployments_total', help: 'Provider steps that ended', labelNames: ['provider', 'status'] as const, registers: [registry] })
  const duration = new Histogram({ name: 'deployment_duration_ms', help: 'Time of one try of a provider step', labelNames: ['provider', 'status'] as const, buckets: deploymentBuckets, registers: [registry] })
  const stages = new Counter({ name: 'resource_plan_steps_total', help: 'Stages of resource plans that ended', labelNames: ['table', 'status'] as const, registers: [registry] })
  const retries = new Counter({ name: 'provider_retries_total', help: 'Tries of provider steps that failed and are repeated', labelNames: ['provider'] as const, registers: [registry] })
  const parked = new Counter({ name: 'provider_parked_total', help: 'Provider steps that were parked', labelNames: ['provider'] as const, registers: [registry] })
  const steps = new Counter({ name: 'workflow_steps_total', help: 'Steps of defined workflows that ended, each item of a forEach', labelNames: ['action', 'status'] as const, registers: [registry] })
  const runs = new Counter({ name: 'workflow_runs_total', help: 'Runs of defined workflows that ended', labelNames: ['status'] as const, registers: [registry] })
  return {
    deployment(provider, status, ms) {
      deployments.inc({ provider, status })
      duration.observe({ provider, status }, ms)
    },
    resourceStage: (table, status) => { stages.inc({ table, status }) },
    providerRetry: (provider) => { retries.inc({ provider }) },
    providerParked: (provider) => { parked.inc({ provider }) },
    workflowStep: (action, status) => { steps.inc({ action, status }) },
    workflowRun: (status) => { runs.inc({ status }) },
    text: async () => `${await registry.metrics()}\n${await sdkMetrics().catch(() => '')}`,
    contentType: registry.contentType,
  }
}
