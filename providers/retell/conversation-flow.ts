import type { ConversationFlowCreateParams, ConversationFlowUpdateParams } from 'retell-sdk/resources/conversation-flow.js'
import { z } from 'zod'
import type { Json, JsonObject } from '../../contracts/json.ts'
import { isObject } from '../../domain/json.ts'
import { step } from '../../domain/pointer.ts'
import type { SpecProblem } from '../provider.ts'
import { typed } from './client.ts'
import { toolProblems } from './engine-rules.ts'
import { responseEngine } from './response-engine.ts'
import { objects, text, words } from './spec.ts'
import { problemsOf } from './spec-problems.ts'

const readOnly = new Set(words('conversation_flow_id version is_published base_version last_modification_timestamp user_modified_timestamp'))

const open = z.record(z.string(), z.unknown())

/** docs.retellai.com/api-references/create-conversation-flow */
const schema = z.strictObject({
  start_speaker: z.enum(['user', 'agent']),
  model_choice: z.looseObject({ type: z.string(), model: z.string() }),
  nodes: z.array(z.looseObject({ id: z.string().min(1), type: z.string() })).min(1),
  start_node_id: z.string().nullish(),
  global_prompt: z.string().nullish(),
  model_temperature: z.number().min(0).max(1).nullish(),
  begin_after_user_silence_ms: z.number().min(0).nullish(),
  tool_call_strict_mode: z.boolean().nullish(),
  flex_mode: z.boolean().nullish(),
  is_transfer_cf: z.boolean().nullish(),
  begin_tag_display_position: open.nullish(),
  components: z.array(open).nullish(),
  notes: z.array(open).nullish(),
  tools: z.array(z.looseObject({ type: z.string() })).nullish(),
  mcps: z.array(open).nullish(),
  knowledge_base_ids: z.array(z.string()).nullish(),
  kb_config: open.nullish(),
  default_dynamic_variables: z.record(z.string(), z.string()).nullish(),
})

const validate = (spec: JsonObject): SpecProblem[] => [
  ...problemsOf(schema, spec, readOnly),
  ...nodeProblems(spec),
  ...toolProblems(objects(spec['tools']).map((tool, index) => ({ name: tool['name'], pointer: `/tools/${String(index)}/name` }))),
]

function nodeProblems(spec: JsonObject): SpecProblem[] {
  const nodes = objects(spec['nodes'])
  const ids = nodes.map((node) => text(node['id']))
  const start = spec['start_node_id']
  return [
    ...ids.flatMap((id, index) => (ids.indexOf(id) === index ? [] : [{ pointer: `/nodes/${String(index)}/id`, message: 'another node has this id' }])),
    ...destinations(spec['nodes'] ?? [], '/nodes').flatMap(({ id, pointer }) => (ids.includes(id) ? [] : [{ pointer, message: `no node has the id "${id}"` }])),
    ...(typeof start === 'string' && !ids.includes(start) ? [{ pointer: '/start_node_id', message: `no node has the id "${start}"` }] : []),
  ]
}

/** Edges sit in several places of a node (`edges`, `edge`, `else_edge`, …); one without a destination is not drawn yet. */
function destinations(value: Json, at: string): { id: string; pointer: string }[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => destinations(item, at + step(index)))
  if (!isObject(value)) return []
  return Object.entries(value).flatMap(([key, item]) =>
    key === 'destination_node_id' ? (typeof item === 'string' ? [{ id: item, pointer: at + step(key) }] : []) : destinations(item, at + step(key)),
  )
}

export const conversationFlow = responseEngine({
  title: 'Retell conversation flow',
  idKey: 'conversation_flow_id',
  readOnly,
  validate,
  retrieve: (client, id) => client.conversationFlow.retrieve(id),
  list: (client, page) => client.conversationFlow.list(page),
  create: (client, body) => client.conversationFlow.create(typed<ConversationFlowCreateParams>(body)),
  update: (client, id, version, body) => client.conversationFlow.update(id, { ...typed<ConversationFlowUpdateParams>(body), ...version }),
  remove: (client, id, force) => client.conversationFlow.delete(id, force),
})
