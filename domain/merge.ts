import type { Json, JsonObject } from '../contracts/json.ts'
import { isObject } from './json.ts'
import { step } from './pointer.ts'
import { same } from './same.ts'

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
  return { value: both(base, ours, theirs, '', conflicts), conflicts }
}

/** The same of objects, which stay objects. */
export function mergeObjects(base: JsonObject, ours: JsonObject, theirs: JsonObject): { value: JsonObject; conflicts: MergeConflict[] } {
  const conflicts: MergeConflict[] = []
  return { value: ofObjects(base, ours, theirs, '', conflicts), conflicts }
}

function both(was: Value, one: Value, other: Value, pointer: string, conflicts: MergeConflict[]): Value {
  if (same(one, other) || same(was, other)) return one
  if (same(was, one)) return other
  if (isObject(was) && isObject(one) && isObject(other)) return ofObjects(was, one, other, pointer, conflicts)
  if (Array.isArray(was) && Array.isArray(one) && Array.isArray(other)) {
    const list = ofLists(was, one, other, pointer, conflicts)
    if (list) return list
  }
  conflicts.push({ pointer, ...(was === undefined ? {} : { base: was }), ...(one === undefined ? {} : { ours: one }), ...(other === undefined ? {} : { theirs: other }) })
  return one
}

const listed = (value: Value): Json[] => (value === undefined ? [] : [value])

function ofObjects(was: JsonObject, one: JsonObject, other: JsonObject, pointer: string, conflicts: MergeConflict[]): JsonObject {
  const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])]
  return Object.fromEntries(keys.flatMap((key) => listed(both(own(was, key), own(one, key), own(other, key), pointer + step(key), conflicts)).map((value) => [key, value])))
}

function ofLists(was: readonly Json[], one: readonly Json[], other: readonly Json[], pointer: string, conflicts: MergeConflict[]): Json[] | undefined {
  if (was.length === one.length && was.length === other.length) return was.flatMap((item, index) => listed(both(item, one[index], other[index], pointer + step(index), conflicts)))
  const [mine, yours] = [region(was, one), region(was, other)]
  const [first, second] = (yours.start - mine.start || yours.end - mine.end) < 0 ? [yours, mine] : [mine, yours]
  if (first.end > second.start || (first.start === second.start && first.end === second.end)) return undefined
  return [...was.slice(0, first.start), ...first.items, ...was.slice(first.end, second.start), ...second.items, ...was.slice(second.end)]
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
