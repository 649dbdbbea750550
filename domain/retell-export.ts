import type { JsonObject } from '../contracts/json.ts'
import { isObject } from './json.ts'

type ExportedResource = { provider: 'retell'; type: string; spec: JsonObject }

/** The dashboard nests the engine of an agent beside it; the agent names it by the id it had in its own account. */
const engines = [
  { nested: 'retellLlmData', name: 'llm', type: 'llm', engineType: 'retell-llm', id: 'llm_id' },
  { nested: 'conversationFlow', name: 'flow', type: 'conversation-flow', engineType: 'conversation-flow', id: 'conversation_flow_id' },
] as const

const nestedKeys = new Set<string>(engines.map(({ nested }) => nested))

/**
 * The resources in a raw Retell agent export (from the dashboard, or an answer of get-agent), in dependency order;
 * undefined for anything else. `ref` gives the expression that reads the id of the resource of that name. Where the export
 * holds no engine but its id, the id is kept.
 */
export function wrapRetellExport(content: JsonObject, ref: (name: string) => string): { resources: Record<string, ExportedResource>; order: string[] } | undefined {
  const reference = content['response_engine']
  if (!isObject(reference) || (typeof content['voice_id'] !== 'string' && typeof content['agent_id'] !== 'string')) return undefined
  const agent = Object.fromEntries(Object.entries(content).filter(([key]) => !nestedKeys.has(key)))
  const found = engines.find(({ nested, engineType }) => isObject(content[nested]) && (reference['type'] === engineType || reference['type'] === undefined))
  const data = found && content[found.nested]
  if (!found || !isObject(data)) return { resources: { agent: { provider: 'retell', type: 'agent', spec: agent } }, order: ['agent'] }
  return {
    resources: {
      [found.name]: { provider: 'retell', type: found.type, spec: withSpeaker(data) },
      agent: { provider: 'retell', type: 'agent', spec: { ...agent, response_engine: { type: found.engineType, [found.id]: ref(found.name) } } },
    },
    order: [found.name, 'agent'],
  }
}

/** Older exports lack `start_speaker`, which is required since: then the agent began, unless its opening was empty. */
const withSpeaker = (engine: JsonObject): JsonObject =>
  'start_speaker' in engine ? engine : { ...engine, start_speaker: engine['begin_message'] === '' ? 'user' : 'agent' }
