import type { LlmCreateParams, LlmUpdateParams } from 'retell-sdk/resources/llm.js'
import { z } from 'zod'
import type { JsonObject } from '../../contracts/json.ts'
import type { SpecProblem } from '../provider.ts'
import { typed } from './client.ts'
import { toolProblems } from './engine-rules.ts'
import { responseEngine } from './response-engine.ts'
import { objects, text, words } from './spec.ts'
import { problemsOf } from './spec-problems.ts'

const readOnly = new Set(words('llm_id version is_published base_version last_modification_timestamp user_modified_timestamp llm_websocket_url'))

const open = z.record(z.string(), z.unknown())
const named = z.looseObject({ name: z.string().min(1) })

/** docs.retellai.com/api-references/create-retell-llm; `start_speaker` is required there. */
const schema = z.strictObject({
  start_speaker: z.enum(['user', 'agent']),
  general_prompt: z.string().nullish(),
  begin_message: z.string().nullish(),
  begin_after_user_silence_ms: z.number().min(0).nullish(),
  model: z.string().nullish(),
  s2s_model: z.string().nullish(),
  model_temperature: z.number().min(0).max(1).nullish(),
  model_high_priority: z.boolean().nullish(),
  tool_call_strict_mode: z.boolean().nullish(),
  is_transfer_llm: z.boolean().nullish(),
  general_tools: z.array(z.looseObject({ type: z.string() })).nullish(),
  states: z.array(named).nullish(),
  starting_state: z.string().nullish(),
  knowledge_base_ids: z.array(z.string()).nullish(),
  kb_config: open.nullish(),
  mcps: z.array(open).nullish(),
  default_dynamic_variables: z.record(z.string(), z.string()).nullish(),
})

const validate = (spec: JsonObject): SpecProblem[] => [
  ...problemsOf(schema, spec, readOnly),
  ...(isSet(spec['model']) && isSet(spec['s2s_model']) ? [{ pointer: '/s2s_model', message: 'give either model or s2s_model, not both' }] : []),
  ...stateProblems(spec),
]

const isSet = (value: unknown): boolean => value !== undefined && value !== null

function stateProblems(spec: JsonObject): SpecProblem[] {
  const general = objects(spec['general_tools']).map((tool, index) => ({ name: tool['name'], pointer: `/general_tools/${String(index)}/name` }))
  const states = objects(spec['states'])
  const names = states.map((state) => text(state['name']))
  const start = spec['starting_state']
  const problems: SpecProblem[] = toolProblems(general)
  if (states.length > 0 && !names.includes(text(start))) {
    problems.push({ pointer: '/starting_state', message: start === undefined || start === null ? 'required when there are states' : `no state is named "${text(start)}"` })
  }
  states.forEach((state, at) => {
    const pointer = `/states/${String(at)}`
    if (names.indexOf(text(state['name'])) !== at) problems.push({ pointer: `${pointer}/name`, message: 'another state has this name' })
    const own = objects(state['tools']).map((tool, index) => ({ name: tool['name'], pointer: `${pointer}/tools/${String(index)}/name` }))
    problems.push(...toolProblems(own, general.map(({ name }) => text(name))))
    objects(state['edges']).forEach((edge, index) => {
      const target = edge['destination_state_name']
      if (!names.includes(text(target))) {
        problems.push({ pointer: `${pointer}/edges/${String(index)}/destination_state_name`, message: target === undefined ? 'required' : `no state is named "${text(target)}"` })
      }
    })
  })
  return problems
}

export const llm = responseEngine({
  title: 'Retell LLM',
  idKey: 'llm_id',
  readOnly,
  validate,
  retrieve: (client, id) => client.llm.retrieve(id),
  list: (client, page) => client.llm.list(page),
  create: (client, body) => client.llm.create(typed<LlmCreateParams>(body)),
  update: (client, id, version, body) => client.llm.update(id, { ...typed<LlmUpdateParams>(body), ...version }),
  remove: (client, id, force) => client.llm.delete(id, force),
  // Retell refuses one of the two while the other one is set.
  cleared: (spec) => (isSet(spec['s2s_model']) ? { model: null } : isSet(spec['model']) ? { s2s_model: null } : {}),
})
