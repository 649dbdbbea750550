import type { Json, JsonObject } from '../../contracts/json.ts'
import { diffSpec } from '../../domain/diff.ts'
import { isObject } from '../../domain/json.ts'
import { step } from '../../domain/pointer.ts'
import type { Desired, FieldChange, Live } from '../provider.ts'
import { wantsPublishing } from './publishing.ts'
import { nodesOf } from './triggers.ts'
import { nameWithoutMarker, ourTag, titleOf, writable } from './writable.ts'

/** Keys of a node that n8n fills in where they are absent. */
const filledIn = ['id', 'webhookId', 'credentials']

/** What a PUT, the tags and publishing would change. `staticData` is n8n's own after the creation, so it never differs. */
export function diffWorkflow(live: Live, desired: Desired): FieldChange[] {
  const { spec } = writable(desired.spec)
  const { nodes, connections, settings } = spec
  const inOrder: JsonObject = { ...live.spec, nodes: inOrderOf(nodesOf(live.spec['nodes']), nodesOf(nodes)) }
  return [
    ...diffSpec(inOrder, { name: nameWithoutMarker(titleOf(desired)), nodes, connections, settings }),
    ...addedNodeKeys(nodesOf(inOrder['nodes']), nodesOf(nodes)),
    ...addedKeys(live.spec['connections'], connections, '/connections'),
    ...tagChange(live, spec),
    ...publishChange(live, spec),
    ...(live.facts?.['isArchived'] === true ? [{ field: '/isArchived', from: true, to: false }] : []),
  ]
}

/** The order of nodes means nothing: live ones are compared beside those of their name, strangers last. */
function inOrderOf(live: JsonObject[], desired: JsonObject[]): JsonObject[] {
  const known = desired.map(({ name }) => live.find((node) => node['name'] === name)).filter((node) => node !== undefined)
  return [...known, ...live.filter((node) => !known.includes(node))]
}

/** PUT replaces the whole node, so a key that someone added would go: that is a difference, too. */
const addedNodeKeys = (live: JsonObject[], desired: JsonObject[]): FieldChange[] =>
  live.length !== desired.length
    ? []
    : live.flatMap((node, at) => addedKeys(Object.fromEntries(Object.entries(node).filter(([key]) => !filledIn.includes(key))), desired[at], `/nodes/${String(at)}`))

function addedKeys(live: Json | undefined, desired: Json | undefined, at: string): FieldChange[] {
  if (!isObject(live) || !isObject(desired)) return []
  return Object.entries(live).flatMap(([key, value]) => {
    const field = `${at}${step(key)}`
    return key in desired ? addedKeys(value, desired[key], field) : diffSpec(undefined, value).map(() => ({ field, from: value }))
  })
}

function tagChange(live: Live, spec: JsonObject): FieldChange[] {
  const names = live.facts?.['tags'] ?? []
  const wanted = wantedTags(spec)
  return Array.isArray(names) && wanted.every((name) => names.includes(name)) ? [] : [{ field: '/tags', from: names, to: wanted }]
}

export function wantedTags({ tags }: JsonObject): string[] {
  const own = Array.isArray(tags) ? tags.filter((name) => typeof name === 'string') : []
  return [ourTag, ...own]
}

function publishChange(live: Live, spec: JsonObject): FieldChange[] {
  const wanted = wantsPublishing(spec)
  // A draft that differs from what runs is unpublished all the same.
  const isSo = wanted === false ? live.facts?.['active'] === false : live.spec['publish'] === true
  return wanted === undefined || isSo ? [] : [{ field: '/publish', from: !wanted, to: wanted }]
}
