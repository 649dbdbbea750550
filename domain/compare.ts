import { createTwoFilesPatch } from 'diff'
import type { Json } from '../contracts/json.ts'
import { isObject } from './json.ts'
import { step } from './pointer.ts'

export interface Change {
  /** JSON Pointer (RFC 6901); of what was removed from a list, where it stood before. */
  pointer: string
  action: 'added' | 'removed' | 'changed'
  from?: Json
  to?: Json
}

/** How many values are looked at. What is left then is told as one change, since whoever asks blocks all others. */
const mostSteps = 2_000_000

/**
 * Every place where two values differ, both ways. Objects are compared by key and lists by place, but for what is alike at both ends of
 * lists of different lengths. A key that is missing is not the same as null.
 */
export function compare(before: Json, after: Json, steps = mostSteps): Change[] {
  let left = steps

  const alike = (one: Json | undefined, other: Json | undefined): boolean => {
    left -= 1
    if (one === other || left < 0) return one === other
    if (Array.isArray(one)) return Array.isArray(other) && one.length === other.length && one.every((item, index) => alike(item, other[index]))
    if (!isObject(one) || !isObject(other)) return false
    const keys = Object.keys(one)
    return keys.length === Object.keys(other).length && keys.every((key) => Object.hasOwn(other, key) && alike(one[key], other[key]))
  }

  const differences = (one: Json | undefined, other: Json | undefined, pointer: string): Change[] => {
    left -= 1
    if (one === other) return []
    if (one === undefined || other === undefined) return [...(one === undefined ? [] : [removed(pointer, one)]), ...(other === undefined ? [] : [added(pointer, other)])]
    if (left > 0 && Array.isArray(one) && Array.isArray(other)) return ofLists(one, other, pointer)
    if (left > 0 && isObject(one) && isObject(other)) {
      return [...new Set([...Object.keys(one), ...Object.keys(other)])].sort().flatMap((key) => differences(own(one, key), own(other, key), pointer + step(key)))
    }
    return [{ pointer, action: 'changed', from: one, to: other }]
  }

  const ofLists = (one: readonly Json[], other: readonly Json[], pointer: string): Change[] => {
    const shorter = Math.min(one.length, other.length)
    let start = 0
    while (start < shorter && alike(one[start], other[start])) start++
    let end = 0
    while (end < shorter - start && alike(one.at(-1 - end), other.at(-1 - end))) end++
    const [olds, news] = [one.slice(start, one.length - end), other.slice(start, other.length - end)]
    return Array.from({ length: Math.max(olds.length, news.length) }, (_, index) => differences(olds[index], news[index], pointer + step(start + index))).flat()
  }

  return differences(before, after, '')
}

const removed = (pointer: string, from: Json): Change => ({ pointer, action: 'removed', from })
const added = (pointer: string, to: Json): Change => ({ pointer, action: 'added', to })
const own = (value: Record<string, Json>, key: string): Json | undefined => (Object.hasOwn(value, key) ? value[key] : undefined)

/** How long the search for the fewest lines may take, and of how much. */
const readable = { characters: 2 * 1024 * 1024, ms: 300 }

export interface Side {
  /** Stands in the patch's head. */
  name: string
  content: Json
}

/** Indented JSON in which every line of a long text is a line of its own. */
const lines = (content: Json): string => `${JSON.stringify(content, undefined, 2).replace(/(?<!\\)((?:\\\\)*)\\n/g, '$1\\n\n')}\n`

/** The differences as a unified patch of indented JSON; empty when there are none, and undefined for what is too large or too different to be read so. */
export function comparedText(before: Side, after: Side): string | undefined {
  const [old, next] = [lines(before.content), lines(after.content)]
  if (old === next) return ''
  if (old.length + next.length > readable.characters) return undefined
  return createTwoFilesPatch(before.name, after.name, old, next, undefined, undefined, { timeout: readable.ms, headerOptions: { includeIndex: false, includeUnderline: false, includeFileHeaders: true } })
}
