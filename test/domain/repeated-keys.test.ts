import { expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { membersOf } from '../../domain/hostile.ts'
import { membersIn, repeatedKey } from '../../domain/repeated-keys.ts'
import { json } from './json-values.ts'

test('a text spells as many members as its value has, whatever stands in its strings', () => {
  fc.assert(fc.property(json, fc.boolean(), (value, spaced) => {
    const text = JSON.stringify(value, undefined, spaced ? 2 : undefined)
    expect(membersIn(text)).toBe(membersOf(value))
    expect(repeatedKey(text)).toBeUndefined()
  }))
})

test('members are counted on all levels, and items of lists are none', () => {
  expect(membersOf({ a: [1, { b: {} }, []], c: { d: null } })).toBe(4)
  expect(membersIn('{"a": [1, {"b": {}}, []], "c": {"d": null}}')).toBe(4)
  expect(membersIn('["a: b", "\\":", {":": "x\\\\"}]')).toBe(1)
})

test.each([
  ['{"a":1,"a":2}', '/a'],
  ['{"x":[0,{"b":1,"c":{"b":1},"\\u0062":2}]}', '/x/1/b'],
  ['[{"a/b":{"k":1,"k":1}}]', '/0/a~1b/k'],
])('%s has a member twice', (text, pointer) => {
  expect(repeatedKey(text)).toBe(pointer)
  expect(membersIn(text)).toBe(membersOf(JSON.parse(text)) + 1)
})
