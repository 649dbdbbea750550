import { describe, expect, test } from '@jest/globals'
import type { JsonObject } from '../../../contracts/json.ts'
import { agentOn, flowSpec, llmSpec, resourceType } from './account.ts'

const problems = (type: string, spec: JsonObject): string[] => resourceType(type).validate(spec).map(({ pointer }) => pointer).sort()
const agent = agentOn('llm_1')
const kb: JsonObject = { knowledge_base_name: 'Clinic', knowledge_base_texts: [{ title: 'a', text: 'b' }] }
const phone: JsonObject = { phone_number: '+14157774444', inbound_agents: [{ agent_id: 'agent_1' }] }
const good: Record<string, JsonObject> = { llm: llmSpec, 'conversation-flow': flowSpec, agent, 'knowledge-base': kb, 'phone-number': phone }

describe.each(Object.entries(good))('the spec of a %s', (type, spec) => {
  test('that is good has no problems', () => {
    expect(resourceType(type).validate(spec)).toEqual([])
  })

  test('has no unknown fields, whatever their value', () => {
    expect(resourceType(type).validate({ ...spec, 'nam/e': '${{ variables.x }}' })).toEqual([{ pointer: '/nam~1e', message: expect.stringContaining('nam/e'), certain: true }])
  })

  test('has its required fields', () => {
    for (const key of { llm: ['start_speaker'], 'conversation-flow': ['start_speaker', 'model_choice', 'nodes'], agent: ['voice_id', 'response_engine'], 'knowledge-base': ['knowledge_base_name'], 'phone-number': ['phone_number'] }[type] ?? []) {
      const { [key]: _missing, ...rest } = spec
      expect(problems(type, rest)).toContain(`/${key}`)
    }
  })

  test('as Retell exports it is not refused: read-only fields are dropped when writing, with a note for each', () => {
    const exported = { ...spec, version: 3, is_published: true, last_modification_timestamp: 1 }
    const known = type === 'phone-number' ? { ...spec, phone_number_type: 'custom', last_modification_timestamp: 1 } : type === 'knowledge-base' ? { ...spec, knowledge_base_id: 'knowledge_base_1', status: 'complete' } : exported
    expect(problems(type, known)).toEqual([])
    const normal = resourceType(type).normalize?.(known)
    expect(Object.keys(normal?.spec ?? {}).sort()).toEqual(Object.keys(spec).sort())
    expect(normal?.notes).toHaveLength(Object.keys(known).length - Object.keys(spec).length)
  })
})

describe('an agent', () => {
  test.each([
    ['needs the id of its engine', { ...agent, response_engine: { type: 'retell-llm' } }, ['/response_engine/llm_id']],
    ['needs the id of its flow', { ...agent, response_engine: { type: 'conversation-flow', llm_id: 'llm_1' } }, ['/response_engine/conversation_flow_id']],
    ['needs a WebSocket for a custom LLM', { ...agent, response_engine: { type: 'custom-llm', llm_websocket_url: 'https://x' } }, ['/response_engine/llm_websocket_url']],
    ['has a known kind of engine', { ...agent, response_engine: { type: 'gpt' } }, ['/response_engine/type']],
    ['keeps to the ranges', { ...agent, voice_temperature: 3, interruption_sensitivity: -1 }, ['/interruption_sensitivity', '/voice_temperature']],
  ])('%s', (_what, spec, pointers) => {
    expect(problems('agent', spec)).toEqual(pointers)
  })

  test('drops what Retell has retired, with a note', () => {
    const normal = resourceType('agent').normalize?.({ ...agent, opt_out_sensitive_data_storage: false })
    expect(normal).toEqual({ spec: agent, notes: [expect.stringContaining('/opt_out_sensitive_data_storage')] })
  })
})

test.each(['llm', 'conversation-flow'])('a %s exported from a deployment is not refused, and loses its marker with a note', (type) => {
  const exported: JsonObject = { ...good[type], default_dynamic_variables: { city: 'Ulm', slipway_key: 'sw-aaaaaaaaaaaa' } }
  expect(problems(type, exported)).toEqual([])
  expect(resourceType(type).normalize?.(exported)).toEqual({ spec: { ...good[type], default_dynamic_variables: { city: 'Ulm' } }, notes: [expect.stringContaining('/default_dynamic_variables/slipway_key')] })
})

describe('an LLM', () => {
  const tool = (name: string): JsonObject => ({ type: 'end_call', name })
  test.each([
    ['has a text or a speech model', { ...llmSpec, model: 'gpt-4.1', s2s_model: 'gpt-realtime' }, ['/s2s_model']],
    ['has a temperature from 0 to 1', { ...llmSpec, model_temperature: 1.5 }, ['/model_temperature']],
    ['is opened by user or agent', { ...llmSpec, start_speaker: 'dog' }, ['/start_speaker']],
    ['with states needs the first one', { ...llmSpec, states: [{ name: 'a' }] }, ['/starting_state']],
    ['starts with a state that exists', { ...llmSpec, states: [{ name: 'a' }], starting_state: 'b' }, ['/starting_state']],
    ['has states of different names', { ...llmSpec, states: [{ name: 'a' }, { name: 'a' }], starting_state: 'a' }, ['/states/1/name']],
    ['has edges to states that exist', { ...llmSpec, states: [{ name: 'a', edges: [{ destination_state_name: 'a' }, { destination_state_name: 'z' }, {}] }], starting_state: 'a' }, ['/states/0/edges/1/destination_state_name', '/states/0/edges/2/destination_state_name']],
    ['names its tools', { ...llmSpec, general_tools: [{ type: 'end_call' }, tool('no spaces'), tool('ok')] }, ['/general_tools/0/name', '/general_tools/1/name']],
    ['names general tools once', { ...llmSpec, general_tools: [tool('a'), tool('a')] }, ['/general_tools/1/name']],
    ['names tools once per state', { ...llmSpec, general_tools: [tool('a')], states: [{ name: 's', tools: [tool('b'), tool('a')] }, { name: 't', tools: [tool('b')] }], starting_state: 's' }, ['/states/0/tools/1/name']],
    ['has text in its default variables', { ...llmSpec, default_dynamic_variables: { n: 1 } }, ['/default_dynamic_variables/n']],
  ])('%s', (_what, spec, pointers) => {
    expect(problems('llm', spec as JsonObject)).toEqual(pointers)
  })
})

describe('a conversation flow', () => {
  const node = (id: string, more: JsonObject = {}): JsonObject => ({ id, type: 'conversation', ...more })
  const withNodes = (...nodes: JsonObject[]): JsonObject => ({ ...flowSpec, nodes: [node('hello'), ...nodes] })
  test.each([
    ['has nodes', { ...flowSpec, nodes: [] }, ['/nodes', '/start_node_id']],
    ['starts with a node that exists', { ...flowSpec, start_node_id: 'nowhere' }, ['/start_node_id']],
    ['has node ids once', withNodes(node('hello')), ['/nodes/1/id']],
    ['has edges to nodes that exist, wherever an edge sits', withNodes(node('b', { edges: [{ destination_node_id: 'hello' }, { destination_node_id: 'x' }, {}], else_edge: { destination_node_id: 'y' } })), ['/nodes/1/edges/1/destination_node_id', '/nodes/1/else_edge/destination_node_id']],
    ['names its model', { ...flowSpec, model_choice: { type: 'cascading' } }, ['/model_choice/model']],
    ['names its tools once', { ...flowSpec, tools: [{ type: 'custom', name: 'a' }, { type: 'custom', name: 'a' }] }, ['/tools/1/name']],
  ])('%s', (_what, spec, pointers) => {
    expect(problems('conversation-flow', spec as JsonObject)).toEqual(pointers)
  })
})

test.each([
  ['has a name below 40 characters', { ...kb, knowledge_base_name: 'x'.repeat(40) }, ['/knowledge_base_name']],
  ['has no files', { ...kb, knowledge_base_files: [] }, ['/knowledge_base_files']],
  ['tells its texts apart by title', { ...kb, knowledge_base_texts: [{ title: 'a', text: 'b' }, { title: 'a', text: 'c' }] }, ['/knowledge_base_texts/1/title']],
  ['has texts with title and text', { ...kb, knowledge_base_texts: [{ title: 'a' }] }, ['/knowledge_base_texts/0/text']],
  ['has chunks that are smaller at least than at most', { ...kb, min_chunk_size: 500, max_chunk_size: 400 }, ['/min_chunk_size']],
])('a knowledge base %s', (_what, spec, pointers) => {
  expect(problems('knowledge-base', spec as JsonObject)).toEqual(pointers)
})

test.each([
  ['is in E.164', { ...phone, phone_number: '0731 5550' }, ['/phone_number']],
  ['has weights that add up to 1', { ...phone, inbound_agents: [{ agent_id: 'a', weight: 0.5 }, { agent_id: 'b', weight: 0.4 }] }, ['/inbound_agents']],
  ['has a weight for each of several agents', { ...phone, outbound_agents: [{ agent_id: 'a', weight: 0.5 }, { agent_id: 'b' }] }, ['/outbound_agents']],
  ['takes weights that are still to be rendered', { ...phone, inbound_agents: [{ agent_id: 'a', weight: '${{ variables.w }}' }, { agent_id: 'b', weight: 0.5 }] }, ['/inbound_agents/0/weight']],
  ['does not use the retired fields', { ...phone, inbound_agent_id: 'agent_1' }, ['/inbound_agent_id']],
])('a phone number %s', (_what, spec, pointers) => {
  expect(problems('phone-number', spec as JsonObject)).toEqual(pointers)
})
