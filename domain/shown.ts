import type { Json } from '../contracts/json.ts'

const longest = 200

/** A value inside a sentence. */
export function shown(value: Json | undefined): string {
  if (value === undefined) return 'missing'
  const text = JSON.stringify(value)
  return text.length > longest ? `${text.slice(0, longest).toWellFormed()}…` : text
}
