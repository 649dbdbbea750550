import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, expect, test } from '@jest/globals'
import { createFaultPlan } from '../../sandboxes/faults.ts'
import { startSandbox } from '../../sandboxes/kernel.ts'
import type { Faults, RunningSandbox, SandboxDefinition } from '../../sandboxes/kernel.ts'

const things: SandboxDefinition = {
  name: 'things',
  extraOrders: ['mood'],
  routes(app, { store, faults }) {
    app.post('/things', (req, res) => {
      res.locals['account'] = req.headers['x-account']
      const id = `thing-${store.next('thing')}`
      store.put('thing', id, { id, body: req.body })
      res.status(201).json({ id, mood: faults().extras?.['mood'] })
    })
    app.get('/things', (_req, res) => void res.json(store.list('thing')))
    app.post('/refused', (_req, res) => void res.status(400).json({ error: 'refused' }))
    app.post('/crash', () => {
      throw new Error('broken')
    })
  },
  faultResponse(kind, res, { retryAfterMs }) {
    if (retryAfterMs !== undefined) res.set('retry-after-ms', String(retryAfterMs))
    res.status(Number(kind)).json({ error: kind })
  },
  rows: (store) => store.list<Record<string, unknown>>('thing').map(({ id, body }) => ({ type: 'thing', id, name: `name of ${id}`, body })),
}

const running: RunningSandbox[] = []
afterEach(async () => {
  for (const sandbox of running.splice(0)) await sandbox.close()
})

async function start(stateFile?: string): Promise<RunningSandbox> {
  const sandbox = await startSandbox(things, stateFile === undefined ? {} : { stateFile })
  running.push(sandbox)
  return sandbox
}

const post = (url: string, body: unknown = {}, init: RequestInit = {}) =>
  fetch(url, { method: 'POST', ...init, headers: { 'content-type': 'application/json', ...init.headers }, body: JSON.stringify(body) })
const order = (sandbox: RunningSandbox, faults: unknown) => post(`${sandbox.url}/__faults`, faults)
/** What it answers, or 0. Only a client whose answer never comes needs to lose its patience. */
const make = (sandbox: RunningSandbox, patienceMs = 20_000) => post(`${sandbox.url}/things`, {}, { signal: AbortSignal.timeout(patienceMs) }).then(({ status }) => status, () => 0)
const read = async (sandbox: RunningSandbox, path: string) => (await (await fetch(sandbox.url + path)).json()) as never
const count = async (sandbox: RunningSandbox) => ((await read(sandbox, '/__state')) as { resources: unknown[] }).resources.length
const times = async <T>(n: number, act: () => Promise<T>): Promise<T[]> => {
  const results: T[] = []
  for (let i = 0; i < n; i += 1) results.push(await act())
  return results
}

test('state has one row per resource, and the journal one entry per request with its account', async () => {
  const sandbox = await start()
  const before = Date.now()
  await post(`${sandbox.url}/things?page=1`, { size: 3 }, { headers: { 'x-account': 'loc-1' } })
  expect(await read(sandbox, '/__state')).toEqual({
    resources: [{ type: 'thing', id: 'thing-1', name: 'name of thing-1', body: { id: 'thing-1', body: { size: 3 } } }],
  })
  const [entry] = (await read(sandbox, '/__journal')) as { at: number }[]
  expect(entry).toEqual({ at: expect.any(Number), method: 'POST', path: '/things', status: 201, account: 'loc-1' })
  expect(entry?.at).toBeGreaterThanOrEqual(before)
})

test('an answer leaves only after the journal knows of it', async () => {
  const sandbox = await start()
  for (let made = 1; made <= 30; made += 1) {
    await make(sandbox)
    expect(await read(sandbox, '/__journal')).toHaveLength(made)
  }
})

test.each(['500', '429'] as const)('a %s leaves nothing behind and is shaped by the vendor', async (kind) => {
  const sandbox = await start()
  await order(sandbox, { rate: 1, kinds: [kind], retryAfterMs: 1500 })
  const answer = await post(`${sandbox.url}/things`)
  expect([answer.status, await answer.json(), answer.headers.get('retry-after-ms')]).toEqual([Number(kind), { error: kind }, '1500'])
  expect(await count(sandbox)).toBe(0)
  expect(await read(sandbox, '/__journal')).toMatchObject([{ status: Number(kind), fault: kind, committed: false }])
})

test('a commit-then-fail does the work and loses the answer, as a 500 or as a reset', async () => {
  const sandbox = await start()
  await order(sandbox, { rate: 1, kinds: ['commit-then-fail'], seed: 1 })
  const statuses = await times(12, () => make(sandbox))
  expect(new Set(statuses)).toEqual(new Set([500, 0]))
  expect(await count(sandbox)).toBe(12)
  expect(await read(sandbox, '/__journal')).toEqual(
    statuses.map((status) => expect.objectContaining({ status, fault: 'commit-then-fail', committed: true })),
  )
})

test.each(['reset', 'timeout'] as const)('a %s comes before the commit or after it', async (kind) => {
  const sandbox = await start()
  await order(sandbox, { rate: 1, kinds: [kind], seed: 2 })
  expect(await times(8, () => make(sandbox, 1_000))).toEqual(Array(8).fill(0))
  const made = await count(sandbox)
  expect(made).toBeGreaterThan(0)
  expect(made).toBeLessThan(8)
  const journal = (await read(sandbox, '/__journal')) as { status: number; committed: boolean }[]
  expect(journal.map(({ status }) => status)).toEqual(Array(8).fill(0))
  expect(journal.filter(({ committed }) => committed)).toHaveLength(made)
})

test('a reset breaks the connection, a timeout ends only by the patience of the client', async () => {
  const sandbox = await start()
  const ended = () => post(`${sandbox.url}/things`, {}, { signal: AbortSignal.timeout(2_000) }).then(() => 'answered', (error: unknown) => (error as Error).name)
  await order(sandbox, { rate: 1, kinds: ['reset'] })
  expect(await ended()).toBe('TypeError')
  await order(sandbox, { rate: 1, kinds: ['timeout'] })
  expect(await ended()).toBe('TimeoutError')
})

test('a refusal whose answer is lost counts as not committed', async () => {
  const sandbox = await start()
  await order(sandbox, { rate: 1, kinds: ['commit-then-fail'] })
  await post(`${sandbox.url}/refused`).catch(() => undefined)
  expect(await read(sandbox, '/__journal')).toMatchObject([{ fault: 'commit-then-fail', committed: false }])
})

test('the same seed gives the same faults, another seed others', async () => {
  const sandbox = await start()
  const outcomes = async (seed: number) => {
    await order(sandbox, { rate: 0.5, kinds: ['500', '429', 'reset', 'commit-then-fail'], seed })
    return times(25, () => make(sandbox))
  }
  const first = await outcomes(7)
  expect(await outcomes(7)).toEqual(first)
  expect(await outcomes(8)).not.toEqual(first)
  expect(first).toContain(201)
})

test('{rate: 0} heals, and an order without kinds means 500', async () => {
  const sandbox = await start()
  await order(sandbox, { rate: 1 })
  expect(await make(sandbox)).toBe(500)
  expect(await (await order(sandbox, { rate: 0 })).json()).toEqual({ rate: 0, kinds: [], latencyMs: 0 })
  expect(await times(5, () => make(sandbox))).toEqual(Array(5).fill(201))
})

test('latency applies at any rate', async () => {
  const sandbox = await start()
  await order(sandbox, { rate: 0, latencyMs: 120 })
  const started = Date.now()
  expect(await make(sandbox)).toBe(201)
  expect(Date.now() - started).toBeGreaterThanOrEqual(115)
})

test('a drawn latency is waited for on top of the fixed one; a tail of 1 leaves nothing to chance', async () => {
  const sandbox = await start()
  await order(sandbox, { latencyMs: 40, latency: { medianMs: 80, tail: 1 } })
  const started = Date.now()
  expect(await make(sandbox)).toBe(201)
  expect(Date.now() - started).toBeGreaterThanOrEqual(115)
})

test('the same seed draws the same latencies, and meets the same faults with them and without', () => {
  const meet = (faults: Pick<Faults, 'seed' | 'latency'>) => {
    const plan = createFaultPlan()
    plan.order({ rate: 0.5, kinds: ['500', 'reset'], latencyMs: 0, ...faults })
    return Array.from({ length: 20 }, () => plan.next('GET', '/'))
  }
  const latency = { medianMs: 60, tail: 4 }
  expect(meet({ latency, seed: 5 })).toEqual(meet({ latency, seed: 5 }))
  expect(meet({ latency, seed: 6 })).not.toEqual(meet({ latency, seed: 5 }))
  expect(meet({ latency, seed: 5 }).map(({ fault }) => fault)).toEqual(meet({ seed: 5 }).map(({ fault }) => fault))
})

test('half of the drawn latencies exceed the median, and one in a hundred the tail', () => {
  const plan = createFaultPlan()
  plan.order({ rate: 0, kinds: [], latencyMs: 100, latency: { medianMs: 1_500, tail: 4 }, seed: 1 })
  const drawn = Array.from({ length: 20_000 }, () => plan.next('GET', '/').latencyMs - 100).sort((a, b) => a - b)
  const quantile = (share: number) => drawn[share * drawn.length] ?? 0
  expect(quantile(0.5)).toBeGreaterThan(1_450)
  expect(quantile(0.5)).toBeLessThan(1_550)
  expect(quantile(0.99)).toBeGreaterThan(5_600)
  expect(quantile(0.99)).toBeLessThan(6_400)
  expect(drawn[0]).toBeGreaterThan(0)
})

test('match limits faults to a method and a part of the path, times to a number of them', async () => {
  const sandbox = await start()
  await order(sandbox, { rate: 1, match: { method: 'post', path: 'thing' }, times: 2 })
  expect((await fetch(`${sandbox.url}/things`)).status).toBe(200)
  expect((await post(`${sandbox.url}/refused`)).status).toBe(400)
  expect(await times(4, () => make(sandbox))).toEqual([500, 500, 201, 201])
})

test('a vendor sees its own orders, and nobody else takes them', async () => {
  const sandbox = await start()
  await order(sandbox, { mood: 'sour' })
  expect(await (await post(`${sandbox.url}/things`)).json()).toMatchObject({ mood: 'sour' })
  expect((await order(sandbox, { temper: 'sour' })).status).toBe(400)
})

test.each([
  [[]],
  [{ rate: 2 }],
  [{ rate: '1' }],
  [{ rate: 1, kinds: ['earthquake'] }],
  [{ kinds: '500' }],
  [{ latencyMs: -1 }],
  [{ latency: 20 }],
  [{ latency: { medianMs: 20 } }],
  [{ latency: { medianMs: 20, tail: 0.5 } }],
  [{ latency: { medianMs: 20, tail: 4, p95: 1 } }],
  [{ seed: 0.5 }],
  [{ times: -1 }],
  [{ match: { host: 'x' } }],
  [{ retryAfterMs: null }],
  [{ listLagMs: 'long' }],
  [{ surprise: true }],
])('the bad order %j is refused and changes nothing', async (bad) => {
  const sandbox = await start()
  await order(sandbox, { rate: 0, latencyMs: 1 })
  const answer = await order(sandbox, bad)
  expect([answer.status, await answer.json()]).toEqual([400, { message: expect.any(String) }])
  expect(await read(sandbox, '/__faults')).toEqual({ rate: 0, kinds: [], latencyMs: 1 })
})

test('a reset forgets state, journal, counters and faults', async () => {
  const sandbox = await start()
  await make(sandbox)
  await order(sandbox, { rate: 1 })
  expect((await post(`${sandbox.url}/__reset`)).status).toBe(204)
  expect(await read(sandbox, '/__faults')).toEqual({ rate: 0, kinds: [], latencyMs: 0 })
  expect([await count(sandbox), await read(sandbox, '/__journal')]).toEqual([0, []])
  expect(await (await post(`${sandbox.url}/things`)).json()).toMatchObject({ id: 'thing-1' })
})

test('orders are not journaled, broken or delayed themselves', async () => {
  const sandbox = await start()
  await order(sandbox, { rate: 1, kinds: ['reset'], latencyMs: 60_000 })
  expect(await read(sandbox, '/__journal')).toEqual([])
})

test('bodies above 16 MB, malformed JSON, unknown paths and bugs have a status of their own', async () => {
  const sandbox = await start()
  expect((await post(`${sandbox.url}/things`, 'x'.repeat(17 * 1024 * 1024))).status).toBe(413)
  const malformed = await fetch(`${sandbox.url}/things`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{' })
  expect(malformed.status).toBe(400)
  expect((await fetch(`${sandbox.url}/nowhere`)).status).toBe(404)
  expect((await post(`${sandbox.url}/crash`)).status).toBe(500)
})

test('a busy port is an error', async () => {
  const { port } = await start()
  await expect(startSandbox(things, { port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
})

test('state and journal survive a restart, faults end with the process', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sandbox-'))
  try {
    const first = await start(join(folder, 'state', 'things.sqlite'))
    await make(first)
    await order(first, { rate: 1 })
    await running.pop()?.close()

    const second = await start(join(folder, 'state', 'things.sqlite'))
    expect([await count(second), await read(second, '/__journal')]).toEqual([1, [expect.objectContaining({ status: 201 })]])
    expect(await (await post(`${second.url}/things`)).json()).toMatchObject({ id: 'thing-2' })
  } finally {
    for (const sandbox of running.splice(0)) await sandbox.close()
    rmSync(folder, { recursive: true })
  }
})

test('what was answered before kill -9 is there afterwards', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sandbox-'))
  const stateFile = join(folder, 'retell.sqlite')
  const [kernel, retell] = ['kernel', 'retell'].map((name) => new URL(`../../sandboxes/${name}.ts`, import.meta.url).href)
  const script = `const {startSandbox} = await import('${kernel}'); const {retellSandbox} = await import('${retell}')
    console.log((await startSandbox(retellSandbox, {stateFile: ${JSON.stringify(stateFile)}})).url)`
  const launch = async () => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [url] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
    return { url, kill: () => Promise.all([once(child, 'exit'), child.kill('SIGKILL')]) }
  }
  try {
    const first = await launch()
    const headers = { authorization: 'Bearer key_1' }
    const made = await post(`${first.url}/create-retell-llm`, { start_speaker: 'agent' }, { headers })
    const { llm_id: id } = (await made.json()) as { llm_id: string }
    await first.kill()

    const second = await launch()
    expect((await fetch(`${second.url}/get-retell-llm/${id}`, { headers })).status).toBe(200)
    await second.kill()
  } finally {
    rmSync(folder, { recursive: true })
  }
})
