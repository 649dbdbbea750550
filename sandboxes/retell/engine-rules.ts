import type { SandboxStore } from '../kernel.ts'
import { requireFields } from './fields.ts'
import { isFields, refuse, unknownAsset } from './wire.ts'
import type { Fields } from './wire.ts'

const nodeTypes = new Set(
  `conversation subagent end function code transfer_call press_digit branch sms extract_dynamic_variables agent_swap mcp
  component bridge_transfer cancel_transfer`.split(/\s+/),
)

/** What Retell checks of an LLM as a whole, after a create or a patch. */
export function checkLlm(llm: Fields, store: SandboxStore): void {
  requireFields(llm, 'start_speaker')
  checkCommon(llm, store)
  if (isSet(llm['model']) && isSet(llm['s2s_model'])) refuse('Only one of model and s2s_model can be set')

  const states = namedList(llm['states'], 'states')
  const stateNames = new Set(states.map(({ name }) => name))
  if (stateNames.size !== states.length) refuse('State names must be unique')
  if (states.length > 0 && !stateNames.has(llm['starting_state'] as string)) {
    refuse('starting_state is required when states are set, and must be the name of one of them')
  }
  const general = toolNames(llm['general_tools'], 'general_tools')
  unique(general)
  for (const { name, item } of states) {
    const edges = list(item['edges'] ?? [], `edges of state ${name}`)
    const targets = edges.map((edge) => (isFields(edge) ? edge['destination_state_name'] : undefined))
    const astray = targets.find((target) => typeof target !== 'string' || !stateNames.has(target))
    if (targets.length > 0 && astray !== undefined) refuse(`State ${name} has an edge to unknown state ${String(astray)}`)
    if (targets.includes(undefined)) refuse(`State ${name} has an edge without destination_state_name`)
    // An edge is offered to the model as a tool, so it shares their namespace.
    const edgeNames = edges.map((edge) => (isFields(edge) && typeof edge['name'] === 'string' ? edge['name'] : undefined))
    unique([...general, ...toolNames(item['tools'], `tools of state ${name}`), ...edgeNames.filter((edge) => edge !== undefined)])
  }
}

/** What Retell checks of a conversation flow as a whole. */
export function checkFlow(flow: Fields, store: SandboxStore): void {
  requireFields(flow, 'model_choice', 'nodes', 'start_speaker')
  checkCommon(flow, store)
  const choice = flow['model_choice']
  if (!isFields(choice) || choice['type'] !== 'cascading' || typeof choice['model'] !== 'string') {
    refuse('model_choice must be {type: "cascading", model}')
  }
  checkNodes(list(flow['nodes'], 'nodes'), flow['start_node_id'])
  unique(toolNames(flow['tools'], 'tools'))
}

export function checkNodes(nodes: unknown[], start: unknown): void {
  const ids = nodes.map((node) => {
    if (!isFields(node) || typeof node['id'] !== 'string' || node['id'] === '') return refuse('Every node needs an id')
    if (!nodeTypes.has(String(node['type']))) refuse(`Node ${node['id']} has the unknown type ${String(node['type'])}`)
    return node['id']
  })
  if (new Set(ids).size !== ids.length) refuse('Node ids must be unique')
  const astray = destinations(nodes).find((target) => !ids.includes(target))
  if (astray !== undefined) refuse(`destination_node_id ${astray} does not exist`)
  if (isSet(start) && !ids.includes(String(start))) refuse(`start_node_id ${String(start)} does not exist`)
}

function checkCommon(engine: Fields, store: SandboxStore): void {
  if (!['user', 'agent'].includes(String(engine['start_speaker']))) refuse('start_speaker must be user or agent')
  const temperature = engine['model_temperature']
  if (typeof temperature === 'number' && (temperature < 0 || temperature > 1)) refuse('model_temperature must be from 0 to 1')
  const variables = engine['default_dynamic_variables']
  if (isFields(variables) && Object.values(variables).some((value) => typeof value !== 'string')) {
    refuse('default_dynamic_variables must be strings')
  }
  for (const id of list(engine['knowledge_base_ids'] ?? [], 'knowledge_base_ids')) {
    if (typeof id !== 'string' || store.get('knowledge-base', id) === undefined) unknownAsset('knowledge base', String(id))
  }
}

/** Edges sit in several places of a node (edges, edge, else_edge, …), so all of it is searched. */
function destinations(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(destinations)
  if (!isFields(value)) return []
  const own = value['destination_node_id']
  return [...(typeof own === 'string' ? [own] : []), ...Object.values(value).flatMap(destinations)]
}

function toolNames(value: unknown, where: string): string[] {
  return list(value ?? [], where).map((tool) => {
    if (!isFields(tool) || typeof tool['type'] !== 'string') return refuse(`Every tool in ${where} needs a type`)
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
    isFields(item) && typeof item['name'] === 'string' && item['name'] !== ''
      ? { name: item['name'], item }
      : refuse(`Every item of ${where} needs a name`),
  )
}

const isSet = (value: unknown): boolean => value !== undefined && value !== null
const list = (value: unknown, where: string): unknown[] => (Array.isArray(value) ? value : refuse(`${where} must be a list`))
