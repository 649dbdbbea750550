import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { Client, Connection } from '@temporalio/client'
import { sql } from 'kysely'
import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { DeploymentRecord } from '../../contracts/api.ts'
import type { DeployInput } from '../../contracts/workflow.ts'
import { inTenant } from '../../db/client.ts'
import { openRecord } from '../../db/deployments.ts'
import { type Case, type Problem, content, openCase, without } from '../e2e/agency.ts'
import { deployInput } from '../support/deploy-input.ts'
import { type TestStack, startStack, until } from '../support/stack.ts'
import { conforming } from './conform.ts'

let stack: TestStack
let call: TestStack['call']
beforeAll(async () => {
  // A slow answer is no failure here: it is how a run is kept going.
  stack = await startStack({ supabase: false, env: { PROVIDER_ATTEMPTS: '2', PROVIDER_TIMEOUT_MS: '20000' } })
  call = conforming(stack)
})
afterAll(() => stack.close())
afterEach(() => stack.faults('ghl', { rate: 0 }))

const onlyGhl = () => content({ resources: without('brain', 'agent', 'key', 'flow') })
const toGhl = async () => {
  const one = await openCase({ ...stack, call }, onlyGhl())
  return { one, plan: await one.plan({ targets: ['ghl'] }) }
}
const breakGhl = () => stack.faults('ghl', { rate: 1, kinds: ['500'] })
const park = async () => {
  const { one, plan } = await toGhl()
  await breakGhl()
  const record = await one.settled(await one.start(plan.planId))
  expect(record).toMatchObject({ status: 'failed', error: { code: '502.provider_error_ghl' }, providers: [{ provider: 'ghl', status: 'parked', attempts: 2 }] })
  return { one, plan, record }
}
const order = (id: string, name: string, body: object = {}) => call<Problem & { recordId: string }>('POST', `/api/v1/deployments/${id}/${name}`, body)
const statuses = (answers: { status: number }[]) => Object.fromEntries(Object.entries(Object.groupBy(answers, ({ status }) => String(status))).map(([status, list = []]) => [status, list.length]))

test('of two hundred deploys at once one gets 202, and the others hear its record', async () => {
  const { one, plan } = await toGhl()
  // Client and server share this process: the last request is read long after the first, and the run must not end before.
  await stack.faults('ghl', { rate: 0, latencyMs: 5_000 })
  const answers = await Promise.all(Array.from({ length: 200 }, () => one.tryDeploy({ planId: plan.planId })))
  await stack.faults('ghl', { rate: 0 })
  expect(statuses(answers)).toEqual({ 202: 1, 409: 199 })
  const { recordId } = answers.find(({ status }) => status === 202)?.body ?? {}
  for (const { status, body } of answers) if (status === 409) expect(body).toMatchObject({ code: '409.deployment_in_progress', recordId })
  expect((await one.settled(recordId ?? '')).status).toBe('success')
})

test('a deploy that came in before another was accepted has lost to it, even where that has ended by then', async () => {
  const { one, plan } = await toGhl()
  const { hostname, port } = new URL(stack.api)
  const body = JSON.stringify({ planId: plan.planId })
  const socket = connect(Number(port), hostname)
  let answer = ''
  socket.on('data', (text) => { answer += String(text) })
  socket.write(`POST ${one.template}/deploy HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer ${await stack.token()}\r\nContent-Type: application/json\r\nContent-Length: ${String(body.length)}\r\n\r\n`)
  await sleep(100)
  const { id } = await one.deploy(plan.planId)
  socket.write(body)
  await once(socket, 'close')
  expect(answer).toMatch(/^HTTP\/1.1 409 /)
  expect(answer).toContain(`"recordId":"${id}"`)
  expect((await one.deploy(plan.planId)).status).toBe('success')
})

test('of two runs that saw the same record, the one that opened its own first has won for good', async () => {
  const { one, plan } = await toGhl()
  const { id } = await one.deploy(plan.planId)
  const late = deployInput({ tenantId: stack.tenantId, planId: plan.planId }, { after: null })
  const open = (input: DeployInput) => inTenant(stack.db, stack.tenantId, (tx) => openRecord(tx, input))
  for (const _again of [1, 2]) expect(await open(late)).toEqual({ opened: false, recordId: id })
  expect(await open({ ...late, recordId: id })).toEqual({ opened: true })
})

test('twenty deploys with one Idempotency-Key are one deployment', async () => {
  const { one, plan } = await toGhl()
  const headers = { 'idempotency-key': randomUUID() }
  const answers = await Promise.all(Array.from({ length: 20 }, () => call<{ recordId: string }>('POST', `${one.template}/deploy`, { planId: plan.planId }, { headers })))
  expect([statuses(answers), new Set(answers.map(({ body }) => body.recordId)).size]).toEqual([{ 202: 20 }, 1])
  const { body } = await call<{ items: object[] }>('GET', `/api/v1/deployments?planId=${plan.planId}`)
  expect(body.items).toHaveLength(1)
})

test('of twenty deploys that supersede a parked one, one gets 202', async () => {
  const { one, plan, record } = await park()
  await stack.faults('ghl', { rate: 0 })
  const answers = await Promise.all(Array.from({ length: 20 }, () => one.tryDeploy({ planId: plan.planId })))
  expect(statuses(answers)).toEqual({ 202: 1, 409: 19 })
  const { recordId = '' } = answers.find(({ status }) => status === 202)?.body ?? {}
  expect(await one.settled(recordId)).toMatchObject({ status: 'success', planId: plan.planId })
  expect(await one.record(record.id)).toMatchObject({ status: 'failed', supersededBy: recordId })
  expect((await order(record.id, 'retry')).body).toMatchObject({ code: '409.not_parked', detail: expect.stringContaining(recordId) })
  expect((await call<{ items: object[] }>('GET', `/api/v1/dead-letters?planId=${plan.planId}&status=superseded`)).body.items).toHaveLength(1)
})

test("a plan that does not exist or is another template's is 404; one that has changed is 409", async () => {
  const { one, plan } = await toGhl()
  const other = await toGhl()
  expect((await one.tryDeploy({ planId: randomUUID() })).body).toMatchObject({ code: '404.plan_not_found' })
  expect((await one.tryDeploy({ planId: other.plan.planId })).body).toMatchObject({ code: '404.plan_not_found' })
  expect((await call('POST', `/templates/${randomUUID()}/deploy`, { planId: plan.planId })).body).toMatchObject({ code: '404.template_not_found' })
  expect((await one.tryDeploy({ planId: plan.planId, planHash: '0'.repeat(64) })).body).toMatchObject({ code: '409.plan_stale', planId: plan.planId })
  expect((await one.tryDeploy({ planId: plan.planId, planHash: plan.planHash })).status).toBe(202)
})

test('the run says in Temporal what it is for', async () => {
  const { one, plan } = await toGhl()
  await one.deploy(plan.planId)
  const connection = await Connection.connect({ address: stack.temporalAddress })
  try {
    const description = await new Client({ connection }).workflow.getHandle(`deploy:${plan.planId}`).describe()
    expect(await description.staticSummary()).toBe(`Deploy "${one.company}" for ${one.company} to ghl`)
    const attributes = Object.fromEntries(description.typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value]))
    expect(attributes).toMatchObject({ SlipwayTenant: stack.tenantId, SlipwayClient: one.clientId, SlipwayTemplate: one.templateId, SlipwayPlan: plan.planId, SlipwayProviders: ['ghl'] })
    expect(description.priority?.fairnessKey).toBe(stack.tenantId)
  } finally {
    await connection.close()
  }
})

test('a parked step is skipped with a reason, and the record becomes a success', async () => {
  const { one, record } = await park()
  expect((await order(record.id, 'skip', { provider: 'retell', reason: 'x' })).body).toMatchObject({ code: '409.not_parked' })
  expect((await order(record.id, 'skip', { provider: 'ghl' })).body).toMatchObject({ code: '400.request_invalid', errors: [{ pointer: '/reason' }] })
  expect((await order(record.id.toUpperCase(), 'skip', { provider: 'ghl', reason: 'Not needed' })).body).toEqual({ recordId: record.id })
  await until(() => one.record(record.id), ({ status }) => status === 'success')
  expect(await one.record(record.id)).toMatchObject({ providers: [{ status: 'skipped', links: [] }] })
  expect((await order(record.id, 'retry')).body).toMatchObject({ code: '409.not_parked' })
})

test('a parked step is resolved by hand, and its links stand', async () => {
  const { one, record } = await park()
  const links = [{ name: 'tag', external_id: 'tag_by_hand', url: 'https://app.gohighlevel.com/tag' }, { name: 'value', external_id: 'value_by_hand' }]
  expect((await order(record.id, 'resolve', { provider: 'ghl', links: [{ ...links[0], name: 'no-such-thing' }], reason: 'x' })).status).toBe(400)
  expect((await order(record.id, 'resolve', { provider: 'ghl', links, reason: 'Made in the console' })).status).toBe(202)
  await until(() => one.record(record.id), ({ status }) => status === 'success')
  expect(await one.ids()).toEqual({ tag: 'tag_by_hand', value: 'value_by_hand' })
})

test('a parked deployment is cancelled', async () => {
  const { one, record } = await park()
  expect((await order(record.id, 'cancel', { reason: 'Wrong client' })).status).toBe(202)
  await until(() => one.record(record.id), ({ providers }) => providers[0]?.status === 'cancelled')
  expect(await one.record(record.id)).toMatchObject({ status: 'failed', error: { code: '499.cancelled' } })
  expect((await order(record.id, 'cancel')).body).toMatchObject({ code: '409.not_parked' })
})

test('orders to a deployment that does not exist are 404', async () => {
  for (const name of ['retry', 'cancel']) expect((await order(randomUUID(), name)).body).toMatchObject({ code: '404.deployment_not_found' })
})

test('dead letters are grouped by what failed alike, and tried again by filter', async () => {
  const [first, second] = [await park(), await park()]
  const letters = await call<{ items: { recordId: string; fingerprint: string; id: string }[]; groups: { fingerprint: string; count: number; provider: string }[] }>('GET', '/api/v1/dead-letters?provider=ghl&code=502.provider_error_ghl&limit=100')
  const mine = letters.body.items.filter(({ recordId }) => [first.record.id, second.record.id].includes(recordId))
  expect(mine).toHaveLength(2)
  expect(mine[0]?.fingerprint).toBe(mine[1]?.fingerprint)
  expect(letters.body.groups.find(({ fingerprint }) => fingerprint === mine[0]?.fingerprint)).toMatchObject({ provider: 'ghl', count: letters.body.items.length })
  expect((await call<{ items: object[] }>('GET', '/api/v1/dead-letters?fingerprint=none')).body.items).toEqual([])
  await stack.faults('ghl', { rate: 0 })
  const retried = await call<{ retried: string[] }>('POST', '/api/v1/dead-letters/retry', { filter: { planId: first.plan.planId } }, { headers: { 'idempotency-key': randomUUID() } })
  expect(retried.body).toEqual({ retried: [mine.find(({ recordId }) => recordId === first.record.id)?.id], refused: [] })
  await until(() => first.one.record(first.record.id), ({ status }) => status === 'success')
  expect((await second.one.record(second.record.id)).status).toBe('failed')
  expect((await call('POST', '/api/v1/dead-letters/retry', { filter: { fingerprint: mine[0]?.fingerprint, provider: 'ghl' } })).body).toMatchObject({ retried: expect.arrayContaining([mine.find(({ recordId }) => recordId === second.record.id)?.id]) })
  await until(() => second.one.record(second.record.id), ({ status }) => status === 'success')
})

test('deployments are found by what is known of them', async () => {
  const { one, plan } = await toGhl()
  const correlation = `find-${randomUUID()}`
  const { body } = await call<{ recordId: string }>('POST', `${one.template}/deploy`, { planId: plan.planId }, { headers: { 'x-correlation-id': correlation } })
  await one.settled(body.recordId)
  const parked = await park()
  const find = async (query: string) => (await call<{ items: DeploymentRecord[] }>('GET', `/api/v1/deployments?limit=100&${query}`)).body.items.map(({ id }) => id)
  for (const query of [`planId=${plan.planId}`, `clientId=${one.clientId}`, `templateId=${one.templateId}`, `clientId=${one.clientId}&templateId=${one.templateId}`, `correlationId=${correlation}`, `planId=${plan.planId}&status=completed`, `planId=${plan.planId}&status=success&provider=ghl&operation=deploy&parked=false&from=2020-01-01T00:00:00Z&to=2100-01-01T00:00:00Z`]) {
    expect([query, ...(await find(query))]).toEqual([query, body.recordId])
  }
  for (const query of ['status=failed', 'status=pending', 'provider=retell', 'operation=undeploy', 'parked=true', 'from=2100-01-01T00:00:00Z', 'to=2020-01-01T00:00:00Z']) expect([query, ...(await find(`planId=${plan.planId}&${query}`))]).toEqual([query])
  expect(await find('parked=true')).toContain(parked.record.id)
  expect(await find('parked=false')).not.toContain(parked.record.id)
  expect((await find('sort=asc')).at(-1)).toBe(parked.record.id)
})

test("a record's log is paged, filtered and never mixed with another's", async () => {
  const { one, plan } = await toGhl()
  const record = await one.deploy(plan.planId)
  const all = (await call<{ items: { id: number; provider?: string }[] }>('GET', record.logsRef)).body.items
  expect(all.length).toBeGreaterThan(2)
  const [first, second] = [(await call<{ items: object[]; nextCursor: string }>('GET', `${record.logsRef}?limit=1`)).body, all[1]]
  expect(first.items).toEqual([all[0]])
  expect((await call<{ items: object[] }>('GET', `${record.logsRef}?limit=1&cursor=${first.nextCursor}`)).body.items).toEqual([second])
  expect((await call<{ items: object[] }>('GET', `${record.logsRef}?sort=desc`)).body.items).toEqual([...all].reverse())
  expect((await call<{ items: object[] }>('GET', `${record.logsRef}?provider=ghl`)).body.items).toEqual(all.filter(({ provider }) => provider === 'ghl'))
  expect((await call('GET', `/api/v1/deployments/${randomUUID()}/logs`)).body).toMatchObject({ code: '404.deployment_not_found' })
})

const undeployed = async (one: Case, recordId: string) => {
  const record = await one.settled(recordId)
  expect(record).toMatchObject({ status: 'success', operation: 'undeploy' })
  expect(await one.links()).toEqual([])
}

test('a plan is taken back; an ETag that is not current stops that', async () => {
  const { one, plan } = await toGhl()
  await one.deploy(plan.planId)
  const at = `/api/v1/plans/${plan.planId}`
  const etag = (await call('GET', at)).headers.get('etag') ?? ''
  expect((await call('POST', `${at}/undeploy`, {}, { headers: { 'if-match': '"stale"' } })).body).toMatchObject({ code: '412.precondition_failed' })
  const { status, body } = await call<{ recordId: string }>('POST', `${at}/undeploy`, {}, { headers: { 'if-match': etag } })
  expect(status).toBe(202)
  await undeployed(one, body.recordId)
  expect((await call('POST', `/api/v1/plans/${randomUUID()}/undeploy`, {})).body).toMatchObject({ code: '404.plan_not_found' })
})

test('a parked deployment gives way when its plan is taken back, and a parked undeployment when it is deployed again', async () => {
  const { one, plan, record } = await park()
  await stack.faults('ghl', { rate: 0 })
  await undeployed(one, (await one.tryUndeploy(plan.planId)).body.recordId)
  expect(await one.record(record.id)).toMatchObject({ status: 'failed', error: { code: '499.cancelled' } })

  await one.deploy(plan.planId)
  await breakGhl()
  const failed = await one.settled((await one.tryUndeploy(plan.planId)).body.recordId)
  expect(failed).toMatchObject({ status: 'failed', providers: [{ status: 'parked' }] })
  await stack.faults('ghl', { rate: 0 })
  await one.deploy(plan.planId)
  expect(await one.record(failed.id)).toMatchObject({ providers: [{ status: 'cancelled' }] })
})

const pretendParked = async (recordId: string, planId: string) => {
  await sql`update deployment_records set status = 'failed' where id = ${recordId}`.execute(stack.db)
  const id = randomUUID()
  await sql`insert into dead_letters (tenant_id, id, record_id, plan_id, provider, code, message, fingerprint, attempts) values (${stack.tenantId}, ${id}, ${recordId}, ${planId}, 'ghl', 'x', 'x', 'pretended', 1)`.execute(stack.db)
  return id
}

test('a dead letter whose run has ended is refused, and the others go on', async () => {
  const { one, plan } = await toGhl()
  const record = await one.deploy(plan.planId)
  const id = await pretendParked(record.id, plan.planId)
  expect((await call('POST', '/api/v1/dead-letters/retry', { filter: { fingerprint: 'pretended' } })).body).toEqual({ retried: [], refused: [{ id, code: '409.not_parked', message: expect.any(String) }] })
  // The next deployment finds no run to supersede, and starts one.
  expect((await one.deploy(plan.planId)).status).toBe('success')
})

test('a run that went on since its record was read is not superseded', async () => {
  const { one, plan } = await toGhl()
  await stack.faults('ghl', { rate: 0, latencyMs: 1_500 })
  const recordId = await one.start(plan.planId)
  await pretendParked(recordId, plan.planId)
  expect((await one.tryDeploy({ planId: plan.planId })).body).toMatchObject({ code: '409.deployment_in_progress' })
  await until(() => one.record(recordId), ({ status }) => status === 'success')
})
