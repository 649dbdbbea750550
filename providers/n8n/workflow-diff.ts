import type { JsonObject } from '../../contracts/json.ts'
import { diffSpec } from '../../domain/diff.ts'
import type { Desired, FieldChange, Live } from '../provider.ts'
import { addedKeys, addedNodeKeys, inOrderOf } from './node-diff.ts'
import { wantsPublishing } from './publishing.ts'
import { nodesOf } from './triggers.ts'
import { nameWithoutMarker, ourTag, titleOf, writable } from './writable.ts'

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
