import type { Json } from '../contracts/json.ts'

/** One step of a JSON Pointer (RFC 6901). */
export const step = (key: string | number): string =>
  typeof key === 'number' || !/[~/]/.test(key) ? `/${String(key)}` : `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`

/** zod's paths too. */
export const toPointer = (path: readonly PropertyKey[]): string => path.map((key) => step(typeof key === 'symbol' ? String(key) : key)).join('')

export const fromPointer = (pointer: string): string[] =>
  pointer.split('/').slice(1).map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))

/** The value at a pointer, or undefined. */
export const valueAt = (root: Json, pointer: string): Json | undefined => valueAtPath(root, fromPointer(pointer))

function valueAtPath(root: Json, path: readonly string[]): Json | undefined {
  let at: Json | undefined = root
  for (const key of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined
    at = (at as Record<string, Json>)[key]
  }
  return at
}

type Container = Record<string, Json>

/** With other values at some pointers; places that do not exist are left alone. Copies only what leads there: the rest is `root`'s own. */
export function withValues<T extends Json>(root: T, values: readonly { pointer: string; value: Json }[]): T {
  const copies = new Set<Json>()
  const copyOf = (value: Json): Container => {
    if (copies.has(value)) return value as Container
    const copy = Array.isArray(value) ? [...value] : { ...(value as Container) }
    copies.add(copy)
    return copy as Container
  }
  let changed: Json = root
  for (const { pointer, value } of values) {
    const path = fromPointer(pointer)
    const last = path.pop()
    if (last === undefined) return value as T
    const parent = valueAtPath(changed, path)
    if (typeof parent !== 'object' || parent === null || !Object.hasOwn(parent, last)) continue
    let at = copyOf(changed)
    changed = at as Json
    for (const key of path) at = at[key] = copyOf(at[key] as Json)
    at[last] = value
  }
  return changed as T
}
