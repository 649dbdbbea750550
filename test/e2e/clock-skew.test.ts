import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { sql } from 'kysely'
import { inTenant } from '../../db/client.ts'
import { searchTables } from '../db/seed.ts'
import { clockAhead, spawnProduct, through } from '../support/processes.ts'
import type { Processes } from '../support/processes.ts'
import { deploy, deployUntilParked, ended, importSmall, planFor, recordOf, settled, stepOf } from '../support/small-plan.ts'
import { startStack, until } from '../support/stack.ts'
import type { TestStack } from '../support/stack.ts'

const minute = 60_000
const begun = Date.now()
let own: TestStack
let stack: TestStack
let product: Processes
let templateId: string

/** The database, Temporal and the vendors live by this process's clock; the API is ten minutes ahead of it, the worker ten behind. */
beforeAll(async () => {
  own = await startStack()
  product = await spawnProduct(own, { JWT_SECRET: 'a secret of processes out of step, 32 or more', PROVIDER_ATTEMPTS: '2', PARKED_DAYS: String(10 / (24 * 60)) }, { api: clockAhead(10 * minute), worker: clockAhead(-10 * minute) })
  stack = through(own, product)
  templateId = await importSmall(stack)
}, 120_000)
afterAll(async () => {
  await product.stop()
  await own.close()
})

/** Times that follow one another, by the database's clock. */
const inOrder = (...times: (string | null | undefined)[]): void => {
  const all = [begun, ...times.map((time) => Date.parse(time ?? '')), Date.now()]
  expect(all).toEqual([...all].sort((a, b) => a - b))
}

test('each process has a clock of its own', () => {
  const off = (of: 'api' | 'worker') => (Date.parse(String(product.log(of).at(-1)?.['time'])) - Date.now()) / minute
  expect(Math.round(off('api'))).toBe(10)
  expect(Math.round(off('worker'))).toBe(-10)
})

test('of twenty deploys at once one is accepted, and its times follow one another', async () => {
  const planned = await planFor(stack, templateId, 'out of step')
  const path = `/templates/${templateId}/deploy`
  const answers = await Promise.all(Array.from({ length: 20 }, () => stack.call<{ recordId: string }>('POST', path, { planId: planned.planId })))
  expect(answers.map(({ status }) => status).sort()).toEqual([202, ...Array(19).fill(409)])
  const record = await settled(stack, answers.find(({ status }) => status === 202)?.body.recordId ?? '')
  expect(record.status).toBe('success')
  inOrder(record.createdAt, record.startedAt, record.finishedAt)

  const keyed = () => stack.call<{ recordId: string }>('POST', path, { planId: planned.planId }, { headers: { 'idempotency-key': 'out-of-step' } })
  const first = await keyed()
  expect(first.status).toBe(202)
  expect(await keyed()).toMatchObject({ status: 202, body: first.body })
  expect((await settled(stack, first.body.recordId)).status).toBe('success')
})

test("a pipeline's times follow one another, and the same one may begin again the moment it is over", async () => {
  const run = async () => {
    const { status, body } = await stack.call<{ pipelineId: string }>('POST', '/api/v1/pipelines', { templateId, client: { name: 'hurried' }, variables: { company: 'hurried' }, targets: ['retell'] })
    expect(status).toBe(202)
    return (await until(() => stack.call<{ status: string; createdAt: string; finishedAt: string; stages: { startedAt: string; finishedAt: string }[] }>('GET', `/api/v1/pipelines/${body.pipelineId}`), (answer) => answer.body.status !== 'running')).body
  }
  for (const { status, createdAt, finishedAt, stages } of [await run(), await run()]) {
    expect(status).toBe('success')
    inOrder(createdAt, ...stages.flatMap((stage) => [stage.startedAt, stage.finishedAt]), finishedAt)
  }
})

test('when a failed step is tried next is told by the one clock', async () => {
  const planned = await planFor(stack, templateId, 'limping', ['retell'])
  await stack.faults('retell', { rate: 1, kinds: ['429'], times: 1, retryAfterMs: 3_000 })
  const recordId = await deploy(stack, planned)
  const failing = async () => (await stack.call<{ items: Awaited<ReturnType<typeof recordOf>>[] }>('GET', '/api/v1/deployments?failing=true')).body.items
  const [record] = await until(failing, (items) => items.length > 0)
  const seen = Date.now()
  const next = Date.parse((record && stepOf(record, 'retell'))?.nextRetryAt ?? '')
  expect(next).toBeGreaterThan(Date.parse(record?.startedAt ?? ''))
  expect(next).toBeLessThanOrEqual(seen + 3_000)
  expect((await settled(stack, recordId)).status).toBe('success')
  expect(await failing()).toEqual([])
})

test('an event that is written late, after one that came later, is still heard', async () => {
  await stack.faults('ghl', { rate: 1, kinds: ['500'] })
  const planned = await planFor(stack, templateId, 'heard', ['ghl'])
  const recordId = await deployUntilParked(stack, planned)
  await stack.faults('ghl', { rate: 0 })
  const stop = new AbortController()
  const answer = await fetch(`${product.url}/api/v1/deployments/${recordId}/events`, { headers: { authorization: `Bearer ${await product.token('viewer')}` }, signal: stop.signal })
  let heard = ''
  const reading = (async () => { for await (const chunk of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) heard += chunk })().catch(() => undefined)
  const write = (type: string, before: () => Promise<unknown> = () => Promise.resolve()) => inTenant(own.db, own.tenantId, async (tx) => {
    // As the build before did it: without taking turns.
    await tx.insertInto('deployment_events').values({ tenant_id: own.tenantId, record_id: recordId, type, provider: null, message: type, data: '{}' }).execute()
    await before()
  })
  const hears = (type: string) => until(() => Promise.resolve(heard), (text) => text.includes(`event: ${type}\n`), 10)
  await hears('failed')
  await write('late', async () => {
    await write('early')
    await hears('early')
  })
  await hears('late')
  stop.abort()
  await reading
  await stack.call('POST', `/api/v1/deployments/${recordId}/cancel`, {})
  await ended(stack, planned)
})

test('workers with clocks far apart share one rate', async () => {
  const tags = Array.from({ length: 6 }, (_, index) => `  tag${String(index)}: { provider: ghl, type: tag, spec: { name: "\${{ variables.company }} ${String(index)}" } }`)
  const many = await importSmall(stack, 'many tags', `variables: { type: object, required: [company], properties: { company: { type: string } } }\nresources:\n${tags.join('\n')}\n`)
  const plans = []
  for (const company of ['first', 'second', 'third', 'fourth']) plans.push(await planFor(stack, many, company, ['ghl']))
  const before = (await stack.journal('ghl')).length
  await own.startWorker()
  try {
    for (const recordId of await Promise.all(plans.map((planned) => deploy(stack, planned)))) expect(await settled(stack, recordId, 60)).toMatchObject({ status: 'success' })
  } finally {
    await own.worker.stop()
  }
  const asked = (await stack.journal('ghl')).slice(before)
  expect(asked.filter(({ status }) => status === 429)).toEqual([])
  expect(asked.length).toBeGreaterThanOrEqual(40)
  // 15 at once and 8 a second, and what a slow machine sends a little late.
  const within2s = asked.map(({ at }) => asked.filter((other) => other.at >= at && other.at < at + 2_000).length)
  expect(Math.max(...within2s)).toBeLessThanOrEqual(15 + 2 * 8 + 8)
}, 90_000)

test('a parked step outlives a worker whose clock says that its time is over', async () => {
  await stack.faults('ghl', { rate: 1, kinds: ['500'] })
  const planned = await planFor(stack, templateId, 'patient')
  const recordId = await deployUntilParked(stack, planned)
  await stack.faults('ghl', { rate: 0 })
  // Twenty minutes later than the one that parked it, which was to wait for ten.
  await product.restartWorker(clockAhead(10 * minute))
  const { body } = await stack.call<{ error: { code: string } }>('GET', `/api/v1/deployments/${recordId}`)
  expect(body.error.code).toBe('502.provider_error_ghl')
  expect(await stack.call('POST', `/api/v1/deployments/${recordId}/retry`, { provider: 'ghl' })).toMatchObject({ status: 202 })
  const record = await until(() => recordOf(stack, recordId), ({ status }) => status === 'success')
  inOrder(record.createdAt, record.startedAt, record.finishedAt)
  const timers = JSON.parse(await stack.temporal('workflow', 'show', '--workflow-id', `deploy:${planned.planId}`, '-o', 'json')) as { events: { timerStartedEventAttributes?: { startToFireTimeout: string } }[] }
  expect(timers.events.flatMap(({ timerStartedEventAttributes: timer }) => timer?.startToFireTimeout ?? [])).toContain('600s')
}, 60_000)

test('every time in the database is its own', async () => {
  const { rows: columns } = await sql<{ table: string; column: string }>`
    select table_name as table, column_name as column from information_schema.columns
    where table_schema = 'public' and data_type = 'timestamp with time zone' and column_name <> 'next_retry_at' order by 1, 2`.execute(own.db)
  const seen: string[] = []
  for (const { table, column } of columns.filter((one) => !searchTables.includes(one.table))) {
    const { rows } = await inTenant(own.db, own.tenantId, (tx) => sql<{ first: Date | null; last: Date | null }>`select min(${sql.ref(column)}) as first, max(${sql.ref(column)}) as last from ${sql.table(table)}`.execute(tx))
    const [{ first, last } = { first: null, last: null }] = rows
    if (first === null || last === null) continue
    seen.push(`${table}.${column}`)
    expect({ table, column, early: first.getTime() < begun, late: last.getTime() > Date.now() }).toEqual({ table, column, early: false, late: false })
  }
  for (const one of ['deployment_records.finished_at', 'deployment_steps.finished_at', 'dead_letters.decided_at', 'provider_links.deployed_at', 'resource_plans.updated_at', 'pipelines.finished_at', 'managed_resources.updated_at', 'blobs.created_at', 'audit_events.at', 'template_artifacts.updated_at']) expect(seen).toContain(one)
  const stages = (await inTenant(own.db, own.tenantId, (tx) => sql<{ at: string }>`select stage ->> 'writtenAt' as at from resource_plans, jsonb_array_elements(stages) stage where stage ->> 'writtenAt' is not null`.execute(tx))).rows
  expect(stages.length).toBeGreaterThan(0)
  for (const { at } of stages) inOrder(at)
})
