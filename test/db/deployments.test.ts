import { randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { sql } from 'kysely'
import type { DeployInput } from '../../contracts/workflow.ts'
import { groupDeadLetters, listDeadLetters } from '../../db/dead-letter-queries.ts'
import { addEvent, eventsAfter, listEvents } from '../../db/deployment-events.ts'
import { listDeployments } from '../../db/deployment-list.ts'
import { findDeployment, findLatestRecord, findRunningRecord, readProgress } from '../../db/deployment-queries.ts'
import { addDeadLetter, decideDeadLetters, fingerprintOf } from '../../db/dead-letters.ts'
import { saveStep, getStep } from '../../db/deployment-steps.ts'
import { findParkedRecord, openRecord, setRecordStatus, supersedeRecord } from '../../db/deployments.ts'
import { closeAbandoned } from '../../db/orphans.ts'
import { newId } from '../../db/ids.ts'
import { replaceLinks } from '../../db/links.ts'
import { insertPlan } from '../../db/plans.ts'
import { deployInput } from '../support/deploy-input.ts'
import { seedTenant } from './seed.ts'
import { seededDatabase } from './seeded.ts'

const { database, ours, here } = await seededDatabase()
const theirs = await seedTenant(database.db, 'theirs')
beforeEach(async () => { await sql`delete from deployment_records where tenant_id = ${ours.tenantId}`.execute(database.db) })

const run = (rest: Partial<DeployInput> = {}): DeployInput => deployInput(ours, rest)
const open = (input: DeployInput) => here((tx) => openRecord(tx, input))
const planFor = async (targets: string[], clientId = ours.clientId): Promise<string> => {
  const id = newId()
  await here((tx) => insertPlan(tx, ours.tenantId, { id, templateId: ours.templateId, clientId, instanceId: ours.instanceId, targets, variables: {}, planHash: 'c'.repeat(64), createdBy: 'ada' }))
  return id
}
const letter = (recordId: string, rest: object = {}) => ({ tenantId: ours.tenantId, recordId, planId: ours.planId, provider: 'retell', code: '502.provider_error_retell', message: 'No', attempts: 6, ...rest })
const cancelled = { status: 'cancelled' as const, decidedBy: 'ada' }

describe('openRecord', () => {
  test('makes one record with a step per target, for whoever asks first', async () => {
    const input = run()
    expect(await Promise.all(Array.from({ length: 8 }, () => open(input)))).toEqual(Array(8).fill({ opened: true }))
    const record = await here((tx) => findDeployment(tx, input.recordId))
    expect(record).toMatchObject({ status: 'queued', operation: 'deploy', planId: ours.planId, requestedBy: 'ada', correlationId: 'c1', startedAt: null, logsRef: `/api/v1/deployments/${input.recordId}/logs`, request: { targets: ['n8n', 'retell'], clientId: ours.clientId } })
    expect(record?.providers.map(({ provider, status }) => `${provider} ${status}`)).toEqual(['n8n pending', 'retell pending'])
    expect((await here((tx) => eventsAfter(tx, input.recordId, 0, 10))).map(({ event }) => event.type)).toEqual(['queued'])
  })

  test('of plans that share a provider opens one, however many ask at once', async () => {
    const [shared, apart] = [await planFor(['ghl', 'retell']), await planFor(['supabase'])]
    const inputs = [run(), run({ planId: shared }), run({ operation: 'undeploy' })]
    const answers = await Promise.all(inputs.map(open))
    const winner = inputs[answers.findIndex(({ opened }) => opened)]
    expect(answers.filter(({ opened }) => opened)).toHaveLength(1)
    for (const answer of answers) if (!answer.opened) expect(answer.recordId).toBe(winner?.recordId)
    expect(await open(run({ planId: apart }))).toEqual({ opened: true })
  })

  test('remembers what it refused, also when the winner is done', async () => {
    const winner = run()
    const loser = run({ operation: 'undeploy' })
    await open(winner)
    expect(await open(loser)).toEqual({ opened: false, recordId: winner.recordId })
    await here((tx) => setRecordStatus(tx, winner.recordId, 'success'))
    expect(await open(loser)).toEqual({ opened: false, recordId: winner.recordId })
    expect(await open(run({ operation: 'undeploy' }))).toEqual({ opened: true })
  })

  test('lets other clients be, and a plan\'s own second run, which the workflow id guards', async () => {
    const other = newId()
    await sql`insert into clients (tenant_id, id, name, created_by) values (${ours.tenantId}, ${other}, ${other}, 'ada')`.execute(database.db)
    await open(run())
    expect(await open(run({ planId: await planFor(['n8n', 'retell'], other) }))).toEqual({ opened: true })
    expect(await open(run())).toEqual({ opened: true })
  })

  test('of many who saw the same newest record, one wins', async () => {
    const first = run()
    await open(first)
    await here((tx) => setRecordStatus(tx, first.recordId, 'failed', { code: '499.cancelled', message: 'x' }))
    const inputs = Array.from({ length: 6 }, () => run({ after: first.recordId }))
    const answers = await Promise.all(inputs.map(open))
    expect(answers.filter(({ opened }) => opened)).toHaveLength(1)
    expect(await open(run({ after: null }))).toMatchObject({ opened: false })
  })

  test('knows no plan of another tenant', async () => {
    await expect(open(run({ planId: theirs.planId }))).rejects.toMatchObject({ code: '404.plan_not_found' })
  })
})

describe('a parked record', () => {
  test('is found, and gives way to a new one', async () => {
    const parked = run()
    await open(parked)
    expect(await here((tx) => findParkedRecord(tx, ours.planId))).toBeUndefined()
    await here(async (tx) => {
      await addDeadLetter(tx, letter(parked.recordId))
      await setRecordStatus(tx, parked.recordId, 'failed', { code: '502.provider_error_retell', message: 'No' })
      await saveStep(tx, { tenantId: ours.tenantId, recordId: parked.recordId, provider: 'retell' }, { status: 'parked' })
    })
    expect(await here((tx) => findParkedRecord(tx, ours.planId))).toEqual({ id: parked.recordId })
    expect(await here((tx) => findParkedRecord(tx, ours.planId, 'undeploy'))).toBeUndefined()
    expect(await here((tx) => readProgress(tx, parked.recordId))).toEqual({ status: 'failed', final: false })
    expect((await here((tx) => listDeployments(tx, { parked: true }, { limit: 5 }))).items.map(({ id }) => id)).toEqual([parked.recordId])
    const next = run()
    expect(await here((tx) => supersedeRecord(tx, parked.recordId, next))).toEqual({ opened: true })
    expect(await here((tx) => findDeployment(tx, parked.recordId))).toMatchObject({ supersededBy: next.recordId })
    expect((await here((tx) => listDeadLetters(tx, { status: 'all' }, { limit: 5 }))).items).toMatchObject([{ status: 'superseded', decidedBy: 'ada' }])
    expect(await here((tx) => findParkedRecord(tx, ours.planId))).toBeUndefined()
    expect(await here((tx) => readProgress(tx, parked.recordId))).toEqual({ status: 'failed', final: true })
    expect((await here((tx) => listDeployments(tx, { parked: false }, { limit: 5 }))).items).toHaveLength(2)
  })

  test('stays when the new one is refused', async () => {
    const parked = run()
    await open(parked)
    await here((tx) => addDeadLetter(tx, letter(parked.recordId)))
    await here((tx) => setRecordStatus(tx, parked.recordId, 'failed'))
    const other = run({ operation: 'undeploy' })
    await open(other)
    expect(await here((tx) => supersedeRecord(tx, parked.recordId, run()))).toEqual({ opened: false, recordId: other.recordId })
    expect(await here((tx) => findParkedRecord(tx, ours.planId))).toEqual({ id: parked.recordId })
  })
})

test('records that a terminated run left behind are closed; other plans\' are not', async () => {
  const [left, elsewhere, next] = [run(), run({ planId: await planFor(['x']) }), run()]
  for (const input of [left, elsewhere, next]) await open(input)
  await here((tx) => saveStep(tx, { tenantId: ours.tenantId, recordId: left.recordId, provider: 'retell' }, { status: 'retrying', retryInMs: 0 }))
  await here((tx) => addDeadLetter(tx, letter(left.recordId, { provider: 'n8n' })))
  await here((tx) => closeAbandoned(tx, next))
  const closed = await here((tx) => findDeployment(tx, left.recordId))
  expect(closed).toMatchObject({ status: 'failed', error: { code: '499.cancelled' }, finishedAt: expect.any(String) })
  expect(closed?.providers.map(({ status, nextRetryAt }) => [status, nextRetryAt])).toEqual([['cancelled', undefined], ['cancelled', undefined]])
  expect((await here((tx) => listDeadLetters(tx, {}, { limit: 5 }))).items).toEqual([])
  expect((await here((tx) => eventsAfter(tx, left.recordId, 0, 10))).map(({ event }) => event.type)).toEqual(['queued', 'cancelled'])
  for (const { recordId } of [elsewhere, next]) expect(await here((tx) => findDeployment(tx, recordId))).toMatchObject({ status: 'queued' })
})

describe('steps', () => {
  const at = (recordId: string, provider = 'retell') => ({ tenantId: ours.tenantId, recordId, provider })
  const step = async (recordId: string, provider = 'retell') => (await here((tx) => findDeployment(tx, recordId)))?.providers.find((one) => one.provider === provider)

  test('keep what a patch does not name, and the time of the first start', async () => {
    const input = run()
    await open(input)
    await here((tx) => saveStep(tx, at(input.recordId), { status: 'running', attempts: 1, failures: 1, error: { code: 'x', message: 'y' }, retryInMs: 60_000 }))
    expect(await step(input.recordId)).toEqual({ provider: 'retell', status: 'running', attempts: 1, error: { code: 'x', message: 'y' }, nextRetryAt: expect.any(String), links: [] })
    const started = async () => (await sql<{ at: Date }>`select started_at as at from deployment_steps where record_id = ${input.recordId} and provider = 'retell'`.execute(database.db)).rows[0]?.at.getTime()
    const first = await started()
    await here((tx) => saveStep(tx, at(input.recordId), { status: 'running', error: null, retryInMs: null }))
    expect(await started()).toBe(first)
    expect(await here((tx) => getStep(tx, input.recordId, 'retell'))).toMatchObject({ attempts: 1, failures: 1 })
    expect(await here((tx) => getStep(tx, input.recordId, 'ghl'))).toEqual({ status: 'pending', attempts: 0, failures: 0, manualSteps: [] })
    await here((tx) => saveStep(tx, at(input.recordId), { status: 'success', finished: true, manualSteps: [{ name: 'Pipeline', instruction: 'Make it', url: 'https://x' }] }))
    expect(await step(input.recordId)).toEqual({ provider: 'retell', status: 'success', attempts: 1, manualSteps: [{ name: 'Pipeline', instruction: 'Make it', url: 'https://x' }], links: [expect.objectContaining({ external_id: 'agent_1' })] })
  })

  test('show links while they are done, and in deployments only', async () => {
    const input = run()
    await open(input)
    await here((tx) => replaceLinks(tx, { tenantId: ours.tenantId, planId: ours.planId, recordId: input.recordId, provider: 'n8n' }, [{ type: 'workflow', name: 'flow', externalId: 'w1', url: 'https://x/w1' }]))
    for (const [status, links] of [['running', 0], ['success', 1], ['resolved', 1], ['skipped', 0]] as const) {
      await here((tx) => saveStep(tx, at(input.recordId, 'n8n'), { status }))
      expect((await step(input.recordId, 'n8n'))?.links).toHaveLength(links)
    }
    await here((tx) => setRecordStatus(tx, input.recordId, 'success'))
    const undeploy = run({ operation: 'undeploy' })
    await open(undeploy)
    await here((tx) => saveStep(tx, at(undeploy.recordId, 'n8n'), { status: 'success' }))
    expect((await step(undeploy.recordId, 'n8n'))?.links).toEqual([])
  })

  test('of a provider that the plan does not name can be added', async () => {
    const input = run()
    await open(input)
    await here((tx) => saveStep(tx, at(input.recordId, 'supabase'), { status: 'running' }))
    expect(await step(input.recordId, 'supabase')).toMatchObject({ status: 'running', attempts: 0 })
  })
})

describe('records', () => {
  test('start once, and forget their end when they run again', async () => {
    const input = run()
    await open(input)
    await here((tx) => setRecordStatus(tx, input.recordId, 'running'))
    const first = await here((tx) => findDeployment(tx, input.recordId))
    await here((tx) => setRecordStatus(tx, input.recordId, 'failed', { code: '502.provider_error_n8n', message: 'No' }))
    expect(await here((tx) => findDeployment(tx, input.recordId))).toMatchObject({ status: 'failed', error: { code: '502.provider_error_n8n', message: 'No' }, startedAt: first?.startedAt, finishedAt: expect.any(String) })
    await here((tx) => setRecordStatus(tx, input.recordId, 'running'))
    const again = await here((tx) => findDeployment(tx, input.recordId))
    expect(again).toMatchObject({ status: 'running', startedAt: first?.startedAt, finishedAt: null })
    expect(again).not.toHaveProperty('error')
  })

  test('are found by each of their sides', async () => {
    const input = run({ correlationId: 'find me' })
    await open(input)
    const found = async (filter: Parameters<typeof listDeployments>[1]) => (await here((tx) => listDeployments(tx, filter, { limit: 5 }))).items.map(({ id }) => id)
    for (const filter of [{ status: 'queued' as const }, { planId: ours.planId }, { clientId: ours.clientId }, { templateId: ours.templateId }, { provider: 'n8n' }, { correlationId: 'find me' }, { operation: 'deploy' as const }, { parked: false }, { from: '2020-01-01T00:00:00Z' }, { to: '2990-01-01T00:00:00Z' }, { clientId: ours.clientId, templateId: ours.templateId }]) expect(await found(filter)).toEqual([input.recordId])
    for (const filter of [{ status: 'failed' as const }, { planId: theirs.planId }, { clientId: theirs.clientId }, { templateId: newId() }, { provider: 'ghl' }, { correlationId: 'other' }, { operation: 'undeploy' as const }, { parked: true }, { from: '2990-01-01T00:00:00Z' }, { to: '2020-01-01T00:00:00Z' }]) expect(await found(filter)).toEqual([])
    expect(await here((tx) => findRunningRecord(tx, ours.planId, 'deploy'))).toBe(input.recordId)
    expect(await here((tx) => findRunningRecord(tx, ours.planId, 'undeploy'))).toBeUndefined()
    expect(await here((tx) => findLatestRecord(tx, ours.planId, 'deploy'))).toEqual({ id: input.recordId, status: 'queued', ageMs: expect.any(Number) })
    expect(await here((tx) => findLatestRecord(tx, theirs.planId, 'deploy'))).toBeUndefined()
    expect(await here((tx) => findDeployment(tx, theirs.recordId))).toBeUndefined()
    expect(await here((tx) => readProgress(tx, theirs.recordId))).toBeUndefined()
  })

  test('tell their events in order, page by page', async () => {
    const input = run()
    await open(input)
    for (let at = 0; at < 5; at++) await here((tx) => addEvent(tx, { tenantId: ours.tenantId, recordId: input.recordId, type: 'step', provider: at % 2 === 0 ? 'retell' : undefined, message: String(at), data: { at } }))
    const read = async (after: number, limit: number) => (await here((tx) => eventsAfter(tx, input.recordId, after, limit))).map(({ event }) => event)
    const all = await read(0, 100)
    expect(all.map(({ message }) => message)).toEqual(['Deployment accepted', '0', '1', '2', '3', '4'])
    expect(await read(all[3]?.id ?? 0, 1)).toEqual([all[4]])
    const page = await here((tx) => listEvents(tx, input.recordId, { provider: 'retell' }, { limit: 2 }))
    expect(page.items.map(({ message }) => message)).toEqual(['0', '2'])
    expect(page.nextCursor).not.toBeNull()
    expect((await here((tx) => listEvents(tx, input.recordId, {}, { limit: 1, sort: 'desc' }))).items).toEqual([all[5]])
  })
})

describe('dead letters', () => {
  test('parked twice are one, renewed; decided ones stay beside the next', async () => {
    const input = run()
    await open(input)
    await here((tx) => addDeadLetter(tx, letter(input.recordId)))
    await here((tx) => addDeadLetter(tx, letter(input.recordId, { message: 'Still no', attempts: 12 })))
    const list = async (filter: Parameters<typeof listDeadLetters>[1] = {}) => (await here((tx) => listDeadLetters(tx, filter, { limit: 10 }))).items
    expect(await list()).toMatchObject([{ message: 'Still no', attempts: 12, status: 'parked', decidedAt: null }])
    await here((tx) => decideDeadLetters(tx, input.recordId, 'n8n', cancelled))
    expect(await list()).toHaveLength(1)
    await here((tx) => decideDeadLetters(tx, input.recordId, 'retell', { status: 'retried', decidedBy: 'ada', reason: 'try' }))
    expect(await list()).toEqual([])
    expect(await list({ status: 'retried' })).toMatchObject([{ decidedBy: 'ada', reason: 'try', decidedAt: expect.any(String) }])
    await here((tx) => addDeadLetter(tx, letter(input.recordId)))
    expect(await list({ status: 'all' })).toHaveLength(2)
    await here((tx) => decideDeadLetters(tx, input.recordId, undefined, cancelled))
    expect(await list()).toEqual([])
  })

  test('that failed alike are one group, the most frequent first', async () => {
    for (let at = 0; at < 3; at++) {
      const input = run()
      await open(input)
      await here((tx) => addDeadLetter(tx, letter(input.recordId, { message: `Agent agent_${randomUUID().replaceAll('-', '')} not found at ${String(at)}:00` })))
      if (at === 0) await here((tx) => addDeadLetter(tx, letter(input.recordId, { provider: 'n8n', code: '502.provider_error_n8n', message: 'Down' })))
    }
    const groups = await here((tx) => groupDeadLetters(tx, {}))
    expect(groups.map(({ provider, count }) => `${provider} ${String(count)}`)).toEqual(['retell 3', 'n8n 1'])
    expect(groups[0]).toMatchObject({ code: '502.provider_error_retell', message: expect.stringContaining('2:00'), latestAt: expect.any(String) })
    const { fingerprint = '' } = groups[0] ?? {}
    for (const [filter, count] of [[{ fingerprint }, 3], [{ provider: 'n8n' }, 1], [{ code: '502.provider_error_n8n' }, 1], [{ planId: ours.planId }, 4], [{ planId: theirs.planId }, 0]] as const) expect((await here((tx) => listDeadLetters(tx, filter, { limit: 10 }))).items).toHaveLength(count)
  })

  test.each([
    ['ids', 'No workflow 7f3a9c2e-1111-4222-8333-444455556666', 'No workflow 00000000-aaaa-4bbb-8ccc-dddddddddddd', true],
    ['numbers', 'Retry in 30 s', 'Retry in 7 s', true],
    ['vendor ids', 'llm_4fa8c9d2e1 is gone', 'llm_99b7aa01cc is gone', true],
    ['words', 'voice_id is unknown', 'agent_name is unknown', false],
  ])('errors that differ in %s alone are of one kind, or not', (_, a, b, same) => {
    expect(fingerprintOf('retell', 'c', a) === fingerprintOf('retell', 'c', b)).toBe(same)
    expect(fingerprintOf('retell', 'c', a)).not.toBe(fingerprintOf('n8n', 'c', a))
    expect(fingerprintOf('retell', 'c', a)).not.toBe(fingerprintOf('retell', 'd', a))
  })
})
