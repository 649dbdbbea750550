import { createServer } from 'node:http'
import type { Server } from 'node:http'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Client } from '@temporalio/client'
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker'
import type { WorkerOptions, WorkflowBundleOption } from '@temporalio/worker'
import { createProviderActivities, createRecordActivities } from '../activities/index.ts'
import type { ActivityContext } from '../activities/context.ts'
import { wakeRepository } from '../api/repository.ts'
import { settled } from '../api/temporal-calls.ts'
import { loadConfig } from '../config.ts'
import type { Config } from '../config.ts'
import { gitQueue, providerQueue, stageQueue } from '../contracts/workflow.ts'
import { openDatabase } from '../db/pool.ts'
import { sweepExpired } from '../db/counts.ts'
import { createVault } from '../db/vault.ts'
import { providers } from '../providers/registry.ts'
import type { ProviderRegistry } from '../providers/registry.ts'
import { ensureRepositorySchedule } from './repository-schedule.ts'
import { addressOf } from './server-address.ts'
import { freePort } from './stack/ports.ts'
import { endOnCrash, explain } from './telemetry/crash.ts'
import { readBacklogs } from './telemetry/backlog.ts'
import { createLog } from './telemetry/log.ts'
import { createWorkerMetrics } from './telemetry/metrics.ts'
import { startTracing } from './telemetry/tracing.ts'
import { temporalConnection } from './temporal-connection.ts'
import { version } from './version.ts'
import { bundlerOptions } from './workflow-bundle.ts'

export interface RunningWorker {
  metricsUrl: string
  stop(): Promise<void>
  /** Settles when the worker has stopped; rejects when it failed. */
  done: Promise<void>
}

/** Compiled at build time in production; bundled from the sources at start in development. */
const workflowCode = (): Pick<WorkerOptions, 'workflowBundle' | 'workflowsPath' | 'bundlerOptions'> => {
  const bundle = fileURLToPath(new URL('../workflow-bundle.js', import.meta.url))
  return existsSync(bundle) ? { workflowBundle: { codePath: bundle } } : { workflowsPath: fileURLToPath(new URL('../workflows', import.meta.url)), bundlerOptions }
}

/** A killed worker must be missed within seconds, and the tuned server answers fast: see docs/temporal.md. */
const pace = { stickyQueueScheduleToStartTimeout: '3s', maxHeartbeatThrottleInterval: '1s', defaultHeartbeatThrottleInterval: '1s', shutdownGraceTime: '5s', shutdownForceTime: '10s' } as const

/** A task's time limit runs from when it is taken: what waits for a processor must wait at the server, or a busy worker misses all limits at once. */
const workflowTasks = 20

/** Each is a program of its own. */
const repositoriesAtOnce = 4

/** A run goes on with the build that began it, and its steps too: every queue is of the same version. */
const versioned = ({ build }: Config): Pick<WorkerOptions, 'workerDeploymentOptions'> =>
  build ? { workerDeploymentOptions: { useWorkerVersioning: true, version: { deploymentName: build.deployment, buildId: build.id }, defaultVersioningBehavior: 'PINNED' } } : {}

/** One for the workflows with their records, where this process serves them, and one for each provider's queue. */
function createWorkers(config: Config, connection: NativeConnection, ctx: ActivityContext, served: readonly string[], workflowBundle: WorkflowBundleOption | undefined): Promise<Worker[]> {
  const common = { connection, namespace: config.temporal.namespace, ...pace, ...versioned(config) }
  const provided = createProviderActivities(ctx)
  return Promise.all([
    ...(config.workflows
      ? [Worker.create({ ...common, ...(workflowBundle ? { workflowBundle } : workflowCode()), taskQueue: stageQueue, activities: createRecordActivities(ctx), maxConcurrentWorkflowTaskExecutions: workflowTasks, maxCachedWorkflows: 1_000, workflowThreadPoolSize: 2 })]
      : []),
    ...served.map((name) => Worker.create({
      ...common, taskQueue: providerQueue(name), activities: provided, maxConcurrentActivityTaskExecutions: name === gitQueue ? repositoriesAtOnce : config.activities,
      ...(config.providers.activitiesPerSecond === undefined ? {} : { maxTaskQueueActivitiesPerSecond: config.providers.activitiesPerSecond }),
    })),
  ])
}

export async function startWorker(config: Config, options: { registry?: ProviderRegistry; workflowBundle?: WorkflowBundleOption } = {}): Promise<RunningWorker> {
  const registry = options.registry ?? providers
  const log = createLog('slipway-worker', config.logLevel)
  const sdkPort = await freePort()
  const tracing = startTracing({ service: 'slipway-worker', version, endpoint: config.otlpEndpoint })
  Runtime.install({
    shutdownSignals: [],
    logger: new DefaultLogger('WARN', ({ level, message, meta }) => { log[level === 'ERROR' ? 'error' : 'warn']({ temporal: meta }, message) }),
    telemetryOptions: { metrics: { prometheus: { bindAddress: `127.0.0.1:${String(sdkPort)}` } } },
  })
  const db = openDatabase(config.database)
  const connection = await NativeConnection.connect({ ...temporalConnection(config), plugins: [tracing.plugin] })
  const metrics = createWorkerMetrics({
    sdkMetrics: async () => (await fetch(`http://127.0.0.1:${String(sdkPort)}/metrics`)).text(),
    readBacklogs: () => readBacklogs(connection, config.temporal.namespace, registry.names()),
  })
  const client = new Client({ connection, namespace: config.temporal.namespace })
  const ctx: ActivityContext = {
    db, registry, log, metrics,
    vault: createVault(config.encryption),
    providers: config.providers,
    quality: config.quality,
    repositoriesDir: resolve(config.repositories.dir),
    wakeRepository: (tenantId) => { wakeRepository({ temporal: client, log }, tenantId) },
    libraryDir: fileURLToPath(new URL(existsSync(new URL('../library', import.meta.url)) ? '../library' : '../../library', import.meta.url)),
  }
  const served = registry.names().filter((name) => config.providers.serve?.includes(name) ?? true)
  const workers = await createWorkers(config, connection, ctx, served, options.workflowBundle)
  if (config.workflows) ensureRepositorySchedule(client, config.repositories.scheduleSeconds).catch((error: unknown) => { log.warn({ err: error }, 'the schedule of the repositories could not be made') })
  const runs = Promise.all(workers.map((worker) => worker.run()))
  const sweeping = setInterval(() => { sweepExpired(db).catch((error: unknown) => { log.warn({ err: error }, 'sweeping failed') }) }, 3_600_000)
  const server = await serveMetrics(config, metrics)
  const { port } = addressOf(server)
  const done = runs.then(() => undefined).finally(async () => {
    clearInterval(sweeping)
    server.close()
    await settled(client)
    await tracing.stop().catch(() => undefined)
    await connection.close().catch(() => undefined)
    await db.destroy()
  })
  log.info({ providers: served, workflows: config.workflows, build_id: config.build?.id }, 'worker started')
  return {
    metricsUrl: `http://${config.host}:${String(port)}`,
    done,
    async stop() {
      for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown()
      await done
    },
  }
}

async function serveMetrics(config: Config, metrics: { text(): Promise<string>; contentType: string }): Promise<Server> {
  const server = createServer((request, response) => {
    if (request.url === '/health') {
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ status: 'healthy', service: 'slipway-worker', version }))
    } else if (request.url === '/metrics') {
      metrics.text().then((text) => response.setHeader('content-type', metrics.contentType).end(text), () => response.writeHead(500).end())
    } else response.writeHead(404).end()
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(config.metricsPort, config.host, resolve))
  return server
}

/** A child of the launcher, or a process of its own: serves the workflows and the providers' queues until told to stop. */
async function main(): Promise<void> {
  const worker = await startWorker(loadConfig(process.env))
  process.send?.({ type: 'ready', metricsUrl: worker.metricsUrl })
  const stop = () => { worker.stop().catch(fail) }
  for (const signal of ['SIGTERM', 'SIGINT', 'disconnect'] as const) process.once(signal, stop)
  await worker.done
}

const fail = (error: unknown): void => {
  console.error(explain(error))
  process.exit(1)
}

if (import.meta.main) {
  endOnCrash('slipway-worker')
  main().then(() => process.exit(0), fail)
}
