import { describe, expect, test } from '@jest/globals'
import { changedKeys, diffSpec, unknownYet } from '../../domain/diff.ts'

describe('diffSpec', () => {
  test('what the spec does not mention is no difference, at any depth', () => {
    expect(diffSpec({ a: 1, vendorDefault: true, deep: { b: 2, other: 3 } }, { a: 1, deep: { b: 2 } })).toEqual([])
  })

  test('names each difference by its JSON Pointer, with both values', () => {
    expect(diffSpec({ a: 1, list: [{ n: 'x' }, { n: 'y' }] }, { a: 2, list: [{ n: 'x' }, { n: 'z' }] })).toEqual([
      { field: '/a', from: 1, to: 2 },
      { field: '/list/1/n', from: 'y', to: 'z' },
    ])
  })

  test('a missing key has no "from"', () => {
    expect(diffSpec({}, { a: 'new' })).toEqual([{ field: '/a', to: 'new' }])
  })

  test('arrays of another length are one difference', () => {
    expect(diffSpec({ list: [1, 2] }, { list: [1] })).toEqual([{ field: '/list', from: [1, 2], to: [1] }])
    expect(diffSpec({ list: [1] }, { list: [] })).toEqual([{ field: '/list', from: [1], to: [] }])
  })

  test('another type is a difference', () => {
    expect(diffSpec({ a: '1', b: [1], c: null }, { a: 1, b: { 0: 1 }, c: false })).toHaveLength(3)
    expect(diffSpec({ a: [1] }, { a: {} })).toEqual([{ field: '/a', from: [1], to: {} }])
  })

  test('nothing, null, an empty list and an empty object are alike', () => {
    expect(diffSpec({ b: null, c: [] }, { a: null, b: [], c: {}, d: {} })).toEqual([])
    expect(diffSpec({ a: 'x' }, { a: null })).toEqual([{ field: '/a', from: 'x', to: null }])
    expect(diffSpec({ a: 0 }, { a: null })).toHaveLength(1)
  })

  test('a value that only the deployment will know never differs', () => {
    expect(diffSpec({ a: 'x' }, { a: unknownYet, b: unknownYet, list: [unknownYet] })).toEqual([{ field: '/list', to: [unknownYet] }])
    expect(diffSpec({ list: ['y'] }, { list: [unknownYet] })).toEqual([])
  })

  test('keys with a slash or a tilde are escaped in pointers and come back as keys', () => {
    const differences = diffSpec({}, { 'a/b~c': 1, plain: { deep: 2 } })
    expect(differences.map(({ field }) => field)).toEqual(['/a~1b~0c', '/plain'])
    expect(changedKeys(differences)).toEqual(new Set(['a/b~c', 'plain']))
    expect(changedKeys([{ field: '/plain/deep' }])).toEqual(new Set(['plain']))
  })
})
