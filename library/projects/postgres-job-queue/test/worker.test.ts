import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { after, afterEach, before, test } from 'node:test'
import pg from 'pg'
import { addJob } from '../src/queue.ts'
import { GiveUp, startWorker } from '../src/worker.ts'
import type { Task } from '../src/worker.ts'

const databaseUrl = process.env['DATABASE_URL'] ?? ''
const pool = new pg.Pool({ connectionString: databaseUrl })
const job = async (id: string) => (await pool.query('select state, attempts, last_error from ${{ variables.schema }}.job where id = $1', [id])).rows[0] as { state: string; attempts: number; last_error: string | null } | undefined
const stops: (() => Promise<void>)[] = []

before(async () => {
  if (databaseUrl === '') throw new Error('The tests need DATABASE_URL, of an empty database')
  const folder = new URL('../migrations/', import.meta.url)
  for (const name of readdirSync(folder).sort()) await pool.query(readFileSync(new URL(name, folder), 'utf8'))
})
afterEach(async () => { for (const stop of stops.splice(0)) await stop() })
after(() => pool.end())

async function start(tasks: Record<string, Task>, graceMs = 5000) {
  const worker = await startWorker({ databaseUrl, tasks, queues: [{ name: 'q', concurrency: 3 }], log: () => {}, graceMs, renewMs: 50 })
  stops.push(worker.stop)
  return worker
}

async function settled(id: string): Promise<{ state: string; attempts: number; last_error: string | null } | undefined> {
  for (let tries = 0; tries < 400; tries++) {
    const found = await job(id)
    if (found && found.state !== 'running' && (found.attempts > 0 || found.state !== 'waiting')) return found
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  throw new Error(`job ${id} was not settled within ten seconds`)
}

test('a job is done with its payload, soon after it was added', async () => {
  const seen: unknown[] = []
  await start({ hello: async (payload) => { seen.push(payload) } })
  const id = await addJob(pool, { task: 'hello', payload: { to: 'you' }, queue: 'q' })
  assert.equal((await settled(id))?.state, 'done')
  assert.deepEqual(seen, [{ to: 'you' }])
})

test('a job of a transaction that is rolled back never was', async () => {
  const client = await pool.connect()
  await client.query('begin')
  const id = await addJob(client, { task: 'hello', queue: 'q' })
  await client.query('rollback')
  client.release()
  assert.equal(await job(id), undefined)
})

test('each job is done once though several workers compete', async () => {
  const seen: string[] = []
  const tasks: Record<string, Task> = { count: async (_, { id }) => { seen.push(id) } }
  await Promise.all([start(tasks), start(tasks), start(tasks)])
  const ids = await Promise.all(Array.from({ length: 60 }, () => addJob(pool, { task: 'count', queue: 'q' })))
  for (const id of ids) assert.equal((await settled(id))?.state, 'done')
  assert.deepEqual([...seen].sort(), [...ids].sort())
})

test('a job that fails waits for its next attempt, and is given up where none can help', async () => {
  await start({ flaky: () => Promise.reject(new Error('no network')), wrong: () => Promise.reject(new GiveUp('no such order')) })
  const [flaky, wrong, unknown] = [await addJob(pool, { task: 'flaky', queue: 'q' }), await addJob(pool, { task: 'wrong', queue: 'q' }), await addJob(pool, { task: 'constructor', queue: 'q' })]
  assert.deepEqual(await settled(flaky), { state: 'waiting', attempts: 1, last_error: 'no network' })
  assert.deepEqual(await settled(wrong), { state: 'failed', attempts: 1, last_error: 'no such order' })
  assert.match((await settled(unknown))?.last_error ?? '', /there is no task constructor/)
})

test('a lease is renewed while a job runs, and no longer when it could not be settled', async () => {
  const begun = Promise.withResolvers<void>()
  const end = Promise.withResolvers<void>()
  await start({ slow: async () => { begun.resolve(); await end.promise } })
  const id = await addJob(pool, { task: 'slow', queue: 'q' })
  await begun.promise
  const leaseOf = async () => Number((await pool.query('select extract(epoch from run_at) as at from ${{ variables.schema }}.job where id = $1', [id])).rows[0].at)
  const pause = () => new Promise((resolve) => setTimeout(resolve, 300))
  const first = await leaseOf()
  await pause()
  assert.ok(await leaseOf() > first)
  await pool.query('alter function ${{ variables.schema }}.settle rename to settle_away')
  try {
    end.resolve()
    await pause()
    const last = await leaseOf()
    await pause()
    assert.equal(await leaseOf(), last)
  } finally {
    await pool.query('alter function ${{ variables.schema }}.settle_away rename to settle')
  }
  await pool.query('delete from ${{ variables.schema }}.job where id = $1', [id])
})

test('a worker that is stopped finishes what it has, and hands back what takes too long', async () => {
  const begun = Promise.withResolvers<void>()
  let both = 0
  const count = () => { both += 1; if (both === 2) begun.resolve() }
  const worker = await start({
    short: async () => { count(); await new Promise((resolve) => setTimeout(resolve, 100)) },
    long: async (_, { signal }) => { count(); await new Promise((_resolve, reject) => { signal.addEventListener('abort', () => { reject(new Error('cut')) }) }) },
  }, 1500)
  const [short, long] = [await addJob(pool, { task: 'short', queue: 'q' }), await addJob(pool, { task: 'long', queue: 'q' })]
  await begun.promise
  stops.splice(0)
  await worker.stop()
  assert.equal((await job(short))?.state, 'done')
  assert.deepEqual(await job(long), { state: 'waiting', attempts: 0, last_error: null })
  await pool.query('delete from ${{ variables.schema }}.job')
})
