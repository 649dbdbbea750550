import type { Json } from '../contracts/json.ts'

export type Value = Json | undefined

/** Python's idea of what is true: nothing empty, and not zero. Templates that come from there count on it. */
export const isTrue = (value: Value): boolean => {
  if (typeof value === 'string' || Array.isArray(value)) return value.length > 0
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0
  return value !== undefined && value !== null && value !== false && value !== 0
}

const quoted = (text: string): string => {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'"
  return mark + text.replaceAll('\\', '\\\\').replaceAll(mark, `\\${mark}`).replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t') + mark
}

/** As Python writes a value inside a list. */
export const spelled = (value: Value): string => {
  if (typeof value === 'string') return quoted(value)
  if (Array.isArray(value)) return `[${value.map(spelled).join(', ')}]`
  if (typeof value === 'object' && value !== null) return `{${entries(value).map(([key, inner]) => `${quoted(key)}: ${spelled(inner)}`).join(', ')}}`
  return printed(value)
}

/** As Python prints a value. */
export const printed = (value: Value): string => {
  if (value === undefined || value === null) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  return typeof value === 'string' || typeof value === 'number' ? String(value) : spelled(value)
}

/** A value as part of a text. */
export const text = (value: Value): string => (typeof value === 'string' ? value : printed(value))
/** In the order of their keys: the order they were written in is not kept anywhere. */
export const entries = (value: Value): [string, Json][] => (typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)) : [])
