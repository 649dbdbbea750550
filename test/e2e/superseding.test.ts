import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import { whileUnfinished } from '../support/database.ts'
import { deployInput } from '../support/deploy-input.ts'
import { auditOf, deploy, deployUntilParked, ended, eventsOf, importSmall, lettersOf, linksOf, planFor, quickRetries, recordOf, settled, signal, stepOf } from '../support/small-plan.ts'
import type { Planned } from '../support/small-plan.ts'
import { startStack, until } from '../support/stack.ts'
import type { TestStack } from '../support/stack.ts'
import { content, openCase, resources, row, without } from './agency.ts'
import type { Case } from './agency.ts'

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

/** A run by the command line, which may say more than fits. */
const runFor = ({ planId }: Planned, more: object = {}) =>
  ({ ...deployInput({ tenantId: stack.tenantId, planId }, { actor: 'cli', policy: { attempts: 1, initialMs: 50, maxMs: 400, parkedMs: 60_000 } }), ...more })

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

test('a run whose history has grown long goes on in a new one, and is found by what it does now', async () => {
  const { planned, parked } = await parkedPlan('long history')
  const folder = await mkdtemp(join(tmpdir(), 'slipway-'))
  const order = join(folder, 'order.json')
  await writeFile(order, JSON.stringify('x'.repeat(1_500_000)))
  // Past the 4 MB of which Temporal says that they are enough.
  for (let sent = 0; sent < 3; sent++) await stack.temporal('workflow', 'signal', '--workflow-id', `deploy:${planned.planId}`, '--name', 'skip', '--input-file', order)
  await rm(folder, { recursive: true })
  await heal('ghl')
  const recordId = await whileUnfinished(stack.db, async () => {
    const begun = await deploy(stack, planned)
    const { correlationId } = await recordOf(stack, begun)
    await until(() => stack.temporal('workflow', 'list', '--query', `SlipwayStatus="running" AND SlipwayCorrelationId="${correlationId}" AND SlipwayPlan="${planned.planId}" AND ExecutionStatus="Running"`, '-o', 'json'), (text) => text.includes(planned.planId), 10)
    expect(await runsOf(planned)).toHaveLength(2)
    return begun
  })
  expect((await settled(stack, recordId)).status).toBe('success')
  expect(await recordOf(stack, parked)).toMatchObject({ status: 'failed', supersededBy: recordId })
}, 90_000)

test('an order for a superseded record is refused, naming the one that took its place', async () => {
  const { planned, parked } = await parkedPlan('overtaken')
  const second = await deployUntilParked(stack, planned)
  expect(await stack.call('POST', `/api/v1/deployments/${parked}/retry`, {})).toMatchObject({ status: 409, body: { code: '409.not_parked', detail: expect.stringContaining(second) } })
  await heal('ghl')
  await signal(stack, planned, 'retry')
  await until(() => recordOf(stack, second), ({ status }) => status === 'success')
  expect((await recordOf(stack, parked)).status).toBe('failed')
})

/** Another plan of the same client, which uses ghl too. */
async function planBeside({ clientId }: Planned, company: string): Promise<Planned> {
  const { status, body } = await stack.call<{ planId: string }>('POST', `/templates/${templateId}/plan`, { clientId, targets: ['ghl', 'retell'], variables: { company } })
  expect(status).toBe(201)
  return { templateId, clientId, planId: body.planId }
}

test('a deploy of a parked plan that another plan stood in the way of is accepted once that one is done', async () => {
  const { planned, parked } = await parkedPlan('in each other\'s way')
  const other = await planBeside(planned, 'in each other\'s way')
  await heal('ghl')
  const running = await whileUnfinished(stack.db, async () => {
    const begun = await deploy(stack, other)
    for (const time of [1, 2]) expect([time, await tryDeploy(planned)]).toMatchObject([time, { status: 409, body: { code: '409.deployment_in_progress', recordId: begun } }])
    return begun
  })
  expect((await settled(stack, running)).status).toBe('success')
  const recordId = await whileUnfinished(stack.db, () => race(planned, 5))
  expect((await settled(stack, recordId)).status).toBe('success')
  expect(await recordOf(stack, parked)).toMatchObject({ status: 'failed', supersededBy: recordId })
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
    const recordId = await whileUnfinished(stack.db, () => race(planned, count))
    expect((await settled(stack, recordId)).status).toBe('success')
    expect((await recordsOf(planned)).map(({ id }) => id)).toEqual([recordId])
  })

  test(`of ${String(count)} deploys of a parked plan at once exactly one is accepted`, async () => {
    const { planned, parked } = await parkedPlan(`raced from parked ${String(count)}`)
    await heal('ghl')
    const recordId = await whileUnfinished(stack.db, () => race(planned, count))
    expect((await settled(stack, recordId)).status).toBe('success')
    expect((await recordsOf(planned)).map(({ id, supersededBy }) => [id, supersededBy])).toEqual([[recordId, undefined], [parked, recordId]])
  })
}

test('of ten deploys and a cancel at once exactly one deploy is accepted, and nothing stays open', async () => {
  for (const round of [1, 2, 3]) {
    const { planned, parked } = await parkedPlan(`raced and cancelled ${String(round)}`)
    await heal('ghl')
    const cancel = () => stack.call('POST', `/api/v1/deployments/${parked}/cancel`, { reason: 'at the same moment' })
    const [cancelled, ...answers] = await whileUnfinished(stack.db, () => Promise.all([cancel(), ...Array.from({ length: 10 }, () => tryDeploy(planned))]))
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
  const recordId = await whileUnfinished(stack.db, async () => {
    const begun = await deploy(stack, planned)
    expect(await tryDeploy(planned)).toMatchObject({ status: 409, body: { code: '409.deployment_in_progress', recordId: begun } })
    return begun
  })
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

test('a workflow that somebody cancels in Temporal before it has a record ends', async () => {
  const planned = await plan('cancelled unseen')
  await stack.worker.stop()
  try {
    await stack.temporal('workflow', 'start', '--task-queue', 'slipway', '--type', 'deployPlan', '--workflow-id', `deploy:${planned.planId}`, '--input', JSON.stringify(runFor(planned)))
    await stack.temporal('workflow', 'cancel', '--workflow-id', `deploy:${planned.planId}`)
  } finally {
    await stack.startWorker()
  }
  expect(await ended(stack, planned)).toMatch(/Status\s+CANCELED/i)
  expect(await recordsOf(planned)).toEqual([])
  expect((await settled(stack, await deploy(stack, planned))).status).toBe('success')
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

test('an order to give way that says less than it must is ignored, and the run goes on', async () => {
  const { planned, parked } = await parkedPlan('given half an order')
  const malformed: [unknown?][] = [[], [null], ['now'], [{}], [{ parked }], [{ parked, by: {} }], [{ parked, by: runFor(planned, { recordId: 'late' }) }], [{ parked, by: runFor(planned, { policy: {} }) }]]
  for (const input of malformed) await signal(stack, planned, 'supersede', ...input)
  const metadata = () => stack.temporal('workflow', 'metadata', '--workflow-id', `deploy:${planned.planId}`)
  expect(await until(metadata, (text) => text.includes('by.policy'))).toContain('Last order refused: supersede: ')
  const update = (...input: string[]) => stack.temporal('workflow', 'update', 'execute', '--workflow-id', `deploy:${planned.planId}`, '--name', 'supersede', ...input)
  await expect(update()).rejects.toThrow(/in progress/)
  await expect(update('--input', JSON.stringify({ parked, by: {} }))).rejects.toThrow(/by is no run of this plan/)
  expect(await stack.temporal('workflow', 'query', '--workflow-id', `deploy:${planned.planId}`, '--type', 'status')).toContain('failed')
  await heal('ghl')
  const by = runFor(planned)
  await signal(stack, planned, 'supersede', { parked, by })
  expect((await until(() => recordOf(stack, parked), ({ supersededBy }) => supersededBy !== undefined)).supersededBy).toBe(by.recordId)
  expect((await settled(stack, by.recordId)).status).toBe('success')
})

interface Signalled { workflowExecutionSignaledEventAttributes?: { signalName: string; input: { payloads: { data: string }[] } } }
/** The first that a workflow was told. */
async function told(workflowId: string): Promise<unknown> {
  const events = async () => (JSON.parse(await stack.temporal('workflow', 'show', '--workflow-id', workflowId, '-o', 'json')) as { events: Signalled[] }).events
  const signalled = (await until(events, (all) => all.some((event) => event.workflowExecutionSignaledEventAttributes))).find((event) => event.workflowExecutionSignaledEventAttributes)
  return JSON.parse(Buffer.from(signalled?.workflowExecutionSignaledEventAttributes?.input.payloads[0]?.data ?? '', 'base64').toString())
}

test('a run that goes on again no longer gives way to a deploy that saw it parked', async () => {
  const { planned, parked } = await parkedPlan('gone on')
  await heal('ghl')
  await whileUnfinished(stack.db, async () => {
    await signal(stack, planned, 'retry')
    await until(() => recordOf(stack, parked), (record) => stepOf(record, 'ghl')?.status === 'running')
    const waits = 'waits for a deployment'
    await stack.temporal('workflow', 'start', '--type', 'pipeline', '--task-queue', 'nobody', '--workflow-id', waits)
    const by = runFor(planned, { notify: waits })
    await signal(stack, planned, 'supersede', { parked, by })
    expect(await told(waits)).toEqual({ recordId: by.recordId, status: 'failed', code: '409.deployment_in_progress', message: `Deployment ${parked} is in progress` })
    await stack.temporal('workflow', 'terminate', '--workflow-id', waits)
    const late = stack.temporal('workflow', 'update', 'execute', '--workflow-id', `deploy:${planned.planId}`, '--name', 'supersede', '--input', JSON.stringify({ parked, by: { recordId: 'late' } }))
    await expect(late).rejects.toThrow(/in progress/)
  })
  expect((await settled(stack, parked)).status).toBe('success')
})

/** Another version of the template, whose resources the plan then has. */
async function replacePlan(one: Case, targets: string[], next: typeof resources): Promise<{ planId: string; revision: number }> {
  await one.importVersion({ ...content({ resources: next }), version: '2.0.0' })
  return one.plan({ instanceId: await one.customize(), targets, replace: true })
}
const renamed = (given: typeof resources, from: string, to: string): typeof resources => Object.fromEntries(Object.entries(given).map(([name, resource]) => [name === from ? to : name, resource]))

test('a parked deployment whose plan was replaced is not retried, and what is live stays until the plan is deployed anew', async () => {
  const one = await openCase(stack, content({ resources: without('key', 'flow') }))
  const { planId } = await one.plan({ targets: ['retell'] })
  await one.deploy(planId)
  const { agent } = await one.ids()
  await refuse('retell')
  const parked = await one.start(planId)
  expect((await one.settled(parked)).status).toBe('failed')
  await heal('retell')
  expect(await replacePlan(one, ['retell'], renamed(without('key', 'flow'), 'agent', 'receptionist'))).toMatchObject({ planId, revision: 2 })

  const stale = { code: '409.plan_stale', planId, detail: expect.stringContaining('deploy the plan anew') as unknown }
  for (const body of [{}, { provider: 'retell' }, { input: { prompt: 'Be brief.' } }]) expect(await stack.call('POST', `/api/v1/deployments/${parked}/retry`, body)).toMatchObject({ status: 409, body: stale })
  expect(await stack.call('POST', '/api/v1/dead-letters/retry', { filter: { planId } })).toMatchObject({ status: 200, body: { retried: [], refused: [{ code: '409.plan_stale', message: stale.detail }] } })
  await signal(stack, { ...one, planId }, 'retry', { provider: 'retell' })
  await until(() => stack.temporal('workflow', 'metadata', '--workflow-id', `deploy:${planId}`), (text) => /Last order refused: retry: .*was replaced/.test(text))
  expect(await one.record(parked)).toMatchObject({ status: 'failed', providers: [{ provider: 'retell', status: 'parked' }] })
  expect(await row(stack, 'retell', agent)).toBeDefined()

  await one.deploy(planId)
  expect(Object.keys(await one.ids()).sort()).toEqual(['brain', 'receptionist'])
  expect(await row(stack, 'retell', agent)).toBeUndefined()
  expect(await one.record(parked)).toMatchObject({ request: { revision: 1 }, supersededBy: expect.any(String) })
})

test('what waited for a step that is skipped after the plan was replaced parks too, and both can be decided', async () => {
  const one = await openCase(stack)
  const targets = ['n8n', 'retell']
  const { planId } = await one.plan({ targets })
  await one.deploy(planId)
  const { flow } = await one.ids()
  await refuse('retell')
  const parked = await one.start(planId)
  expect(await one.settled(parked)).toMatchObject({ providers: [{ provider: 'n8n', status: 'pending' }, { provider: 'retell', status: 'parked' }] })
  await heal('retell')
  await replacePlan(one, targets, renamed(resources, 'flow', 'funnel'))

  const order = (name: string, body: object) => stack.call('POST', `/api/v1/deployments/${parked}/${name}`, body)
  expect((await order('skip', { provider: 'retell', reason: 'not now' })).status).toBe(202)
  const failed = await until(() => one.record(parked), ({ status, providers }) => status === 'failed' && providers[0]?.status === 'parked')
  expect(failed).toMatchObject({ error: { code: '409.plan_stale' }, providers: [{ provider: 'n8n', error: { code: '409.plan_stale' } }, { status: 'skipped' }] })
  expect(await row(stack, 'n8n', flow)).toBeDefined()
  expect((await order('resolve', { provider: 'n8n', links: [{ name: 'flow', external_id: flow }], reason: 'is there' })).status).toBe(202)
  expect((await until(() => one.record(parked), ({ status }) => status === 'success')).providers).toMatchObject([{ status: 'resolved' }, { status: 'skipped' }])
  expect(await one.ids()).toMatchObject({ flow })
})

test('a plan is not replaced while it is being deployed, and is afterwards', async () => {
  const one = await openCase(stack, content({ resources: without('key', 'flow', 'agent', 'brain') }))
  const { planId } = await one.plan({ targets: ['ghl'] })
  const request = { instanceId: await one.customize({ prompt: 'Be brief.' }), targets: ['ghl'], replace: true }
  const recordId = await whileUnfinished(stack.db, async () => {
    const begun = await one.start(planId)
    expect(await one.tryPlan(request)).toMatchObject({ status: 409, body: { code: '409.deployment_in_progress', recordId: begun, detail: expect.stringContaining('cancel it') } })
    expect((await one.record(begun)).status).not.toBe('success')
    return begun
  })
  expect((await one.settled(recordId)).status).toBe('success')
  expect(await one.plan(request)).toMatchObject({ planId, revision: 2 })
})
