import type { Json, JsonObject } from '../../contracts/json.ts'
import { step } from '../../domain/pointer.ts'
import type { SpecProblem } from '../provider.ts'

type Kind = 'text' | 'number' | 'flag' | 'list' | 'any'

/** Keys of a spec; `!` marks those that must be there. */
export type Shape = Readonly<Record<string, Kind | `${Kind}!`>>

/** What HighLevel writes into everything it answers, and refuses to be sent. */
const writtenByVendor = ['id', 'locationId', 'dateAdded', 'dateUpdated', 'createdAt', 'updatedAt', 'traceId']

const words: Record<Kind, string> = { text: 'a text', number: 'a number', flag: 'true or false', list: 'a list', any: 'a value' }

/** HighLevel refuses every key that it does not know, so an unknown one is a problem, whatever it holds. */
export function problemsOf(shape: Shape, spec: JsonObject): SpecProblem[] {
  const known = [...Object.keys(shape), ...writtenByVendor]
  return [
    ...Object.keys(spec).filter((key) => !known.includes(key)).map((key) => ({ pointer: step(key), message: `is unknown; known: ${Object.keys(shape).join(', ')}`, certain: true })),
    ...Object.entries(shape).flatMap(([key, kind]) => problemsOfKey(step(key), kind, spec[key])),
  ]
}

function problemsOfKey(pointer: string, kind: Shape[string], value: Json | undefined): SpecProblem[] {
  const plain = kindOf(kind)
  if (value === undefined) return kind.endsWith('!') ? [{ pointer, message: 'is missing', certain: true }] : []
  if (kind === 'text!' && value === '') return [{ pointer, message: 'must not be empty' }]
  return is[plain](value) ? [] : [{ pointer, message: `must be ${words[plain]}` }]
}

const kindOf = (kind: Shape[string]): Kind => (['text', 'number', 'flag', 'list'] as const).find((plain) => kind.startsWith(plain)) ?? 'any'

const is: Record<Kind, (value: Json) => boolean> = {
  text: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  flag: (value) => typeof value === 'boolean',
  list: (value) => Array.isArray(value),
  any: () => true,
}

/** A spec without what the vendor writes itself; one note for each such key. */
export function withoutReadOnly(spec: JsonObject): { spec: JsonObject; notes: string[] } {
  const dropped = Object.keys(spec).filter((key) => writtenByVendor.includes(key))
  return { spec: without(spec, dropped), notes: dropped.map((key) => `${key}: written by GoHighLevel, not sent`) }
}

export const without = (spec: JsonObject, keys: readonly string[]): JsonObject =>
  Object.fromEntries(Object.entries(spec).filter(([key]) => !keys.includes(key)))

/** Those keys of `shape` that the vendor answered with a value. */
export const pick = (shape: Shape, item: JsonObject): JsonObject =>
  Object.fromEntries(Object.keys(shape).flatMap((key) => (item[key] === undefined || item[key] === null ? [] : [[key, item[key]]])))
