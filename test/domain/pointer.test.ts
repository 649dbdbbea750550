import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import type { Json } from '../../contracts/json.ts'
import { canonical } from '../../domain/canonical.ts'
import { fromPointer, step, toPointer, valueAt } from '../../domain/pointer.ts'
import { withValues } from '../../domain/with-values.ts'
import { nextVersion } from '../../domain/versions.ts'
import { json, text } from './json-values.ts'

/** Every place of a value. */
function places(value: Json, path: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [path]
  return [path, ...Object.entries(value).flatMap(([key, inner]) => places(inner, [...path, Array.isArray(value) ? Number(key) : key]))]
}

const shuffled = (value: Json): Json => {
  if (Array.isArray(value)) return value.map(shuffled)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).reverse().map(([key, inner]) => [key, shuffled(inner)]))
}

describe('canonical', () => {
  test('spells equal values equally and can be read back', () => {
    fc.assert(fc.property(json, (value) => {
      expect(JSON.parse(canonical(value))).toEqual(value)
      expect(canonical(shuffled(value))).toBe(canonical(value))
      expect(canonical(JSON.parse(canonical(value)) as Json)).toBe(canonical(value))
    }))
  })

  test('spells different values differently', () => {
    fc.assert(fc.property(json, json, (a, b) => { expect(canonical(a) === canonical(b)).toBe(JSON.stringify(shuffledInOrder(a)) === JSON.stringify(shuffledInOrder(b))) }))
  })

  test('has no white space, sorts by code unit and leaves undefined out', () => {
    expect(canonical({ b: [1, 'x'], a: null, Z: true, é: 1, '🦷': 2 })).toBe('{"Z":true,"a":null,"b":[1,"x"],"é":1,"🦷":2}')
    expect(canonical({ a: undefined } as never)).toBe('{}')
    expect(canonical(undefined)).toBe('null')
    expect(canonical('\uD800')).toBe('"\\ud800"')
  })
})

/** Keys in order, as an independent spelling. */
const shuffledInOrder = (value: Json): Json => {
  if (Array.isArray(value)) return value.map(shuffledInOrder)
  if (typeof value !== 'object' || value === null) return value
  // Pairs, since integer-like keys of objects have an order of their own.
  return Object.keys(value).sort().map((key) => ['key', key, shuffledInOrder(value[key] as Json)]).concat([['object']]) as Json
}

describe('JSON Pointer', () => {
  test('any path comes back from its pointer', () => {
    fc.assert(fc.property(fc.array(fc.oneof(text, fc.nat().map(String), fc.constantFrom('~', '/', '~1', '~0', '~01', ''))), (path) => {
      expect(fromPointer(toPointer(path))).toEqual(path)
    }))
    expect(toPointer([])).toBe('')
    expect(step(3)).toBe('/3')
  })

  test('every place of a value is found and can be replaced, and nothing else changes', () => {
    fc.assert(fc.property(json, fc.nat(), (value, pick) => {
      const all = places(value)
      const path = all[pick % all.length] ?? []
      const pointer = toPointer(path)
      expect(valueAt(value, pointer)).toEqual(path.reduce<Json>((at, key) => (at as Record<string, Json>)[key] as Json, value))
      const before = canonical(value)
      const changed = withValues(value, [{ pointer, value: 'new' }])
      expect(valueAt(changed, pointer)).toBe('new')
      expect(canonical(value)).toBe(before)
      expect(withValues(changed, [{ pointer, value: valueAt(value, pointer) as Json }])).toEqual(value)
    }))
  })

  test('a place that is not there is undefined and stays away, prototypes included', () => {
    const value = { a: [1], t: 'text' }
    for (const pointer of ['/b', '/a/1', '/a/x', '/t/0', '/constructor', '/a/length/x', '/__proto__/x', '/toString']) {
      expect(valueAt(value, pointer)).toBeUndefined()
      expect(withValues(value, [{ pointer, value: 'new' }])).toEqual({ a: [1], t: 'text' })
    }
    expect(withValues(value, [])).toBe(value)
  })
})

test.each([
  [[], '1.0.0'],
  [['1.0.0'], '1.0.1'],
  [['1.9.0', '1.10.0', '1.2.7'], '1.10.1'],
  [['2.0.0-beta.1', '1.9.9'], '2.0.1'],
  [['0.0.9+build.5'], '0.0.10'],
  [['1.2.3', '1.2.10'], '1.2.11'],
])('after %j comes %s', (versions, next) => {
  expect(nextVersion(versions)).toBe(next)
})
