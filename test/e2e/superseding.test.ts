import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import { auditOf, deploy, deployUntilParked, ended, eventsOf, importSmall, lettersOf, linksOf, planFor, quickRetries, recordOf, settled, signal, stepOf } from '../support/small-plan.ts'
import type { Planned } from '../support/small-plan.ts'
import { startStack, until } from '../support/stack.ts'
import type { TestStack } from '../support/stack.ts'

let stack: TestStack
let templateId: string
beforeAll(async () => {
  // A slow answer is no failure here: it is how a run is kept going.
  stack = await startStack({ supabase: false, env: { ...quickRetries, PROVIDER_ATTEMPTS: '1', PROVIDER_TIMEOUT_MS: '20000' } })
  templateId = await importSmall(stack)
})
afterAll(() => stack.close())
afterEach(async () => { for (const name of ['retell', 'n8n', 'ghl']) await stack.faults(name, { rate: 0 }) })

const refuse = (provider: string) => stack.faults(provider, { rate: 1, kinds: ['500'] })
const heal = (provider: string) => stack.faults(provider, { rate: 0 })
const plan = (company: string) => planFor(stack, templateId, company, ['ghl'])
const parkedPlan = async (company: string): Promise<{ planned: Planned; parked: string }> => {
  const planned = await plan(company)
  await refuse('ghl')
  return { planned, parked: await deployUntilParked(stack, planned) }
}

interface Accepted { recordId: string; code: string }
const tryDeploy = ({ planId }: Planned) => stack.call<Accepted>('POST', `/templates/${templateId}/deploy`, { planId })
const runsOf = async ({ planId }: Planned): Promise<string[]> =>
  (JSON.parse(await stack.temporal('workflow', 'list', '--query', `WorkflowId="deploy:${planId}"`, '-o', 'json')) as { execution: { runId: string } }[]).map(({ execution }) => execution.runId)
const recordsOf = async ({ planId }: Planned) => (await stack.call<{ items: { id: string; status: string; supersededBy?: string }[] }>('GET', `/api/v1/deployments?planId=${planId}&limit=100`)).body.items

test('a new deploy of a parked plan takes its place in the same run', async () => {
  const { planned, parked } = await parkedPlan('superseded')
  const [runId] = await until(() => runsOf(planned), ({ length }) => length === 1, 10)
  await heal('ghl')
  const recordId = await deploy(stack, planned)
  expect(recordId).not.toBe(parked)
  expect((await settled(stack, recordId)).status).toBe('success')
  expect(await recordOf(stack, parked)).toMatchObject({ status: 'failed', supersededBy: recordId })
  expect(await lettersOf(stack, planned)).toEqual([expect.objectContaining({ recordId: parked, status: 'superseded', decidedBy: 'owner@test' })])
  expect(await linksOf(stack, planned)).toHaveLength(2)
  await ended(stack, planned)
  expect(await runsOf(planned)).toEqual([runId])
  expect(await stack.temporal('workflow', 'describe', '--workflow-id', `deploy:${planned.planId}`)).toContain((await recordOf(stack, recordId)).correlationId)
})

test('an order for a superseded record is refused, naming the one that took its place', async () => {
  const { planned, parked } = await parkedPlan('overtaken')
  const second = await deployUntilParked(stack, planned)
  expect(await stack.call('POST', `/api/v1/deployments/${parked}/retry`, {})).toMatchObject({ status: 409, body: { code: '409.not_parked', detail: expect.stringContaining(second) } })
  await heal('ghl')
  await signal(stack, planned, 'retry')
  await until(() => recordOf(stack, second), ({ status }) => status === 'success')
  expect((await recordOf(stack, parked)).status).toBe('failed')
})

/** All but one are told which record they lost to. */
async function race(planned: Planned, count: number): Promise<string> {
  const answers = await Promise.all(Array.from({ length: count }, () => tryDeploy(planned)))
  const won = answers.filter(({ status }) => status === 202)
  expect(won).toHaveLength(1)
  const recordId = won[0]?.body.recordId ?? ''
  for (const { status, body } of answers.filter((answer) => answer.status !== 202)) expect({ status, code: body.code, recordId: body.recordId }).toEqual({ status: 409, code: '409.deployment_in_progress', recordId })
  return recordId
}

for (const count of [10, 60]) {
  test(`of ${String(count)} deploys at once exactly one is accepted`, async () => {
    const planned = await plan(`raced ${String(count)}`)
    await stack.faults('ghl', { latencyMs: 1_500 })
    const recordId = await race(planned, count)
    await heal('ghl')
    expect((await settled(stack, recordId)).status).toBe('success')
    expect((await recordsOf(planned)).map(({ id }) => id)).toEqual([recordId])
  })

  test(`of ${String(count)} deploys of a parked plan at once exactly one is accepted`, async () => {
    const { planned, parked } = await parkedPlan(`raced from parked ${String(count)}`)
    await stack.faults('ghl', { latencyMs: 1_500 })
    const recordId = await race(planned, count)
    await heal('ghl')
    expect((await settled(stack, recordId)).status).toBe('success')
    expect((await recordsOf(planned)).map(({ id, supersededBy }) => [id, supersededBy])).toEqual([[recordId, undefined], [parked, recordId]])
  })
}

test('of ten deploys and a cancel at once exactly one deploy is accepted, and nothing stays open', async () => {
  for (const round of [1, 2, 3]) {
    const { planned, parked } = await parkedPlan(`raced and cancelled ${String(round)}`)
    await stack.faults('ghl', { latencyMs: 1_500 })
    const cancel = () => stack.call('POST', `/api/v1/deployments/${parked}/cancel`, { reason: 'at the same moment' })
    const [cancelled, ...answers] = await Promise.all([cancel(), ...Array.from({ length: 10 }, () => tryDeploy(planned))])
    await heal('ghl')
    expect([202, 409]).toContain(cancelled.status)
    // All answers, so that a failure shows who was told what.
    expect(answers.map(({ status, body }) => (status === 202 ? '202' : `${String(status)} ${body.code} ${(body as { detail?: string }).detail ?? ''} ${String(body.recordId === parked)}`)).filter((text) => !text.startsWith('409'))).toEqual(['202'])
    const recordId = answers.find(({ status }) => status === 202)?.body.recordId ?? ''
    expect((await settled(stack, recordId)).status).toBe('success')
    expect((await recordOf(stack, parked)).status).toBe('failed')
    expect((await lettersOf(stack, planned, 'parked'))).toEqual([])
    await ended(stack, planned)
  }
})

test('deploys against a vendor that refuses at once leave as many records as were accepted, and one that waits', async () => {
  const planned = await plan('stormy')
  await refuse('ghl')
  const answers = (await Promise.all(Array.from({ length: 6 }, () => Promise.all(Array.from({ length: 5 }, () => tryDeploy(planned)))))).flat()
  const accepted = answers.flatMap(({ status, body }) => (status === 202 ? [body.recordId] : []))
  expect(accepted.length).toBeGreaterThan(0)
  for (const { status } of answers) expect([202, 409]).toContain(status)
  const records = await until(() => recordsOf(planned), (items) => items.every(({ status }) => status === 'failed'))
  expect(records.map(({ id }) => id).sort()).toEqual(accepted.sort())
  expect(records.filter(({ supersededBy }) => supersededBy === undefined)).toHaveLength(1)
  await heal('ghl')
  await signal(stack, planned, 'cancel', {})
  await ended(stack, planned)
})

test('a deploy while the plan is being deployed is refused, naming the record', async () => {
  const planned = await plan('busy')
  await stack.faults('ghl', { latencyMs: 500 })
  const recordId = await deploy(stack, planned)
  expect(await tryDeploy(planned)).toMatchObject({ status: 409, body: { code: '409.deployment_in_progress', recordId } })
  await heal('ghl')
  await settled(stack, recordId)
})

test('a workflow that somebody cancels in Temporal closes its record', async () => {
  const running = await plan('cancelled in temporal')
  await stack.faults('ghl', { latencyMs: 20_000 })
  const first = await deploy(stack, running)
  await until(() => recordOf(stack, first), (record) => stepOf(record, 'ghl')?.status === 'running')
  await stack.temporal('workflow', 'cancel', '--workflow-id', `deploy:${running.planId}`)
  expect(await until(() => recordOf(stack, first), ({ status }) => status === 'failed')).toMatchObject({ error: { code: '499.cancelled' }, providers: [{ status: 'cancelled' }] })
  await ended(stack, running)

  const { planned, parked } = await parkedPlan('parked and cancelled in temporal')
  await stack.temporal('workflow', 'cancel', '--workflow-id', `deploy:${planned.planId}`)
  expect(await until(() => recordOf(stack, parked), ({ error }) => error?.code === '499.cancelled')).toMatchObject({ status: 'failed', providers: [{ status: 'cancelled' }] })
  expect(await lettersOf(stack, planned)).toEqual([expect.objectContaining({ status: 'cancelled', decidedBy: 'temporal' })])
  expect((await auditOf(stack, parked))[0]).toMatchObject({ action: 'deployment.cancel', actor: 'temporal' })
  await ended(stack, planned)
})

test('what a terminated workflow left open is closed by the next deploy', async () => {
  const running = await plan('terminated')
  await stack.faults('ghl', { latencyMs: 1_500 })
  const first = await deploy(stack, running)
  await until(() => recordOf(stack, first), (record) => stepOf(record, 'ghl')?.status === 'running')
  await stack.temporal('workflow', 'terminate', '--workflow-id', `deploy:${running.planId}`)
  await heal('ghl')
  const second = await deploy(stack, running)
  expect((await settled(stack, second)).status).toBe('success')
  expect(await recordOf(stack, first)).toMatchObject({ status: 'failed', error: { code: '499.cancelled', message: expect.stringContaining('terminated') }, providers: [{ status: 'cancelled' }] })
  expect((await eventsOf(stack, first)).at(-1)).toMatchObject({ type: 'cancelled', message: expect.stringContaining('terminated') })

  const { planned, parked } = await parkedPlan('terminated while parked')
  await stack.temporal('workflow', 'terminate', '--workflow-id', `deploy:${planned.planId}`)
  expect(await stack.call('POST', `/api/v1/deployments/${parked}/retry`, {})).toMatchObject({ status: 409, body: { code: '409.not_parked' } })
  await heal('ghl')
  const next = await deploy(stack, planned)
  expect((await settled(stack, next)).status).toBe('success')
  expect(await recordOf(stack, parked)).toMatchObject({ status: 'failed', providers: [{ status: 'cancelled' }] })
  expect(await lettersOf(stack, planned)).toEqual([expect.objectContaining({ status: 'cancelled' })])
})

test('the record of a terminated workflow can be cancelled, so that it stands in nobody\'s way', async () => {
  const { planned, parked } = await parkedPlan('orphaned')
  await stack.temporal('workflow', 'terminate', '--workflow-id', `deploy:${planned.planId}`)
  expect((await stack.call('POST', `/api/v1/deployments/${parked}/cancel`, { reason: 'terminated by mistake' })).status).toBe(202)
  expect(await recordOf(stack, parked)).toMatchObject({ status: 'failed', error: { code: '499.cancelled' }, providers: [{ status: 'cancelled' }] })
  expect(await lettersOf(stack, planned)).toEqual([expect.objectContaining({ status: 'cancelled', decidedBy: 'owner@test' })])
  expect(await auditOf(stack, parked)).toEqual([expect.objectContaining({ action: 'deployment.cancel', actor: 'owner@test' })])
  expect((await stack.call('POST', `/api/v1/deployments/${parked}/cancel`, {})).status).toBe(409)
})

test('undeploying a plan whose parked run was terminated closes its record', async () => {
  const { planned, parked } = await parkedPlan('terminated, then taken back')
  await stack.temporal('workflow', 'terminate', '--workflow-id', `deploy:${planned.planId}`)
  await heal('ghl')
  const { body } = await stack.call<Accepted>('POST', `/api/v1/plans/${planned.planId}/undeploy`, {})
  expect((await settled(stack, body.recordId)).status).toBe('success')
  expect(await recordOf(stack, parked)).toMatchObject({ status: 'failed', providers: [{ status: 'cancelled' }] })
  expect(await lettersOf(stack, planned)).toEqual([expect.objectContaining({ status: 'cancelled' })])
})

test('a plan is deployed again the moment its record is done', async () => {
  const planned = await plan('impatient')
  for (const round of [1, 2, 3, 4, 5]) expect([round, (await settled(stack, await deploy(stack, planned))).status]).toEqual([round, 'success'])
})

test('a parked run gives way to an undeploy', async () => {
  const { planned, parked } = await parkedPlan('taken back')
  await heal('ghl')
  const { status, body } = await stack.call<Accepted>('POST', `/api/v1/plans/${planned.planId}/undeploy`, {})
  expect(status).toBe(202)
  expect((await settled(stack, body.recordId)).status).toBe('success')
  expect(await recordOf(stack, parked)).toMatchObject({ status: 'failed', error: { code: '499.cancelled' } })
  expect(await lettersOf(stack, planned, 'parked')).toEqual([])
})

test('a run that goes on again no longer gives way to a deploy that saw it parked', async () => {
  const { planned, parked } = await parkedPlan('gone on')
  await stack.faults('ghl', { latencyMs: 5_000 })
  await signal(stack, planned, 'retry')
  await until(() => recordOf(stack, parked), (record) => stepOf(record, 'ghl')?.status === 'running')
  const late = stack.temporal('workflow', 'update', 'execute', '--workflow-id', `deploy:${planned.planId}`, '--name', 'supersede', '--input', JSON.stringify({ parked, by: { recordId: 'late' } }))
  await expect(late).rejects.toThrow(/in progress/)
  await heal('ghl')
  expect((await settled(stack, parked)).status).toBe('success')
})
