import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { whileLost } from '../support/lost-writes.ts'
import { startStack } from '../support/stack.ts'
import type { TestStack } from '../support/stack.ts'
import { byHand, content, everywhere, openCase, resources, row, without } from './agency.ts'
import type { Planned, Problem } from './agency.ts'

let stack: TestStack
beforeAll(async () => { stack = await startStack() })
afterAll(() => stack.close())

const actions = ({ changes }: Planned): Record<string, string> => Object.fromEntries(changes.map(({ name, action }) => [name, action]))
const changeOf = ({ changes }: Planned, name: string) => changes.find((change) => change.name === name)

test('the same plan again is the same plan', async () => {
  const one = await openCase(stack)
  const instanceId = await one.customize()
  const first = await one.tryPlan<Planned>({ instanceId })
  const again = await one.tryPlan<Planned>({ instanceId, targets: ['ghl', 'n8n', 'retell'] })
  expect(first.status).toBe(201)
  expect(again).toMatchObject({ status: 200, body: { planId: first.body.planId, revision: 1, planHash: first.body.planHash } })
  expect(actions(first.body)).toEqual({ brain: 'create', agent: 'create', key: 'create', flow: 'create', tag: 'create', value: 'create' })
})

test('another instance is refused with the name of the plan, and replaces it when asked to', async () => {
  const one = await openCase(stack)
  const first = await one.plan()
  const other = await one.customize({ prompt: 'Be brief.' })
  expect(await one.tryPlan({ instanceId: other })).toMatchObject({ status: 409, body: { code: '409.plan_exists', planId: first.planId } })
  const replaced = await one.tryPlan<Planned>({ instanceId: other, replace: true })
  expect(replaced).toMatchObject({ status: 200, body: { planId: first.planId, revision: 2 } })
  expect(replaced.body.planHash).not.toBe(first.planHash)
  const { body } = await stack.call('GET', `/api/v1/plans/${first.planId}`)
  expect(body).toMatchObject({ instanceId: other, revision: 2, planHash: replaced.body.planHash, variables: { prompt: 'Be brief.' } })
  expect(await one.plan({ instanceId: other, replace: true })).toMatchObject({ revision: 2, planHash: replaced.body.planHash })
  expect(await one.plan({ instanceId: await one.customize(), replace: true })).toMatchObject({ revision: 3, planHash: first.planHash })
})

test('targets that are unknown, missing or named twice are refused with their place', async () => {
  const one = await openCase(stack, content({ resources: without('tag', 'value') }))
  const instanceId = await one.customize()
  const refused = async (targets: string[]) => (await one.tryPlan({ instanceId, targets }))
  expect(await refused(['retell', 'fax'])).toMatchObject({ status: 400, body: { code: '400.request_invalid', errors: [{ pointer: '/targets/1' }] } })
  expect(await refused(['fax', 'retell'])).toMatchObject({ status: 400, body: { code: '400.request_invalid', errors: [{ pointer: '/targets/0' }] } })
  expect(await refused([])).toMatchObject({ status: 400, body: { errors: [{ pointer: '/targets' }] } })
  expect(await refused(['retell', 'retell'])).toMatchObject({ status: 400, body: { errors: [{ pointer: '/targets' }] } })
  expect(await refused(['retell', 'ghl'])).toMatchObject({ status: 422, body: { code: '422.target_unsupported', errors: [{ pointer: '/targets/1' }] } })
  expect(await refused(['ghl', 'retell'])).toMatchObject({ status: 422, body: { code: '422.target_unsupported', errors: [{ pointer: '/targets/0' }] } })
})

test('an unknown client, an unknown instance and one of another template are not found', async () => {
  const [one, other] = [await openCase(stack), await openCase(stack)]
  const instanceId = await one.customize()
  expect(await one.tryPlan({ instanceId, clientId: randomUUID() })).toMatchObject({ status: 404, body: { code: '404.client_not_found' } })
  expect(await one.tryPlan({ instanceId: randomUUID() })).toMatchObject({ status: 404, body: { code: '404.instance_not_found' } })
  expect(await one.tryPlan({ instanceId: await other.customize() })).toMatchObject({ status: 404, body: { code: '404.instance_not_found' } })
  expect(await stack.call('POST', `/templates/${randomUUID()}/plan`, { clientId: one.clientId, targets: everywhere, instanceId })).toMatchObject({ status: 404, body: { code: '404.template_not_found' } })
})

test("a plan's variables are merged over the instance's, and its secrets stay", async () => {
  const one = await openCase(stack)
  const instanceId = await one.customize({ prompt: 'Base.', secret: 'kept secret' })
  const planned = await one.plan({ instanceId, variables: { prompt: 'Merged.' }, targets: ['n8n', 'retell'] })
  const { body: plan } = await stack.call<{ instanceId: string; variables: object }>('GET', `/api/v1/plans/${planned.planId}`)
  expect(plan.variables).toMatchObject({ company: one.company, prompt: 'Merged.' })
  expect(plan.instanceId).not.toBe(instanceId)
  expect(JSON.stringify(plan)).not.toContain('kept secret')
  await one.deploy(planned.planId)
  const ids = await one.ids()
  expect(JSON.stringify(await row(stack, 'retell', ids['brain']))).toContain('Merged.')
  expect(await one.customize({ prompt: 'Merged.', secret: 'kept secret' })).toBe(plan.instanceId)
})

test('variables without an instance make one', async () => {
  const one = await openCase(stack)
  const planned = await one.plan({ variables: { company: one.company } })
  expect(await one.plan({ instanceId: await one.customize() })).toMatchObject({ planId: planned.planId, planHash: planned.planHash })
  expect(await one.tryPlan({ variables: {}, replace: true })).toMatchObject({ status: 422, body: { code: '422.variables_invalid', errors: [{ pointer: '/variables/company' }] } })
})

test('the hash of a plan changes with everything that would be sent, secrets too, and with nothing else', async () => {
  const initialization = { prompts: [{ key: 'a', content: 'One' }] }
  const one = await openCase(stack, content({ initialization }))
  const hash = async (variables: Record<string, unknown> = {}, more: Record<string, unknown> = {}) => (await one.plan({ instanceId: await one.customize(variables, more), replace: true })).planHash
  const first = await hash()
  expect(await hash({ prompt: 'Other.' })).not.toBe(first)
  expect(await hash({ secret: 'other secret' })).not.toBe(first)
  expect(await hash({ company: one.company, prompt: 'Be kind.', secret: 'first secret' })).toBe(first)
  await one.importVersion({ ...content({ initialization: { prompts: [{ key: 'a', content: 'Two' }] } }), version: '2.0.0' })
  expect(await hash()).not.toBe(first)
  await one.importVersion({ ...content({ initialization }), version: '3.0.0' })
  expect(await hash()).toBe(first)
})

test('a deployment of a plan that changed since it was read is refused', async () => {
  const one = await openCase(stack)
  const first = await one.plan()
  const second = await one.plan({ instanceId: await one.customize({ prompt: 'Changed.' }), replace: true })
  expect(await one.tryDeploy({ planId: first.planId, planHash: first.planHash })).toMatchObject({ status: 409, body: { code: '409.plan_stale', planId: first.planId } })
  expect((await stack.call<{ items: unknown[] }>('GET', `/api/v1/deployments?planId=${first.planId}`)).body.items).toHaveLength(0)
  await one.deploy(first.planId, { planHash: second.planHash })
})

test('a request whose answer was lost is answered with the deployment that it began, whatever the plan is by then', async () => {
  const one = await openCase(stack)
  const plan = await one.plan()
  const { headers } = await stack.call('GET', `/api/v1/plans/${plan.planId}`)
  const begun = async () => (await stack.call<{ items: { id: string }[] }>('GET', `/api/v1/deployments?planId=${plan.planId}`)).body.items.map(({ id }) => id)
  const asked = async (path: string, body: object, more: Record<string, string> = {}) => {
    const key = randomUUID()
    const ask = () => stack.call<{ recordId: string }>('POST', path, body, { headers: { 'idempotency-key': key, ...more } })
    expect((await whileLost(stack.db, 'answer', key, ask)).status).toBe(503)
    const [id = ''] = await begun()
    expect((await one.settled(id)).status).toBe('success')
    return { id, again: async () => { expect(await ask()).toMatchObject({ status: 202, body: { recordId: id } }) } }
  }
  const deployed = await asked(`${one.template}/deploy`, { planId: plan.planId, planHash: plan.planHash })
  const undeployed = await asked(`/api/v1/plans/${plan.planId}/undeploy`, {}, { 'if-match': headers.get('etag') ?? '' })
  await one.plan({ instanceId: await one.customize({ prompt: 'Changed.' }), replace: true })
  await deployed.again()
  await undeployed.again()
  expect((await begun()).sort()).toEqual([deployed.id, undeployed.id].sort())
})

test('after a deployment nothing is to do; each difference shows as what would be done', async () => {
  const one = await openCase(stack)
  await one.deploy((await one.plan()).planId)
  expect(actions(await one.plan())).toEqual({ brain: 'unchanged', agent: 'unchanged', key: 'unchanged', flow: 'unchanged', tag: 'unchanged', value: 'unchanged' })

  const changed = await one.plan({ instanceId: await one.customize({ prompt: 'New prompt.' }), replace: true })
  expect(changeOf(changed, 'brain')).toMatchObject({ action: 'update', fields: [{ field: '/general_prompt', from: 'Be kind.', to: 'New prompt.' }] })
  expect(changeOf(changed, 'value')).toMatchObject({ action: 'update', fields: [{ field: '/value', from: 'Be kind.', to: 'New prompt.' }] })
  expect(actions(changed)).toMatchObject({ key: 'unchanged', flow: 'unchanged', tag: 'unchanged' })

  const secret = await one.plan({ instanceId: await one.customize({ secret: 'never shown' }), replace: true })
  expect(changeOf(secret, 'key')).toEqual({ provider: 'n8n', type: 'credential', name: 'key', action: 'update', fields: [{ field: '/data' }] })
  expect(JSON.stringify(secret)).not.toContain('never shown')
})

test('what cannot be changed is replaced, and what the template dropped is deleted', async () => {
  const field = (dataType: string) => ({ field: { provider: 'ghl', type: 'customField', spec: { name: '${{ variables.company }} size', dataType, model: 'contact' } } })
  const one = await openCase(stack, content({ resources: { ...without('tag'), ...field('TEXT') } }))
  await one.deploy((await one.plan()).planId)
  const before = await one.ids()
  await one.importVersion({ ...content({ resources: { ...without('tag', 'value', 'flow'), ...field('NUMERICAL') } }), version: '2.0.0' })
  const planned = await one.plan({ instanceId: await one.customize(), replace: true })
  expect(actions(planned)).toEqual({ brain: 'unchanged', agent: 'unchanged', key: 'unchanged', flow: 'delete', value: 'delete', field: 'replace' })
  expect(changeOf(planned, 'field')).toMatchObject({ fields: [{ field: '/dataType', from: 'TEXT', to: 'NUMERICAL' }] })
  await one.deploy(planned.planId)
  const after = await one.ids()
  expect(after['field']).not.toBe(before['field'])
  expect(await row(stack, 'ghl', before['field'])).toBeUndefined()
  expect((await row(stack, 'ghl', after['field']))?.body).toMatchObject({ dataType: 'NUMERICAL' })
})

test('a provider that is down makes its own rows unknown, and planning goes on', async () => {
  const one = await openCase(stack)
  const instanceId = await one.customize()
  await stack.faults('ghl', { rate: 1, kinds: ['reset'] })
  try {
    const planned = await one.tryPlan<Planned>({ instanceId })
    expect(planned.status).toBe(201)
    expect(actions(planned.body)).toEqual({ brain: 'create', agent: 'create', key: 'create', flow: 'create', tag: 'unknown', value: 'unknown' })
    expect(changeOf(planned.body, 'tag')?.reason).toEqual(expect.stringMatching(/\w/))
  } finally {
    await stack.faults('ghl', { rate: 0 })
  }
  expect(actions(await one.plan({ instanceId }))).toMatchObject({ tag: 'create', value: 'create' })
})

test("a stranger's namesake at GoHighLevel is marked as adopted", async () => {
  const one = await openCase(stack)
  await byHand(stack, 'ghl', 'POST', `/locations/${stack.locationId}/customValues`, { name: `${one.company} prompt`, value: 'theirs' })
  const planned = await one.plan()
  expect(changeOf(planned, 'value')).toMatchObject({ action: 'update', adopted: true, fields: [{ field: '/value', from: 'theirs', to: 'Be kind.' }] })
  expect(changeOf(planned, 'tag')).toEqual({ provider: 'ghl', type: 'tag', name: 'tag', action: 'create' })
})

test('what an export holds and the vendor does not take is noted', async () => {
  const flow = resources['flow'] as (typeof resources)[string]
  const one = await openCase(stack, content({ resources: { ...without('tag', 'value'), flow: { ...flow, spec: { ...flow.spec, id: 'abc', versionId: 'x', meta: { instanceId: 'y' } } } } }))
  const planned = await one.plan({ targets: ['n8n', 'retell'] })
  const notes = changeOf(planned, 'flow')?.notes ?? []
  for (const key of ['id', 'versionId', 'meta']) expect(notes.some((note) => note.startsWith(key))).toBe(true)
})

test('names and live values that PostgreSQL cannot hold as they are leave the plan whole', async () => {
  const faq = { provider: 'retell', type: 'knowledge-base', spec: { knowledge_base_name: 'Zahnarzt Praxis Nord😀 FAQ', knowledge_base_texts: [{ title: 'Hours', text: 'Nine to five' }] } }
  const one = await openCase(stack, content({ resources: { ...without('agent', 'key', 'flow', 'tag', 'value'), faq } }))
  const planned = await one.plan({ targets: ['retell'] })
  expect(changeOf(planned, 'faq')).toMatchObject({ action: 'create', notes: [expect.stringContaining('"Zahnarzt Praxis Nord"')] })
  await one.deploy(planned.planId)
  await byHand(stack, 'retell', 'PATCH', `/update-retell-llm/${(await one.ids())['brain'] ?? ''}`, { general_prompt: 'a\0b \ud83d' })
  const again = await one.plan({ targets: ['retell'] })
  expect(changeOf(again, 'brain')).toMatchObject({ action: 'update', fields: [{ field: '/general_prompt', from: 'ab \ufffd', to: 'Be kind.' }] })
  expect(changeOf(again, 'faq')).toMatchObject({ action: 'unchanged' })
})

test('a missing connection makes the rows unknown and says so', async () => {
  const one = await openCase(stack)
  const connections = (await stack.call<{ items: { id: string; provider: string }[] }>('GET', '/api/v1/connections?provider=n8n')).body.items
  const n8n = connections.find(({ provider }) => provider === 'n8n')
  expect((await stack.call('DELETE', `/api/v1/connections/${n8n?.id ?? ''}`)).status).toBe(204)
  try {
    const planned = await one.plan()
    expect(changeOf(planned, 'flow')).toMatchObject({ action: 'unknown', reason: expect.stringContaining('no connection for n8n') as unknown })
    expect(actions(planned)).toMatchObject({ brain: 'create', tag: 'create' })
  } finally {
    await stack.call('POST', '/api/v1/connections', { provider: 'n8n', baseUrl: 'sandbox:n8n', secrets: { apiKey: 'n8n-sandbox' } })
  }
})

test('plans at once for one template, client and targets are one plan', async () => {
  const one = await openCase(stack)
  const [a, b] = [await one.customize({ prompt: 'A' }), await one.customize({ prompt: 'B' })]
  const same = await Promise.all(Array.from({ length: 6 }, (_, index) => one.tryPlan<Planned>({ instanceId: a, targets: index % 2 === 0 ? everywhere : everywhere.toReversed() })))
  expect(new Set(same.map(({ body }) => body.planId)).size).toBe(1)
  expect(same.filter(({ status }) => status === 201)).toHaveLength(1)
  expect(same.every(({ status }) => status === 201 || status === 200)).toBe(true)

  const two = await openCase(stack)
  const [c, d] = [await two.customize({ prompt: 'A' }), await two.customize({ prompt: 'B' })]
  const different = await Promise.all([two.tryPlan<Planned & Problem>({ instanceId: c }), two.tryPlan<Planned & Problem>({ instanceId: d })])
  expect(different.map(({ status }) => status).sort()).toEqual([201, 409])
  expect(new Set(different.map(({ body }) => body.planId)).size).toBe(1)
  const stored = await stack.call<Planned>('GET', `/api/v1/plans/${different[0]?.body.planId ?? ''}`)
  expect(stored.body.changes).toHaveLength(6)
  expect(b).not.toBe(a)
})

test('plans for different targets are different plans', async () => {
  const one = await openCase(stack)
  const instanceId = await one.customize()
  const [all, some] = [await one.plan({ instanceId }), await one.plan({ instanceId, targets: ['ghl'] })]
  expect(all.planId).not.toBe(some.planId)
  expect(some.planHash).not.toBe(all.planHash)
  expect(some.changes.map(({ name }) => name).sort()).toEqual(['tag', 'value'])
})
