import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import pg from 'pg'
import { addJob, settle, takeJobs } from './queue.ts'
import type { Job } from './queue.ts'

/** Work for one kind of job. The signal is raised when the worker has to end soon. */
export type Task = (payload: unknown, job: { id: string; attempts: number; signal: AbortSignal; add: typeof addJob }) => Promise<void>
/** A task throws this where another attempt cannot help. */
export class GiveUp extends Error {}

export interface WorkerOptions {
  databaseUrl: string
  tasks: Record<string, Task>
  queues: { name: string; concurrency: number }[]
  log(line: Record<string, unknown>): void
  pollMs?: number
  /** How long running jobs may take when the worker is stopped. */
  graceMs?: number
  /** How often the leases of running jobs are renewed; each lasts a minute. */
  renewMs?: number
}

export async function startWorker({ databaseUrl, tasks, queues, log, pollMs = 5000, graceMs = 25_000, renewMs = 20_000 }: WorkerOptions): Promise<{ name: string; stop(): Promise<void> }> {
  const name = `${hostname()}-${randomUUID().slice(0, 8)}`
  const pool = new pg.Pool({ connectionString: databaseUrl, max: queues.reduce((sum, { concurrency }) => sum + concurrency, 2) })
  // An idle connection that breaks must not end the process: the next query opens another.
  pool.on('error', (error) => { log({ level: 'warn', worker: name, error: error.message }) })
  const [stopping, cutting] = [new AbortController(), new AbortController()]
  const running = new Map<Promise<void>, string>()
  const wakers = new Map<string, () => void>()

  const work = async (job: Job): Promise<void> => {
    const began = performance.now()
    const task = Object.hasOwn(tasks, job.task) ? tasks[job.task] : undefined
    let error: unknown
    try {
      if (task === undefined) throw new Error(`there is no task ${job.task}: is an older worker running?`)
      await task(job.payload, { id: job.id, attempts: job.attempts, signal: cutting.signal, add: addJob })
    } catch (thrown) {
      error = thrown
    }
    // What was cut is handed back by stop().
    if (cutting.signal.aborted && error !== undefined) return
    const message = error === undefined ? undefined : error instanceof Error ? error.message : String(error)
    const mine = await settle(pool, job.id, name, message, error instanceof GiveUp)
    log({ level: message === undefined ? 'info' : 'warn', worker: name, job: job.id, task: job.task, attempt: job.attempts, ms: Math.round(performance.now() - began), ...(message === undefined ? {} : { error: message }), ...(mine ? {} : { lost: 'its lease had ended' }) })
  }

  const loop = async (queue: string, concurrency: number): Promise<void> => {
    const own = new Set<Promise<void>>()
    while (!stopping.signal.aborted) {
      const woken = new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, pollMs)
        wakers.set(queue, () => { clearTimeout(timer); resolve() })
      })
      try {
        const jobs = concurrency > own.size ? await takeJobs(pool, queue, name, concurrency - own.size) : []
        for (const job of jobs) {
          const done: Promise<void> = work(job).catch((error: unknown) => { log({ level: 'error', worker: name, job: job.id, error: String(error) }) }).finally(() => { own.delete(done); running.delete(done); wakers.get(queue)?.() })
          own.add(done)
          running.set(done, job.id)
        }
        if (jobs.length > 0 && own.size < concurrency) continue
      } catch (error) {
        log({ level: 'error', worker: name, error: String(error) })
      }
      await woken
    }
  }

  const listener = await listen(databaseUrl, (queue) => wakers.get(queue)?.(), log)
  const loops = queues.map((queue) => loop(queue.name, queue.concurrency))
  const renewing = setInterval(() => { pool.query('select ${{ variables.schema }}.renew($1, $2)', [name, [...running.values()]]).catch((error: unknown) => { log({ level: 'error', worker: name, error: String(error) }) }) }, renewMs)
  const cleaning = setInterval(() => { pool.query('select ${{ variables.schema }}.clean()').catch(() => undefined) }, 3_600_000)

  return {
    name,
    async stop() {
      stopping.abort()
      for (const wake of wakers.values()) wake()
      await Promise.all(loops)
      const cut = setTimeout(() => { cutting.abort() }, graceMs)
      const cutAt = new Promise<void>((resolve) => { cutting.signal.addEventListener('abort', () => { resolve() }) })
      await Promise.race([Promise.all(running.keys()), cutAt])
      clearTimeout(cut)
      clearInterval(renewing)
      clearInterval(cleaning)
      await pool.query('select ${{ variables.schema }}.hand_back($1)', [name])
      await listener.end()
      await pool.end()
    },
  }
}

/** Wakes when a job comes. When the connection breaks, polling does it alone until the next start. */
async function listen(databaseUrl: string, wake: (queue: string) => void, log: WorkerOptions['log']): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: databaseUrl, keepAlive: true })
  client.on('error', (error) => { log({ level: 'warn', error: `listening broke: ${error.message}` }) })
  client.on('notification', ({ payload = '' }) => { wake(payload) })
  await client.connect()
  await client.query('listen "${{ variables.schema }}"')
  return client
}
