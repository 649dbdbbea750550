import type { Json, JsonObject } from '../../contracts/json.ts'
import { isObject } from '../../domain/json.ts'
import { ProviderError } from '../provider.ts'
import type { Account, Desired, Live, ResourceType, SpecProblem } from '../provider.ts'
import { workflowAnswer } from './answers.ts'
import type { WorkflowAnswer } from './answers.ts'
import type { N8nClient } from './client.ts'
import { heldWebhooks, naming } from './held-webhooks.ts'
import { isPublished, wantsPublishing } from './publishing.ts'
import { addTags } from './tags.ts'
import { nodesOf } from './triggers.ts'
import { diffWorkflow, wantedTags } from './workflow-diff.ts'
import { nameWithoutMarker, ourTag, titleOf, writable } from './writable.ts'

/**
 * A workflow, in the shape of n8n's export, plus `publish: false` (leave it unpublished) and `tags` (names).
 * Source: n8n's public API v1, read for 2.8.4 and 2.41.3; names are not unique, so a marker ends the name.
 */
export const workflow: ResourceType<N8nClient> = {
  title: 'Workflow',
  validate,
  normalize: writable,
  naturalKey: ({ marker }) => marker,

  async get({ client }, externalId) {
    const found = await client.get(pathOf(externalId), workflowAnswer)
    return found && toLive(found)
  },

  async find({ client }, { marker }) {
    // The filter matches any part of a name.
    const some = await client.list('/workflows', workflowAnswer, { name: marker, excludePinnedData: 'true', limit: '100' })
    const ours = some.filter(({ name }) => name.endsWith(` [${marker}]`))
    const found = ours.find(({ isArchived }) => !isArchived) ?? ours[0]
    return found && toLive(found)
  },

  async create(account, desired) {
    const { staticData, ...body } = bodyOf(desired, [])
    const created = await account.client.send('POST', '/workflows', workflowAnswer, staticData === undefined ? body : { ...body, staticData })
    return settle(account, desired, created)
  },

  async update(account, live, desired) {
    const { client } = account
    const path = pathOf(live.externalId)
    let current = await read(client, live.externalId)
    if (current.isArchived) current = await unarchive(account, live)
    if (wantsPublishing(desired.spec) === false && current.active) current = await client.send('POST', `${path}/deactivate`, workflowAnswer)
    // n8n keeps running state in staticData (what a trigger has seen), which an update must not turn back.
    const { staticData: _, ...body } = bodyOf(desired, current.nodes)
    const updated = await naming(account, desired.spec, live.externalId, () => client.send('PUT', path, workflowAnswer, body))
    return settle(account, desired, updated)
  },

  async remove({ client }, externalId) {
    const found = await client.get(pathOf(externalId), workflowAnswer)
    if (!found) return
    // Newer versions refuse to delete what is published.
    if (found.active) await client.send('POST', `${pathOf(externalId)}/deactivate`, workflowAnswer)
    await client.remove(pathOf(externalId))
  },

  url: urlOf,
  diff: diffWorkflow,

  async remarks(account, { spec }, live) {
    const wanted = wantsPublishing(spec)
    const held = wanted ? await heldWebhooks(account, spec, live?.externalId) : []
    if (spec['publish'] !== true || wanted) return held
    return ['It has no trigger that n8n could activate, so it will not be published']
  },
}

const pathOf = (id: string): string => `/workflows/${encodeURIComponent(id)}`

function urlOf({ baseUrl }: Account<N8nClient>['connection'], { externalId }: Live): string {
  return `${baseUrl}/workflow/${encodeURIComponent(externalId)}`
}

/** Only what n8n could never run is refused; whatever else an export holds is dropped when it is sent. */
function validate(spec: JsonObject): SpecProblem[] {
  const { nodes, connections, publish } = spec
  return [
    ...(nodes === undefined ? [{ pointer: '/nodes', message: 'is missing', certain: true }] : []),
    ...(connections === undefined ? [{ pointer: '/connections', message: 'is missing', certain: true }] : []),
    ...(connections === undefined || isObject(connections) ? [] : [{ pointer: '/connections', message: 'must be an object' }]),
    ...(publish === undefined || typeof publish === 'boolean' ? [] : [{ pointer: '/publish', message: 'must be true or false' }]),
    ...(Array.isArray(nodes) ? nodes.flatMap(nodeProblems) : nodes === undefined ? [] : [{ pointer: '/nodes', message: 'must be an array' }]),
  ]
}

function nodeProblems(node: Json, at: number): SpecProblem[] {
  const pointer = `/nodes/${String(at)}`
  if (!isObject(node)) return [{ pointer, message: 'must be an object' }]
  return ['name', 'type']
    .filter((key) => typeof node[key] !== 'string' || node[key] === '')
    .map((key) => ({ pointer: `${pointer}/${key}`, message: node[key] === undefined ? 'is missing' : 'must be a text', certain: node[key] === undefined }))
}

/** The whole body that both versions accept. Ids that the spec leaves to n8n stay what they are: URLs are made of them. */
function bodyOf(desired: Desired, live: readonly JsonObject[]): JsonObject {
  const { nodes, connections, settings, staticData } = writable(desired.spec).spec
  const idsOf = (node: JsonObject): JsonObject => {
    const before = live.find((other) => other['name'] === node['name'] && other['type'] === node['type'])
    return Object.fromEntries(['id', 'webhookId'].flatMap((key) => (before?.[key] === undefined ? [] : [[key, before[key]]])))
  }
  return {
    name: titleOf(desired),
    nodes: nodesOf(nodes).map((node) => ({ ...idsOf(node), ...node })),
    connections,
    settings,
    ...(staticData === undefined ? {} : { staticData }),
  }
}

/** The steps that come after the body is written: tags, publishing, and a look at what has become of it. */
async function settle(account: Account<N8nClient>, desired: Desired, written: WorkflowAnswer): Promise<Live> {
  const { client } = account
  const { spec } = writable(desired.spec)
  await addTags(client, written, wantedTags(spec))
  if (wantsPublishing(spec) && !isPublished(written)) {
    await naming(account, spec, written.id, () => client.send('POST', `${pathOf(written.id)}/activate`, workflowAnswer))
  }
  return toLive(await read(client, written.id))
}

async function read(client: N8nClient, id: string): Promise<WorkflowAnswer> {
  const found = await client.get(pathOf(id), workflowAnswer)
  if (found) return found
  throw new ProviderError(`n8n has lost workflow ${id} since it was last seen`, { provider: 'n8n', retryable: true, status: 404 })
}

/** Only newer versions can; on an older one a person must. */
async function unarchive({ client, connection }: Account<N8nClient>, live: Live): Promise<WorkflowAnswer> {
  try {
    return await client.send('POST', `${pathOf(live.externalId)}/unarchive`, workflowAnswer)
  } catch (error) {
    if (!(error instanceof ProviderError) || ![404, 405].includes(error.details.status ?? 0)) throw error
    throw new ProviderError(`The workflow is archived in n8n, and this version's API cannot unarchive it: do so at ${urlOf(connection, live)}, then retry`, { ...error.details, retryable: false })
  }
}

function toLive(found: WorkflowAnswer): Live {
  const { name, nodes, connections, settings, tags } = found
  const names = (tags ?? []).map((tag) => tag.name)
  const { spec } = writable({ name: nameWithoutMarker(name), nodes, connections, settings: settings ?? {}, tags: names.filter((tag) => tag !== ourTag) })
  return {
    externalId: found.id,
    spec: { ...spec, publish: isPublished(found) },
    // A marker found it, or our own record.
    marked: true,
    facts: { active: found.active, isArchived: found.isArchived === true, tags: names },
  }
}
