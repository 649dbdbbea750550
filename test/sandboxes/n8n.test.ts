import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { startSandbox } from '../../sandboxes/kernel.ts'
import type { RunningSandbox } from '../../sandboxes/kernel.ts'
import { createN8nSandbox } from '../../sandboxes/n8n.ts'

type Version = '2.8' | '2.41'
type Json = Record<string, unknown>

const running = {} as Record<Version, RunningSandbox>
beforeAll(async () => {
  for (const version of ['2.8', '2.41'] as const) running[version] = await startSandbox(createN8nSandbox({ version }))
})
afterAll(async () => {
  for (const sandbox of Object.values(running)) await sandbox.close()
})
beforeEach(async () => {
  for (const { url } of Object.values(running)) await fetch(`${url}/__reset`, { method: 'POST' })
})

async function send(version: Version, method: string, path: string, body?: unknown, key = 'n8n-key') {
  const response = await fetch(`${running[version].url}/api/v1${path}`, {
    method,
    headers: { 'X-N8N-API-KEY': key, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, text, body: (text === '' ? {} : JSON.parse(text)) as Json & { id: string; data: Json[]; message: string } }
}

const webhook = (path: string, more: Json = {}) => ({
  name: 'Hook',
  type: 'n8n-nodes-base.webhook',
  typeVersion: 2,
  position: [0, 0],
  parameters: { path, httpMethod: 'POST' },
  ...more,
})
const manual = { name: 'Start', type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, position: [0, 0], parameters: {} }
const workflow = (more: Json = {}) => ({ name: 'Intake', nodes: [webhook('intake')], connections: {}, settings: { executionOrder: 'v1' }, ...more })
const names = ({ body }: { body: { data: Json[] } }) => body.data.map(({ name }) => name)

async function create(version: Version, more: Json = {}): Promise<string> {
  const created = await send(version, 'POST', '/workflows', workflow(more))
  expect(created.status).toBe(200)
  return created.body.id
}

describe.each(['2.8', '2.41'] as const)('n8n %s', (version) => {
  const call = (method: string, path: string, body?: unknown, key?: string) => send(version, method, path, body, key)
  const refusal = async (method: string, path: string, body?: unknown) => {
    const { status, body: answer } = await call(method, path, body)
    return [status, answer.message]
  }

  test('a request without a key, or with a key n8n did not make, is answered 401', async () => {
    const without = await fetch(`${running[version].url}/api/v1/workflows`)
    expect([without.status, await without.json()]).toEqual([401, { message: "'X-N8N-API-KEY' header required" }])
    const wrong = await call('GET', '/workflows', undefined, 'secret')
    expect([wrong.status, wrong.body]).toEqual([401, { message: 'unauthorized' }])
  })

  test('a key without the scope to write is answered 403 Forbidden', async () => {
    const { status, body } = await call('POST', '/workflows', workflow(), 'n8n-readonly-1')
    expect([status, body]).toEqual([403, { message: 'Forbidden' }])
    expect((await call('GET', '/workflows', undefined, 'n8n-readonly-1')).status).toBe(200)
  })

  test('a body that is not JSON is answered 415, malformed JSON 400', async () => {
    const post = (type: string) =>
      fetch(`${running[version].url}/api/v1/workflows`, { method: 'POST', headers: { 'X-N8N-API-KEY': 'n8n-key', 'content-type': type }, body: '{"name":' })
    const wrongType = await post('text/plain')
    expect([wrongType.status, await wrongType.json()]).toEqual([415, { message: 'unsupported media type text/plain' }])
    expect((await post('application/json')).status).toBe(400)
  })

  test('an unknown route, workflow, tag or credential is answered 404 with a message', async () => {
    expect(await refusal('GET', '/nothing')).toEqual([404, 'not found'])
    expect(await refusal('GET', '/workflows/none')).toEqual([404, 'Not Found'])
    expect(await refusal('PUT', '/tags/none', { name: 'a' })).toEqual([404, 'Not Found'])
    expect(await refusal('DELETE', '/credentials/none')).toEqual([404, 'Not Found'])
  })

  test('health is answered without a key', async () => {
    const health = await fetch(`${running[version].url}/healthz`)
    expect([health.status, await health.json()]).toEqual([200, { status: 'ok' }])
  })

  test('creating a workflow answers 200 with a 16-character id, inactive, ids filled in', async () => {
    const { status, body } = await call('POST', '/workflows', workflow())
    expect(status).toBe(200)
    expect(body).toMatchObject({ name: 'Intake', active: false, isArchived: false, tags: [], versionId: expect.stringMatching(/^[0-9a-f-]{36}$/) })
    expect(body.id).toMatch(/^[A-Za-z0-9]{16}$/)
    expect(body['nodes']).toMatchObject([{ id: expect.stringMatching(/-/), webhookId: expect.stringMatching(/-/) }])
  })

  test('names are not unique: the same workflow can be created twice', async () => {
    await create(version)
    await create(version)
    expect(names(await call('GET', '/workflows?name=Intake'))).toEqual(['Intake', 'Intake'])
  })

  test.each(['name', 'nodes', 'connections', 'settings'])('a workflow without %s is refused', async (key) => {
    const { [key]: _, ...rest } = workflow() as Json
    expect(await refusal('POST', '/workflows', rest)).toEqual([400, `request/body must have required property '${key}'`])
  })

  test.each(['id', 'active', 'createdAt', 'updatedAt', 'isArchived', 'versionId', 'triggerCount', 'meta', 'tags', 'activeVersion'])(
    'the read-only key %s is refused in a write',
    async (key) => {
      expect(await refusal('POST', '/workflows', workflow({ [key]: null }))).toEqual([400, `request/body/${key} is read-only`])
    },
  )

  test.each(['activeVersionId', 'versionCounter', 'description', 'sourceWorkflowId', 'parentFolder', 'nextCursor', 'anything'])(
    'the key %s, which only answers have, is refused as additional',
    async (key) => {
      expect(await refusal('POST', '/workflows', workflow({ [key]: null }))).toEqual([400, 'request/body must NOT have additional properties'])
    },
  )

  test('unknown keys in settings and nodes are refused by their path', async () => {
    expect(await refusal('POST', '/workflows', workflow({ settings: { color: 'red' } }))).toEqual([400, 'request/body/settings must NOT have additional properties'])
    expect(await refusal('POST', '/workflows', workflow({ nodes: [manual, webhook('a', { color: 'red' })] }))).toEqual([
      400,
      'request/body/nodes/1 must NOT have additional properties',
    ])
  })

  test('wrong types are refused by their path', async () => {
    expect(await refusal('POST', '/workflows', workflow({ name: 1 }))).toEqual([400, 'request/body/name must be string'])
    expect(await refusal('POST', '/workflows', workflow({ nodes: {} }))).toEqual([400, 'request/body/nodes must be array'])
    expect(await refusal('POST', '/workflows', workflow({ settings: { saveDataErrorExecution: 'some' } }))).toEqual([
      400,
      expect.stringContaining('request/body/settings/saveDataErrorExecution must be equal to one of the allowed values: all, none'),
    ])
  })

  test('every setting and node key that both generations know is accepted, and so are empty settings', async () => {
    const settings = {
      saveExecutionProgress: true,
      saveManualExecutions: true,
      saveDataErrorExecution: 'all',
      saveDataSuccessExecution: 'none',
      executionTimeout: 60,
      errorWorkflow: 'x',
      timezone: 'Europe/Berlin',
      executionOrder: 'v1',
      callerPolicy: 'any',
      callerIds: 'a,b',
      timeSavedPerExecution: 5,
      availableInMCP: false,
    }
    const node = {
      ...webhook('all'),
      id: 'n',
      webhookId: 'w',
      disabled: false,
      notesInFlow: true,
      notes: 'n',
      executeOnce: false,
      alwaysOutputData: false,
      retryOnFail: true,
      maxTries: 3,
      waitBetweenTries: 1000,
      continueOnFail: false,
      onError: 'stopWorkflow',
      credentials: { httpHeaderAuth: { id: 'c', name: 'C' } },
    }
    expect((await call('POST', '/workflows', workflow({ settings, nodes: [node], staticData: null, shared: [] }))).status).toBe(200)
    expect((await call('POST', '/workflows', workflow({ settings: {} }))).status).toBe(200)
  })

  test('what GET answers cannot be sent back as it is', async () => {
    const id = await create(version)
    const { body } = await call('GET', `/workflows/${id}`)
    expect((await call('PUT', `/workflows/${id}`, body)).status).toBe(400)
  })

  test('PUT replaces the whole workflow and gives a new version; there is no PATCH', async () => {
    const id = await create(version)
    const before = await call('GET', `/workflows/${id}`)
    const { status, body } = await call('PUT', `/workflows/${id}`, workflow({ name: 'Renamed', nodes: [manual] }))
    expect([status, body.id, body['name']]).toEqual([200, id, 'Renamed'])
    expect(body['nodes']).toHaveLength(1)
    expect(body['versionId']).not.toBe(before.body['versionId'])
    expect(await refusal('PUT', `/workflows/${id}`, { name: 'only' })).toEqual([400, expect.stringContaining("request/body must have required property 'nodes'")])
    expect(await refusal('PATCH', `/workflows/${id}`, {})).toEqual([404, 'not found'])
  })

  test('a list filters by part of a name in any case, by activity and by every tag named', async () => {
    const [first, second] = [await create(version, { name: 'Alpha [sw-1]' }), await create(version, { name: 'beta', nodes: [webhook('beta')] })]
    const [red, blue] = [(await call('POST', '/tags', { name: 'red' })).body.id, (await call('POST', '/tags', { name: 'blue' })).body.id]
    await call('PUT', `/workflows/${first}/tags`, [{ id: red }])
    await call('PUT', `/workflows/${second}/tags`, [{ id: red }, { id: blue }])
    await call('POST', `/workflows/${second}/activate`)
    expect(names(await call('GET', '/workflows?name=PHA%20%5Bsw'))).toEqual(['Alpha [sw-1]'])
    expect(names(await call('GET', '/workflows?active=true'))).toEqual(['beta'])
    expect(names(await call('GET', '/workflows?active=false'))).toEqual(['Alpha [sw-1]'])
    expect(names(await call('GET', '/workflows?tags=red'))).toEqual(['Alpha [sw-1]', 'beta'])
    expect(names(await call('GET', '/workflows?tags=red,blue'))).toEqual(['beta'])
    expect(names(await call('GET', '/workflows?tags=green'))).toEqual([])
    expect(names(await call('GET', '/workflows?projectId=other'))).toEqual([])
  })

  test('a list is paged by a cursor that ends with null, and any other cursor is refused', async () => {
    for (const name of ['a', 'b', 'c']) await create(version, { name })
    const first = await call('GET', '/workflows?limit=2')
    expect(names(first)).toEqual(['a', 'b'])
    expect(JSON.parse(Buffer.from(String(first.body['nextCursor']), 'base64').toString())).toEqual({ limit: 2, offset: 2 })
    const second = await call('GET', `/workflows?cursor=${String(first.body['nextCursor'])}`)
    expect([names(second), second.body['nextCursor']]).toEqual([['c'], null])
    expect(await refusal('GET', '/workflows?cursor=bogus')).toEqual([400, 'An invalid cursor was provided'])
    expect(await refusal('GET', '/workflows?limit=many')).toEqual([400, 'request/query/limit must be number'])
  })

  test('a workflow with a trigger is activated and deactivated', async () => {
    const id = await create(version)
    const active = await call('POST', `/workflows/${id}/activate`)
    expect([active.status, active.body['active'], active.body['triggerCount']]).toEqual([200, true, 1])
    expect(active.body['activeVersionId']).toBe(active.body['versionId'])
    expect((await call('POST', `/workflows/${id}/deactivate`)).body['active']).toBe(false)
  })

  test.each(['n8n-nodes-base.scheduleTrigger', 'n8n-nodes-base.cron', 'n8n-nodes-base.formTrigger', '@n8n/n8n-nodes-langchain.chatTrigger'])(
    '%s can be activated',
    async (type) => {
      const id = await create(version, { nodes: [{ ...manual, type }] })
      expect((await call('POST', `/workflows/${id}/activate`, {})).status).toBe(200)
    },
  )

  test.each([
    ['no node', []],
    ['a manual trigger only', [manual]],
    ['a sub-workflow trigger only', [{ ...manual, type: 'n8n-nodes-base.executeWorkflowTrigger' }]],
    ['a disabled webhook only', [webhook('off', { disabled: true })]],
  ])('a workflow with %s cannot be activated', async (_what, nodes) => {
    const id = await create(version, { nodes })
    expect(await refusal('POST', `/workflows/${id}/activate`)).toEqual([400, expect.stringContaining('has no trigger node')])
  })

  test('an invalid node or a sub-workflow that is not there keeps a workflow from being activated', async () => {
    const typeless = await create(version, { nodes: [webhook('x'), { name: 'Odd' }] })
    expect(await refusal('POST', `/workflows/${typeless}/activate`)).toEqual([400, expect.stringContaining('Node "Odd"')])
    const caller = (workflowId: unknown) => ({ nodes: [webhook('y'), { name: 'Call', type: 'n8n-nodes-base.executeWorkflow', parameters: { workflowId } }] })
    const lost = await create(version, caller({ __rl: true, mode: 'id', value: 'missing' }))
    expect(await refusal('POST', `/workflows/${lost}/activate`)).toEqual([400, expect.stringContaining('references workflow missing')])
    const found = await create(version, caller(typeless))
    expect((await call('POST', `/workflows/${found}/activate`)).status).toBe(200)
    const computed = await create(version, { ...caller('={{ $json.id }}'), name: 'computed' })
    await call('POST', `/workflows/${found}/deactivate`)
    expect((await call('POST', `/workflows/${computed}/activate`)).status).toBe(200)
  })

  test('a webhook path of another active workflow is a conflict; an inactive one, or another method, is none', async () => {
    const [first, second] = [await create(version), await create(version)]
    const other = await create(version, { nodes: [webhook('intake', { parameters: { path: '/intake', httpMethod: ['GET', 'PUT'] } })] })
    expect((await call('POST', `/workflows/${first}/activate`)).status).toBe(200)
    expect(await refusal('POST', `/workflows/${second}/activate`)).toEqual([409, 'There is a conflict with one of the webhooks.'])
    expect((await call('GET', `/workflows/${second}`)).body['active']).toBe(false)
    expect((await call('POST', `/workflows/${other}/activate`)).status).toBe(200)
    await call('POST', `/workflows/${first}/deactivate`)
    expect((await call('POST', `/workflows/${second}/activate`)).status).toBe(200)
  })

  test.each(['n8n-nodes-base.formTrigger', '@n8n/n8n-nodes-langchain.chatTrigger', 'n8n-nodes-base.webhook'])(
    'a copy of an active workflow with a %s conflicts by its webhook id until it has one of its own',
    async (type) => {
      const trigger = { ...manual, type, webhookId: 'copied' }
      const [original, copy] = [await create(version, { nodes: [trigger] }), await create(version, { nodes: [trigger] })]
      expect((await call('POST', `/workflows/${original}/activate`)).status).toBe(200)
      expect((await refusal('POST', `/workflows/${copy}/activate`))[0]).toBe(409)
      await call('PUT', `/workflows/${copy}`, workflow({ nodes: [{ ...trigger, webhookId: 'own' }] }))
      expect((await call('POST', `/workflows/${copy}/activate`)).status).toBe(200)
    },
  )

  test('a webhook without a method is one for GET', async () => {
    const [first, second] = [await create(version, { nodes: [webhook('a', { parameters: { path: 'a' } })] }), await create(version, { nodes: [webhook('a', { parameters: { path: 'a', httpMethod: 'GET' } })] })]
    await call('POST', `/workflows/${first}/activate`)
    expect((await refusal('POST', `/workflows/${second}/activate`))[0]).toBe(409)
  })

  test('PUT on an active workflow publishes what was put, and refuses what could not run', async () => {
    const id = await create(version)
    await call('POST', `/workflows/${id}/activate`)
    const { body } = await call('PUT', `/workflows/${id}`, workflow({ nodes: [webhook('other')] }))
    expect([body['active'], body['activeVersionId']]).toEqual([true, body['versionId']])
    expect(await refusal('PUT', `/workflows/${id}`, workflow({ nodes: [manual] }))).toEqual([400, expect.stringContaining('no trigger node')])
    const rival = await create(version)
    await call('POST', `/workflows/${rival}/activate`)
    expect((await refusal('PUT', `/workflows/${id}`, workflow()))[0]).toBe(409)
  })

  test('an active workflow is not deleted; a deactivated one is, and is answered', async () => {
    const id = await create(version)
    await call('POST', `/workflows/${id}/activate`)
    expect((await refusal('DELETE', `/workflows/${id}`))[0]).toBe(409)
    await call('POST', `/workflows/${id}/deactivate`)
    const { status, body } = await call('DELETE', `/workflows/${id}`)
    expect([status, body.id]).toEqual([200, id])
    expect((await refusal('GET', `/workflows/${id}`))[0]).toBe(404)
  })

  test('activation knows the current version, and no unknown one', async () => {
    const id = await create(version)
    const { body } = await call('GET', `/workflows/${id}`)
    expect(await refusal('POST', `/workflows/${id}/activate`, { versionId: 'gone' })).toEqual([404, 'Version not found'])
    expect(await refusal('POST', `/workflows/${id}/activate`, { force: true })).toEqual([400, 'request/body must NOT have additional properties'])
    expect((await call('POST', `/workflows/${id}/activate`, { versionId: body['versionId'], name: 'first' })).status).toBe(200)
  })

  test('a tag is created with 201, and its name is unique: 409', async () => {
    const { status, body } = await call('POST', '/tags', { name: 'sw:acme' })
    expect([status, body['name']]).toEqual([201, 'sw:acme'])
    expect(await refusal('POST', '/tags', { name: 'sw:acme' })).toEqual([409, 'Tag already exists'])
    const other = await call('POST', '/tags', { name: 'other' })
    expect(await refusal('PUT', `/tags/${other.body.id}`, { name: 'sw:acme' })).toEqual([409, 'Tag already exists'])
    expect((await call('PUT', `/tags/${other.body.id}`, { name: 'other' })).status).toBe(200)
    expect(names(await call('GET', '/tags'))).toEqual(['sw:acme', 'other'])
    expect((await call('GET', `/tags/${body.id}`)).body['name']).toBe('sw:acme')
  })

  test('a tag name has 1 to 24 characters, and a tag takes no other key', async () => {
    expect(await refusal('POST', '/tags', { name: 'x'.repeat(25) })).toEqual([400, 'Tag name must be 1 to 24 characters long.'])
    expect(await refusal('POST', '/tags', { name: 'a', color: 'red' })).toEqual([400, 'request/body must NOT have additional properties'])
    expect(await refusal('POST', '/tags', { name: 'a', id: '1' })).toEqual([400, 'request/body/id is read-only'])
  })

  test("PUT /workflows/{id}/tags replaces the workflow's tags with an array of ids, and knows no others", async () => {
    const id = await create(version)
    const [red, blue] = [(await call('POST', '/tags', { name: 'red' })).body.id, (await call('POST', '/tags', { name: 'blue' })).body.id]
    await call('PUT', `/workflows/${id}/tags`, [{ id: red }])
    const replaced = await call('PUT', `/workflows/${id}/tags`, [{ id: blue }])
    expect([replaced.status, replaced.body]).toEqual([200, [expect.objectContaining({ id: blue, name: 'blue' })]])
    expect((await call('GET', `/workflows/${id}/tags`)).body).toMatchObject([{ name: 'blue' }])
    expect((await call('GET', `/workflows/${id}`)).body['tags']).toMatchObject([{ name: 'blue' }])
    expect((await refusal('PUT', `/workflows/${id}/tags`, [{ id: 'gone' }]))[0]).toBe(404)
    expect(await refusal('PUT', `/workflows/${id}/tags`, ['red'])).toEqual([400, 'request/body/0 must be object'])
  })

  test('a deleted tag leaves its workflows', async () => {
    const id = await create(version)
    const red = (await call('POST', '/tags', { name: 'red' })).body.id
    await call('PUT', `/workflows/${id}/tags`, [{ id: red }])
    expect((await call('DELETE', `/tags/${red}`)).status).toBe(200)
    expect((await call('GET', `/workflows/${id}`)).body['tags']).toEqual([])
  })

  test('creating a credential answers 200, and no answer ever holds its data', async () => {
    const data = { name: 'Authorization', value: 'top-secret' }
    const created = await call('POST', '/credentials', { name: 'Key', type: 'httpHeaderAuth', data })
    expect([created.status, created.body.id]).toEqual([200, expect.stringMatching(/^[A-Za-z0-9]{16}$/)])
    const listed = await call('GET', '/credentials')
    const patched = await call('PATCH', `/credentials/${created.body.id}`, { name: 'Renamed' })
    const state = await (await fetch(`${running[version].url}/__state`)).text()
    expect(listed.body.data).toMatchObject([{ id: created.body.id, name: 'Key', type: 'httpHeaderAuth' }])
    expect([created.text, listed.text, patched.text, state].some((text) => text.includes('top-secret'))).toBe(false)
    expect((await call('DELETE', `/credentials/${created.body.id}`)).body['name']).toBe('Renamed')
  })

  test("a credential's type must be known, and its data must fit the type", async () => {
    const post = (type: string, data: unknown) => refusal('POST', '/credentials', { name: 'C', type, data })
    expect(await post('nothingApi', {})).toEqual([400, 'req.body.type is not a known type'])
    expect(await post('toString', {})).toEqual([400, 'req.body.type is not a known type'])
    expect(await post('openAiApi', {})).toEqual([400, 'request.body.data requires property "apiKey"'])
    expect(await post('httpBasicAuth', { user: 'u', pass: 'p' })).toEqual([400, 'request.body.data is not allowed to have the additional property "pass"'])
    expect(await post('httpBasicAuth', { user: 1 })).toEqual([400, 'request.body.data is not of a type(s) string'])
    expect(await post('httpBasicAuth', 'data')).toEqual([400, 'request/body/data must be object'])
  })

  test('PATCH checks a credential as POST does, and merges only when told that the data is partial', async () => {
    const { id } = (await call('POST', '/credentials', { name: 'C', type: 'openAiApi', data: { apiKey: 'k', url: 'u' } })).body
    expect((await refusal('PATCH', `/credentials/${id}`, { data: { url: 'v' } }))[0]).toBe(400)
    expect((await call('PATCH', `/credentials/${id}`, { data: { url: 'v' }, isPartialData: true })).status).toBe(200)
    expect((await refusal('PATCH', `/credentials/${id}`, { type: 'nothingApi' }))[0]).toBe(400)
    expect((await refusal('PATCH', `/credentials/${id}`, { shared: [] }))[0]).toBe(400)
  })

  test("a credential type's schema is answered, an unknown one's is 404", async () => {
    expect((await call('GET', '/credentials/schema/slackApi')).body).toMatchObject({
      additionalProperties: false,
      properties: { accessToken: { type: 'string' } },
      required: ['accessToken'],
    })
    expect(await refusal('GET', '/credentials/schema/nothingApi')).toEqual([404, 'Credential Type not found'])
  })

  test('variables and projects need a licence that a Community instance does not have: 403', async () => {
    expect(await refusal('GET', '/variables')).toEqual([403, expect.stringMatching(/^Your license does not allow for feat:variables\./)])
    expect((await refusal('POST', '/variables', { key: 'a', value: 'b' }))[0]).toBe(403)
    expect((await refusal('GET', '/projects'))[0]).toBe(403)
  })

  test('executions are listed by a status n8n knows', async () => {
    expect((await call('GET', '/executions?status=success')).body).toEqual({ data: [], nextCursor: null })
    expect((await refusal('GET', '/executions?status=fine'))[0]).toBe(400)
    const answers = [refusal('GET', '/executions/1'), refusal('DELETE', '/executions/1'), refusal('POST', '/executions/1/retry'), refusal('POST', '/executions/1/stop')]
    expect((await Promise.all(answers)).map(([status]) => status)).toEqual([404, 404, 404, 404])
  })

  test('faults have the shape of n8n, and a 429 promises a delay only when told to', async () => {
    const order = (faults: Json) => fetch(`${running[version].url}/__faults`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(faults) })
    const get = () => fetch(`${running[version].url}/api/v1/workflows`, { headers: { 'X-N8N-API-KEY': 'n8n-key' } })
    await order({ rate: 1, kinds: ['500'] })
    expect((await call('GET', '/workflows')).body).toEqual({ message: 'Internal server error' })
    await order({ rate: 1, kinds: ['429'] })
    expect([(await get()).status, (await get()).headers.get('retry-after')]).toEqual([429, null])
    await order({ rate: 1, kinds: ['429'], retryAfterMs: 1500 })
    expect((await get()).headers.get('retry-after')).toBe('2')
  })

  test('the state has one row per workflow, credential and tag', async () => {
    const id = await create(version)
    await call('PUT', `/workflows/${id}`, workflow())
    await call('POST', '/tags', { name: 't' })
    await call('POST', '/credentials', { name: 'C', type: 'httpBasicAuth', data: {} })
    const { resources } = (await (await fetch(`${running[version].url}/__state`)).json()) as { resources: Json[] }
    expect(resources.map(({ type, name }) => [type, name])).toEqual([['workflow', 'Intake'], ['credential', 'C'], ['tag', 't']])
    expect(resources[0]).toMatchObject({ id, body: { id, active: false } })
  })
})

describe('where the generations differ', () => {
  test('2.8 reports every problem of a body, 2.41 the first', async () => {
    const body = { name: 'x', nodes: [], extra: 1, id: 'y' }
    expect((await send('2.8', 'POST', '/workflows', body)).body.message).toBe(
      "request/body must have required property 'connections', request/body must have required property 'settings', " +
        'request/body must NOT have additional properties, request/body/id is read-only',
    )
    expect((await send('2.41', 'POST', '/workflows', body)).body.message).toBe("request/body must have required property 'connections'")
  })

  test('2.41 takes the key as a bearer token too, 2.8 does not', async () => {
    const get = async (version: Version) => (await fetch(`${running[version].url}/api/v1/workflows`, { headers: { Authorization: 'Bearer n8n-key' } })).status
    expect([await get('2.8'), await get('2.41')]).toEqual([401, 200])
  })

  test.each([
    ['pinData', {}],
    ['nodeGroups', []],
    ['projectId', 'p'],
    ['parentFolderId', null],
  ])('%s is accepted by 2.41 and refused by 2.8', async (key, value) => {
    expect((await send('2.8', 'POST', '/workflows', workflow({ [key]: value }))).body.message).toBe('request/body must NOT have additional properties')
    expect((await send('2.41', 'POST', '/workflows', workflow({ [key]: value }))).status).toBe(200)
  })

  test('pinned data is left out of a list on request', async () => {
    await create('2.41', { pinData: { Hook: [] } })
    expect((await send('2.41', 'GET', '/workflows')).body.data[0]).toHaveProperty('pinData')
    expect((await send('2.41', 'GET', '/workflows?excludePinnedData=true')).body.data[0]).not.toHaveProperty('pinData')
  })

  test.each(['binaryMode', 'timeSavedMode', 'redactionPolicy', 'credentialResolverId'])('the setting %s is accepted by 2.41 and refused by 2.8', async (key) => {
    const body = workflow({ settings: { [key]: 'x' } })
    expect((await send('2.8', 'POST', '/workflows', body)).body.message).toBe('request/body/settings must NOT have additional properties')
    expect((await send('2.41', 'POST', '/workflows', body)).status).toBe(200)
  })

  test("'DEFAULT' as a setting is accepted by 2.41 and refused by 2.8", async () => {
    const body = workflow({ settings: { saveDataErrorExecution: 'DEFAULT' } })
    expect((await send('2.8', 'POST', '/workflows', body)).status).toBe(400)
    expect((await send('2.41', 'POST', '/workflows', body)).status).toBe(200)
  })

  test('2.41 throws binaryMode and credentialResolverId away, and answers settings that nobody sent', async () => {
    const { body } = await send('2.41', 'POST', '/workflows', workflow({ settings: { binaryMode: 'filesystem', credentialResolverId: 'x' } }))
    expect(body['settings']).toEqual({ binaryMode: 'separate' })
    expect((await send('2.8', 'POST', '/workflows', workflow({ settings: {} }))).body['settings']).toEqual({})
  })

  test('a limit above 250 is refused by 2.8 and cut by 2.41, which also knows an offset', async () => {
    expect((await send('2.8', 'GET', '/workflows?limit=251')).body.message).toBe('request/query/limit must be <= 250')
    for (const name of ['a', 'b']) await create('2.41', { name })
    expect(names(await send('2.41', 'GET', '/workflows?limit=1000&offset=1'))).toEqual(['b'])
  })

  test('publish, unpublish and archive exist on 2.41 only', async () => {
    const old = await create('2.8')
    for (const verb of ['publish', 'unpublish', 'archive', 'unarchive']) expect((await send('2.8', 'POST', `/workflows/${old}/${verb}`)).status).toBe(404)
    const id = await create('2.41')
    expect((await send('2.41', 'POST', `/workflows/${id}/publish`, { name: 'v1', description: 'first' })).body['active']).toBe(true)
    expect((await send('2.41', 'POST', `/workflows/${id}/unpublish`)).body['active']).toBe(false)
  })

  test('archiving unpublishes and is idempotent, and an archived workflow is neither updated nor activated', async () => {
    const id = await create('2.41')
    await send('2.41', 'POST', `/workflows/${id}/publish`)
    for (const _ of [1, 2]) expect((await send('2.41', 'POST', `/workflows/${id}/archive`)).body).toMatchObject({ isArchived: true, active: false })
    expect((await send('2.41', 'PUT', `/workflows/${id}`, workflow())).status).toBe(400)
    expect((await send('2.41', 'POST', `/workflows/${id}/activate`)).status).toBe(400)
    await send('2.41', 'POST', `/workflows/${id}/unarchive`)
    expect((await send('2.41', 'POST', `/workflows/${id}/activate`)).status).toBe(200)
  })

  test('2.41 keeps a draft beside the published version when asked, and can publish either', async () => {
    const id = await create('2.41')
    const first = (await send('2.41', 'POST', `/workflows/${id}/publish`)).body['versionId']
    const draft = await send('2.41', 'PUT', `/workflows/${id}?publishIfActive=false`, workflow({ nodes: [manual] }))
    expect([draft.body['active'], draft.body['activeVersionId']]).toEqual([true, first])
    expect((await send('2.41', 'POST', `/workflows/${id}/publish`)).status).toBe(400)
    expect((await send('2.41', 'POST', `/workflows/${id}/publish`, { versionId: first })).body['activeVersionId']).toBe(first)
  })

  test('2.41 takes an id that the caller chose for a credential, once; 2.8 takes none', async () => {
    const credential = { id: 'sw-acme_1', name: 'C', type: 'httpBasicAuth', data: {} }
    expect((await send('2.8', 'POST', '/credentials', credential)).body.message).toBe('request/body/id is read-only')
    expect((await send('2.41', 'POST', '/credentials', credential)).body.id).toBe('sw-acme_1')
    expect((await send('2.41', 'POST', '/credentials', credential)).status).toBe(409)
    for (const id of ['', 'seventeen-letters', 'no spaces']) expect((await send('2.41', 'POST', '/credentials', { ...credential, id })).status).toBe(400)
  })

  test('one credential is read and tested on 2.41 only', async () => {
    const ids = {} as Record<Version, string>
    for (const version of ['2.8', '2.41'] as const) ids[version] = (await send(version, 'POST', '/credentials', { name: 'C', type: 'httpBasicAuth', data: {} })).body.id
    expect((await send('2.8', 'GET', `/credentials/${ids['2.8']}`)).status).toBe(404)
    expect((await send('2.41', 'GET', `/credentials/${ids['2.41']}`)).body['name']).toBe('C')
    expect((await send('2.41', 'POST', `/credentials/${ids['2.41']}/test`)).status).toBe(200)
  })
})

test('a licensed instance answers 201 and nothing to a new variable, and 204 to a changed one', async () => {
  const sandbox = await startSandbox(createN8nSandbox({ licensed: true }))
  try {
    const call = (method: string, path: string, body?: Json) =>
      fetch(`${sandbox.url}/api/v1/variables${path}`, {
        method,
        headers: { 'X-N8N-API-KEY': 'n8n-key', 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
    const created = await call('POST', '', { key: 'a', value: 'b' })
    expect([created.status, await created.text()]).toEqual([201, ''])
    const { data } = (await (await call('GET', '')).json()) as { data: { id: string }[] }
    expect((await call('PUT', `/${data[0]?.id ?? ''}`, { key: 'a', value: 'c' })).status).toBe(204)
    expect((await call('POST', '', { key: 'k'.repeat(51), value: '' })).status).toBe(400)
    expect((await call('DELETE', `/${data[0]?.id ?? ''}`)).status).toBe(204)
  } finally {
    await sandbox.close()
  }
})
