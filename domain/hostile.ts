import type { Json } from '../contracts/json.ts'
import { isObject } from './json.ts'
import { step } from './pointer.ts'

/** PostgreSQL can hold neither a NUL character nor half a surrogate pair. */
export const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes('\0')

/** The same without what PostgreSQL cannot hold, keys included: NUL characters go, half a surrogate pair becomes U+FFFD. For words that are not ours to refuse. */
export function storable<T>(value: T): T {
  return cleaned(value) as T
}

const plain = (text: string): string => text.toWellFormed().replaceAll('\0', '')

function cleaned(value: unknown): unknown {
  if (typeof value === 'string') return plain(value)
  if (Array.isArray(value)) return value.map(cleaned)
  return isObject(value) ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [plain(key), cleaned(inner)])) : value
}

/** The first place with a key that would reach an object's prototype, a text or number that cannot be stored, or nesting beyond `depth`. */
export function hostileAt(value: Json, depth = 100, at = ''): { pointer: string; message: string } | undefined {
  if (typeof value === 'string') return isStorable(value) ? undefined : { pointer: at, message: 'holds a NUL character or half a surrogate pair' }
  // 1e999 reads as infinity, which JSON writes as null.
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : { pointer: at, message: 'is a number too large to be kept' }
  if (typeof value !== 'object' || value === null) return undefined
  if (depth === 0) return { pointer: at, message: 'is nested more than 100 levels deep' }
  for (const [key, inner] of Object.entries(value)) {
    if (key === '__proto__') return { pointer: `${at}/__proto__`, message: 'is not a permitted key' }
    if (!isStorable(key)) return { pointer: at, message: 'has a key with a NUL character or half a surrogate pair' }
    const found = hostileAt(inner, depth - 1, at + step(key))
    if (found) return found
  }
  return undefined
}

/** How many members the objects of a value have, all levels together. */
export function membersOf(value: Json): number {
  if (typeof value !== 'object' || value === null) return 0
  const inner = Object.values(value)
  return (Array.isArray(value) ? 0 : inner.length) + inner.reduce<number>((sum, one) => sum + membersOf(one), 0)
}
