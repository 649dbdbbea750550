import type { Json, JsonObject } from '../contracts/json.ts'
import { isObject } from './json.ts'
import { step } from './pointer.ts'

/** A place that both sides changed, in different ways. What is not there is left out. */
export interface MergeConflict {
  /** JSON Pointer (RFC 6901). */
  pointer: string
  base?: Json
  ours?: Json
  theirs?: Json
}

type Value = Json | undefined

/**
 * Two changes of one value as one: what only one side changed is taken from there, place by place. Where both changed the same place differently,
 * ours stands and the place is named. Lists of other lengths are changed in one region each: regions that overlap, or that both begin at one place, are one place.
 */
export function merge(base: Value, ours: Value, theirs: Value): { value: Value; conflicts: MergeConflict[] } {
  const conflicts: MergeConflict[] = []

  const both = (was: Value, one: Value, other: Value, pointer: string): Value => {
    if (same(one, other) || same(was, other)) return one
    if (same(was, one)) return other
    if (isObject(was) && isObject(one) && isObject(other)) return ofObjects(was, one, other, pointer)
    if (Array.isArray(was) && Array.isArray(one) && Array.isArray(other)) {
      const list = ofLists(was, one, other, pointer)
      if (list) return list
    }
    conflicts.push({ pointer, ...(was === undefined ? {} : { base: was }), ...(one === undefined ? {} : { ours: one }), ...(other === undefined ? {} : { theirs: other }) })
    return one
  }

  const ofObjects = (was: JsonObject, one: JsonObject, other: JsonObject, pointer: string): JsonObject => {
    const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])]
    return Object.fromEntries(keys.flatMap((key) => {
      const value = both(own(was, key), own(one, key), own(other, key), pointer + step(key))
      return value === undefined ? [] : [[key, value]]
    }))
  }

  const ofLists = (was: readonly Json[], one: readonly Json[], other: readonly Json[], pointer: string): Json[] | undefined => {
    if (was.length === one.length && was.length === other.length) return was.map((item, index) => both(item, one[index], other[index], pointer + step(index)) as Json)
    const [first, second] = [region(was, one), region(was, other)].sort((a, b) => a.start - b.start || a.end - b.end) as [Region, Region]
    if (first.end > second.start || (first.start === second.start && first.end === second.end)) return undefined
    return [...was.slice(0, first.start), ...first.items, ...was.slice(first.end, second.start), ...second.items, ...was.slice(second.end)]
  }

  return { value: both(base, ours, theirs, ''), conflicts }
}

interface Region {
  start: number
  end: number
  items: readonly Json[]
}

/** The one region of `was` in whose place `now` has other elements. */
function region(was: readonly Json[], now: readonly Json[]): Region {
  const shorter = Math.min(was.length, now.length)
  let start = 0
  while (start < shorter && same(was[start], now[start])) start++
  let tail = 0
  while (tail < shorter - start && same(was.at(-1 - tail), now.at(-1 - tail))) tail++
  return { start, end: was.length - tail, items: now.slice(start, now.length - tail) }
}

const own = (value: JsonObject, key: string): Value => (Object.hasOwn(value, key) ? value[key] : undefined)

/** Whether two values are alike; a key that is missing is not the same as null. */
export function same(one: Value, other: Value): boolean {
  if (one === other) return true
  if (Array.isArray(one)) return Array.isArray(other) && one.length === other.length && one.every((item, index) => same(item, other[index]))
  if (!isObject(one) || !isObject(other)) return false
  const keys = Object.keys(one)
  return keys.length === Object.keys(other).length && keys.every((key) => Object.hasOwn(other, key) && same(one[key], other[key]))
}
