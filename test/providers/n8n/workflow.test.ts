import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { createHttp } from '../../../providers/http.ts'
import { n8n } from '../../../providers/n8n/index.ts'
import { ProviderError, unknownYet } from '../../../providers/provider.ts'
import type { Desired, Live } from '../../../providers/provider.ts'
import type { JsonObject } from '../../../contracts/json.ts'
import { createN8nSandbox } from '../../../sandboxes/n8n.ts'
import { attempt, desiredOf, openSandboxAccount, present, rejection, resourceType } from '../sandbox-account.ts'
import type { SandboxAccount } from '../sandbox-account.ts'
import { exported, manualOnly } from './exports.ts'

const workflow = resourceType(n8n, 'workflow')
const secrets = { apiKey: 'n8n-key' }
const normalized = (spec: JsonObject, name?: string, marker?: string): Desired => desiredOf(workflow.normalize(spec).spec, name, marker)
const nodesIn = (workflow: JsonObject) => workflow['nodes'] as JsonObject[]
const first = <T>(list: T[]): T => present(list[0])
const changes = (live: Live, desired: Desired) => workflow.diff(live, desired).map(({ field }) => field)

describe.each(['2.8', '2.41'] as const)('n8n %s', (version) => {
  let box: SandboxAccount
  beforeEach(async () => { box = await openSandboxAccount(n8n, createN8nSandbox({ version }), { secrets }) })
  afterEach(() => box.close())

  const stored = async () => (await box.rows('workflow')).map(({ body }) => body as JsonObject)
  const call = async (method: string, path: string, body?: unknown) => {
    const answer = await fetch(`${box.url}/api/v1${path}`, { method, headers: { 'x-n8n-api-key': 'n8n-key', 'content-type': 'application/json' }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
    return (await answer.json()) as Record<string, unknown>
  }

  test('an export with every read-only key is created, published, and comes out equal as JSON', async () => {
    const source = exported()
    const live = await workflow.create(box.account, normalized(source))
    const row = first(await stored())
    const [webhook, second] = nodesIn(source)
    const { customTelemetryTags: _, ...writable } = present(webhook)
    expect(row['nodes']).toEqual([writable, second])
    expect(row['connections']).toEqual(source['connections'])
    expect(row['settings']).toMatchObject({ executionOrder: 'v1', callerPolicy: 'workflowsFromSameOwner' })
    expect(row).toMatchObject({ id: live.externalId, name: 'Intake [sw-0123456789ab]', active: true })
    expect((row['tags'] as { name: string }[]).map(({ name }) => name).sort()).toEqual(['leads', 'slipway'])
    expect(workflow.url(box.account.connection, live)).toBe(`${box.url}/workflow/${live.externalId}`)
  })

  test('what was just deployed does not differ, by id and by name alike', async () => {
    const desired = normalized(exported())
    const live = await workflow.create(box.account, desired)
    expect(changes(live, desired)).toEqual([])
    expect(changes(present(await workflow.get(box.account, live.externalId)), desired)).toEqual([])
    const found = present(await workflow.find(box.account, desired))
    expect(found).toMatchObject({ externalId: live.externalId, marked: true })
    expect(changes(found, desired)).toEqual([])
  })

  test('a create whose answer was lost is found again: one workflow, one POST', async () => {
    const desired = normalized(exported())
    await box.order({ rate: 1, kinds: ['commit-then-fail'], match: { method: 'POST', path: '/workflows' }, times: 1 })
    expect(await rejection(attempt(workflow, box.account, desired))).toMatchObject({ details: { retryable: true } })
    const live = await attempt(workflow, box.account, desired)
    expect(await stored()).toHaveLength(1)
    expect(await box.count('POST', /\/workflows$/)).toBe(1)
    expect(live.spec).toMatchObject({ publish: true })
    expect(changes(live, desired)).toEqual([])
  })

  test.each([['PUT', '/tags'], ['POST', '/tags'], ['POST', '/activate']])('a failure at %s %s after the create is healed by the next attempt', async (method, path) => {
    const desired = normalized(exported())
    await box.order({ rate: 1, kinds: ['500'], match: { method, path }, times: 1 })
    await rejection(attempt(workflow, box.account, desired))
    const found = present(await workflow.find(box.account, desired))
    expect(changes(found, desired)).not.toEqual([])
    expect(changes(await attempt(workflow, box.account, desired), desired)).toEqual([])
    expect(await stored()).toHaveLength(1)
  })

  test('a workflow whose name only contains the marker of another is not taken for it', async () => {
    await workflow.create(box.account, normalized(exported('a'), 'one', 'sw-aaaaaaaaaaaa'))
    await call('POST', '/workflows', { name: 'about sw-bbbbbbbbbbbb', nodes: [], connections: {}, settings: {} })
    expect(await workflow.find(box.account, normalized(exported(), 'two', 'sw-bbbbbbbbbbbb'))).toBeUndefined()
  })

  test('a renamed workflow is still found by its marker, and gets its name back', async () => {
    const desired = normalized(manualOnly)
    const { externalId } = await workflow.create(box.account, desired)
    const { nodes, connections, settings } = manualOnly
    await call('PUT', `/workflows/${externalId}`, { name: 'Someone\'s own name [sw-0123456789ab]', nodes, connections, settings })
    const found = present(await workflow.find(box.account, desired))
    expect(workflow.diff(found, desired)).toEqual([{ field: '/name', from: "Someone's own name", to: 'By hand' }])
    await workflow.update(box.account, found, desired)
    expect(await stored()).toMatchObject([{ name: 'By hand [sw-0123456789ab]' }])
  })

  test('it is found beyond the first page of a hundred', async () => {
    for (let at = 0; at < 101; at += 1) await call('POST', '/workflows', { name: `sw-0123456789ab ${String(at)}`, nodes: [], connections: {}, settings: {} })
    const { externalId } = await workflow.create(box.account, normalized(manualOnly))
    expect(await workflow.find(box.account, normalized(manualOnly))).toMatchObject({ externalId })
  })

  test('without a trigger that can be activated it is not published', async () => {
    const live = await workflow.create(box.account, normalized(manualOnly))
    expect(live.spec).toMatchObject({ publish: false })
    expect(await box.count('POST', /activate|publish/)).toBe(0)
    expect(changes(live, normalized(manualOnly))).toEqual([])
    expect(await workflow.remarks(box.account, normalized({ ...manualOnly, publish: true }), live)).toEqual([expect.stringContaining('no trigger')])
  })

  test('publish: false leaves it unpublished, and unpublishes it later', async () => {
    const quiet = normalized({ ...exported(), publish: false })
    const live = await workflow.create(box.account, quiet)
    expect(live.spec).toMatchObject({ publish: false })
    const published = await workflow.update(box.account, live, normalized(exported()))
    expect(published.spec).toMatchObject({ publish: true })
    expect(changes(published, quiet)).toEqual(['/publish'])
    expect((await workflow.update(box.account, published, quiet)).spec).toMatchObject({ publish: false })
    expect(await stored()).toMatchObject([{ active: false }])
  })

  test('an update of a published workflow is published, too', async () => {
    const live = await workflow.create(box.account, normalized(exported()))
    const changed = exported()
    present(nodesIn(changed)[1])['parameters'] = { value: 'new' }
    // A key that is gone from the template is a difference as well, unless it held nothing.
    expect(changes(live, normalized(changed))).toEqual(['/nodes/1/parameters/value', '/nodes/1/parameters/empty'])
    await workflow.update(box.account, live, normalized(changed))
    const row = first(await stored())
    expect(row).toMatchObject({ active: true })
    expect(row['activeVersionId']).toBe(row['versionId'])
    expect(present(nodesIn(row['activeVersion'] as JsonObject)[1])['parameters']).toEqual({ value: 'new' })
  })

  test('ids that the template leaves to n8n stay the same when it is updated', async () => {
    const spec: JsonObject = { name: 'Form', nodes: [{ name: 'Form', type: 'n8n-nodes-base.formTrigger', typeVersion: 2, position: [0, 0], parameters: { formTitle: 'a' } }], connections: {} }
    const live = await workflow.create(box.account, normalized(spec))
    const before = nodesIn(first(await stored()))
    expect(changes(live, normalized(spec))).toEqual([])
    await workflow.update(box.account, live, normalized(spec))
    expect(first(before)['webhookId']).toEqual(expect.any(String))
    expect(first(await stored())['nodes']).toEqual(before)
  })

  test('a webhook path that another active workflow holds is shown, and refused for good with the path and its holder', async () => {
    const other = await workflow.create(box.account, normalized({ ...exported('taken'), name: 'Other' }, 'other', 'sw-aaaaaaaaaaaa'))
    const desired = normalized(exported('taken'))
    const [remark] = await workflow.remarks(box.account, desired, undefined)
    expect(remark).toBe(`Webhook path "taken" (POST) is held by the active workflow "Other", ${box.url}/workflow/${other.externalId}`)
    const error = await rejection(workflow.create(box.account, desired))
    expect(error).toBeInstanceOf(ProviderError)
    expect(error).toMatchObject({ details: { status: 409, retryable: false }, message: expect.stringContaining('"taken" (POST) is held by the active workflow "Other"') })
    expect(await workflow.remarks(box.account, normalized(exported('taken'), 'other', 'sw-aaaaaaaaaaaa'), other)).toEqual([])
    expect(await workflow.remarks(box.account, normalized({ ...exported('taken'), publish: false }), undefined)).toEqual([])
  })

  test('a tag that exists already is used, and the tags that people gave stay', async () => {
    await call('POST', '/tags', { name: 'slipway' })
    const own = await call('POST', '/tags', { name: 'vip' })
    const live = await workflow.create(box.account, normalized(manualOnly))
    const tagged = await call('GET', `/workflows/${live.externalId}/tags`) as unknown as { id: string }[]
    await call('PUT', `/workflows/${live.externalId}/tags`, [...tagged.map(({ id }) => ({ id })), { id: own['id'] }])
    await workflow.update(box.account, live, normalized({ ...manualOnly, tags: ['leads'] }))
    const row = first(await stored())
    expect((row['tags'] as { name: string }[]).map(({ name }) => name).sort()).toEqual(['leads', 'slipway', 'vip'])
    expect(await box.rows('tag')).toHaveLength(3)
  })

  test('a tag that was taken away is a difference, and is given again', async () => {
    const desired = normalized({ ...manualOnly, tags: ['leads'] })
    const { externalId } = await workflow.create(box.account, desired)
    await call('PUT', `/workflows/${externalId}/tags`, [])
    const live = present(await workflow.get(box.account, externalId))
    expect(workflow.diff(live, desired)).toEqual([{ field: '/tags', from: [], to: ['slipway', 'leads'] }])
    expect(changes(await workflow.update(box.account, live, desired), desired)).toEqual([])
  })

  test('two deployments that make a tag at the same time both get it', async () => {
    const both = ['sw-aaaaaaaaaaaa', 'sw-bbbbbbbbbbbb'].map((marker) => workflow.create(box.account, normalized(manualOnly, 'same', marker)))
    await Promise.all(both)
    expect((await stored()).map(({ tags }) => (tags as { name: string }[]).map(({ name }) => name))).toEqual([['slipway'], ['slipway']])
    expect(await box.rows('tag')).toHaveLength(1)
  })

  test('a tag that n8n cannot save is a final error', async () => {
    const error = await rejection(workflow.create(box.account, normalized({ ...manualOnly, tags: ['a tag of more than twenty-four characters'] })))
    expect(error).toMatchObject({ details: { retryable: false, status: 400 } })
  })

  test('a node that someone changed, added or switched off is a difference; one that was moved in the list is none', async () => {
    const desired = normalized(exported())
    const { externalId } = await workflow.create(box.account, desired)
    const row = first(await stored())
    const nodes = nodesIn(row)
    const [webhook, second] = [first(nodes), present(nodes[1])]
    const put = async (other: JsonObject[]) => {
      await call('PUT', `/workflows/${externalId}`, { name: row['name'], nodes: other, connections: row['connections'], settings: { executionOrder: 'v1', callerPolicy: 'workflowsFromSameOwner' } })
      return changes(present(await workflow.get(box.account, externalId)), desired)
    }
    expect(await put([second, webhook])).toEqual([])
    expect(await put([webhook, { ...second, disabled: true }])).toEqual(['/nodes/1/disabled'])
    expect(await put([...nodes, { ...second, id: 'n-3', name: 'Third' }])).toEqual(['/nodes'])
  })

  test('state that n8n keeps in a workflow is written once and never turned back', async () => {
    const desired = normalized({ ...manualOnly, staticData: { global: { seen: 1 } } })
    const live = await workflow.create(box.account, desired)
    expect(await stored()).toMatchObject([{ staticData: { global: { seen: 1 } } }])
    const row = first(await stored())
    await call('PUT', `/workflows/${live.externalId}`, { name: row['name'], nodes: row['nodes'], connections: {}, settings: {}, staticData: { global: { seen: 2 } } })
    expect(changes(present(await workflow.get(box.account, live.externalId)), desired)).toEqual([])
    await workflow.update(box.account, live, desired)
    expect(first(await stored())['staticData']).not.toEqual({ global: { seen: 1 } })
  })

  test('what only the deployment will know is no difference', async () => {
    const desired = normalized(exported())
    const live = await workflow.create(box.account, desired)
    const nodes = nodesIn(structuredClone(desired.spec))
    present(nodes[1])['parameters'] = unknownYet
    expect(changes(live, { ...desired, spec: { ...desired.spec, name: unknownYet, nodes } })).toEqual([])
  })

  test('a published workflow is unpublished and deleted; one that is gone is no error', async () => {
    const live = await workflow.create(box.account, normalized(exported()))
    await workflow.remove(box.account, live.externalId, { force: false })
    expect(await stored()).toEqual([])
    await workflow.remove(box.account, live.externalId, { force: false })
    expect(await workflow.get(box.account, live.externalId)).toBeUndefined()
  })

  test('a workflow without a name gets its logical one', async () => {
    const { name: _, ...nameless } = manualOnly
    const live = await workflow.create(box.account, normalized(nameless))
    expect(first(await stored())['name']).toBe('intake [sw-0123456789ab]')
    expect(changes(live, normalized(nameless))).toEqual([])
  })

  test('a connection that someone added is a difference', async () => {
    const desired = normalized(exported())
    const { externalId } = await workflow.create(box.account, desired)
    const row = first(await stored())
    await call('PUT', `/workflows/${externalId}`, { name: row['name'], nodes: row['nodes'], settings: desired.spec['settings'], connections: { ...(row['connections'] as JsonObject), 'a/b': { main: [[]] } } })
    expect(changes(present(await workflow.get(box.account, externalId)), desired)).toEqual(['/connections/a~1b'])
  })

  test('a long name keeps its marker', async () => {
    const desired = normalized({ ...manualOnly, name: `${'n'.repeat(109)}😀${'n'.repeat(40)}` })
    const live = await workflow.create(box.account, desired)
    expect(first(await stored())['name']).toBe(`${'n'.repeat(109)} [sw-0123456789ab]`)
    expect(changes(live, desired)).toEqual([])
  })

  test('a key that may only read is a final error, and a wrong one, too', async () => {
    const as = async (apiKey: string) => {
      const other = await openSandboxAccount(n8n, createN8nSandbox({ version }), { secrets: { apiKey } })
      const error = await rejection(workflow.create(other.account, normalized(manualOnly)))
      await other.close()
      return error
    }
    expect(await as('n8n-readonly')).toMatchObject({ details: { status: 403, retryable: false } })
    expect(await as('wrong')).toMatchObject({ details: { status: 401, retryable: false } })
  })

  test.each([['500', 500], ['429', 429]])('a %s is to be retried', async (kind, status) => {
    await box.order({ rate: 1, kinds: [kind], retryAfterMs: 3000 })
    const error = await rejection(workflow.create(box.account, normalized(manualOnly)))
    expect(error).toMatchObject({ details: { status, retryable: true, ...(status === 429 ? { retryAfterMs: 3000 } : {}) } })
  })

  test('the check names the instance, and refuses an address without an API', async () => {
    expect(await n8n.check(box.account)).toEqual({ account: new URL(box.url).host })
    const connection = { ...box.account.connection, baseUrl: `${box.url}/elsewhere` }
    const client = n8n.connect(connection, createHttp({ provider: 'n8n', timeoutMs: 1000, allowPrivateAddresses: true }))
    expect(await rejection(n8n.check({ client, connection, siblings: [] }))).toMatchObject({ details: { retryable: false, status: 404 } })
  })
})

test('a draft that someone saved beside what runs is a difference, and is published', async () => {
  const box = await openSandboxAccount(n8n, createN8nSandbox({ version: '2.41' }), { secrets })
  const desired = normalized(exported())
  const { externalId } = await workflow.create(box.account, desired)
  const { spec } = desired
  const answer = await fetch(`${box.url}/api/v1/workflows/${externalId}?publishIfActive=false`, {
    method: 'PUT',
    headers: { 'x-n8n-api-key': 'n8n-key', 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'Intake [sw-0123456789ab]', nodes: spec['nodes'], connections: spec['connections'], settings: spec['settings'] }),
  })
  expect(answer.status).toBe(200)
  const live = present(await workflow.get(box.account, externalId))
  expect(live.facts).toMatchObject({ active: true })
  expect(changes(live, desired)).toEqual(['/publish'])
  expect(changes(await workflow.update(box.account, live, desired), desired)).toEqual([])
  await box.close()
})

describe('an archived workflow', () => {
  test('is unarchived where the API can', async () => {
    const box = await openSandboxAccount(n8n, createN8nSandbox({ version: '2.41' }), { secrets })
    const desired = normalized(exported())
    const { externalId } = await workflow.create(box.account, desired)
    await fetch(`${box.url}/api/v1/workflows/${externalId}/archive`, { method: 'POST', headers: { 'x-n8n-api-key': 'n8n-key' } })
    const live = present(await workflow.get(box.account, externalId))
    expect(changes(live, desired)).toEqual(['/publish', '/isArchived'])
    await workflow.update(box.account, live, desired)
    expect(await box.rows('workflow')).toMatchObject([{ body: { isArchived: false, active: true } }])
    await box.close()
  })
})
