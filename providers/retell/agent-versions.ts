import type { JsonObject } from '../../contracts/json.ts'
import { isObject } from '../../domain/json.ts'
import { ProviderError } from '../provider.ts'
import { call, everyItem, ifThere, json, provider } from './client.ts'
import type { Account, Retell } from './client.ts'
import { text } from './spec.ts'

export type EngineKey = 'llm_id' | 'conversation_flow_id'

/** One version of an agent; without a version the newest, which is what a draft is made from. */
export async function readAgent(client: Retell, id: string, version?: number): Promise<JsonObject | undefined> {
  const answer = await ifThere(() => client.agent.retrieve(id, version === undefined ? {} : { version }))
  return answer && json(answer)
}

/** A published version is immutable, so a change goes into a new draft; one that an earlier attempt left is used again. */
export async function draftOf(client: Retell, newest: JsonObject): Promise<JsonObject> {
  if (newest['is_published'] !== true) return newest
  return json(await call(() => client.agent.createVersion(text(newest['agent_id']), { base_version: versionOf(newest) })))
}

export const versionOf = (agent: JsonObject): number => (typeof agent['version'] === 'number' ? agent['version'] : 0)

/** Publishes one version in place and reads back that it is. */
export async function publish(client: Retell, id: string, version: number): Promise<JsonObject> {
  await call(async () => {
    try {
      await client.agent.publish(id, { version })
    } catch (error) {
      // It succeeded: the empty answer came chunked as application/json, which the SDK cannot parse.
      if (!(error instanceof SyntaxError)) throw error
    }
  })
  const published = await readAgent(client, id, version)
  if (published?.['is_published'] === true) return published
  throw new ProviderError(`retell did not publish version ${String(version)} of agent ${id}`, { provider, retryable: true, vendorCode: 'NOT_PUBLISHED' })
}

export function uses(agent: JsonObject, key: EngineKey, engineId: string): boolean {
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
