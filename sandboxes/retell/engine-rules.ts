import type { SandboxStore } from '../kernel.ts'
import { isRecord } from '../record.ts'
import { isSet, requireFields } from './fields.ts'
import { checkNodes } from './flow-nodes.ts'
import { refuse, unknownAsset } from './refusal.ts'
import type { Fields } from './wire.ts'

/** What Retell checks of an LLM as a whole, after a create or a patch. */
export function checkLlm(llm: Fields, store: SandboxStore): void {
  requireFields(llm, 'start_speaker')
  checkCommon(llm, store)
  if (isSet(llm['model']) && isSet(llm['s2s_model'])) refuse('Only one of model and s2s_model can be set')

  const states = namedList(llm['states'], 'states')
  const stateNames = new Set(states.map(({ name }) => name))
  if (stateNames.size !== states.length) refuse('State names must be unique')
  if (states.length > 0 && !states.some(({ name }) => name === llm['starting_state'])) {
    refuse('starting_state is required when states are set, and must be the name of one of them')
  }
  const general = toolNames(llm['general_tools'], 'general_tools')
  unique(general)
  for (const { name, item } of states) {
    const edges = list(item['edges'] ?? [], `edges of state ${name}`)
    const targets = edges.map((edge) => (isRecord(edge) ? edge['destination_state_name'] : undefined))
    const astray = targets.find((target) => typeof target !== 'string' || !stateNames.has(target))
    if (targets.length > 0 && astray !== undefined) refuse(`State ${name} has an edge to unknown state ${String(astray)}`)
    if (targets.includes(undefined)) refuse(`State ${name} has an edge without destination_state_name`)
    // An edge is offered to the model as a tool, so it shares their namespace.
    const edgeNames = edges.map((edge) => (isRecord(edge) && typeof edge['name'] === 'string' ? edge['name'] : undefined))
    unique([...general, ...toolNames(item['tools'], `tools of state ${name}`), ...edgeNames.filter((edge) => edge !== undefined)])
  }
}

/** What Retell checks of a conversation flow as a whole. */
export function checkFlow(flow: Fields, store: SandboxStore): void {
  requireFields(flow, 'model_choice', 'nodes', 'start_speaker')
  checkCommon(flow, store)
  const choice = flow['model_choice']
  if (!isRecord(choice) || choice['type'] !== 'cascading' || typeof choice['model'] !== 'string') {
    refuse('model_choice must be {type: "cascading", model}')
  }
  checkNodes(list(flow['nodes'], 'nodes'), flow['start_node_id'])
  unique(toolNames(flow['tools'], 'tools'))
}

function checkCommon(engine: Fields, store: SandboxStore): void {
  if (!['user', 'agent'].includes(String(engine['start_speaker']))) refuse('start_speaker must be user or agent')
  const temperature = engine['model_temperature']
  if (typeof temperature === 'number' && (temperature < 0 || temperature > 1)) refuse('model_temperature must be from 0 to 1')
  const variables = engine['default_dynamic_variables']
  if (isRecord(variables) && Object.values(variables).some((value) => typeof value !== 'string')) {
    refuse('default_dynamic_variables must be strings')
  }
  for (const id of list(engine['knowledge_base_ids'] ?? [], 'knowledge_base_ids')) {
    if (typeof id !== 'string' || store.get('knowledge-base', id) === undefined) unknownAsset('knowledge base', String(id))
  }
}

function toolNames(value: unknown, where: string): string[] {
  return list(value ?? [], where).map((tool) => {
    if (!isRecord(tool) || typeof tool['type'] !== 'string') return refuse(`Every tool in ${where} needs a type`)
    const name = tool['name']
    if (typeof name !== 'string' || !/^[A-Za-z0-9_-]{1,64}$/.test(name)) {
      return refuse(`Tool name ${String(name)} in ${where} must be 1 to 64 of a-z, A-Z, 0-9, underscore and dash`)
    }
    return name
  })
}

function unique(names: string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) refuse(`Tool name ${twice} is not unique`)
}

function namedList(value: unknown, where: string): { name: string; item: Fields }[] {
  return list(value ?? [], where).map((item) =>
    isRecord(item) && typeof item['name'] === 'string' && item['name'] !== ''
      ? { name: item['name'], item }
      : refuse(`Every item of ${where} needs a name`),
  )
}

const list = (value: unknown, where: string): unknown[] => (Array.isArray(value) ? value : refuse(`${where} must be a list`))
