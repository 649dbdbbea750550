import type { JsonObject } from '../../contracts/json.ts'
import { isObject } from '../../domain/json.ts'
import { readAgent, versionOf } from './agent-versions.ts'
import { everyItem, ifThere } from './client.ts'
import type { Account } from './client.ts'

export type EngineKey = 'llm_id' | 'conversation_flow_id'

function uses(agent: JsonObject, key: EngineKey, engineId: string): boolean {
  const reference = agent['response_engine']
  return isObject(reference) && reference[key] === engineId
}

/** The version of its engine that this version of an agent speaks with. */
export function engineVersion(agent: JsonObject): number | undefined {
  const reference = agent['response_engine']
  const version = isObject(reference) ? reference['version'] : undefined
  return typeof version === 'number' ? version : undefined
}

const siblingAgents = (account: Account): string[] => account.siblings.filter(({ type }) => type === 'agent').map(({ externalId }) => externalId)

/** Our agents whose newest version uses an engine. */
export async function agentsUsing(account: Account, key: EngineKey, engineId: string): Promise<JsonObject[]> {
  const agents = await Promise.all(siblingAgents(account).map((id) => readAgent(account.client, id)))
  return agents.filter((agent): agent is JsonObject => agent !== undefined && uses(agent, key, engineId))
}

/** The same among all agents with a marker: finds one that was made just before a crash and never recorded. */
export async function unrecordedAgentsUsing({ client }: Account, key: EngineKey, engineId: string): Promise<JsonObject[]> {
  const found: JsonObject[] = []
  for await (const { agent_id } of everyItem((page) => client.agent.list({ ...page, filter_criteria: { query: '[sw-' } }))) {
    const agent = await readAgent(client, agent_id)
    if (agent && uses(agent, key, engineId)) found.push(agent)
  }
  return found
}

/** Deletes the past versions of our agents that still hold an engine which their newest version does not use. */
export async function forgetVersionsUsing(account: Account, key: EngineKey, engineId: string): Promise<void> {
  const { client } = account
  for (const id of siblingAgents(account)) {
    const newest = await readAgent(client, id)
    if (!newest || uses(newest, key, engineId)) continue
    for await (const { version } of everyItem((page) => client.agent.listVersions(id, page))) {
      const old = version === versionOf(newest) ? undefined : await readAgent(client, id, version)
      if (old && uses(old, key, engineId)) await ifThere(() => client.agent.deleteVersion(id, { version }))
    }
  }
}
