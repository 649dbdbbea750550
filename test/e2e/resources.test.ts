import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { planResources } from '../../activities/initialize-resources.ts'
import type { ResourcePlan } from '../../contracts/api.ts'
import { signSupabaseKey } from '../../sandboxes/supabase/jwt.ts'
import { activityContext } from '../support/activity-context.ts'
import { startStack, supabaseSecret } from '../support/stack.ts'
import type { TestStack } from '../support/stack.ts'
import { content, openCase, without } from './agency.ts'
import type { Case, Problem } from './agency.ts'

let stack: TestStack
beforeAll(async () => { stack = await startStack() })
afterAll(() => stack.close())

const resources = without('key', 'flow', 'tag', 'value')
const prompt = (key: string, text: string) => ({ key, content: text })
const initialization = {
  prompts: [prompt('greeting', 'Hello from ${{ variables.company }}'), prompt('secret', 'Key ${{ variables.secret }}')],
  documents: [{ key: 'hours', content: 'Nine to five', metadata: { topic: 'hours' } }],
}
const write = (one: Pick<Case, 'template'>, planId: string) => stack.call<Problem & { resourcePlanId: string }>('POST', `${one.template}/resources`, { planId })
const planOf = async (id: string) => (await stack.call<ResourcePlan>('GET', `/api/v1/resource-plans/${id}`)).body
const rowsOf = async (one: Case) => Object.fromEntries((await stack.state('supabase')).filter(({ id }) => id.startsWith(one.clientId)).map(({ type, name, body }) => [`${type} ${name}`, body['content']]))
const audit = async (action: string, subject: string) => (await stack.call<{ items: { data: Record<string, unknown> }[] }>('GET', `/api/v1/audit?action=${action}&subject=${subject}`)).body.items.map(({ data }) => data)
const steps = async (): Promise<Record<string, number>> => {
  const text = await (await fetch(`${stack.worker.metricsUrl}/metrics`)).text()
  const lines = [...text.matchAll(/^(?:\w*_)?resource_plan_steps_total\{([^}]*)\} (\d+)/gm)]
  return Object.fromEntries(lines.map(([, labels = '', value]) => [[...labels.matchAll(/"([^"]*)"/g)].map(([, label]) => label).join(' '), Number(value)]))
}

/** Whose rows there are, below the client. */
const ownersOf = async (one: Case) => (await stack.state('supabase')).filter(({ id }) => id.startsWith(one.clientId)).map(({ id }) => id.slice(one.clientId.length + 1)).sort()
/** A template of another kind with the same name, and its plan for the same client. */
async function openNamesake(one: Case, given: object): Promise<{ template: string; planId: string }> {
  const imported = await stack.call<{ templateId: string }>('POST', '/templates/import', { kind: 'service', name: one.company, content: given })
  expect(imported.status).toBe(201)
  const template = `/templates/${imported.body.templateId}`
  const planned = await stack.call<{ planId: string }>('POST', `${template}/plan`, { clientId: one.clientId, targets: ['retell'], variables: { company: one.company } })
  expect(planned.status).toBe(201)
  return { template, planId: planned.body.planId }
}
/** As a release wrote them that knew no kinds. */
async function plantFormer(one: Case): Promise<void> {
  const key = signSupabaseKey(supabaseSecret, 'service_role')
  const owner = `${one.clientId}/${one.company}`
  for (const [table, row] of Object.entries({ prompts: { owner, key: 'dropped', content: 'Old' }, documents: { owner, key: 'hours', content: 'Old', embedding: [0.5, 1] } })) {
    const answer = await fetch(`${stack.sandboxes.supabase}/rest/v1/${table}`, { method: 'POST', headers: { apikey: key, 'content-type': 'application/json' }, body: JSON.stringify(row) })
    expect(answer.status).toBe(201)
  }
}

async function openPlanned(given = content({ resources, initialization })): Promise<{ one: Case; planId: string }> {
  const one = await openCase(stack, given)
  return { one, planId: (await one.plan({ targets: ['retell'] })).planId }
}

test('prompts and documents are written stage by stage, counted and audited', async () => {
  const { one, planId } = await openPlanned()
  const before = await steps()
  const answer = await write(one, planId)
  expect(answer).toMatchObject({ status: 201, body: { planId } })
  expect(await rowsOf(one)).toEqual({ 'prompt greeting': `Hello from ${one.company}`, 'prompt secret': 'Key first secret', 'document hours': 'Nine to five' })
  const plan = await planOf(answer.body.resourcePlanId)
  expect(plan).toMatchObject({ id: answer.body.resourcePlanId, planId, status: 'success', stages: [
    { table: 'prompts', status: 'success', written: 2, deleted: 0, rows: [{ key: 'greeting' }, { key: 'secret' }], writtenAt: expect.any(String) as unknown },
    { table: 'documents', status: 'success', written: 1, deleted: 0, rows: [{ key: 'hours' }] },
  ] })
  expect(Date.parse(plan.stages[0]?.writtenAt ?? '')).toBeLessThanOrEqual(Date.parse(plan.stages[1]?.writtenAt ?? ''))
  expect(JSON.stringify(plan)).not.toContain('first secret')
  expect((await audit('template.resources.stage', plan.id)).map(({ table, status, written }) => [table, status, written]).sort()).toEqual([['documents', 'success', 1], ['prompts', 'success', 2]])
  expect(await audit('template.resources', planId)).toMatchObject([{ resourcePlanId: plan.id, rerun: false }])
  const after = await steps()
  expect(Object.keys(after).filter((key) => (after[key] ?? 0) - (before[key] ?? 0) === 1).sort()).toEqual(['documents success', 'prompts success'])
})

test('writing again overwrites each stage: changed rows change, dropped ones go, and the id stays', async () => {
  const { one, planId } = await openPlanned()
  const { resourcePlanId } = (await write(one, planId)).body
  await one.importVersion({ ...content({ resources, initialization: { prompts: [prompt('greeting', 'Hi'), prompt('new', 'New')], documents: [] } }), version: '2.0.0' })
  await one.plan({ targets: ['retell'], instanceId: await one.customize(), replace: true })
  expect((await write(one, planId)).body.resourcePlanId).toBe(resourcePlanId)
  expect(await rowsOf(one)).toEqual({ 'prompt greeting': 'Hi', 'prompt new': 'New' })
  expect(await planOf(resourcePlanId)).toMatchObject({ status: 'success', stages: [{ written: 2, deleted: 1 }, { table: 'documents', status: 'success', written: 0, deleted: 1, rows: [] }] })
  expect((await audit('template.resources', planId)).map(({ rerun }) => rerun).sort()).toEqual([false, true])
  expect(await audit('template.resources.stage', resourcePlanId)).toHaveLength(4)
})

test("a version without prompts and documents takes the rows away, and other clients' stay", async () => {
  const [{ one, planId }, other] = [await openPlanned(), await openPlanned()]
  await write(one, planId)
  await write(other.one, other.planId)
  const before = await rowsOf(one)
  await one.importVersion({ ...content({ resources, initialization: { prompts: [], documents: [] } }), version: '2.0.0' })
  await one.plan({ targets: ['retell'], instanceId: await one.customize(), replace: true })
  await write(one, planId)
  expect(await rowsOf(one)).toEqual({})
  expect(Object.keys(await rowsOf(other.one))).toHaveLength(3)
  expect(Object.keys(before)).toHaveLength(3)
})

test('templates of one name and of two kinds have their own rows, and undeploying one leaves those of the other', async () => {
  const { one, planId } = await openPlanned()
  const other = await openNamesake(one, content({ resources, initialization: { prompts: [prompt('greeting', 'Other'), prompt('more', 'More')], documents: [] } }))
  expect((await write(one, planId)).status).toBe(201)
  expect((await write(other, other.planId)).status).toBe(201)
  expect((await write(one, planId)).status).toBe(201)
  const [own, theirs] = [['greeting', 'hours', 'secret'].map((key) => `project/${one.company}/${key}`), ['greeting', 'more'].map((key) => `service/${one.company}/${key}`)]
  expect(await ownersOf(one)).toEqual([...own, ...theirs])
  await one.undeploy(planId)
  expect(await ownersOf(one)).toEqual(theirs)
  await one.undeploy(other.planId)
  expect(await ownersOf(one)).toEqual([])
})

test('rows that are owned without a kind, as they once were, are replaced and not doubled, and keep their embeddings', async () => {
  const { one, planId } = await openPlanned()
  await plantFormer(one)
  expect((await write(one, planId)).status).toBe(201)
  expect(await ownersOf(one)).toEqual(['greeting', 'hours', 'secret'].map((key) => `project/${one.company}/${key}`))
  const hours = (await stack.state('supabase')).find(({ id }) => id === `${one.clientId}/project/${one.company}/hours`)
  expect(hours?.body).toMatchObject({ content: 'Nine to five', embedding: [0.5, 1] })
  await plantFormer(one)
  await one.undeploy(planId)
  expect(await ownersOf(one)).toEqual([])
})

test('rows that are owned without a kind stay while they may be those of either of two templates', async () => {
  const { one, planId } = await openPlanned()
  const other = await openNamesake(one, content({ resources, initialization }))
  expect((await write(one, planId)).status).toBe(201)
  expect((await write(other, other.planId)).status).toBe(201)
  await plantFormer(one)
  expect((await write(one, planId)).status).toBe(201)
  expect(await ownersOf(one)).toHaveLength(8)
  await one.undeploy(other.planId)
  expect((await write(one, planId)).status).toBe(201)
  expect(await ownersOf(one)).toEqual(['greeting', 'hours', 'secret'].map((key) => `project/${one.company}/${key}`))
})

test('rows that a failed run was to take away are taken away by the next one', async () => {
  const { one, planId } = await openPlanned()
  const { resourcePlanId } = (await write(one, planId)).body
  await one.importVersion({ ...content({ resources, initialization: { prompts: [prompt('greeting', 'Hi')], documents: [] } }), version: '2.0.0' })
  await one.plan({ targets: ['retell'], instanceId: await one.customize(), replace: true })
  await stack.faults('supabase', { rate: 1, kinds: ['429'], retryAfterMs: 1_000 })
  try {
    expect((await write(one, planId)).status).toBe(502)
  } finally {
    await stack.faults('supabase', { rate: 0 })
  }
  expect(Object.keys(await rowsOf(one))).toContain('document hours')
  expect((await write(one, planId)).status).toBe(201)
  expect(await rowsOf(one)).toEqual({ 'prompt greeting': 'Hi' })
  expect(await planOf(resourcePlanId)).toMatchObject({ status: 'success', stages: [{ deleted: 1 }, { table: 'documents', status: 'success', deleted: 1, rows: [] }] })
}, 60_000)

test('stages that are laid out again, as after a worker that died, take away the same', async () => {
  const { one, planId } = await openPlanned()
  await write(one, planId)
  await one.importVersion({ ...content({ resources, initialization: { prompts: [prompt('greeting', 'Hi')], documents: [] } }), version: '2.0.0' })
  await one.plan({ targets: ['retell'], instanceId: await one.customize(), replace: true })
  const layOut = () => planResources(activityContext(stack.db, stack.config), { tenantId: stack.tenantId, actor: 'ada', correlationId: one.company, planId, patienceMs: 0 })
  const laidOut = await layOut()
  expect(laidOut.tables).toEqual(['prompts', 'documents'])
  expect(await layOut()).toEqual(laidOut)
  expect((await write(one, planId)).status).toBe(201)
  expect(await rowsOf(one)).toEqual({ 'prompt greeting': 'Hi' })
})

test('trouble that passes is waited out', async () => {
  const { one, planId } = await openPlanned()
  await stack.faults('supabase', { rate: 1, kinds: ['500', 'reset'], times: 2 })
  try {
    expect((await write(one, planId)).status).toBe(201)
  } finally {
    await stack.faults('supabase', { rate: 0 })
  }
  expect(Object.keys(await rowsOf(one))).toHaveLength(3)
}, 30_000)

test('trouble that stays is a 502, marks the resource plan failed, and is healed by writing again', async () => {
  const { one, planId } = await openPlanned()
  const { resourcePlanId } = (await write(one, planId)).body
  await stack.faults('supabase', { rate: 1, kinds: ['429'], retryAfterMs: 1_000 })
  try {
    expect(await write(one, planId)).toMatchObject({ status: 502, body: { code: '502.provider_error_supabase' } })
  } finally {
    await stack.faults('supabase', { rate: 0 })
  }
  expect(await planOf(resourcePlanId)).toMatchObject({ status: 'failed', stages: [{ table: 'prompts', status: 'failed' }, { table: 'documents', status: 'pending' }] })
  expect((await audit('template.resources.stage', resourcePlanId)).map(({ status }) => status)).toContain('failed')
  expect(await write(one, planId)).toMatchObject({ status: 201, body: { resourcePlanId } })
  expect(await planOf(resourcePlanId)).toMatchObject({ status: 'success' })
}, 60_000)

test('writing at the same instant is writing once', async () => {
  const { one, planId } = await openPlanned()
  const answers = await Promise.all(Array.from({ length: 4 }, () => write(one, planId)))
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201])
  expect(new Set(answers.map(({ body }) => body.resourcePlanId)).size).toBe(1)
  expect(Object.keys(await rowsOf(one))).toHaveLength(3)
})

test('a template without prompts and documents has nothing to write', async () => {
  const { one, planId } = await openPlanned(content({ resources }))
  const answer = await write(one, planId)
  expect(answer.status).toBe(201)
  expect(await planOf(answer.body.resourcePlanId)).toMatchObject({ status: 'success', stages: [{ table: 'prompts', status: 'success', rows: [] }, { table: 'documents', status: 'success', rows: [] }] })
  expect(await rowsOf(one)).toEqual({})
})

test('without a connection the answer says so, and the resource plan has failed', async () => {
  const { one, planId } = await openPlanned()
  const { resourcePlanId } = (await write(one, planId)).body
  const connections = (await stack.call<{ items: { id: string; provider: string }[] }>('GET', '/api/v1/connections?limit=100')).body.items
  const tenantOwn = connections.find(({ provider }) => provider === 'supabase')?.id ?? ''
  expect((await stack.call('POST', '/api/v1/connections', { provider: 'supabase', baseUrl: 'sandbox:supabase', clientId: one.clientId, secrets: { serviceKey: 'sb_secret_revoked' } })).status).toBe(201)
  expect(await write(one, planId)).toMatchObject({ status: 502, body: { code: '502.provider_error_supabase' } })
  expect(await planOf(resourcePlanId)).toMatchObject({ status: 'failed' })
  const two = await openPlanned()
  expect((await stack.call('DELETE', `/api/v1/connections/${tenantOwn}`)).status).toBe(204)
  expect(await write(two.one, two.planId)).toMatchObject({ status: 422, body: { code: '422.connection_missing' } })
})

test("a plan of another template, and a resource plan that is not there, are not found", async () => {
  const [{ one }, other] = [await openPlanned(), await openPlanned()]
  expect(await write(one, other.planId)).toMatchObject({ status: 404, body: { code: '404.plan_not_found' } })
  expect(await write(one, randomUUID())).toMatchObject({ status: 404, body: { code: '404.plan_not_found' } })
  expect((await stack.call<Problem>('GET', `/api/v1/resource-plans/${randomUUID()}`)).body.code).toBe('404.resource_plan_not_found')
})
