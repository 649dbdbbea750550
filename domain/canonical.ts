import type { Json, Jsonable } from '../contracts/json.ts'
import { isObject } from './json.ts'

/** The one spelling of a JSON value: keys sorted by code unit, no white space. Equal values, equal text. */
export function canonical(value: Jsonable): string {
  if (value === undefined) return 'null'
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  const entries = Object.keys(value).sort().filter((key) => value[key] !== undefined)
  return `{${entries.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(',')}}`
}

/** The keys of objects in the order of the alphabet, at every depth. */
export function byKey(value: Json): Json {
  if (Array.isArray(value)) return value.map(byKey)
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)).map(([key, inner]) => [key, byKey(inner)]))
}
