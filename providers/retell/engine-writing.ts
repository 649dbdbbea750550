import type { JsonObject } from '../../contracts/json.ts'
import { ProviderError } from '../provider.ts'
import type { Desired, Live } from '../provider.ts'
import { draftOf } from './agent-versions.ts'
import { call, ifThere, isRefusal, json, provider } from './client.ts'
import type { Account } from './client.ts'
import { bodyOf, toLive } from './engine-kind.ts'
import type { EngineKind } from './engine-kind.ts'
import { agentsUsing, engineVersion, unrecordedAgentsUsing } from './engine-users.ts'

export const createEngine = async (kind: EngineKind, { client }: Account, desired: Desired): Promise<Live> =>
  toLive(kind, json(await call(() => kind.create(client, bodyOf(desired)))))

/** Answers what was made in place of the live one, where it could not be changed. */
export async function updateEngine(kind: EngineKind, account: Account, live: Live, desired: Desired): Promise<Live | undefined> {
  const users = await agentsUsing(account, kind.idKey, live.externalId)
  try {
    await write(kind, account, live, desired, users)
    return undefined
  } catch (error) {
    if (users.length > 0 || !isRefusal(error, 400) || !/published/i.test(error.message)) throw error
    return replace(kind, account, live, desired)
  }
}

/** Every agent gets its draft first: each draft branches the engine, and a look-up sees the newest branch, written last. */
async function write(kind: EngineKind, { client }: Account, live: Live, desired: Desired, users: readonly JsonObject[]): Promise<void> {
  const drafts: JsonObject[] = []
  for (const user of users) drafts.push(await draftOf(client, user))
  const versions = [...new Set(drafts.map(engineVersion))].sort((a = 0, b = 0) => a - b)
  const patch = { ...bodyOf(desired, live), ...kind.cleared?.(desired.spec) }
  for (const version of versions.length === 0 ? [undefined] : versions) {
    await call(() => kind.update(client, live.externalId, version === undefined ? {} : { version }, patch))
  }
}

/** Published, and no agent of ours is left whose draft could branch it: made anew, unless someone else uses it. */
async function replace(kind: EngineKind, account: Account, live: Live, desired: Desired): Promise<Live | undefined> {
  const users = await unrecordedAgentsUsing(account, kind.idKey, live.externalId)
  if (users.length > 0) {
    await write(kind, account, live, desired, users)
    return undefined
  }
  try {
    await ifThere(() => kind.remove(account.client, live.externalId, {}))
  } catch (error) {
    if (!isRefusal(error, 400)) throw error
    throw new ProviderError(
      `${kind.title} ${live.externalId} is published with an agent that Slipway did not make, so it cannot be changed: delete that agent or give it another engine`,
      { ...error.details, provider }, { cause: error },
    )
  }
  return createEngine(kind, account, desired)
}
