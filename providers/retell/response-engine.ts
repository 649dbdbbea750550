import { ManualStep } from '../provider.ts'
import type { Live, ResourceType } from '../provider.ts'
import { everyItem, ifThere, isRefusal, json } from './client.ts'
import type { Account, Retell } from './client.ts'
import { engineDiff, normalize, toLive } from './engine-kind.ts'
import type { EngineKind } from './engine-kind.ts'
import { forgetVersionsUsing } from './engine-users.ts'
import { createEngine, updateEngine } from './engine-writing.ts'
import { text } from './spec.ts'

const dashboard = (id: string): string => `https://dashboard.retellai.com/agents#${id}`

async function get(kind: EngineKind, { client }: Account, id: string): Promise<Live | undefined> {
  const answer = await ifThere(() => kind.retrieve(client, id))
  return answer === undefined ? undefined : toLive(kind, json(answer))
}

/**
 * Both kinds are published with their agent: once that happened they can be changed only in the new version that a draft of
 * the agent brings (docs.retellai.com, agent versions).
 */
export const responseEngine = (kind: EngineKind): ResourceType<Retell> => ({
  title: kind.title,
  validate: kind.validate,
  normalize: (spec) => normalize(kind, spec),
  naturalKey: ({ marker }) => marker,
  get: (account, externalId) => get(kind, account, externalId),
  create: (account, desired) => createEngine(kind, account, desired),
  diff: engineDiff,

  async find(account, { marker }) {
    // What refers to it is mostly ours, and an account may hold thousands of engines.
    for (const { externalId } of account.siblings.filter(({ type }) => type === 'agent')) {
      const agent = await ifThere(() => account.client.agent.retrieve(externalId))
      const id = agent && text(json(agent.response_engine)[kind.idKey])
      const live = id ? await get(kind, account, id) : undefined
      if (live?.facts?.['marker'] === marker) return live
    }
    for await (const item of everyItem((page) => kind.list(account.client, page))) {
      const listed = toLive(kind, json(item))
      if (listed.facts?.['marker'] === marker) return get(kind, account, listed.externalId)
    }
    return undefined
  },

  async update(account, { externalId }, desired) {
    const live = await get(kind, account, externalId)
    if (!live) return createEngine(kind, account, desired)
    if (engineDiff(live, desired).length === 0) return live
    const replaced = await updateEngine(kind, account, live, desired)
    return replaced ?? (await get(kind, account, externalId)) ?? live
  },

  async remove(account, externalId, { force }) {
    const remove = (options: { force_delete?: boolean }) => ifThere(() => kind.remove(account.client, externalId, options))
    try {
      await remove(force ? { force_delete: true } : {})
    } catch (error) {
      if (!isRefusal(error, 400)) throw error
      await forgetVersionsUsing(account, kind.idKey, externalId)
      await remove({}).catch((again: unknown) => {
        if (!isRefusal(again, 400)) throw again
        throw new ManualStep(`${kind.title} ${externalId} is still used by an agent; give that agent another engine or delete it, then delete this (${again.message})`, dashboard(externalId))
      })
    }
  },

  url: (_connection, { externalId }) => dashboard(externalId),
})
