import type { Jsonable } from '../contracts/json.ts'

/** The one spelling of a JSON value: keys sorted by code unit, no white space. Equal values, equal text. */
export function canonical(value: Jsonable): string {
  if (value === undefined) return 'null'
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  const entries = Object.keys(value).sort().filter((key) => value[key] !== undefined)
  return `{${entries.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(',')}}`
}
