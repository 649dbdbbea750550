import type { Json, JsonObject } from '../../contracts/json.ts'
import { diffSpec } from '../../domain/diff.ts'
import { isObject } from '../../domain/json.ts'
import { ManualStep, ProviderError } from '../provider.ts'
import type { Desired, FieldChange, Live, ResourceType, SpecProblem } from '../provider.ts'
import { agentsUsing, draftOf, engineVersion, forgetVersionsUsing, unrecordedAgentsUsing } from './agent-versions.ts'
import type { EngineKey } from './agent-versions.ts'
import { call, everyItem, ifThere, isRefusal, json, provider } from './client.ts'
import type { Account, Page, Retell } from './client.ts'
import { markerVariable } from './marker.ts'
import { dropKeys, text, without } from './spec.ts'

/** What differs between the two things that an agent can speak with: a Retell LLM and a conversation flow. */
export interface ResponseEngine {
  title: string
  idKey: EngineKey
  /** Shown but not taken. */
  readOnly: ReadonlySet<string>
  validate(spec: JsonObject): SpecProblem[]
  retrieve(client: Retell, id: string): Promise<unknown>
  list(client: Retell, page: Page): Promise<{ items: unknown[]; has_more: boolean; pagination_key?: string }>
  create(client: Retell, body: JsonObject): Promise<unknown>
  update(client: Retell, id: string, version: { version?: number }, body: JsonObject): Promise<unknown>
  remove(client: Retell, id: string, force: { force_delete?: boolean }): Promise<unknown>
  /** What a patch must set to null because the spec gives its alternative. */
  cleared?(spec: JsonObject): JsonObject
}

const variables = 'default_dynamic_variables'

/**
 * Both are nameless, so that the marker lies among their default dynamic variables, and both are published with their agent:
 * once that happened they can be changed only in the new version that a draft of the agent brings
 * (docs.retellai.com, agent versions).
 */
export function responseEngine(engine: ResponseEngine): ResourceType<Retell> {
  const dashboard = (id: string): string => `https://dashboard.retellai.com/agents#${id}`

  const toLive = (answer: JsonObject): Live => {
    const given = answer[variables]
    const { [markerVariable]: marker = null, ...own } = isObject(given) ? given : {}
    const spec = without(answer, engine.readOnly)
    return {
      externalId: text(answer[engine.idKey]),
      spec: isObject(given) ? { ...spec, [variables]: own } : spec,
      marked: marker !== null,
      facts: { marker },
    }
  }

  const bodyOf = ({ spec, marker }: Desired, live?: Live): JsonObject => {
    const own: Json | undefined = spec[variables] ?? live?.spec[variables]
    return { ...spec, [variables]: { ...(isObject(own) ? own : {}), [markerVariable]: marker } }
  }

  const get = async ({ client }: Account, id: string): Promise<Live | undefined> => {
    const answer = await ifThere(() => engine.retrieve(client, id))
    return answer === undefined ? undefined : toLive(json(answer))
  }

  const create = async ({ client }: Account, desired: Desired): Promise<Live> =>
    toLive(json(await call(() => engine.create(client, bodyOf(desired)))))

  const diff = (live: Live, { spec, marker }: Desired): FieldChange[] => [
    ...diffSpec(live.spec, spec),
    ...(live.facts?.['marker'] === marker ? [] : [{ field: `/${variables}/${markerVariable}`, to: marker }]),
  ]

  /** Every agent gets its draft first: each draft branches the engine, and a look-up sees the newest branch, written last. */
  async function write({ client }: Account, live: Live, desired: Desired, users: readonly JsonObject[]): Promise<void> {
    const drafts: JsonObject[] = []
    for (const user of users) drafts.push(await draftOf(client, user))
    const versions = [...new Set(drafts.map(engineVersion))].sort((a = 0, b = 0) => a - b)
    const patch = { ...bodyOf(desired, live), ...engine.cleared?.(desired.spec) }
    for (const version of versions.length === 0 ? [undefined] : versions) {
      await call(() => engine.update(client, live.externalId, version === undefined ? {} : { version }, patch))
    }
  }

  /** Published, and no agent of ours is left whose draft could branch it: made anew, unless someone else uses it. */
  async function replace(account: Account, live: Live, desired: Desired): Promise<Live> {
    const users = await unrecordedAgentsUsing(account, engine.idKey, live.externalId)
    if (users.length > 0) {
      await write(account, live, desired, users)
      return live
    }
    try {
      await ifThere(() => engine.remove(account.client, live.externalId, {}))
    } catch (error) {
      if (!isRefusal(error, 400)) throw error
      throw new ProviderError(
        `${engine.title} ${live.externalId} is published with an agent that Slipway did not make, so it cannot be changed: delete that agent or give it another engine`,
        { ...error.details, provider }, { cause: error },
      )
    }
    return create(account, desired)
  }

  return {
    title: engine.title,
    validate: engine.validate,
    normalize: (spec) => dropKeys(spec, engine.readOnly),
    naturalKey: ({ marker }) => marker,
    get,
    create,
    diff,

    async find(account, { marker }) {
      // What refers to it is mostly ours, and an account may hold thousands of engines.
      for (const { externalId } of account.siblings.filter(({ type }) => type === 'agent')) {
        const agent = await ifThere(() => account.client.agent.retrieve(externalId))
        const id = agent && text(json(agent.response_engine)[engine.idKey])
        const live = id ? await get(account, id) : undefined
        if (live?.facts?.['marker'] === marker) return live
      }
      for await (const item of everyItem((page) => engine.list(account.client, page))) {
        const listed = toLive(json(item))
        if (listed.facts?.['marker'] === marker) return get(account, listed.externalId)
      }
      return undefined
    },

    async update(account, { externalId }, desired) {
      const live = await get(account, externalId)
      if (!live) return create(account, desired)
      if (diff(live, desired).length === 0) return live
      const users = await agentsUsing(account, engine.idKey, externalId)
      try {
        await write(account, live, desired, users)
      } catch (error) {
        if (users.length > 0 || !isRefusal(error, 400) || !/published/i.test(error.message)) throw error
        const replaced = await replace(account, live, desired)
        if (replaced !== live) return replaced
      }
      return (await get(account, externalId)) ?? live
    },

    async remove(account, externalId, { force }) {
      const remove = (options: { force_delete?: boolean }) => ifThere(() => engine.remove(account.client, externalId, options))
      try {
        await remove(force ? { force_delete: true } : {})
      } catch (error) {
        if (!isRefusal(error, 400)) throw error
        await forgetVersionsUsing(account, engine.idKey, externalId)
        await remove({}).catch((again: unknown) => {
          if (!isRefusal(again, 400)) throw again
          throw new ManualStep(`${engine.title} ${externalId} is still used by an agent; give that agent another engine or delete it, then delete this (${again.message})`, dashboard(externalId))
        })
      }
    },

    url: (_connection, { externalId }) => dashboard(externalId),
  }
}
