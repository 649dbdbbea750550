import type { Jsonable } from '../contracts/json.ts'
import { isObject } from './json.ts'

/** Whether two values are alike; a key that is missing is not the same as null. */
export function same(one: Jsonable, other: Jsonable): boolean {
  if (one === other) return true
  if (Array.isArray(one)) return Array.isArray(other) && one.length === other.length && one.every((item, index) => same(item, other[index]))
  if (!isObject(one) || !isObject(other)) return false
  const keys = Object.keys(one)
  return keys.length === Object.keys(other).length && keys.every((key) => Object.hasOwn(other, key) && same(one[key], other[key]))
}
