import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { JsonObject } from '../../contracts/json.ts'
import { startStack, until } from '../support/stack.ts'
import type { TestStack } from '../support/stack.ts'
import { byHand, content, everywhere, openCase, resources, row, watchWrites, without } from './agency.ts'
import type { Case, Planned } from './agency.ts'

let stack: TestStack
beforeAll(async () => { stack = await startStack() })
afterAll(() => stack.close())

/** A client with everything deployed. */
async function openDeployed(given = content()): Promise<{ one: Case; planId: string; ids: Record<string, string> }> {
  const one = await openCase(stack, given)
  const { planId } = await one.plan()
  await one.deploy(planId)
  return { one, planId, ids: await one.ids() }
}
const bodyOf = async (sandbox: string, id: string | undefined): Promise<string> => JSON.stringify((await row(stack, sandbox, id))?.body)
const valuesAt = () => `/locations/${stack.locationId}/customValues`
const action = ({ changes }: Planned, name: string) => changes.find((change) => change.name === name)?.action

test('deploying again what is there already only reads, and keeps ids and addresses', async () => {
  const { one, planId } = await openDeployed()
  const links = await one.links()
  expect(links).toHaveLength(6)
  const writes = await watchWrites(stack)
  await one.deploy(planId)
  expect(await writes()).toEqual([])
  const shape = (all: typeof links) => all.map(({ external_id, url, name }) => ({ external_id, url, name }))
  expect(shape(await one.links())).toEqual(shape(links))
})

test('names that are cut, trimmed or marked by another deployment, and values that are null, differ in nothing the second time', async () => {
  const spaced = (type: string, spec: JsonObject = {}) => ({ provider: 'ghl', type, spec: { name: ` \${{ variables.company }} ${type} `, ...spec } })
  const { one, planId } = await openDeployed(content({
    resources: {
      ...without('key', 'flow', 'tag', 'value'),
      brain: { provider: 'retell', type: 'llm', spec: { start_speaker: 'agent', general_prompt: 'Hello', default_dynamic_variables: { slipway_key: 'sw-aaaaaaaaaaaa' } } },
      agent: { provider: 'retell', type: 'agent', spec: { agent_name: '${{ variables.company }} [sw-aaaaaaaaaaaa]', voice_id: '11labs-Adrian', response_engine: { type: 'retell-llm', llm_id: '${{ resources.brain.id }}' } } },
      faq: { provider: 'retell', type: 'knowledge-base', spec: { knowledge_base_name: '${{ variables.company }} Nord😀 FAQ', knowledge_base_texts: [{ title: 'Hours', text: 'Nine to five' }], knowledge_base_urls: null, enable_auto_refresh: null, max_chunk_size: null, min_chunk_size: null } },
      key: { provider: 'n8n', type: 'credential', spec: { name: `\${{ variables.company }} ${'key '.repeat(30)}[sw-aaaaaaaaaaaa]`, type: 'httpHeaderAuth', data: { name: 'X-Key', value: 'v' } } },
      field: spaced('customField', { dataType: 'TEXT' }), value: spaced('customValue', { value: 'v' }), calendar: spaced('calendar'), board: spaced('pipeline', { stages: [{ name: 'New' }] }), tag: spaced('tag'),
    },
  }))
  const ids = await one.ids()
  const writes = await watchWrites(stack)
  await one.deploy(planId)
  expect(await writes()).toEqual([])
  expect(await one.ids()).toEqual(ids)
})

test('a workflow deleted at n8n is made anew, and the others keep their ids', async () => {
  const { one, planId, ids } = await openDeployed()
  await byHand(stack, 'n8n', 'DELETE', `/api/v1/workflows/${ids['flow'] ?? ''}`)
  const writes = await watchWrites(stack)
  await one.deploy(planId)
  const after = await one.ids()
  const { flow: before, ...others } = ids
  const { flow: repaired, ...same } = after
  expect(same).toEqual(others)
  expect(repaired).not.toBe(before)
  expect(await bodyOf('n8n', repaired)).toContain(ids['agent'])
  expect((await writes()).filter((write) => !write.startsWith('n8n'))).toEqual([])
})

test('custom values and tags deleted at GoHighLevel are made anew', async () => {
  const { one, planId, ids } = await openDeployed()
  await byHand(stack, 'ghl', 'DELETE', `${valuesAt()}/${ids['value'] ?? ''}`)
  await byHand(stack, 'ghl', 'DELETE', `/locations/${stack.locationId}/tags/${ids['tag'] ?? ''}`)
  await one.deploy(planId)
  const after = await one.ids()
  expect((await row(stack, 'ghl', after['value']))?.body).toMatchObject({ value: 'Be kind.' })
  expect(await row(stack, 'ghl', after['tag'])).toBeDefined()
})

test('an agent deleted at Retell is made anew, and the workflow at n8n that refers to it gets the new id', async () => {
  const { one, planId, ids } = await openDeployed()
  await byHand(stack, 'retell', 'DELETE', `/delete-agent/${ids['agent'] ?? ''}`)
  const planned = await one.plan()
  expect(action(planned, 'agent')).toBe('create')
  expect(action(planned, 'flow')).toBe('update')
  await one.deploy(planId)
  const after = await one.ids()
  expect(after['agent']).not.toBe(ids['agent'])
  expect(after['flow']).toBe(ids['flow'])
  const flow = await bodyOf('n8n', after['flow'])
  expect(flow).toContain(after['agent'])
  expect(flow).not.toContain(ids['agent'])
})

test('an LLM deleted at Retell is made anew, and the agent beside it gets the new id', async () => {
  const { one, planId, ids } = await openDeployed()
  await byHand(stack, 'retell', 'DELETE', `/delete-retell-llm/${ids['brain'] ?? ''}?force_delete=true`)
  const planned = await one.plan()
  expect(planned.changes.find(({ name }) => name === 'agent')).toMatchObject({ action: 'update', fields: [{ field: '/response_engine/llm_id' }] })
  await one.deploy(planId)
  const after = await one.ids()
  expect(after['brain']).not.toBe(ids['brain'])
  expect(await bodyOf('retell', after['agent'])).toContain(after['brain'])
  expect(await bodyOf('n8n', after['flow'])).toContain(after['agent'])
})

test('a credential deleted at n8n is made anew, and the workflow that uses it has it', async () => {
  const { one, planId, ids } = await openDeployed()
  await byHand(stack, 'n8n', 'DELETE', `/api/v1/credentials/${ids['key'] ?? ''}`)
  expect(action(await one.plan(), 'key')).toBe('create')
  await one.deploy(planId)
  const after = await one.ids()
  expect(await row(stack, 'n8n', after['key'])).toBeDefined()
  expect(await bodyOf('n8n', after['flow'])).toContain(after['key'])
})

test('what somebody changed at the vendor is set back', async () => {
  const { one, planId, ids } = await openDeployed()
  await byHand(stack, 'ghl', 'PUT', `${valuesAt()}/${ids['value'] ?? ''}`, { name: `${one.company} prompt`, value: 'changed by hand' })
  const flow = (await byHand(stack, 'n8n', 'GET', `/api/v1/workflows/${ids['flow'] ?? ''}`)) as Record<string, unknown>
  await byHand(stack, 'n8n', 'PUT', `/api/v1/workflows/${ids['flow'] ?? ''}`, { name: flow['name'], connections: flow['connections'], settings: flow['settings'], nodes: [] })
  const planned = await one.plan()
  expect(planned.changes.filter((change) => change.action !== 'unchanged').map(({ name }) => name).sort()).toEqual(['flow', 'value'])
  await one.deploy(planId)
  expect((await row(stack, 'ghl', ids['value']))?.body).toMatchObject({ value: 'Be kind.' })
  expect(await bodyOf('n8n', ids['flow'])).toContain(ids['agent'])
  expect(await one.ids()).toEqual(ids)
})

test('what a new version drops is deleted last, in reverse order, and the rest stays', async () => {
  const { one, ids } = await openDeployed()
  await one.importVersion({ ...content({ resources: without('key', 'flow', 'value') }), version: '2.0.0' })
  const planned = await one.plan({ instanceId: await one.customize({ prompt: 'Second version.' }), replace: true })
  const writes = await watchWrites(stack)
  await one.deploy(planned.planId)
  const { key, flow, value, ...kept } = ids
  expect(await one.ids()).toEqual(kept)
  for (const id of [key, flow]) expect(await row(stack, 'n8n', id)).toBeUndefined()
  expect(await row(stack, 'ghl', value)).toBeUndefined()
  const deleted = (await writes()).filter((write) => write.startsWith('n8n DELETE'))
  expect(deleted).toEqual([`n8n DELETE /api/v1/workflows/${flow ?? ''}`, `n8n DELETE /api/v1/credentials/${key ?? ''}`])
})

test('a pruned resource is deleted after its successor is made', async () => {
  const { one, ids } = await openDeployed()
  const value = resources['value'] as (typeof resources)[string]
  await one.importVersion({ ...content({ resources: { ...without('value'), fresh: { ...value, spec: { name: '${{ variables.company }} fresh', value: 'x' } } } }), version: '2.0.0' })
  const writes = await watchWrites(stack)
  await one.deploy((await one.plan({ instanceId: await one.customize(), replace: true })).planId)
  expect((await writes()).filter((write) => write.startsWith('ghl'))).toEqual([`ghl POST ${valuesAt()}`, `ghl DELETE ${valuesAt()}/${ids['value'] ?? ''}`])
})

test("a stranger's things are left alone", async () => {
  const theirs = await byHand(stack, 'n8n', 'POST', '/api/v1/workflows', { name: 'Somebody else', nodes: [], connections: {}, settings: {} }) as { id?: string }
  const { one, planId } = await openDeployed()
  const namesake = await byHand(stack, 'n8n', 'POST', '/api/v1/workflows', { name: `${one.company} flow`, nodes: [], connections: {}, settings: {} }) as { id?: string }
  const before = [await bodyOf('n8n', theirs.id), await bodyOf('n8n', namesake.id)]
  await one.deploy(planId)
  await one.importVersion({ ...content({ resources: without('flow') }), version: '2.0.0' })
  await one.deploy((await one.plan({ instanceId: await one.customize(), replace: true })).planId)
  await one.undeploy(planId)
  expect([await bodyOf('n8n', theirs.id), await bodyOf('n8n', namesake.id)]).toEqual(before)
})

test("a stranger's namesake at GoHighLevel is taken over, kept up to date, and never deleted", async () => {
  const one = await openCase(stack)
  const made = await byHand(stack, 'ghl', 'POST', valuesAt(), { name: `${one.company} prompt`, value: 'theirs' }) as { customValue?: { id: string } }
  const id = made.customValue?.id
  const planned = await one.plan()
  expect(planned.changes.find(({ name }) => name === 'value')).toMatchObject({ action: 'update', adopted: true })
  await one.deploy(planned.planId)
  expect(await one.ids()).toMatchObject({ value: id })
  expect((await row(stack, 'ghl', id))?.body).toMatchObject({ value: 'Be kind.' })

  const again = await one.plan({ instanceId: await one.customize({ prompt: 'Newer.' }), replace: true })
  expect(again.changes.find(({ name }) => name === 'value')).toMatchObject({ action: 'update', adopted: true })
  await one.deploy(planned.planId)
  expect((await row(stack, 'ghl', id))?.body).toMatchObject({ value: 'Newer.' })

  await one.undeploy(planned.planId)
  expect(await row(stack, 'ghl', id)).toBeDefined()
  expect(await one.links()).toEqual([])

  await one.deploy(planned.planId)
  expect(await one.ids()).toMatchObject({ value: id })
  await one.importVersion({ ...content({ resources: without('value') }), version: '2.0.0' })
  const pruned = await one.plan({ instanceId: await one.customize(), replace: true })
  expect(pruned.changes.find(({ name }) => name === 'value')).toMatchObject({ action: 'delete', notes: [expect.stringContaining('stays') as unknown] })
  await one.deploy(pruned.planId)
  expect(await row(stack, 'ghl', id)).toBeDefined()
  expect(Object.keys(await one.ids())).not.toContain('value')
})

test('references across providers are made in the order of need', async () => {
  const loop = {
    ...resources,
    tool: { provider: 'n8n', type: 'workflow', spec: { name: '${{ variables.company }} tool', nodes: [], connections: {}, settings: {} } },
    brain: { provider: 'retell', type: 'llm', spec: { start_speaker: 'agent', general_prompt: 'Use workflow ${{ resources.tool.id }}' } },
    last: { provider: 'ghl', type: 'customValue', spec: { name: '${{ variables.company }} last', value: '${{ resources.flow.id }} ${{ resources.agent.url }}' } },
  }
  const { ids, one } = await openDeployed(content({ resources: loop }))
  expect(await bodyOf('retell', ids['brain'])).toContain(ids['tool'])
  expect(await bodyOf('retell', ids['agent'])).toContain(ids['brain'])
  expect(await bodyOf('n8n', ids['flow'])).toContain(ids['agent'])
  const agent = (await one.links()).find(({ name }) => name === 'agent')
  expect((await row(stack, 'ghl', ids['last']))?.body).toMatchObject({ value: `${ids['flow'] ?? ''} ${agent?.url ?? ''}` })
})

test('a plan can be deployed again as soon as its record says success', async () => {
  const one = await openCase(stack)
  const { planId } = await one.plan({ targets: ['n8n', 'retell'] })
  for (let round = 0; round < 10; round++) {
    const id = await one.start(planId)
    while ((await one.record(id)).status !== 'success') expect((await one.record(id)).status).not.toBe('failed')
  }
})

test('while one plan deploys, another that shares a provider is refused with the record that runs', async () => {
  const one = await openCase(stack)
  const instanceId = await one.customize()
  const [all, crm, voice] = [await one.plan({ instanceId }), await one.plan({ instanceId, targets: ['ghl'] }), await one.plan({ instanceId, targets: ['retell'] })]
  await stack.faults('ghl', { rate: 0, latencyMs: 700 })
  try {
    const running = await one.start(crm.planId)
    expect(await one.tryDeploy({ planId: all.planId })).toMatchObject({ status: 409, body: { code: '409.deployment_in_progress', recordId: running } })
    expect(await one.tryDeploy({ planId: crm.planId })).toMatchObject({ status: 409, body: { code: '409.deployment_in_progress', recordId: running } })
    expect(await one.tryUndeploy(all.planId)).toMatchObject({ status: 409, body: { code: '409.deployment_in_progress', recordId: running } })
    expect(await one.tryUndeploy(crm.planId)).toMatchObject({ status: 409, body: { code: '409.deployment_in_progress', recordId: running } })
    await one.deploy(voice.planId)
    expect((await one.record(running)).status).toBe('running')
    await one.settled(running)
  } finally {
    await stack.faults('ghl', { rate: 0 })
  }
  await one.deploy(all.planId)
})

test('plans with a common provider share its resources, and undeploying one keeps what the other links', async () => {
  const one = await openCase(stack)
  const instanceId = await one.customize()
  const [all, crm] = [await one.plan({ instanceId }), await one.plan({ instanceId, targets: ['ghl'] })]
  await one.deploy(all.planId)
  const ids = await one.ids()
  const writes = await watchWrites(stack)
  await one.deploy(crm.planId)
  expect(await writes()).toEqual([])
  await one.undeploy(all.planId)
  expect((await one.links()).map(({ name, plan_id, external_id }) => ({ name, plan_id, external_id }))).toEqual([
    { name: 'value', plan_id: crm.planId, external_id: ids['value'] }, { name: 'tag', plan_id: crm.planId, external_id: ids['tag'] },
  ])
  for (const name of ['value', 'tag']) expect(await row(stack, 'ghl', ids[name])).toBeDefined()
  for (const [sandbox, name] of [['retell', 'agent'], ['retell', 'brain'], ['n8n', 'flow'], ['n8n', 'key']]) expect(await row(stack, sandbox ?? '', ids[name ?? ''])).toBeUndefined()
  await one.undeploy(crm.planId)
  for (const name of ['value', 'tag']) expect(await row(stack, 'ghl', ids[name])).toBeUndefined()
})

test('of deployments that share a provider and start at the same instant, never two run', async () => {
  const one = await openCase(stack)
  const instanceId = await one.customize()
  const plans = [await one.plan({ instanceId, targets: ['ghl'] }), await one.plan({ instanceId, targets: ['ghl', 'retell'] })]
  for (let round = 0; round < 20; round++) {
    const answers = await Promise.all([...plans, ...plans].map(({ planId }) => one.tryDeploy({ planId })))
    const accepted = answers.filter(({ status }) => status === 202)
    const refused = answers.filter(({ status }) => status === 409)
    expect(accepted.length).toBeGreaterThanOrEqual(1)
    expect(accepted.length + refused.length).toBe(4)
    for (const { body } of accepted) expect(await one.settled(body.recordId)).toMatchObject({ status: 'success' })
  }
  const { rows } = await stack.db.executeQuery<{ overlaps: number }>({
    sql: `select count(*)::int as overlaps from deployment_records a join deployment_records b on a.id < b.id join deployment_plans pa on pa.id = a.plan_id join deployment_plans pb on pb.id = b.plan_id
      where pa.template_id = $1 and pb.template_id = $1 and tstzrange(a.created_at, a.finished_at) && tstzrange(b.created_at, b.finished_at)`,
    parameters: [one.templateId], query: { kind: 'RawNode' } as never, queryId: { queryId: 'overlaps' },
  })
  expect(rows).toEqual([{ overlaps: 0 }])
}, 90_000)

test("a client's own connection wins over the tenant's", async () => {
  const [own, other] = [await openCase(stack), await openCase(stack)]
  const locationId = 'OwnLocation012345678'
  expect((await stack.call('POST', '/api/v1/connections', { provider: 'ghl', baseUrl: 'sandbox:ghl', clientId: own.clientId, config: { locationId }, secrets: { token: `pit-sandbox-${locationId}` } })).status).toBe(201)
  const before = (await stack.journal('ghl')).length
  await own.deploy((await own.plan({ targets: ['ghl'] })).planId)
  const accounts = (await stack.journal('ghl')).slice(before).map((entry) => (entry as unknown as { account: string }).account)
  expect(new Set(accounts)).toEqual(new Set([locationId]))
  await other.deploy((await other.plan({ targets: ['ghl'] })).planId)
  expect((await row(stack, 'ghl', (await own.ids())['value']))?.body).toMatchObject({ locationId })
  expect((await row(stack, 'ghl', (await other.ids())['value']))?.body).toMatchObject({ locationId: stack.locationId })
  expect((await own.links())[0]?.url).toContain(locationId)
})

test('when a provider parks, those that wait for it leave the record failed, and go on after a retry', async () => {
  const one = await openCase(stack)
  const { planId } = await one.plan()
  await stack.faults('retell', { rate: 1, kinds: ['500'] })
  let id = ''
  try {
    id = await one.start(planId)
    const failed = await one.settled(id)
    expect(failed).toMatchObject({ status: 'failed', error: { code: '502.provider_error_retell' } })
    expect(Object.fromEntries(failed.providers.map(({ provider, status }) => [provider, status]))).toEqual({ ghl: 'success', n8n: 'pending', retell: 'parked' })
  } finally {
    await stack.faults('retell', { rate: 0 })
  }
  expect((await stack.call('POST', `/api/v1/deployments/${id}/retry`, { provider: 'retell' })).status).toBe(202)
  const done = await until(() => one.record(id), ({ status }) => status === 'success')
  expect(done.providers.map(({ status }) => status)).toEqual(['success', 'success', 'success'])
  const ids = await one.ids()
  expect(await bodyOf('n8n', ids['flow'])).toContain(ids['agent'])
}, 60_000)

test('a provider that fails in the middle goes on where it stopped, and makes nothing twice', async () => {
  const one = await openCase(stack)
  const { planId } = await one.plan()
  for (const sandbox of everywhere) await stack.faults(sandbox, { rate: 0.25, kinds: ['500', 'reset', 'commit-then-fail'], seed: 7 })
  try {
    const id = await one.start(planId)
    const done = await until(() => one.record(id), ({ status }) => status === 'success' || status === 'failed', 60)
    for (const sandbox of everywhere) await stack.faults(sandbox, { rate: 0 })
    if (done.status === 'failed') await one.deploy(planId)
  } finally {
    for (const sandbox of everywhere) await stack.faults(sandbox, { rate: 0 })
  }
  const ids = await one.ids()
  expect(Object.keys(ids)).toHaveLength(6)
  for (const sandbox of ['n8n', 'ghl']) expect((await stack.state(sandbox)).filter(({ name, type }) => name.toLowerCase().startsWith(one.company.toLowerCase()) && type !== 'executions').map(({ id }) => id).sort()).toEqual((await one.links()).filter(({ provider }) => provider === sandbox).map(({ external_id }) => external_id).sort())
  expect((await stack.state('retell')).filter(({ name }) => name.startsWith(one.company)).map(({ id }) => id)).toEqual([ids['agent']])
}, 90_000)
