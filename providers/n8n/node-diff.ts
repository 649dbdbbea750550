import type { Json, JsonObject } from '../../contracts/json.ts'
import { diffSpec } from '../../domain/diff.ts'
import { isObject } from '../../domain/json.ts'
import { step } from '../../domain/pointer.ts'
import type { FieldChange } from '../provider.ts'

/** Keys of a node that n8n fills in where they are absent. */
const filledIn = ['id', 'webhookId', 'credentials']

/** The order of nodes means nothing: live ones are compared beside those of their name, strangers last. */
export function inOrderOf(live: JsonObject[], desired: JsonObject[]): JsonObject[] {
  const known = desired.map(({ name }) => live.find((node) => node['name'] === name)).filter((node) => node !== undefined)
  return [...known, ...live.filter((node) => !known.includes(node))]
}

/** PUT replaces the whole node, so a key that someone added would go: that is a difference, too. */
export const addedNodeKeys = (live: JsonObject[], desired: JsonObject[]): FieldChange[] =>
  live.length !== desired.length
    ? []
    : live.flatMap((node, at) => addedKeys(Object.fromEntries(Object.entries(node).filter(([key]) => !filledIn.includes(key))), desired[at], `/nodes/${String(at)}`))

export function addedKeys(live: Json | undefined, desired: Json | undefined, at: string): FieldChange[] {
  if (!isObject(live) || !isObject(desired)) return []
  return Object.entries(live).flatMap(([key, value]) => {
    const field = `${at}${step(key)}`
    return key in desired ? addedKeys(value, desired[key], field) : diffSpec(undefined, value).map(() => ({ field, from: value }))
  })
}
