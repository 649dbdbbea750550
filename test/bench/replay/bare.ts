/** A process of the bench: the recorded statements and requests as a bare Temporal worker, as a bare Express app, or both in one. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { Context } from '@temporalio/activity'
import { Client, Connection } from '@temporalio/client'
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker'
import express from 'express'
import pg from 'pg'
import { createPlayer } from './player.ts'
import type { Play } from './player.ts'
import { newSeed } from './recording.ts'
import type { BareRun, Program, ProgramName, Recording } from './recording.ts'

export interface BareOrder { roles: ('worker' | 'api')[]; databaseUrl: string; temporalAddress: string; namespace: string; sandboxes: Record<string, string>; recordingFile: string; queue: string }
export interface BareActivities { replay(run: BareRun, part: string): Promise<void>; nothing(): Promise<void> }

/** As the product's worker has them. */
const pace = { stickyQueueScheduleToStartTimeout: '1s', maxHeartbeatThrottleInterval: '1s', defaultHeartbeatThrottleInterval: '1s', shutdownGraceTime: '5s', shutdownForceTime: '10s' } as const

export async function serve(order: BareOrder, recording: Recording): Promise<string | undefined> {
  pg.types.setTypeParser(pg.types.builtins.INT8, Number)
  const pool = new pg.Pool({ connectionString: order.databaseUrl, max: 20, connectionTimeoutMillis: 5_000 })
  const play = createPlayer(pool, order.sandboxes)
  const both = order.roles.length === 2
  if (order.roles.includes('worker')) Runtime.install({ shutdownSignals: [], logger: new DefaultLogger('WARN'), telemetryOptions: { metrics: { prometheus: { bindAddress: '127.0.0.1:0' } } } })
  const native = order.roles.includes('worker') ? await NativeConnection.connect({ address: order.temporalAddress }) : undefined
  if (native) await startWorkers(native, order, recording, play)
  if (!order.roles.includes('api')) return undefined
  const connection = both && native ? native : await Connection.connect({ address: order.temporalAddress })
  return startApi(new Client({ connection, namespace: order.namespace }), order, recording, play, both)
}

async function startWorkers(connection: NativeConnection, { namespace, queue }: BareOrder, recording: Recording, play: (ops: Program['api']) => Play): Promise<void> {
  const plays = new Map<string, Play>()
  for (const [name, { before, after, providers }] of Object.entries(recording)) for (const [part, ops] of Object.entries({ before, after, ...providers })) plays.set(`${name}/${part}`, play(ops))
  const activities: BareActivities = {
    async replay(run, part) {
      const isStep = part !== 'before' && part !== 'after'
      const beat = isStep ? setInterval(() => { Context.current().heartbeat() }, 1_000) : undefined
      try {
        await plays.get(`${run.program}/${part}`)?.(run)
      } finally {
        clearInterval(beat)
      }
    },
    nothing: () => Promise.resolve(),
  }
  const common = { connection, namespace, ...pace, activities }
  const providers = [...new Set(Object.values(recording).flatMap((program) => Object.keys(program.providers)))]
  const workers = await Promise.all([
    Worker.create({ ...common, taskQueue: queue, workflowsPath: fileURLToPath(new URL('workflows', import.meta.url)), maxConcurrentWorkflowTaskExecutions: 100, maxCachedWorkflows: 1_000, workflowThreadPoolSize: 2 }),
    ...(queue === 'bare' ? providers.map((provider) => Worker.create({ ...common, taskQueue: `bare-${provider}`, maxConcurrentActivityTaskExecutions: 200 })) : []),
  ])
  for (const worker of workers) worker.run().catch((error: unknown) => { console.error(error); process.exit(1) })
}

/** `POST /<program>` with what is known of the run; `GET /read/<recordId>`; `POST /nothing`. */
async function startApi(client: Client, { queue }: BareOrder, recording: Recording, play: (ops: Program['api']) => Play, eager: boolean): Promise<string> {
  const app = express()
  app.disable('x-powered-by').disable('etag')
  app.use(express.json())
  const start = (type: string, workflowId: string, args: unknown[]) =>
    client.workflow.start(type, { workflowId, args, taskQueue: queue, workflowTaskTimeout: '2s', ...(eager ? { requestEagerStart: true } : {}) })
  const apis = Object.fromEntries(Object.entries(recording).map(([name, { api }]) => [name, play(api)])) as Record<ProgramName, Play>
  const programs = { deploy: false, customize: true, plan: true } as const
  for (const [program, waits] of Object.entries(programs) as [keyof typeof programs, boolean][]) {
    const providers = Object.keys(recording[program].providers)
    app.post(`/${program}`, async (req, res) => {
      const run: BareRun = { program, seed: newSeed(), known: req.body as Record<string, string> }
      const workflowId = `bare:${run.seed}`
      await apis[program](run, async () => {
        const handle = await start(providers.length > 0 ? 'bareDeployment' : 'bareStage', workflowId, [run, providers])
        if (waits) await handle.result()
      })
      res.status(waits ? 200 : 202).json({ workflowId })
    })
  }
  app.post('/nothing', async (_req, res) => {
    const handle = await start('bareNothing', `bare:${newSeed()}`, [])
    await handle.result()
    res.json({ eager: (handle as { eagerlyStarted?: boolean }).eagerlyStarted ?? false })
  })
  app.get('/read/:recordId/:planId', async (req, res) => {
    const found = await apis.read({ program: 'read', seed: '', known: req.params })
    res.json(found)
  })
  const server = createServer(app)
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`
}

if (import.meta.main) {
  const { readFileSync } = await import('node:fs')
  const order = JSON.parse(process.argv[2] ?? '') as BareOrder
  process.on('disconnect', () => process.exit(0))
  process.on('SIGTERM', () => process.exit(0))
  serve(order, JSON.parse(readFileSync(order.recordingFile, 'utf8')) as Recording).then(
    (url) => process.send?.({ type: 'ready', url }),
    (error: unknown) => {
      console.error(error)
      process.exit(1)
    },
  )
}
