import type { Json } from '../contracts/json.ts'

/** One step of a JSON Pointer (RFC 6901). */
export const step = (key: string | number): string => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`

export const toPointer = (path: readonly (string | number)[]): string => path.map(step).join('')

export const fromPointer = (pointer: string): string[] =>
  pointer.split('/').slice(1).map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))

/** The value at a pointer, or undefined. */
export function valueAt(root: Json, pointer: string): Json | undefined {
  let at: Json | undefined = root
  for (const key of fromPointer(pointer)) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined
    at = (at as Record<string, Json>)[key]
  }
  return at
}

/** A copy of `root` with other values at some pointers; places that do not exist are left alone. */
export function withValues<T extends Json>(root: T, values: readonly { pointer: string; value: Json }[]): T {
  if (values.length === 0) return root
  const copy = structuredClone(root)
  for (const { pointer, value } of values) {
    const path = fromPointer(pointer)
    const last = path.pop()
    if (last === undefined) return value as T
    const parent = valueAt(copy, toPointer(path))
    if (typeof parent === 'object' && parent !== null && Object.hasOwn(parent, last)) (parent as Record<string, Json>)[last] = value
  }
  return copy
}
