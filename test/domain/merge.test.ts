import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import type { Json } from '../../contracts/json.ts'
import { merge } from '../../domain/merge.ts'
import { decide } from '../../domain/pull.ts'
import { same } from '../../domain/same.ts'
import { json } from './json-values.ts'

const merged = (base: Json | undefined, ours: Json | undefined, theirs: Json | undefined) => merge(base, ours, theirs)
const clean = (value: Json) => ({ value, conflicts: [] })

describe('merging', () => {
  test.each<[string, Json, Json, Json, Json]>([
    ['different keys', { a: 1, b: 1 }, { a: 2, b: 1 }, { a: 1, b: 2 }, { a: 2, b: 2 }],
    ['a key added on each side', {}, { a: 1 }, { b: 2 }, { a: 1, b: 2 }],
    ['a key removed here and another changed there', { a: 1, b: 1 }, { b: 1 }, { a: 1, b: 2 }, { b: 2 }],
    ['the same change on both sides', { a: 1 }, { a: 2 }, { a: 2 }, { a: 2 }],
    ['different places of one list', [1, 2, 3], [9, 2, 3], [1, 2, 8], [9, 2, 8]],
    ['an element edited here and one added there', [{ n: 1 }, { n: 2 }], [{ n: 9 }, { n: 2 }], [{ n: 1 }, { n: 2 }, { n: 3 }], [{ n: 9 }, { n: 2 }, { n: 3 }]],
    ['the last element edited here and one added there', [1, 2], [1, 9], [1, 2, 3], [1, 9, 3]],
    ['the first element edited here and one put before it there', [1, 2], [9, 2], [0, 1, 2], [0, 9, 2]],
    ['elements removed on each side', [1, 2, 3, 4], [2, 3, 4], [1, 2, 3], [2, 3]],
    ['null for what was not there', {}, { a: null }, { b: null }, { a: null, b: null }],
  ])('%s', (_, base, ours, theirs, expected) => {
    expect(merged(base, ours, theirs)).toEqual(clean(expected))
  })

  test.each<[string, Json | undefined, Json, Json, string]>([
    ['one text, differently', { a: { 'b/c': 'x' } }, { a: { 'b/c': 'y' } }, { a: { 'b/c': 'z' } }, '/a/b~1c'],
    ['what the other removed', { a: 1 }, {}, { a: 2 }, '/a'],
    ['one key, which was not there', {}, { a: { x: 1 } }, { a: { y: 1 } }, '/a'],
    ['the same element', [1, 2], [1, 3], [1, 4], '/1'],
    ['the end of a list', [1], [1, 2], [1, 3], ''],
    ['an element that the other removed', [1, 2, 3], [1, 9, 3], [1, 3], ''],
    ['everything, with nothing in common', undefined, { a: 1 }, { b: 1 }, ''],
    ['an object into a list and a text', { a: {} }, { a: [] }, { a: '' }, '/a'],
  ])('names the place where both changed %s, and keeps ours there', (_, base, ours, theirs, pointer) => {
    const { value, conflicts } = merged(base, ours, theirs)
    expect(conflicts.map((one) => one.pointer)).toEqual([pointer])
    expect(value).toEqual(ours)
  })

  test('says what each side has at the place, and leaves out what is not there', () => {
    expect(merge({ a: 1 }, {}, { a: 2 }).conflicts).toEqual([{ pointer: '/a', base: 1, theirs: 2 }])
    expect(merge({}, { a: 1 }, { a: 2 }).conflicts).toEqual([{ pointer: '/a', ours: 1, theirs: 2 }])
    expect(merge({ a: 1 }, { a: 2 }, {}).conflicts).toEqual([{ pointer: '/a', base: 1, ours: 2 }])
  })

  test('a change on one side alone is that side, whatever it is', () => {
    fc.assert(fc.property(json, json, (base, changed) => {
      expect(merge(base, changed, base)).toEqual(clean(changed))
      expect(merge(base, base, changed)).toEqual(clean(changed))
      expect(merge(base, changed, changed)).toEqual(clean(changed))
    }))
  })

  test('what merges in one direction merges in the other, to the same', () => {
    const small = fc.letrec<{ value: Json }>((tie) => ({ value: fc.oneof({ maxDepth: 3 }, fc.integer({ min: 0, max: 3 }), fc.array(tie('value'), { maxLength: 4 }), fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('value')) as fc.Arbitrary<Json>) })).value
    fc.assert(fc.property(small, small, small, (base, ours, theirs) => {
      const [one, other] = [merge(base, ours, theirs), merge(base, theirs, ours)]
      expect(one.conflicts.map(({ pointer }) => pointer).sort()).toEqual(other.conflicts.map(({ pointer }) => pointer).sort())
      if (one.conflicts.length === 0) expect(same(one.value as Json, other.value as Json)).toBe(true)
    }))
  })
})

describe('what a change in the remote means', () => {
  const [was, here, there] = [{ a: 1, b: 1 }, { a: 2, b: 1 }, { a: 1, b: 2 }]
  test.each([
    ['the same on both sides: nothing', { base: was, ours: here, theirs: here }, { outcome: 'same' }],
    ['gone on both sides: nothing', { base: was, ours: undefined, theirs: undefined }, { outcome: 'same' }],
    ['only its looks: ours stands', { base: was, ours: here, theirs: { b: 1, a: 1 } }, { outcome: 'ours' }],
    ['changed there alone: theirs', { base: was, ours: was, theirs: there }, { outcome: 'take' }],
    ['new there: theirs', { base: undefined, ours: undefined, theirs: there }, { outcome: 'take' }],
    ['deleted there, untouched here', { base: was, ours: was, theirs: undefined }, { outcome: 'delete' }],
    ['changed in different places: both', { base: was, ours: here, theirs: there }, { outcome: 'merged', content: { a: 2, b: 2 } }],
    ['changed there beyond what changed here: theirs', { base: was, ours: here, theirs: { a: 2, b: 2 } }, { outcome: 'take' }],
    ['deleted there, changed here', { base: was, ours: here, theirs: undefined }, { outcome: 'conflict', reason: 'deleted_there', problems: [expect.anything()] }],
    ['deleted here, changed there', { base: was, ours: undefined, theirs: there }, { outcome: 'conflict', reason: 'deleted_here', problems: [expect.anything()] }],
    ['changed differently', { base: was, ours: here, theirs: { a: 'x'.repeat(300), b: 1 } }, { outcome: 'conflict', reason: 'both_changed', problems: [{ pointer: '/a', message: `is "${'x'.repeat(199)}… in the remote and 2 here` }] }],
    ['made on both sides', { base: undefined, ours: here, theirs: there }, { outcome: 'conflict', reason: 'both_changed', problems: [expect.objectContaining({ pointer: '' })] }],
    ['removed in one place', { base: was, ours: { b: 1 }, theirs: { a: 3, b: 1 } }, { outcome: 'conflict', reason: 'both_changed', problems: [{ pointer: '/a', message: 'is 3 in the remote and missing here' }] }],
  ])('%s', (_, sides, expected) => {
    expect(decide(sides)).toEqual(expected)
  })
})
