import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import Retell from 'retell-sdk'
import { startSandbox } from '../../sandboxes/kernel.ts'
import type { RunningSandbox, SandboxRow } from '../../sandboxes/kernel.ts'
import { retellSandbox } from '../../sandboxes/retell.ts'

let sandbox: RunningSandbox
let retell: Retell

beforeAll(async () => {
  sandbox = await startSandbox(retellSandbox, {})
  retell = new Retell({ apiKey: 'key_test', baseURL: sandbox.url, maxRetries: 0 })
})
afterAll(() => sandbox.close())
beforeEach(() => fetch(`${sandbox.url}/__reset`, { method: 'POST' }))

interface Answer {
  status: number
  body: Record<string, unknown>
}

async function call(method: string, path: string, body?: unknown, key = 'key_test'): Promise<Answer> {
  const answer = await fetch(sandbox.url + path, {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  return { status: answer.status, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) }
}

const refusal = (status: number, message: string | RegExp) => ({
  status,
  body: { status: 'error', message: message instanceof RegExp ? expect.stringMatching(message) : message },
})
const state = async () => ((await (await fetch(`${sandbox.url}/__state`)).json()) as { resources: SandboxRow[] }).resources
const order = (faults: unknown) =>
  fetch(`${sandbox.url}/__faults`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(faults) })
const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

const llm = { start_speaker: 'agent' as const, general_prompt: 'You answer the phone.' }
const flow = {
  start_speaker: 'agent' as const,
  model_choice: { type: 'cascading' as const, model: 'gpt-4.1' as const },
  nodes: [
    { id: 'start', type: 'conversation', instruction: { type: 'prompt', text: 'Greet' }, edges: [{ id: 'e', destination_node_id: 'end', transition_condition: { type: 'prompt', prompt: 'done' } }] },
    { id: 'end', type: 'end' },
  ],
}
const makeAgent = async (name = 'Receptionist') => {
  const { llm_id } = await retell.llm.create(llm)
  const { agent_id } = await retell.agent.create({ agent_name: name, voice_id: '11labs-Adrian', response_engine: { type: 'retell-llm', llm_id } })
  return { llm_id, agent_id }
}
const makePublished = async () => {
  const made = await makeAgent()
  await retell.agent.publish(made.agent_id, { version: 0 })
  return made
}

describe('access', () => {
  test.each([
    ['no key', '', 401],
    ['a key of another shape', 'sk-test', 401],
    ['a revoked key', 'key_revoked', 401],
    ['a key whose trial has ended', 'key_trial_ended', 402],
  ])('%s is refused', async (_what, key, status) => {
    expect(await call('GET', '/get-concurrency', undefined, key)).toEqual(refusal(status, /key|Trial/))
  })

  test('a good key names its organisation and its concurrency', async () => {
    expect((await call('GET', '/get-api-key-info')).body).toEqual({ api_key_name: expect.any(String), org_name: expect.any(String) })
    expect(await retell.concurrency.retrieve()).toMatchObject({ current_concurrency: 0, concurrency_limit: 20 })
  })

  test.each([
    ['GET', '/list-agents', 404],
    ['GET', '/list-chat-agents', 404],
    ['GET', '/get-agent-versions/agent_1', 404],
    ['GET', '/list-retell-llms', 404],
    ['GET', '/list-conversation-flows', 404],
    ['GET', '/list-phone-numbers', 404],
    ['POST', '/publish-agent/agent_1', 410],
    ['POST', '/publish-chat-agent/agent_1', 410],
    ['GET', '/no-such-thing', 404],
  ])('%s %s is retired or never was: %i', async (method, path, status) => {
    expect(await call(method, path)).toEqual(refusal(status, /./))
  })

  test.each([
    ['GET', '/get-retell-llm/llm_0'],
    ['PATCH', '/update-retell-llm/llm_0'],
    ['DELETE', '/delete-retell-llm/llm_0'],
    ['GET', '/get-conversation-flow/x'],
    ['GET', '/get-agent/agent_0'],
    ['PATCH', '/update-agent/agent_0'],
    ['DELETE', '/delete-agent/agent_0'],
    ['GET', '/list-agent-versions/agent_0'],
    ['GET', '/get-knowledge-base/knowledge_base_0'],
    ['DELETE', '/delete-knowledge-base/knowledge_base_0'],
    ['GET', '/get-phone-number/+15550000000'],
    ['DELETE', '/delete-phone-number/+15550000000'],
    ['GET', '/get-voice/nobody'],
    ['GET', '/get-conversation-flow-component/none'],
    ['DELETE', '/delete-conversation-flow-component/none'],
  ])('%s %s of an unknown id is 422, not 404', async (method, path) => {
    expect(await call(method, path, method === 'PATCH' ? {} : undefined)).toEqual(refusal(422, /Cannot find/))
  })

  test('bodies that are no JSON object are refused in the shape of Retell', async () => {
    expect(await call('POST', '/create-retell-llm', [])).toEqual(refusal(400, /JSON object/))
    const malformed = await fetch(`${sandbox.url}/create-agent`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{' })
    expect([malformed.status, await malformed.json()]).toEqual([400, { status: 'error', message: expect.any(String) }])
  })
})

describe('LLMs', () => {
  test('a create answers 201 with a draft of version 0, and unknown fields are dropped', async () => {
    const made = await call('POST', '/create-retell-llm', { ...llm, metadata: { ours: 'yes' } })
    expect(made).toEqual({
      status: 201,
      body: { llm_id: expect.stringMatching(/^llm_[0-9a-f]{30}$/), version: 0, is_published: false, last_modification_timestamp: expect.any(Number), model: 'gpt-4.1', ...llm },
    })
  })

  test.each([
    ['no start_speaker', { general_prompt: 'x' }, /start_speaker/],
    ['a start_speaker that is nobody', { start_speaker: 'robot' }, /start_speaker/],
    ['a prompt that is no text', { ...llm, general_prompt: 5 }, /general_prompt must be a string/],
    ['tools that are no list', { ...llm, general_tools: {} }, /general_tools must be a list/],
    ['both model and s2s_model', { ...llm, model: 'gpt-4.1', s2s_model: 'gpt-realtime' }, /s2s_model/],
    ['a temperature above 1', { ...llm, model_temperature: 1.5 }, /model_temperature/],
    ['dynamic variables that are no text', { ...llm, default_dynamic_variables: { count: 3 } }, /default_dynamic_variables/],
    ['states without starting_state', { ...llm, states: [{ name: 'a' }] }, /starting_state/],
    ['a starting_state that is none of the states', { ...llm, states: [{ name: 'a' }], starting_state: 'b' }, /starting_state/],
    ['two states of one name', { ...llm, states: [{ name: 'a' }, { name: 'a' }], starting_state: 'a' }, /unique/],
    ['a state without a name', { ...llm, states: [{}], starting_state: 'a' }, /name/],
    ['an edge to no state', { ...llm, states: [{ name: 'a', edges: [{ destination_state_name: 'b', description: 'x' }] }], starting_state: 'a' }, /unknown state b/],
    ['an edge to nowhere', { ...llm, states: [{ name: 'a', edges: [{ description: 'x' }] }], starting_state: 'a' }, /destination_state_name/],
    ['a tool name with a blank', { ...llm, general_tools: [{ type: 'end_call', name: 'end call' }] }, /Tool name end call/],
    ['a tool name of 65 characters', { ...llm, general_tools: [{ type: 'end_call', name: 'x'.repeat(65) }] }, /Tool name/],
    ['a tool without a type', { ...llm, general_tools: [{ name: 'end' }] }, /type/],
    ['two tools of one name', { ...llm, general_tools: [{ type: 'end_call', name: 'end' }, { type: 'press_digit', name: 'end' }] }, /not unique/],
    [
      "a state's tool of a general tool's name",
      { ...llm, general_tools: [{ type: 'end_call', name: 'end' }], states: [{ name: 'a', tools: [{ type: 'end_call', name: 'end' }] }], starting_state: 'a' },
      /not unique/,
    ],
    [
      "an edge of a tool's name",
      { ...llm, states: [{ name: 'a', tools: [{ type: 'end_call', name: 'go' }], edges: [{ name: 'go', destination_state_name: 'a' }] }], starting_state: 'a' },
      /not unique/,
    ],
  ])('%s is refused', async (_what, body, message) => {
    expect(await call('POST', '/create-retell-llm', body)).toEqual(refusal(400, message))
    expect(await state()).toEqual([])
  })

  test('states with a starting_state and edges between them are taken', async () => {
    const states = [{ name: 'a', edges: [{ description: 'x', destination_state_name: 'b' }] }, { name: 'b' }]
    expect((await call('POST', '/create-retell-llm', { ...llm, states, starting_state: 'a' })).status).toBe(201)
  })

  test('an unknown knowledge base is 422', async () => {
    expect(await call('POST', '/create-retell-llm', { ...llm, knowledge_base_ids: ['knowledge_base_0'] })).toEqual(refusal(422, /knowledge base/))
  })

  test('a model cannot be set beside an s2s_model, only in its place', async () => {
    const { llm_id } = await retell.llm.create({ start_speaker: 'agent', s2s_model: 'gpt-realtime' })
    expect(await call('PATCH', `/update-retell-llm/${llm_id}`, { model: 'gpt-4.1' })).toEqual(refusal(400, /s2s_model/))
    const changed = await call('PATCH', `/update-retell-llm/${llm_id}`, { model: 'gpt-4.1', s2s_model: null })
    expect([changed.status, changed.body['model'], changed.body['s2s_model']]).toEqual([200, 'gpt-4.1', undefined])
  })

  test('an LLM in use is deleted only by force, and its agent then dangles', async () => {
    const { llm_id, agent_id } = await makeAgent()
    expect(await call('DELETE', `/delete-retell-llm/${llm_id}`)).toEqual(refusal(400, /in use by agent/))
    expect((await call('DELETE', `/delete-retell-llm/${llm_id}?force_delete=true`)).status).toBe(204)
    expect(await retell.agent.retrieve(agent_id)).toMatchObject({ response_engine: { llm_id } })
  })

  test('a marker in the dynamic variables names the LLM in the state', async () => {
    await retell.llm.create({ ...llm, default_dynamic_variables: { origin: '[sw-7f3a9c2e]' } })
    await retell.llm.create(llm)
    expect((await state()).map(({ type, name }) => [type, name])).toEqual([['llm', '[sw-7f3a9c2e]'], ['llm', '']])
  })

  test('lists page by pagination_key while has_more, each LLM once', async () => {
    const made = []
    for (let i = 0; i < 5; i += 1) made.push((await retell.llm.create(llm)).llm_id)
    const seen: string[] = []
    let key: string | undefined
    do {
      const page = await retell.llm.list({ limit: 2, sort_order: 'ascending', ...(key === undefined ? {} : { pagination_key: key }) })
      seen.push(...page.items.map(({ llm_id }) => llm_id))
      expect(page.has_more).toBe(page.pagination_key !== undefined)
      key = page.pagination_key
    } while (key !== undefined)
    expect(seen).toEqual(made)
    expect((await retell.llm.list({})).items.map(({ llm_id }) => llm_id)).toEqual(made.toReversed())
  })

  test.each(['limit=0', 'limit=x', 'sort_order=up', 'pagination_key=zzz', 'limit=1&limit=2'])('a list with %s is refused', async (query) => {
    expect((await call('GET', `/v2/list-retell-llms?${query}`)).status).toBe(400)
  })
})

describe('conversation flows', () => {
  test('a flow whose edges all lead somewhere is taken', async () => {
    const made = await call('POST', '/create-conversation-flow', flow)
    expect(made).toMatchObject({ status: 201, body: { conversation_flow_id: expect.stringMatching(/^conversation_flow_/), version: 0 } })
    const id = String(made.body['conversation_flow_id'])
    expect((await call('GET', `/get-conversation-flow/${id}`)).body).toEqual(made.body)
    expect((await retell.conversationFlow.list({})).items).toHaveLength(1)
    expect((await call('DELETE', `/delete-conversation-flow/${id}`)).status).toBe(204)
  })

  test.each([
    ['no nodes', { ...flow, nodes: undefined }, /nodes/],
    ['no start_speaker', { ...flow, start_speaker: undefined }, /start_speaker/],
    ['no model_choice', { ...flow, model_choice: undefined }, /model_choice/],
    ['another model_choice', { ...flow, model_choice: { type: 'single', model: 'x' } }, /model_choice/],
    ['a node of unknown type', { ...flow, nodes: [{ id: 'a', type: 'dance' }] }, /unknown type dance/],
    ['a node without id', { ...flow, nodes: [{ type: 'end' }] }, /id/],
    ['two nodes of one id', { ...flow, nodes: [{ id: 'a', type: 'end' }, { id: 'a', type: 'end' }] }, /unique/],
    ['an edge to no node', { ...flow, nodes: [{ id: 'a', type: 'branch', else_edge: { destination_node_id: 'b' } }] }, /destination_node_id b/],
    ['a start_node_id that is no node', { ...flow, start_node_id: 'x' }, /start_node_id/],
  ])('%s is refused', async (_what, body, message) => {
    expect(await call('POST', '/create-conversation-flow', body)).toEqual(refusal(400, message))
  })

  test('components are checked like flows and listed', async () => {
    expect(await call('POST', '/create-conversation-flow-component', { nodes: flow.nodes })).toEqual(refusal(400, /name/))
    const { body } = await call('POST', '/create-conversation-flow-component', { name: 'Booking', nodes: flow.nodes })
    const id = String(body['conversation_flow_component_id'])
    expect(await call('PATCH', `/update-conversation-flow-component/${id}`, { nodes: [{ id: 'a', type: 'x' }] })).toEqual(refusal(400, /type/))
    expect((await call('PATCH', `/update-conversation-flow-component/${id}`, { name: 'Bookings' })).body).toMatchObject({ name: 'Bookings' })
    expect((await call('GET', '/v2/list-conversation-flow-components')).body).toMatchObject({ items: [{ name: 'Bookings' }], has_more: false })
    expect((await call('DELETE', `/delete-conversation-flow-component/${id}`)).status).toBe(204)
  })
})

describe('agents', () => {
  test.each([
    ['no voice', { response_engine: { type: 'retell-llm', llm_id: 'LLM' } }, 400, /voice_id/],
    ['no engine', { voice_id: '11labs-Adrian' }, 400, /response_engine/],
    ['a voice nobody has', { voice_id: 'nobody', response_engine: { type: 'retell-llm', llm_id: 'LLM' } }, 422, /voice/],
    ['an unknown LLM', { voice_id: '11labs-Adrian', response_engine: { type: 'retell-llm', llm_id: 'llm_0' } }, 422, /llm/],
    ['an unknown flow', { voice_id: '11labs-Adrian', response_engine: { type: 'conversation-flow', conversation_flow_id: 'x' } }, 422, /flow/],
    ['an unknown version', { voice_id: '11labs-Adrian', response_engine: { type: 'retell-llm', llm_id: 'LLM', version: 3 } }, 422, /version 3/],
    ['an engine of another type', { voice_id: '11labs-Adrian', response_engine: { type: 'conversation-flow', llm_id: 'LLM' } }, 400, /response_engine/],
    ['a custom LLM without its URL', { voice_id: '11labs-Adrian', response_engine: { type: 'custom-llm' } }, 400, /llm_websocket_url/],
    ['a volume that is no number', { voice_id: '11labs-Adrian', volume: 'loud', response_engine: { type: 'retell-llm', llm_id: 'LLM' } }, 400, /volume/],
  ])('%s is refused', async (_what, body, status, message) => {
    const { llm_id } = await retell.llm.create(llm)
    const filled = JSON.parse(JSON.stringify(body).replace('"LLM"', JSON.stringify(llm_id))) as unknown
    expect(await call('POST', '/create-agent', filled)).toEqual(refusal(status, message))
  })

  test('a custom LLM needs no asset, and a version of it branches nothing', async () => {
    const { agent_id } = await retell.agent.create({ voice_id: '11labs-Adrian', response_engine: { type: 'custom-llm', llm_websocket_url: 'wss://example.com/llm' } })
    await retell.agent.publish(agent_id, { version: 0, version_description: 'Own brain' })
    expect((await retell.agent.listVersions(agent_id)).items).toMatchObject([{ version_description: 'Own brain' }])
    expect(await call('POST', `/create-agent-version/${agent_id}`, { base_version: 0 })).toMatchObject({ status: 201, body: { version: 1 } })
    expect((await call('POST', `/repair-agent/${agent_id}`)).status).toBe(200)
    expect(await state()).toMatchObject([{ type: 'agent', name: '' }])
  })

  test('two agents of one LLM: the version of the one may not take the number of the other', async () => {
    const { agent_id, llm_id } = await makePublished()
    const other = await retell.agent.create({ voice_id: '11labs-Adrian', response_engine: { type: 'retell-llm', llm_id } })
    await call('POST', `/create-agent-version/${agent_id}`, { base_version: 0 })
    const branched = await call('POST', `/create-agent-version/${other.agent_id}`, { base_version: 0 })
    expect(branched.body).toMatchObject({ version: 1, response_engine: { llm_id, version: 2 } })
  })

  test('a new agent is a draft of version 0, and not live before it is published', async () => {
    const { agent_id, llm_id } = await makeAgent()
    expect(await retell.agent.retrieve(agent_id)).toMatchObject({
      version: 0,
      is_published: false,
      base_version: null,
      response_engine: { type: 'retell-llm', llm_id, version: 0 },
    })
  })

  test('publishing answers 200 with an empty JSON body and makes no draft', async () => {
    const { agent_id } = await makeAgent()
    const answer = await fetch(`${sandbox.url}/publish-agent-version/${agent_id}`, {
      method: 'POST',
      headers: { authorization: 'Bearer key_test', 'content-type': 'application/json' },
      body: '{"version": 0, "version_title": "First"}',
    })
    expect([answer.status, answer.headers.get('content-type'), answer.headers.get('content-length')]).toEqual([200, 'application/json', '0'])
    expect(await answer.text()).toBe('')
    const { items } = await retell.agent.listVersions(agent_id)
    expect(items).toMatchObject([{ version: 0, is_published: true, version_title: 'First' }])
  })

  test('by order publishing answers chunked and empty, on which the SDK chokes although it succeeded', async () => {
    const { agent_id } = await makeAgent()
    await order({ emptyChunked: true })
    await expect(retell.agent.publish(agent_id, { version: 0 })).rejects.toThrow('Unexpected end of JSON input')
    expect(await retell.agent.retrieve(agent_id)).toMatchObject({ is_published: true })
  })

  test('publishing needs a version that exists', async () => {
    const { agent_id } = await makeAgent()
    expect(await call('POST', `/publish-agent-version/${agent_id}`, {})).toEqual(refusal(400, /version/))
    expect(await call('POST', `/publish-agent-version/${agent_id}`, { version: 4 })).toEqual(refusal(422, /version 4/))
  })

  test('what is published is immutable, but for the title', async () => {
    const { agent_id, llm_id } = await makePublished()
    expect(await call('PATCH', `/update-agent/${agent_id}`, { agent_name: 'x' })).toEqual(
      refusal(422, 'Cannot update published agent other than version title'),
    )
    expect(await call('PATCH', `/update-retell-llm/${llm_id}`, { general_prompt: 'x' })).toEqual(refusal(400, 'Cannot update published LLM'))
    expect((await call('PATCH', `/update-agent/${agent_id}`, { version_title: 'Spring' })).body).toMatchObject({ version_title: 'Spring' })
  })

  test('a published flow is immutable', async () => {
    const { body } = await call('POST', '/create-conversation-flow', flow)
    const id = String(body['conversation_flow_id'])
    const agent = await call('POST', '/create-agent', { voice_id: '11labs-Adrian', response_engine: { type: 'conversation-flow', conversation_flow_id: id } })
    await retell.agent.publish(String(agent.body['agent_id']), { version: 0 })
    expect(await call('PATCH', `/update-conversation-flow/${id}`, { global_prompt: 'x' })).toEqual(
      refusal(400, 'Cannot update published conversation flow'),
    )
  })

  test('a new version is a draft that branches the LLM to the same version; the old one stays as it was', async () => {
    const { agent_id, llm_id } = await makePublished()
    expect(await call('POST', `/create-agent-version/${agent_id}`, {})).toEqual(refusal(400, /base_version/))
    expect(await call('POST', `/create-agent-version/${agent_id}`, { base_version: 9 })).toEqual(refusal(422, /version 9/))
    const draft = await call('POST', `/create-agent-version/${agent_id}`, { base_version: 0 })
    expect(draft).toMatchObject({ status: 201, body: { version: 1, base_version: 0, is_published: false, response_engine: { llm_id, version: 1 } } })

    await retell.llm.update(llm_id, { general_prompt: 'New' })
    await retell.agent.update(agent_id, { agent_name: 'Renamed' })
    await retell.agent.publish(agent_id, { version: 1 })
    expect(await retell.agent.retrieve(agent_id)).toMatchObject({ version: 1, is_published: true, agent_name: 'Renamed' })
    expect(await retell.llm.retrieve(llm_id, { version: 0 })).toMatchObject({ general_prompt: llm.general_prompt, is_published: true })
    expect((await call('GET', `/get-agent/${agent_id}?version=0`)).body).toMatchObject({ agent_name: 'Receptionist' })
    expect((await state()).map(({ type }) => type)).toEqual(['llm', 'agent'])
  })

  test('a version that is not the only one can be deleted', async () => {
    const { agent_id } = await makePublished()
    expect(await call('DELETE', `/delete-agent-version/${agent_id}?version=0`)).toEqual(refusal(400, /only version/))
    await call('POST', `/create-agent-version/${agent_id}`, { base_version: 0 })
    expect(await call('DELETE', `/delete-agent-version/${agent_id}`)).toEqual(refusal(400, /version/))
    expect((await call('DELETE', `/delete-agent-version/${agent_id}?version=1`)).status).toBe(204)
    expect(await call('GET', `/get-agent/${agent_id}?version=1`)).toEqual(refusal(422, /version 1/))
  })

  test('deleting an agent removes all versions and leaves the LLM', async () => {
    const { agent_id, llm_id } = await makePublished()
    expect((await call('DELETE', `/delete-agent/${agent_id}`)).status).toBe(204)
    expect(await state()).toMatchObject([{ type: 'llm', id: llm_id }])
  })

  test('agents are found by a part of the name in any case, or of the id; names may repeat', async () => {
    const { agent_id } = await makeAgent('Dental [sw-7f3a9c2e]')
    await makeAgent('Dental [sw-7f3a9c2e]')
    await makeAgent('Plumber')
    const find = async (criteria: unknown) => ((await call('POST', '/v2/list-agents', { filter_criteria: criteria })).body['items'] as { agent_id: string }[])
    expect(await find({ query: '[SW-7F3A9C2E]' })).toHaveLength(2)
    expect(await find({ query: agent_id.slice(8, 24) })).toEqual([
      { agent_id, agent_name: 'Dental [sw-7f3a9c2e]', channel: 'voice', tags: [], user_modified_timestamp: expect.any(Number) },
    ])
    expect(await find({ channel: { type: 'string', op: 'eq', value: 'chat' } })).toEqual([])
    expect((await call('POST', '/v2/list-agents')).body).toMatchObject({ has_more: false, items: [{}, {}, {}] })
    for (const bad of ['x', { query: 5 }, { channel: 'voice' }]) {
      expect((await call('POST', '/v2/list-agents', { filter_criteria: bad })).status).toBe(400)
    }
  })

  test('chat agents need no voice, and are no voice agents', async () => {
    const { llm_id } = await retell.llm.create(llm)
    expect(await call('POST', '/create-chat-agent', {})).toEqual(refusal(400, /response_engine/))
    const { agent_id } = await retell.chatAgent.create({ agent_name: 'Chat', response_engine: { type: 'retell-llm', llm_id } })
    expect(await call('GET', `/get-agent/${agent_id}`)).toEqual(refusal(422, /agent/))
    expect(await retell.chatAgent.update(agent_id, { agent_name: 'Chatty' })).toMatchObject({ agent_name: 'Chatty' })
    expect(await state()).toMatchObject([{}, { type: 'agent', name: 'Chatty', body: { channel: 'chat' } }])
    expect((await call('DELETE', `/delete-chat-agent/${agent_id}`)).status).toBe(204)
  })

  test('a repair drops knowledge bases and voices that are gone', async () => {
    const base = await retell.knowledgeBase.create({ knowledge_base_name: 'Prices' })
    const { llm_id } = await retell.llm.create({ ...llm, knowledge_base_ids: [base.knowledge_base_id] })
    const { body } = await call('POST', '/create-agent', { voice_id: '11labs-Adrian', fallback_voice_ids: ['gone', 'openai-Nova'], response_engine: { type: 'retell-llm', llm_id } })
    await retell.knowledgeBase.delete(base.knowledge_base_id)
    expect((await call('POST', `/repair-agent/${String(body['agent_id'])}`)).body).toMatchObject({ fallback_voice_ids: ['openai-Nova'] })
    expect(await retell.llm.retrieve(llm_id)).toMatchObject({ knowledge_base_ids: [] })
    await retell.agent.publish(String(body['agent_id']), { version: 0 })
    expect((await call('POST', `/repair-agent/${String(body['agent_id'])}`)).status).toBe(422)
  })

  test('a list may lag behind a create', async () => {
    await order({ listLagMs: 400 })
    await makeAgent()
    expect((await call('POST', '/v2/list-agents')).body).toMatchObject({ items: [] })
    await later(420)
    expect((await call('POST', '/v2/list-agents')).body).toMatchObject({ items: [{}] })
  })
})

describe('knowledge bases', () => {
  const form = (parts: Record<string, string | Blob | string[]>) => {
    const data = new FormData()
    for (const [name, value] of Object.entries(parts)) for (const one of [value].flat()) data.append(name, one)
    return data
  }
  const send = async (path: string, data: FormData): Promise<Answer> => {
    const answer = await fetch(sandbox.url + path, { method: 'POST', headers: { authorization: 'Bearer key_test' }, body: data })
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
  }
  const create = (parts: Record<string, string | Blob | string[]>) => send('/create-knowledge-base', form(parts))

  test('what the SDK sends is indexed after a moment', async () => {
    const made = await retell.knowledgeBase.create({
      knowledge_base_name: 'Prices',
      knowledge_base_texts: [{ title: 'List', text: 'Cleaning: 90' }],
      knowledge_base_urls: ['https://example.com/prices'],
      knowledge_base_files: [new File(['hello'], 'hello.txt')],
    })
    expect(made).toMatchObject({ status: 'in_progress', knowledge_base_name: 'Prices', max_chunk_size: 2000, min_chunk_size: 400 })
    await later(350)
    const done = await retell.knowledgeBase.retrieve(made.knowledge_base_id)
    expect(done.status).toBe('complete')
    expect(done.knowledge_base_sources).toMatchObject([{ type: 'text', title: 'List' }, { type: 'url' }, { type: 'document', filename: 'hello.txt', file_size: 5 }])
    expect(JSON.stringify(done)).not.toContain('Cleaning')
    expect(JSON.stringify(await state())).toContain('Cleaning')
  })

  test('a URL that cannot be reached ends in an error', async () => {
    const { body } = await create({ knowledge_base_name: 'x', knowledge_base_urls: '["https://nowhere.invalid/"]' })
    await later(350)
    expect((await call('GET', `/get-knowledge-base/${String(body['knowledge_base_id'])}`)).body).toMatchObject({ status: 'error' })
  })

  test('a name that is taken is changed silently, within the length', async () => {
    const name = 'x'.repeat(39)
    await create({ knowledge_base_name: name })
    const again = await create({ knowledge_base_name: name })
    expect([again.status, again.body['knowledge_base_name']]).toEqual([201, `${'x'.repeat(35)} (1)`])
  })

  test.each([
    ['no name', { enable_auto_refresh: 'true' }, /knowledge_base_name/],
    ['a name of 40 characters', { knowledge_base_name: 'x'.repeat(40) }, /40/],
    ['texts as repeated parts', { knowledge_base_name: 'x', knowledge_base_texts: ['[]', '[]'] }, /one part/],
    ['texts that are no JSON', { knowledge_base_name: 'x', knowledge_base_texts: 'hello' }, /one part/],
    ['a text without a title', { knowledge_base_name: 'x', knowledge_base_texts: '[{"text": "x"}]' }, /title/],
    ['a URL that is none', { knowledge_base_name: 'x', knowledge_base_urls: '["x"]' }, /URLs/],
    ['a file that is text', { knowledge_base_name: 'x', knowledge_base_files: 'x' }, /files/],
    ['26 files', { knowledge_base_name: 'x', knowledge_base_files: Array(26).fill('x') as string[] }, /25/],
    ['a chunk size that is no number', { knowledge_base_name: 'x', max_chunk_size: 'big' }, /max_chunk_size/],
  ])('%s is refused', async (_what, parts, message) => {
    expect(await create(parts as Record<string, string | string[]>)).toEqual(refusal(400, message))
  })

  test('JSON instead of multipart is refused, and so is a broken form', async () => {
    expect(await call('POST', '/create-knowledge-base', { knowledge_base_name: 'x' })).toEqual(refusal(400, /multipart/))
    const broken = await fetch(`${sandbox.url}/create-knowledge-base`, {
      method: 'POST',
      headers: { authorization: 'Bearer key_test', 'content-type': 'multipart/form-data; boundary=x' },
      body: 'nothing',
    })
    expect(broken.status).toBe(400)
  })

  test('the list is a bare array; sources come and go', async () => {
    const { knowledge_base_id: id } = await retell.knowledgeBase.create({ knowledge_base_name: 'Prices' })
    expect((await send(`/add-knowledge-base-sources/${id}`, form({ knowledge_base_texts: '[{"title":"t","text":"x"}]' }))).status).toBe(201)
    await later(350)
    const [listed] = await retell.knowledgeBase.list()
    const source = String(listed?.knowledge_base_sources?.[0]?.source_id)
    expect(await call('DELETE', `/delete-knowledge-base-source/${id}/source/none`)).toEqual(refusal(422, /source/))
    expect((await call('DELETE', `/delete-knowledge-base-source/${id}/source/${source}`)).body).toMatchObject({ knowledge_base_sources: [] })
    expect((await call('DELETE', `/delete-knowledge-base/${id}`)).status).toBe(204)
  })
})

describe('phone numbers', () => {
  const number = '+15551230001'
  const trunk = { phone_number: number, termination_uri: 'trunk.example.com' }

  test('an imported number is bound to agents and shows no password', async () => {
    const { agent_id } = await makePublished()
    const made = await retell.phoneNumber.import({ ...trunk, sip_trunk_auth_password: 'secret' })
    expect(made).toMatchObject({ phone_number: number, phone_number_type: 'custom', sip_outbound_trunk_config: { termination_uri: trunk.termination_uri } })
    const bound = await retell.phoneNumber.update(number, { inbound_agents: [{ agent_id, agent_version: 'latest_published', weight: 1 }] })
    expect(bound.inbound_agents).toEqual([{ agent_id, agent_version: 'latest_published', weight: 1 }])
    expect(JSON.stringify(await state())).not.toContain('secret')
    expect(await state()).toMatchObject([{}, {}, { type: 'phone-number', id: number, name: number }])
    expect((await retell.phoneNumber.list({})).items).toHaveLength(1)
    expect((await retell.phoneNumber.update(number, { inbound_agents: null })).inbound_agents).toBeUndefined()
    expect((await call('DELETE', `/delete-phone-number/${encodeURIComponent(number)}`)).status).toBe(204)
  })

  test.each([
    ['no trunk', { phone_number: number }, /termination_uri/],
    ['no number', { termination_uri: 'x' }, /phone_number/],
    ['a number that is not E.164', { ...trunk, phone_number: '555-1234' }, /E\.164/],
  ])('an import with %s is refused', async (_what, body, message) => {
    expect(await call('POST', '/import-phone-number', body)).toEqual(refusal(400, message))
  })

  test('a number is imported once', async () => {
    await retell.phoneNumber.import(trunk)
    expect(await call('POST', '/import-phone-number', trunk)).toEqual(refusal(400, /exists/))
  })

  test('bad bindings are refused', async () => {
    const { agent_id } = await makeAgent()
    await retell.phoneNumber.import(trunk)
    const bind = (inbound_agents: unknown) => call('PATCH', `/update-phone-number/${number}`, { inbound_agents })
    expect(await bind([{ agent_id, weight: 0.5 }])).toEqual(refusal(400, /sum to 1/))
    expect(await bind([{ agent_id, weight: 2 }])).toEqual(refusal(400, /weight/))
    expect(await bind([{ weight: 1 }])).toEqual(refusal(400, /agent_id/))
    expect(await bind([{ agent_id, agent_version: true, weight: 1 }])).toEqual(refusal(400, /agent_version/))
    expect(await bind([{ agent_id: 'agent_0', weight: 1 }])).toEqual(refusal(422, /agent/))
    expect(await bind([{ agent_id, agent_version: 7, weight: 1 }])).toEqual(refusal(422, /version 7/))
    expect((await bind([{ agent_id, weight: 0.3 }, { agent_id, weight: 0.7 }])).status).toBe(200)
  })

  test.each(['inbound_agent_id', 'outbound_agent_id', 'inbound_agent_version', 'inbound_sms_agent_id'])('the retired field %s is refused', async (field) => {
    await retell.phoneNumber.import(trunk)
    expect(await call('PATCH', `/update-phone-number/${number}`, { [field]: 'agent_0' })).toEqual(refusal(400, /no longer supported/))
  })

  test('a bought number has the area code that was asked for', async () => {
    const made = await call('POST', '/create-phone-number', { area_code: 628 })
    expect(made).toMatchObject({ status: 201, body: { phone_number: expect.stringMatching(/^\+1628555\d{4}$/), phone_number_type: 'retell-twilio' } })
    expect(await call('POST', '/create-phone-number', { area_code: 'x' })).toEqual(refusal(400, /area_code/))
  })
})

test('voices are a bare array with 11labs-Adrian', async () => {
  expect((await retell.voice.list()).map(({ voice_id }) => voice_id)).toContain('11labs-Adrian')
  expect(await retell.voice.retrieve('11labs-Adrian')).toMatchObject({ voice_name: 'Adrian', provider: 'elevenlabs' })
})

test('faults have the shape of Retell, a 429 with the wait it was told', async () => {
  await order({ rate: 1, kinds: ['429'], retryAfterMs: 1200 })
  await expect(retell.llm.create(llm)).rejects.toMatchObject({ status: 429, error: { status: 'error', message: /rate limited/ } })
  const limited = await fetch(`${sandbox.url}/list-voices`)
  expect([limited.headers.get('retry-after-ms'), limited.headers.get('retry-after')]).toEqual(['1200', '2'])
  await order({ rate: 1, kinds: ['429'] })
  expect((await fetch(`${sandbox.url}/list-voices`)).headers.get('retry-after')).toBeNull()
  await order({ rate: 1, kinds: ['500'] })
  expect(await call('GET', '/list-voices')).toEqual(refusal(500, 'Internal server error'))
})

test('a create whose answer is lost leaves an agent that can be found by its name', async () => {
  const { llm_id } = await retell.llm.create(llm)
  await order({ rate: 1, kinds: ['commit-then-fail'], match: { path: '/create-agent' }, times: 1 })
  await expect(
    retell.agent.create({ agent_name: 'Lost [sw-1]', voice_id: '11labs-Adrian', response_engine: { type: 'retell-llm', llm_id } }),
  ).rejects.toThrow()
  expect((await retell.agent.list({ filter_criteria: { query: '[sw-1]' } })).items).toHaveLength(1)
})
