import type { Json, JsonObject } from '../../contracts/json.ts'
import { step } from '../../domain/pointer.ts'
import type { SpecProblem } from '../provider.ts'
import { writtenByVendor } from './read-only.ts'

type Kind = 'text' | 'number' | 'flag' | 'list' | 'any'

/** Keys of a spec; `!` marks those that must be there. */
export type Shape = Readonly<Record<string, Kind | `${Kind}!`>>

/** HighLevel refuses every key that it does not know, so an unknown one is a problem, whatever it holds. */
export function problemsOf(shape: Shape, spec: JsonObject): SpecProblem[] {
  const known = [...Object.keys(shape), ...writtenByVendor]
  return [
    ...Object.keys(spec).filter((key) => !known.includes(key)).map((key) => ({ pointer: step(key), message: `is unknown; known: ${Object.keys(shape).join(', ')}`, certain: true })),
    ...Object.entries(shape).flatMap(([key, kind]) => problemsOfKey(step(key), kind, spec[key])),
  ]
}

function problemsOfKey(pointer: string, kind: Shape[string], value: Json | undefined): SpecProblem[] {
  const { called, has } = kinds[kindOf(kind)]
  if (value === undefined) return kind.endsWith('!') ? [{ pointer, message: 'is missing', certain: true }] : []
  if (kind === 'text!' && value === '') return [{ pointer, message: 'must not be empty' }]
  return has(value) ? [] : [{ pointer, message: `must be ${called}` }]
}

const kindOf = (kind: Shape[string]): Kind => (['text', 'number', 'flag', 'list'] as const).find((plain) => kind.startsWith(plain)) ?? 'any'

const kinds: Record<Kind, { called: string; has: (value: Json) => boolean }> = {
  text: { called: 'a text', has: (value) => typeof value === 'string' },
  number: { called: 'a number', has: (value) => typeof value === 'number' },
  flag: { called: 'true or false', has: (value) => typeof value === 'boolean' },
  list: { called: 'a list', has: (value) => Array.isArray(value) },
  any: { called: 'a value', has: () => true },
}

/** Those keys of `shape` that the vendor answered with a value. */
export const pick = (shape: Shape, item: JsonObject): JsonObject =>
  Object.fromEntries(Object.keys(shape).flatMap((key) => (item[key] === undefined || item[key] === null ? [] : [[key, item[key]]])))
