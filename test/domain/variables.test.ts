import { describe, expect, test } from '@jest/globals'
import type { JsonObject } from '../../contracts/json.ts'
import { checkVariables, declaredVariables, schemaProblem, secretVariables } from '../../domain/variables.ts'

const schema: JsonObject = {
  type: 'object',
  required: ['companyName', 'timezone'],
  properties: {
    companyName: { type: 'string', minLength: 1 },
    timezone: { type: 'string' },
    seats: { type: 'integer', default: 5 },
    email: { type: 'string', format: 'email' },
    contact: { type: 'object', required: ['phone'], properties: { phone: { type: 'string', pattern: '^\\+[0-9]+$' }, 'a/b': { type: 'string' } }, additionalProperties: false },
  },
}
const problems = (variables: JsonObject, of: JsonObject = schema) => checkVariables(of, variables).problems

describe('checkVariables', () => {
  test('fills defaults in and leaves what came alone', () => {
    const given = { companyName: 'Bright', timezone: 'UTC' }
    expect(checkVariables(schema, given)).toEqual({ values: { companyName: 'Bright', timezone: 'UTC', seats: 5 }, problems: [] })
    expect(given).toEqual({ companyName: 'Bright', timezone: 'UTC' })
    expect(checkVariables(schema, { ...given, seats: 9 }).values['seats']).toBe(9)
  })

  test('names every problem at its place', () => {
    expect(problems({ companyName: '', extra: 1, email: 'nobody', contact: { phone: 'none', 'a/b': 1, more: true } })).toEqual(expect.arrayContaining([
      { pointer: '/timezone', message: 'is required' },
      { pointer: '/extra', message: 'is not a variable of this template' },
      { pointer: '/companyName', message: 'must NOT have fewer than 1 characters' },
      { pointer: '/email', message: 'must match format "email"' },
      { pointer: '/contact/phone', message: 'must match pattern "^\\+[0-9]+$"' },
      { pointer: '/contact/a~1b', message: 'must be string' },
      { pointer: '/contact/more', message: 'is not a variable of this template' },
    ]))
  })

  test('a schema that opens itself admits other variables', () => {
    expect(problems({ anything: 1 }, { type: 'object', additionalProperties: true })).toEqual([])
    expect(problems({ anything: 1 }, { type: 'object', unevaluatedProperties: false, additionalProperties: true })).toEqual([])
    expect(problems({ x: 1, anything: 1 }, { type: 'object', properties: { x: {} }, unevaluatedProperties: false })).toEqual([{ pointer: '/anything', message: 'is not a variable of this template' }])
    expect(problems({ anything: 1 }, {})).toHaveLength(1)
  })

  test('one pattern after another does not mix', () => {
    const two: JsonObject = { properties: { a: { type: 'string', pattern: '^[0-9]+$' }, b: { type: 'string', pattern: '^[a-zä]+$' } }, patternProperties: { '^x-': { type: 'number' } }, additionalProperties: false }
    expect(problems({ a: '1', b: 'ä', 'x-n': 1 }, two)).toEqual([])
    expect(problems({ a: 'x', b: '1', 'x-n': 'x', 'y-n': 1 }, two).map(({ pointer }) => pointer).sort()).toEqual(['/a', '/b', '/x-n', '/y-n'])
    expect(problems({ a: 'x' }, { properties: { a: { type: 'string', pattern: '^x' } } })).toEqual([])
  })

  test('a pattern that explodes elsewhere runs in linear time', () => {
    const began = Date.now()
    expect(problems({ v: `${'a'.repeat(50_000)}!` }, { properties: { v: { type: 'string', pattern: '^(a+)+$' } } })).toHaveLength(1)
    expect(Date.now() - began).toBeLessThan(5_000)
  })

  test('a schema that calls itself asynchronous checks all the same', () => {
    expect(problems({ v: 1 }, { $async: true, properties: { v: { type: 'string' } } })).toEqual([{ pointer: '/v', message: 'must be string' }])
  })
})

describe('schemaProblem', () => {
  test.each<[string, JsonObject]>([
    ['the usual', schema], ['an empty one', {}], ['2020-12 keywords', { properties: { list: { prefixItems: [{ type: 'string' }], items: false } } }],
    ['a reference inside', { properties: { a: { $ref: '#/$defs/a' } }, $defs: { a: { type: 'string' } } }],
    ['an unknown format', { properties: { a: { type: 'string', format: 'shoe-size' } } }],
  ])('accepts %s', (_, good) => { expect(schemaProblem(good)).toBeUndefined() })

  test.each<[string, JsonObject, RegExp]>([
    ['another type', { type: 'array' }, /must have type: object/],
    ['a keyword with a wrong value', { properties: { a: { type: 'strnig' } } }, /schema is invalid/],
    ['properties that are no object', { properties: [] }, /schema is invalid/],
    ['a pattern that linear time cannot do', { properties: { a: { pattern: '(?=a)b' } } }, /regexp/],
    ['a reference to elsewhere', { properties: { a: { $ref: 'https://example.com/schema.json' } } }, /resolve reference/],
    ['a reference that is no address', { properties: { a: { $ref: '#/%' } } }, /URI|reference/],
    ['a secret under no name', { additionalProperties: { writeOnly: true } }, /properties only/],
    ['a secret in a branch', { allOf: [{ properties: { token: { writeOnly: true } } }] }, /properties only/],
    ['a secret behind a reference of the whole', { $ref: '#/$defs/all', $defs: { all: { properties: { token: { writeOnly: true } } } } }, /properties only/],
  ])('refuses %s', (_, bad, message) => { expect(schemaProblem(bad)).toMatch(message) })
})

describe('secretVariables', () => {
  test('are those with a writeOnly anywhere in their schema', () => {
    expect([...secretVariables({ properties: {
      plain: { type: 'string' },
      token: { type: 'string', writeOnly: true },
      nested: { type: 'object', properties: { deep: { properties: { password: { writeOnly: true } } } } },
      list: { type: 'array', items: { anyOf: [{ type: 'null' }, { writeOnly: true }] } },
      not: { type: 'string', writeOnly: false },
    } })]).toEqual(['token', 'nested', 'list'])
  })

  test('are found behind references, also ones that go in circles', () => {
    expect([...secretVariables({
      properties: { direct: { $ref: '#/$defs/secret' }, indirect: { $ref: '#/$defs/step' }, circle: { $ref: '#/$defs/tree' }, plain: { $ref: '#/$defs/plain' }, sibling: { $ref: '#/properties/direct' }, odd: { $ref: '#anchor' }, dynamic: { $dynamicRef: '#x' } },
      $defs: { secret: { type: 'string', writeOnly: true }, step: { $ref: '#/$defs/secret' }, tree: { properties: { children: { items: { $ref: '#/$defs/tree' } } } }, plain: { type: 'string' } },
    })]).toEqual(['direct', 'indirect', 'sibling', 'odd', 'dynamic'])
  })

  test('a schema without properties has none', () => {
    expect(secretVariables({}).size).toBe(0)
  })
})

test('declaredVariables knows them all only where the schema is closed', () => {
  expect(declaredVariables(schema)).toEqual(['companyName', 'timezone', 'seats', 'email', 'contact'])
  expect(declaredVariables({})).toEqual([])
  expect(declaredVariables({ properties: { a: {} }, additionalProperties: false })).toEqual(['a'])
  for (const open of [{ additionalProperties: true }, { patternProperties: { x: {} } }, { $ref: '#/$defs/x' }, { allOf: [{}] }, { anyOf: [{}] }, { oneOf: [{}] }] as JsonObject[]) expect(declaredVariables(open)).toBeUndefined()
})
