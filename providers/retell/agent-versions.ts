import type { JsonObject } from '../../contracts/json.ts'
import { ProviderError } from '../provider.ts'
import { call, ifThere, json, provider } from './client.ts'
import type { Retell } from './client.ts'
import { text } from './spec.ts'

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
