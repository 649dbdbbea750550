import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { JsonObject } from '../../../contracts/json.ts'
import { wrapRetellExport } from '../../../domain/retell-export.ts'
import { agentOn, changes, llmSpec, openRetell, resourceType } from './account.ts'
import type { RetellFixture } from './account.ts'

let retell: RetellFixture

beforeAll(async () => { retell = await openRetell() })
afterAll(() => retell.close())

const agent: JsonObject = {
  agent_id: '', channel: 'voice', last_modification_timestamp: 1767920240240, agent_name: 'Front desk', language: 'de-DE', version: 4, is_published: true,
  version_title: 'v4', voice_id: '11labs-Anna', max_call_duration_ms: 3600000, interruption_sensitivity: 0.9, user_dtmf_options: {}, allow_user_dtmf: true,
  opt_out_sensitive_data_storage: false, data_storage_setting: 'everything', pii_config: { mode: 'post_call', categories: [] }, llmURL: null,
}
const prompt = 'You speak for {{clinic}}. Never say ${{ this }} or {% that %}.'

test.each([
  ['with an LLM', {
    ...agent, response_engine: { type: 'retell-llm', llm_id: 'llm_of_elsewhere', version: 4 }, conversationFlow: null,
    retellLlmData: {
      llm_id: 'llm_of_elsewhere', version: 4, is_published: true, last_modification_timestamp: 1, model: 'gpt-4.1', general_prompt: prompt, start_speaker: 'user',
      general_tools: [{ type: 'end_call', name: 'end_call', description: 'When they say bye' }], states: [], begin_message: '', knowledge_base_ids: [], kb_config: { top_k: 3, filter_score: 0.6 },
    },
  }],
  ['with a flow', {
    ...agent, response_engine: { type: 'conversation-flow', conversation_flow_id: 'flow_of_elsewhere', version: 0 }, retellLlmData: null,
    conversationFlow: {
      conversation_flow_id: 'flow_of_elsewhere', version: 0, is_published: false, global_prompt: prompt, start_node_id: 'start', start_speaker: 'agent', model_choice: { type: 'cascading', model: 'gpt-4.1' },
      begin_tag_display_position: { x: 0, y: 0 }, knowledge_base_ids: [], tools: [],
      nodes: [
        { id: 'start', name: 'Welcome', type: 'conversation', instruction: { type: 'static_text', text: 'Hello' }, edges: [{ id: 'e', transition_condition: { type: 'prompt', prompt: 'Done' }, destination_node_id: 'end' }], display_position: { x: 1, y: 2 } },
        { id: 'end', name: 'End', type: 'end', instruction: { type: 'prompt', text: 'Say bye' } },
      ],
    },
  }],
])('an export of the dashboard %s is accepted as it is, deploys, and then differs in nothing', async (_what, content) => {
  await retell.reset()
  const made = new Map<string, string>()
  const wrapped = wrapRetellExport(content as JsonObject, (name) => `<id of ${name}>`)
  expect(wrapped?.order).toHaveLength(2)
  for (const name of wrapped?.order ?? []) {
    const { type, spec } = wrapped?.resources[name] ?? { type: '', spec: {} }
    const filled = JSON.parse(JSON.stringify(spec).replace(/<id of (\w+)>/g, (_all, other: string) => made.get(other) ?? '')) as JsonObject
    expect(resourceType(type).validate(spec)).toEqual([])
    const normal = resourceType(type).normalize?.(filled)
    expect(normal?.notes.length).toBeGreaterThan(1)
    const wanted = retell.desired(normal?.spec ?? {})
    const live = await retell.attempt(type, wanted)
    expect(changes(type, live, wanted)).toEqual([])
    made.set(name, live.externalId)
  }
  expect((await retell.only('agent')).body).toMatchObject({ is_published: true, language: 'de-DE' })
  expect(JSON.stringify([...(await retell.rows('llm')), ...(await retell.rows('conversation-flow'))])).toContain(prompt)
})

test('an agent that we deployed is exported, deployed for another, differs in nothing then, and stays two', async () => {
  await retell.reset()
  const theirs = { marker: 'sw-aaaaaaaaaaaa' }
  const brain = await retell.attempt('llm', retell.desired(llmSpec, theirs))
  const first = await retell.attempt('agent', retell.desired(agentOn(brain.externalId, { agent_name: 'Front desk' }), theirs))
  const exported = { ...(await retell.raw('GET', `/get-agent/${first.externalId}`)), retellLlmData: await retell.raw('GET', `/get-retell-llm/${brain.externalId}`) }
  const wrapped = wrapRetellExport(exported, (name) => `<id of ${name}>`)
  const made = new Map<string, string>()
  for (const name of wrapped?.order ?? []) {
    const { type, spec } = wrapped?.resources[name] ?? { type: '', spec: {} }
    const filled = JSON.parse(JSON.stringify(spec).replace(/<id of (\w+)>/g, (_all, other: string) => made.get(other) ?? '')) as JsonObject
    expect(resourceType(type).validate(spec)).toEqual([])
    const wanted = retell.desired(resourceType(type).normalize?.(filled).spec ?? {})
    const live = await retell.attempt(type, wanted)
    expect(changes(type, live, wanted)).toEqual([])
    made.set(name, live.externalId)
  }
  expect((await retell.rows('agent')).map(({ name }) => name).sort()).toEqual(['Front desk [sw-0123456789ab]', 'Front desk [sw-aaaaaaaaaaaa]'])
  expect((await retell.rows('llm')).map(({ name }) => name).sort()).toEqual(['sw-0123456789ab', 'sw-aaaaaaaaaaaa'])
  await retell.raw('DELETE', `/delete-agent/${first.externalId}`)
  expect(await resourceType('agent').find(retell.account(), retell.desired({}, theirs))).toBeUndefined()
})
