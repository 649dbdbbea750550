import type { AgentCreateParams, AgentUpdateParams } from 'retell-sdk/resources/agent.js'
import type { JsonObject } from '../../contracts/json.ts'
import { changedKeys, diffSpec, unknownYet } from '../../domain/diff.ts'
import { isObject } from '../../domain/json.ts'
import { ProviderError } from '../provider.ts'
import type { Desired, FieldChange, Live, ResourceType } from '../provider.ts'
import { draftOf, publish, readAgent, versionOf } from './agent-versions.ts'
import { readOnly, retired, validateAgent } from './agent-schema.ts'
import { call, everyItem, ifThere, isRefusal, json, provider, typed } from './client.ts'
import type { Account, Retell } from './client.ts'
import { hasMarker, splitMarker, unmarked, withMarker } from './marker.ts'
import { dropKeys, pick, strings, text, without } from './spec.ts'

/** Without a name it gets its logical one, which an empty name would differ from for ever. */
function normalize(given: JsonObject): { spec: JsonObject; notes: string[] } {
  const { spec, notes } = dropKeys(given, readOnly, retired)
  const { agent_name: name = null, ...rest } = spec
  if (name === null || name === '') return { spec: rest, notes }
  return { spec: { ...rest, agent_name: typeof name === 'string' ? unmarked(name, '/agent_name', notes) : name }, notes }
}

/** The newest version, which is what callers hear once it is published. */
function toLive(agent: JsonObject): Live {
  const { name, marker } = splitMarker(text(agent['agent_name']))
  return {
    externalId: text(agent['agent_id']),
    spec: { ...without(agent, readOnly), agent_name: name },
    marked: marker !== undefined,
    facts: { marker: marker ?? null, version: versionOf(agent), isPublished: agent['is_published'] === true },
  }
}

/** Differences of content alone; the marker counts as a part of the name. */
function contentDiff(live: Live, { spec, marker }: Desired): FieldChange[] {
  const changes = diffSpec(live.spec, spec)
  const lost = live.facts?.['marker'] !== marker && !changes.some(({ field }) => field === '/agent_name')
  return lost ? [...changes, { field: '/agent_name', from: live.spec['agent_name'] ?? null, to: text(spec['agent_name']) || text(live.spec['agent_name']) }] : changes
}

const nameOf = ({ name, marker, spec }: Desired, live?: Live): string => withMarker(text(spec['agent_name']) || text(live?.spec['agent_name']) || name, marker)

const voicesIn = (spec: JsonObject): string[] =>
  [text(spec['voice_id']), ...strings(spec['fallback_voice_ids'])].filter((voice) => voice !== '' && voice !== unknownYet)

async function missingVoices(client: Retell, spec: JsonObject): Promise<string[]> {
  const missing: string[] = []
  for (const voice of voicesIn(spec)) if (!(await ifThere(() => client.voice.retrieve(voice)))) missing.push(voice)
  return missing
}

async function requireVoices(client: Retell, spec: JsonObject): Promise<void> {
  const missing = await missingVoices(client, spec)
  if (missing.length === 0) return
  throw new ProviderError(`this Retell account has no voice ${missing.map((voice) => `"${voice}"`).join(', ')}: choose one of GET /list-voices, or add it in the dashboard`, {
    provider, status: 422, retryable: false, vendorCode: 'VOICE_NOT_FOUND',
  })
}

/** A crash between the two leaves an unpublished agent, which the next attempt finds by its marker and publishes. */
async function create({ client }: Account, desired: Desired): Promise<Live> {
  await requireVoices(client, desired.spec)
  const made = json(await call(() => client.agent.create(typed<AgentCreateParams>({ ...desired.spec, agent_name: nameOf(desired) }))))
  return toLive(await publish(client, text(made['agent_id']), versionOf(made)))
}

/** True when what the agent speaks with was deleted: Retell cannot branch such an agent, so that no draft can be had. */
async function engineIsGone(client: Retell, agent: JsonObject): Promise<boolean> {
  const reference = isObject(agent['response_engine']) ? agent['response_engine'] : {}
  const [llm, flow] = [text(reference['llm_id']), text(reference['conversation_flow_id'])]
  if (llm) return (await ifThere(() => client.llm.retrieve(llm))) === undefined
  if (flow) return (await ifThere(() => client.conversationFlow.retrieve(flow))) === undefined
  return false
}

export const agent: ResourceType<Retell> = {
  title: 'Retell agent',
  validate: validateAgent,
  normalize,
  naturalKey: ({ marker }) => marker,

  async get({ client }, externalId) {
    const newest = await readAgent(client, externalId)
    return newest && toLive(newest)
  },

  async find({ client }, { marker }) {
    for await (const { agent_id, agent_name } of everyItem((page) => client.agent.list({ ...page, filter_criteria: { query: marker } }))) {
      const newest = hasMarker(agent_name, marker) ? await readAgent(client, agent_id) : undefined
      if (newest) return toLive(newest)
    }
    return undefined
  },

  create,

  async update(account, { externalId }, desired) {
    const { client } = account
    const newest = await readAgent(client, externalId)
    if (!newest) return create(account, desired)
    if (contentDiff(toLive(newest), desired).length === 0) {
      return toLive(newest['is_published'] === true ? newest : await publish(client, externalId, versionOf(newest)))
    }
    if (changedKeys(diffSpec(toLive(newest).spec, pick(desired.spec, new Set(['voice_id', 'fallback_voice_ids'])))).size > 0) {
      await requireVoices(client, desired.spec)
    }
    let draft: JsonObject
    try {
      draft = await draftOf(client, newest)
    } catch (error) {
      if (!isRefusal(error, 400, 404, 422) || !toLive(newest).marked || !(await engineIsGone(client, newest))) throw error
      await ifThere(() => client.agent.delete(externalId))
      return create(account, desired)
    }
    const live = toLive(draft)
    // A draft does not carry the title of the version it is made from, so it is compared again.
    const patch = pick({ ...desired.spec, agent_name: nameOf(desired, live) }, changedKeys(contentDiff(live, desired)))
    const version = versionOf(draft)
    if (Object.keys(patch).length > 0) await call(() => client.agent.update(externalId, { ...typed<AgentUpdateParams>(patch), version }))
    return toLive(await publish(client, externalId, version))
  },

  /** All versions go with it. */
  async remove({ client }, externalId) {
    await ifThere(() => client.agent.delete(externalId))
  },

  /** The engine's step may have left a draft: it goes live only when the agent is published, changed or not. */
  diff: (live, desired) => [
    ...contentDiff(live, desired),
    ...(live.facts?.['isPublished'] === true ? [] : [{ field: '/is_published', from: false, to: true }]),
  ],

  url: (_connection, { externalId }) => `https://dashboard.retellai.com/agents/${externalId}`,

  async remarks({ client }, { spec }) {
    return (await missingVoices(client, spec)).map((voice) => `the account has no voice "${voice}": the deployment will fail until it does`)
  },
}
