import type { Json } from '../contracts/json.ts'

/** One step of a JSON Pointer (RFC 6901). */
export const step = (key: string | number): string =>
  typeof key === 'number' || !/[~/]/.test(key) ? `/${String(key)}` : `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`

/** zod's paths too. */
export const toPointer = (path: readonly PropertyKey[]): string => path.map((key) => step(typeof key === 'symbol' ? String(key) : key)).join('')

export const fromPointer = (pointer: string): string[] =>
  pointer.split('/').slice(1).map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))

/** The value at a pointer, or undefined. */
export const valueAt = (root: Json, pointer: string): Json | undefined => fromPointer(pointer).reduce<Json | undefined>(memberOf, root)

/** One step into a value. */
export function memberOf(value: Json | undefined, key: string): Json | undefined {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
  return Array.isArray(value) ? value[Number(key)] : value[key]
}
