import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client'
import type { ActivityMetrics } from '../../activities/context.ts'
import type { ApiMetrics } from '../../api/context.ts'
import type { Db } from '../../db/client.ts'
import { countParked, countTemplates } from '../../db/counts.ts'
import { createCacheMetrics, createStreamMetrics } from './cache-metrics.ts'
import { addGauges } from './gauges.ts'
import { addGitGauges } from './git-metrics.ts'

const requestBuckets = [2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 15_000]
const deploymentBuckets = [100, 250, 500, 1_000, 2_500, 5_000, 10_000, 15_000, 30_000, 60_000, 300_000]

const createRegistry = (): Registry => {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  return registry
}

/** Counted from the database. */
function addCounts(registry: Registry, db: Db): void {
  addGauges(registry, () => countTemplates(db), [{
    name: 'templates_total', help: 'Templates by kind and category', labelNames: ['kind', 'category'], values: (counts) => counts.map(({ kind, category, count }) => ({ labels: { kind, category }, value: count })),
  }])
  addGauges(registry, () => countParked(db), [{
    name: 'deployments_parked', help: 'Provider steps that wait for an order', labelNames: ['provider'], values: (counts) => counts.map(({ provider, count }) => ({ labels: { provider }, value: count })),
  }])
}

export function createApiMetrics(db: Db): ApiMetrics {
  const registry = createRegistry()
  addCounts(registry, db)
  addGitGauges(registry, db)
  const labelNames = ['method', 'route', 'status'] as const
  const requests = new Counter({ name: 'http_requests_total', help: 'Answered requests', labelNames, registers: [registry] })
  const duration = new Histogram({ name: 'http_request_duration_ms', help: 'Time to answer', labelNames, buckets: requestBuckets, registers: [registry] })
  const errors = new Counter({ name: 'http_errors_total', help: 'Requests that were refused or failed, by error code', labelNames: ['route', 'code'] as const, registers: [registry] })
  return {
    answered({ method, route, status, code }, ms) {
      const labels = { method, route, status: String(status) }
      requests.inc(labels)
      if (code !== undefined) errors.inc({ route, code })
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

/** Asked of Temporal. */
function addBacklogs(registry: Registry, readBacklogs: () => Promise<Backlog[]>): void {
  const values = (of: 'tasks' | 'ageMs') => (backlogs: Backlog[]) => backlogs.map(({ queue, kind, ...one }) => ({ labels: { queue, kind }, value: one[of] }))
  addGauges(registry, readBacklogs, [
    { name: 'queue_backlog', help: 'Tasks that no worker has taken, by task queue; the same at every worker', labelNames: ['queue', 'kind'], values: values('tasks') },
    { name: 'queue_backlog_age_ms', help: 'Wait of the oldest task that no worker has taken', labelNames: ['queue', 'kind'], values: values('ageMs') },
  ])
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
