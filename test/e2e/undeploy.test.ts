import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { startStack, until } from '../support/stack.ts'
import type { TestStack } from '../support/stack.ts'
import { byHand, content, everywhere, openCase, resources, row, watchWrites, without } from './agency.ts'
import type { Case } from './agency.ts'

let stack: TestStack
beforeAll(async () => { stack = await startStack() })
afterAll(() => stack.close())

const initialization = { prompts: [{ key: 'greeting', content: 'Hello' }], documents: [{ key: 'hours', content: 'Always' }] }
const board = { ...resources, board: { provider: 'ghl', type: 'pipeline', spec: { name: '${{ variables.company }} board', stages: [{ name: 'New', position: 0 }, { name: 'Done', position: 1 }] } } }

async function openDeployed(given = content()): Promise<{ one: Case; planId: string; ids: Record<string, string> }> {
  const one = await openCase(stack, given)
  const { planId } = await one.plan()
  await one.deploy(planId)
  return { one, planId, ids: await one.ids() }
}
const present = async (ids: Record<string, string>): Promise<string[]> => {
  const all = (await Promise.all(everywhere.map((name) => stack.state(name)))).flat().map(({ id }) => id)
  return Object.keys(ids).filter((name) => all.includes(ids[name] ?? ''))
}
const rowsOf = async (one: Case) => (await stack.state('supabase')).filter(({ id }) => id.startsWith(one.clientId)).map(({ name }) => name)
const managed = (one: Case) => stack.db.selectFrom('managed_resources').select('name').where('client_id', '=', one.clientId).execute()

test('undeploying deletes all that was made, and nothing else', async () => {
  const [{ one, planId, ids }, other] = [await openDeployed(content({ initialization })), await openDeployed(content({ initialization }))]
  for (const { one: each, planId: id } of [{ one, planId }, other]) expect((await stack.call('POST', `${each.template}/resources`, { planId: id })).status).toBe(201)
  expect(await rowsOf(one)).toEqual(['greeting', 'hours'])
  expect(await present(ids)).toHaveLength(6)
  const { id } = await one.undeploy(planId)
  expect(await present(ids)).toEqual([])
  expect(await one.links()).toEqual([])
  expect(await rowsOf(one)).toEqual([])
  expect(await managed(one)).toEqual([])
  expect(await present(other.ids)).toHaveLength(6)
  expect(await rowsOf(other.one)).toEqual(['greeting', 'hours'])
  const audit = await stack.call<{ items: { actor: string; data: object }[] }>('GET', `/api/v1/audit?action=template.undeploy&subject=${planId}`)
  expect(audit.body.items).toMatchObject([{ actor: 'owner@test', data: { recordId: id } }])
})

test('what refers to a resource is deleted before it', async () => {
  const { one, planId, ids } = await openDeployed()
  await one.undeploy(planId)
  const journal = (await Promise.all(everywhere.map((name) => stack.journal(name)))).flat()
  const deletedAt = (name: string) => journal.find(({ method, path }) => method === 'DELETE' && path.includes(ids[name] ?? ''))?.at ?? 0
  expect(deletedAt('flow')).toBeGreaterThan(0)
  expect(deletedAt('key')).toBeGreaterThanOrEqual(deletedAt('flow'))
  expect(deletedAt('agent')).toBeGreaterThanOrEqual(deletedAt('flow'))
  expect(deletedAt('brain')).toBeGreaterThanOrEqual(deletedAt('agent'))
})

test('a tag that another client took over stays for that one, and goes with the last', async () => {
  const shared = content({ resources: { tag: { provider: 'ghl', type: 'tag', spec: { name: 'shared by all clients' } } } })
  const open = async () => {
    const one = await openCase(stack, shared)
    const { planId } = await one.plan({ targets: ['ghl'] })
    await one.deploy(planId)
    return { one, planId, ids: await one.ids() }
  }
  const [first, second] = [await open(), await open()]
  expect(second.ids).toEqual(first.ids)
  await first.one.undeploy(first.planId)
  expect(await present(second.ids)).toEqual(['tag'])
  await second.one.undeploy(second.planId)
  expect(await present(second.ids)).toEqual([])
})

test("a pipeline that holds a client's opportunities is left for a person, unless asked otherwise", async () => {
  const { one, planId, ids } = await openDeployed(content({ resources: board }))
  const { contact } = (await byHand(stack, 'ghl', 'POST', '/contacts', { locationId: stack.locationId, email: `${one.clientId}@example.org` })) as { contact?: { id: string } }
  await byHand(stack, 'ghl', 'POST', '/opportunities', { locationId: stack.locationId, pipelineId: ids['board'], name: 'Hope', contactId: contact?.id, status: 'open' })
  const done = await one.undeploy(planId)
  const manual = done.providers.find(({ provider }) => provider === 'ghl')?.manualSteps ?? []
  expect(manual).toMatchObject([{ name: 'board', instruction: expect.stringContaining('1 opportunities') as unknown, url: expect.stringContaining(stack.locationId) as unknown }])
  expect(await present(ids)).toEqual(['board'])
  expect(await one.links()).toEqual([])
  expect(await managed(one)).toEqual([{ name: 'board' }])

  const destroyed = await one.undeploy(planId, { destroy: true })
  expect(destroyed.providers.find(({ provider }) => provider === 'ghl')?.manualSteps ?? []).toEqual([])
  expect(await present(ids)).toEqual([])
  expect(await managed(one)).toEqual([])
})

test('what cannot be deleted after a step by hand is parked, and not tried for ever', async () => {
  const { one, planId, ids } = await openDeployed(content({ resources: board }))
  const { contact } = (await byHand(stack, 'ghl', 'POST', '/contacts', { locationId: stack.locationId, email: `${one.clientId}@example.org` })) as { contact?: { id: string } }
  await byHand(stack, 'ghl', 'POST', '/opportunities', { locationId: stack.locationId, pipelineId: ids['board'], name: 'Hope', contactId: contact?.id, status: 'open' })
  await stack.faults('ghl', { rate: 1, kinds: ['500'], match: { method: 'DELETE', path: '/tags/' } })
  const { recordId } = (await one.tryUndeploy(planId)).body
  const parked = await one.settled(recordId)
  await stack.faults('ghl', { rate: 0 })
  expect(parked.providers.find(({ provider }) => provider === 'ghl')).toMatchObject({ status: 'parked', attempts: 6 })
  await stack.temporal('workflow', 'signal', '--workflow-id', `undeploy:${planId}`, '--name', 'retry', '--input', '{"provider":"ghl"}')
  const done = await until(() => one.record(recordId), ({ status }) => status === 'success')
  expect(done.providers.find(({ provider }) => provider === 'ghl')?.manualSteps).toMatchObject([{ name: 'board' }])
  expect(await present(ids)).toEqual(['board'])
}, 60_000)

/** An account of the client's own at GoHighLevel, until it is disconnected. */
async function connectAnother({ clientId }: Case): Promise<() => Promise<void>> {
  const locationId = randomUUID().replaceAll('-', '').slice(0, 20)
  const own = await stack.call<{ id: string }>('POST', '/api/v1/connections', { provider: 'ghl', clientId, baseUrl: 'sandbox:ghl', config: { locationId }, secrets: { token: `pit-sandbox-${locationId}` } })
  expect(own.status).toBe(201)
  return async () => { expect((await stack.call('DELETE', `/api/v1/connections/${own.body.id}`)).status).toBe(204) }
}

test('what was made in the account before is left for a person, and deleted once that account is back', async () => {
  const { one, planId, ids } = await openDeployed()
  const disconnect = await connectAnother(one)
  const { changes, planId: newer } = await one.plan({ targets: ['ghl'] })
  expect(changes.map(({ name, action, notes }) => [name, action, notes])).toEqual(['tag', 'value'].map((name) => [name, 'create', [expect.stringMatching(/made in another account before \(http.*\) stays there/)]]))

  const left = await one.undeploy(planId)
  const steps = left.providers.find(({ provider }) => provider === 'ghl')?.manualSteps ?? []
  expect(steps.map(({ name }) => name).sort()).toEqual(['tag', 'value'])
  expect(steps[0]).toMatchObject({ instruction: expect.stringContaining('was made in another account of ghl than the one that is connected now') as unknown, url: expect.stringContaining(stack.locationId) as unknown })
  expect((await present(ids)).sort()).toEqual(['tag', 'value'])
  expect(await managed(one)).toHaveLength(2)

  const moved = await one.deploy(newer)
  const leftBehind = moved.providers.find(({ provider }) => provider === 'ghl')?.manualSteps ?? []
  expect(leftBehind.map(({ name }) => name.replace(/@[0-9a-f]{8}$/, '@')).sort()).toEqual(['tag@', 'value@'])
  expect(leftBehind).toMatchObject([{ url: expect.stringContaining(stack.locationId) as unknown }, { url: expect.stringContaining(stack.locationId) as unknown }])
  const there = await one.ids()
  expect(await present(there)).toEqual(expect.arrayContaining(['tag', 'value']))
  await one.undeploy(newer)
  expect(await present(there)).toEqual([])
  expect((await present(ids)).sort()).toEqual(['tag', 'value'])

  await disconnect()
  const done = await one.undeploy(planId)
  expect(done.providers.find(({ provider }) => provider === 'ghl')?.manualSteps ?? []).toEqual([])
  expect(await present(ids)).toEqual([])
  expect(await managed(one)).toEqual([])
}, 60_000)

test('what was made in the account before stays known where a person makes its successor by hand, or says that all is gone', async () => {
  const { one, planId, ids } = await openDeployed()
  const disconnect = await connectAnother(one)
  await stack.faults('ghl', { rate: 1, kinds: ['500'] })
  const recordId = await one.start(planId)
  await one.settled(recordId)
  await stack.faults('ghl', { rate: 0 })
  await resolve(one, recordId, [{ name: 'tag', external_id: 'made-by-hand' }], 'ghl')
  const ghlRows = async () => (await managed(one)).map(({ name }) => name.replace(/@[0-9a-f]{8}$/, '@')).filter((name) => /^(tag|value)/.test(name)).sort()
  expect(await ghlRows()).toEqual(['tag', 'tag@', 'value'])

  await stack.faults('ghl', { rate: 1, kinds: ['500'] })
  const undeploying = (await one.tryUndeploy(planId)).body.recordId
  await one.settled(undeploying)
  await stack.faults('ghl', { rate: 0 })
  await resolve(one, undeploying, [], 'ghl')
  expect(await ghlRows()).toEqual(['tag@', 'value'])

  await disconnect()
  await one.undeploy(planId)
  expect(await present(ids)).toEqual([])
  expect(await managed(one)).toEqual([])
}, 90_000)

test('undeploying a parked plan cancels the parked run first', async () => {
  const one = await openCase(stack)
  const { planId } = await one.plan()
  await stack.faults('ghl', { rate: 1, kinds: ['500'] })
  const parked = await one.start(planId)
  await one.settled(parked)
  await stack.faults('ghl', { rate: 0 })
  const ids = await one.ids()
  expect(await present(ids)).toHaveLength(4)
  await one.undeploy(planId)
  expect(await one.record(parked)).toMatchObject({ status: 'failed', error: { code: '499.cancelled' } })
  const letters = await stack.call<{ items: { recordId: string; status: string }[] }>('GET', `/api/v1/dead-letters?planId=${planId}`)
  expect(letters.body.items.filter(({ status }) => status === 'parked')).toEqual([])
  expect(await present(ids)).toEqual([])
  expect(await one.links()).toEqual([])
  expect(await stack.call('POST', `/api/v1/deployments/${parked}/retry`, {})).toMatchObject({ status: 409, body: { code: '409.not_parked' } })
}, 60_000)

test('an undeployment parks what fails, and a retry finishes it', async () => {
  const { one, planId, ids } = await openDeployed()
  await stack.faults('n8n', { rate: 1, kinds: ['500'] })
  const id = (await one.tryUndeploy(planId)).body.recordId
  const failed = await one.settled(id)
  expect(failed).toMatchObject({ status: 'failed', operation: 'undeploy', error: { code: '502.provider_error_n8n' } })
  expect(Object.fromEntries(failed.providers.map(({ provider, status }) => [provider, status]))).toEqual({ ghl: 'success', n8n: 'parked', retell: 'pending' })
  expect((await present(ids)).sort()).toEqual(['agent', 'brain', 'flow', 'key'])
  await stack.faults('n8n', { rate: 0 })
  await stack.temporal('workflow', 'signal', '--workflow-id', `undeploy:${planId}`, '--name', 'retry', '--input', '{"provider":"n8n"}')
  await until(() => one.record(id), ({ status }) => status === 'success')
  expect(await present(ids)).toEqual([])
  expect(await one.links()).toEqual([])
}, 60_000)

/** An undeployment that waits at n8n, which is well again. */
async function parkUndeploy(planId: string, one: Case): Promise<string> {
  await stack.faults('n8n', { rate: 1, kinds: ['500'] })
  const id = (await one.tryUndeploy(planId)).body.recordId
  await one.settled(id)
  await stack.faults('n8n', { rate: 0 })
  return id
}
const resolve = async (one: Case, id: string, links: { name: string; external_id: string }[], provider = 'n8n') => {
  expect((await stack.call('POST', `/api/v1/deployments/${id}/resolve`, { provider, links, reason: 'deleted by hand' })).status).toBe(202)
  await until(() => one.record(id), ({ status }) => status === 'success')
}

test('what a person deleted in place of a parked undeployment is forgotten, and made anew by the next deployment', async () => {
  const { one, planId, ids } = await openDeployed()
  const id = await parkUndeploy(planId, one)
  for (const [kind, name] of [['workflows', 'flow'], ['credentials', 'key']] as const) await byHand(stack, 'n8n', 'DELETE', `/api/v1/${kind}/${ids[name] ?? ''}`)
  await resolve(one, id, [])
  expect(await one.links()).toEqual([])
  expect(await managed(one)).toEqual([])
  await one.deploy(planId)
  const after = await one.ids()
  expect(await present(after)).toHaveLength(6)
  expect(after['flow']).not.toBe(ids['flow'])
}, 60_000)

test('what a person left in place of a parked undeployment stays linked', async () => {
  const { one, planId, ids } = await openDeployed()
  const { flow = '' } = ids
  await resolve(one, await parkUndeploy(planId, one), [{ name: 'flow', external_id: flow }])
  expect(await one.links()).toMatchObject([{ name: 'flow', external_id: flow, plan_id: planId }])
  expect(await managed(one)).toEqual([{ name: 'flow' }])
}, 60_000)

test('what a person deleted in place of a parked undeployment stays known where another plan links it', async () => {
  const one = await openCase(stack, content({ resources: without('flow') }))
  const part = await one.plan({ targets: ['n8n'] })
  await one.deploy(part.planId)
  await one.importVersion({ ...content(), version: '2.0.0' })
  const whole = await one.plan()
  await one.deploy(whole.planId)
  await resolve(one, await parkUndeploy(whole.planId, one), [])
  expect(await one.links()).toMatchObject([{ name: 'key', plan_id: part.planId }])
  expect(await managed(one)).toEqual([{ name: 'key' }])
}, 60_000)

test('deploying again takes the place of a parked undeployment', async () => {
  const { one, planId, ids } = await openDeployed()
  await stack.faults('n8n', { rate: 1, kinds: ['500'] })
  const id = (await one.tryUndeploy(planId)).body.recordId
  await one.settled(id)
  await stack.faults('n8n', { rate: 0 })
  await one.deploy(planId)
  expect(await one.record(id)).toMatchObject({ status: 'failed', error: { code: '499.cancelled' } })
  const after = await one.ids()
  expect(await present(after)).toHaveLength(6)
  expect({ flow: after['flow'], agent: after['agent'] }).toEqual({ flow: ids['flow'], agent: ids['agent'] })
}, 60_000)

test('undeploying twice is as good as once', async () => {
  const { one, planId } = await openDeployed()
  await one.undeploy(planId)
  const writes = await watchWrites(stack)
  await one.undeploy(planId)
  expect(await writes()).toEqual([])
})

test('undeploying at the same instant is one undeployment', async () => {
  const { one, planId, ids } = await openDeployed()
  const answers = await Promise.all(Array.from({ length: 5 }, () => one.tryUndeploy(planId)))
  const accepted = answers.filter(({ status }) => status === 202)
  expect(accepted.length).toBeGreaterThanOrEqual(1)
  for (const { body } of accepted) await one.settled(body.recordId)
  for (const { body } of answers.filter(({ status }) => status === 409)) expect(accepted.map(({ body: { recordId } }) => recordId)).toContain(body.recordId)
  expect(await present(ids)).toEqual([])
})

test('a plan that was never deployed, or whose things are gone already, is undeployed all the same', async () => {
  const one = await openCase(stack)
  await one.undeploy((await one.plan()).planId)
  const { one: two, planId, ids } = await openDeployed()
  await byHand(stack, 'n8n', 'DELETE', `/api/v1/workflows/${ids['flow'] ?? ''}`)
  await byHand(stack, 'retell', 'DELETE', `/delete-agent/${ids['agent'] ?? ''}`)
  await two.undeploy(planId)
  expect(await present(ids)).toEqual([])
  expect((await one.tryUndeploy(randomUUID())).body.code).toBe('404.plan_not_found')
})

test('deploying after undeploying makes everything anew', async () => {
  const { one, planId, ids } = await openDeployed()
  await one.undeploy(planId)
  await one.deploy(planId)
  const after = await one.ids()
  expect(await present(after)).toHaveLength(6)
  for (const name of ['brain', 'agent', 'flow', 'tag', 'value']) expect(after[name]).not.toBe(ids[name])
  expect(JSON.stringify(await row(stack, 'n8n', after['flow']))).toContain(after['agent'])
})

test('prompts that another plan of the client and template has too stay until both are undeployed', async () => {
  const one = await openCase(stack, content({ initialization }))
  const instanceId = await one.customize()
  const [all, crm] = [await one.plan({ instanceId }), await one.plan({ instanceId, targets: ['ghl'] })]
  for (const { planId } of [all, crm]) {
    await one.deploy(planId)
    expect((await stack.call('POST', `${one.template}/resources`, { planId })).status).toBe(201)
  }
  await one.undeploy(all.planId)
  expect(await rowsOf(one)).toEqual(['greeting', 'hours'])
  await one.undeploy(crm.planId)
  expect(await rowsOf(one)).toEqual([])
})

describe('without prompts', () => {
  test('a plan is undeployed without Supabase, though its stages were written', async () => {
    const { one, planId } = await openDeployed()
    expect((await stack.call('POST', `${one.template}/resources`, { planId })).status).toBe(201)
    const { providers } = await one.undeploy(planId)
    expect(providers.map(({ provider }) => provider).sort()).toEqual([...everywhere].sort())
  })

  test('a plan keeps none of those that another has', async () => {
    const one = await openCase(stack, content({ initialization }))
    const { planId } = await one.plan()
    await one.importVersion(content({ initialization: {} }))
    const later = await one.plan({ targets: ['ghl'] })
    for (const id of [planId, later.planId]) {
      await one.deploy(id)
      expect((await stack.call('POST', `${one.template}/resources`, { planId: id })).status).toBe(201)
    }
    expect(await rowsOf(one)).toEqual(['greeting', 'hours'])
    await one.undeploy(planId)
    expect(await rowsOf(one)).toEqual([])
  })
})
