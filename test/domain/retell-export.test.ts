import { describe, expect, test } from '@jest/globals'
import type { JsonObject } from '../../contracts/json.ts'
import { wrapRetellExport } from '../../domain/retell-export.ts'

const ref = (name: string) => `\${{ resources.${name}.id }}`
const agent: JsonObject = { agent_id: '', agent_name: 'Reception', voice_id: '11labs-Adrian', version: 3, is_published: false }

describe('a raw Retell agent', () => {
  test('with its LLM nested becomes two resources, the agent after the LLM it refers to', () => {
    const content = { ...agent, response_engine: { type: 'retell-llm', llm_id: 'llm_old', version: 3 }, retellLlmData: { llm_id: 'llm_old', start_speaker: 'user', general_prompt: 'Hi {{name}} ${{ x }}' }, conversationFlow: null }
    expect(wrapRetellExport(content, ref)).toEqual({
      resources: {
        llm: { provider: 'retell', type: 'llm', spec: content.retellLlmData },
        agent: { provider: 'retell', type: 'agent', spec: { ...agent, response_engine: { type: 'retell-llm', llm_id: '${{ resources.llm.id }}' } } },
      },
      order: ['llm', 'agent'],
    })
  })

  test('with its conversation flow nested refers to the flow', () => {
    const content = { ...agent, response_engine: { type: 'conversation-flow', conversation_flow_id: 'old', version: 0 }, retellLlmData: null, conversationFlow: { start_speaker: 'agent', nodes: [] } }
    const wrapped = wrapRetellExport(content, ref)
    expect(wrapped?.order).toEqual(['flow', 'agent'])
    expect(wrapped?.resources['flow']).toEqual({ provider: 'retell', type: 'conversation-flow', spec: content.conversationFlow })
    expect(wrapped?.resources['agent']?.spec['response_engine']).toEqual({ type: 'conversation-flow', conversation_flow_id: '${{ resources.flow.id }}' })
  })

  test('that holds only the id of its LLM keeps it', () => {
    const content = { ...agent, response_engine: { type: 'retell-llm', llm_id: 'llm_old' } }
    expect(wrapRetellExport(content, ref)).toEqual({ resources: { agent: { provider: 'retell', type: 'agent', spec: content } }, order: ['agent'] })
  })

  test('of the time before start_speaker gets the one that Retell assumed', () => {
    const wrapped = (data: JsonObject) => wrapRetellExport({ ...agent, response_engine: { type: 'retell-llm' }, retellLlmData: data }, ref)?.resources['llm']?.spec['start_speaker']
    expect(wrapped({ begin_message: '' })).toBe('user')
    expect(wrapped({ begin_message: 'Hello' })).toBe('agent')
    expect(wrapped({})).toBe('agent')
    expect(wrapped({ start_speaker: 'user' })).toBe('user')
  })
})

test.each([
  ['an n8n workflow', { nodes: [], connections: {}, settings: {} }],
  ['an artifact', { kind: 'retell', resources: {} }],
  ['an engine alone', { llm_id: 'llm_1', general_prompt: 'Hi' }],
  ['something with a text for an engine', { voice_id: 'v', response_engine: 'llm' }],
])('%s is none', (_what, content) => {
  expect(wrapRetellExport(content as JsonObject, ref)).toBeUndefined()
})
