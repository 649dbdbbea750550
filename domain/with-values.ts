import type { Json } from '../contracts/json.ts'
import { fromPointer, memberOf } from './pointer.ts'

/** With other values at some pointers; places that do not exist are left alone. Copies only what leads there: the rest is `root`'s own. */
export function withValues<T extends Json>(root: T, values: readonly { pointer: string; value: Json }[]): T {
  const copies = new Set<Json>()

  const put = (at: Json, [key, ...rest]: readonly string[], value: Json): Json => {
    if (key === undefined) return value
    const inner = memberOf(at, key)
    if (inner === undefined || typeof at !== 'object' || at === null) return at
    const changed = put(inner, rest, value)
    if (changed === inner) return at
    const copy = copies.has(at) ? at : Array.isArray(at) ? [...at] : { ...at }
    copies.add(copy)
    if (Array.isArray(copy)) copy[Number(key)] = changed
    else copy[key] = changed
    return copy
  }

  // What stands at a leaf changes, and no object becomes anything else.
  return values.reduce<Json>((whole, { pointer, value }) => put(whole, fromPointer(pointer), value), root) as T
}
