import type { Json } from '../contracts/json.ts'
import { isObject } from './json.ts'
import { fromPointer, step } from './pointer.ts'

/** Stands in a preview's spec for a value that only the deployment will know. Never sent. */
export const unknownYet = '\u0001known after deploy'

export interface SpecDifference {
  /** JSON Pointer (RFC 6901) inside the spec; empty for the whole. */
  field: string
  from?: Json
  to?: Json
}

/**
 * Where `live` is not as `desired` says. Only what desired mentions counts: a vendor's defaults are no difference.
 * Arrays of one length are compared by index, others are one difference. Nothing, null, [] and {} are alike, since vendors
 * drop what is empty; an `unknownYet` never differs.
 */
export function diffSpec(live: Json | undefined, desired: Json, at = ''): SpecDifference[] {
  if (desired === unknownYet || (isEmpty(desired) && isEmpty(live))) return []
  if (Array.isArray(desired) && Array.isArray(live) && live.length === desired.length) {
    return desired.flatMap((item, index) => diffSpec(live[index], item, at + step(index)))
  }
  if (isObject(desired) && isObject(live)) {
    return Object.entries(desired).flatMap(([key, value]) => diffSpec(live[key], value, at + step(key)))
  }
  if (live === desired) return []
  return [{ field: at, ...(live === undefined ? {} : { from: live }), to: desired }]
}

/** The top-level keys that the differences touch. */
export const changedKeys = (differences: readonly SpecDifference[]): Set<string> =>
  new Set(differences.map(({ field }) => fromPointer(field)[0] ?? ''))

const isEmpty = (value: Json | undefined): boolean =>
  value === undefined || value === null || (Array.isArray(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0)
