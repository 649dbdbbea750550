import { describe, expect, test } from '@jest/globals'
import type { Json, JsonObject } from '../../contracts/json.ts'
import { checkRules, completeAnswers } from '../../domain/answers.ts'

const schema = (properties: JsonObject, rest: JsonObject = {}): JsonObject => ({ type: 'object', properties, ...rest })
const answer = (properties: JsonObject, given: JsonObject = {}, rest: JsonObject = {}) => completeAnswers(schema(properties, rest), given, 'My App', undefined)
const values = (properties: JsonObject, given: JsonObject = {}): Record<string, Json> => {
  const { values: found, problems } = answer(properties, given)
  expect(problems).toEqual([])
  return found
}
const problems = (properties: JsonObject, given: JsonObject = {}, rest: JsonObject = {}): [string, string][] => answer(properties, given, rest).problems.map(({ pointer, message }) => [pointer, message])

describe('a computed default', () => {
  test('is computed from others, in whatever order they stand, where none is given', () => {
    const properties = { a: { type: 'string', 'x-default': '${{ variables.b }}!' }, b: { type: 'string', 'x-default': '${{ variables.c | upcase }}' }, c: { type: 'string', default: 'c' } }
    expect(values(properties)).toEqual({ a: 'C!', b: 'C', c: 'c', projectName: 'My App' })
    expect(values(properties, { b: 'mine' })).toMatchObject({ a: 'mine!', b: 'mine' })
    expect(values({ slug: { 'x-default': "${{ variables.projectName | slugify }}" } })).toMatchObject({ slug: 'my-app' })
  })

  test('is of the type that the schema wants', () => {
    const of = (type: string | undefined, source: string): Json | undefined => values({ a: { ...(type ? { type } : {}), 'x-default': source } })['a']
    expect([of('integer', '${{ 3 }}'), of('integer', '1${{ 2 }}'), of('number', '${{ "1.5" }}'), of('boolean', '${{ "Yes" }}'), of('boolean', 'off${{ "" }}'), of('string', '${{ "7" }}'), of(undefined, '${{ "7" }}')]).toEqual([3, 12, 1.5, true, false, '7', '7'])
    expect([of('array', '${{ "[a, b]" }}'), of('array', "${{ 'a,b' | split: ',' }}")]).toEqual([['a', 'b'], ['a', 'b']])
    expect(['a', '[a'].map((text) => problems({ a: { type: 'array', 'x-default': `\${{ "${text}" }}` } }))).toEqual([[['/a', 'must be array']], [['/a', 'must be array']]])
    expect(problems({ a: { type: 'integer', 'x-default': '${{ "many" }}' } })).toEqual([['/a', 'must be integer']])
  })

  test('must fit the schema like any other, and tells what went wrong with it', () => {
    expect(problems({ a: { type: 'string', 'x-default': '${{ variables.projectName }}', pattern: '^[a-z]+$' } })).toEqual([['/a', 'must match pattern "^[a-z]+$"']])
    expect(problems({ a: { 'x-default': '${{ variables.projectName | number }}' } })).toEqual([['/a', "'My App' is no number"]])
  })

  test('satisfies what is required, and may be what other rules ask for', () => {
    expect(answer({ a: { 'x-default': '${{ "x" }}' } }, {}, { required: ['a'] }).problems).toEqual([])
    expect(problems({ b: {} }, {}, { required: ['b'] })).toEqual([['/b', 'is required']])
    expect(problems({ a: { 'x-default': '${{ "x" }}' } }, {}, { properties: { a: { 'x-default': '${{ "x" }}' } }, allOf: [{ properties: { a: { const: 'y' } } }] })).toEqual([['/a', 'must be equal to constant']])
  })
})

test('what is computed always cannot be given, and the project\'s name stands elsewhere', () => {
  expect(problems({ a: { readOnly: true, default: 1 }, b: {} }, { a: 2, b: 1, projectName: 'x' })).toEqual([['/a', 'is computed, and cannot be given'], ['/projectName', 'stands beside the parameters, not among them']])
  expect(values({ a: { readOnly: true, default: 1 } })).toMatchObject({ a: 1 })
})

test('a schema may say what the project\'s name must be', () => {
  expect(values({ projectName: { type: 'string', default: 'Default' } })).toEqual({ projectName: 'My App' })
  expect(problems({ projectName: { pattern: '^[a-z]+$' } })).toEqual([['/projectName', 'must match pattern "^[a-z]+$"']])
})

describe('a variable under a condition', () => {
  const properties = { ci: { type: 'boolean', default: true }, host: { type: 'string', minLength: 3, 'x-when': '${{ variables.ci }}' }, port: { type: 'integer', default: 1, 'x-when': '${{ variables.ci }}' } }

  test('is needed where the condition holds', () => {
    expect(answer(properties, {}, { required: ['host'] }).problems).toEqual([{ pointer: '/host', message: 'is required' }])
    expect(answer(properties, { host: 'abc', port: 2 }, { required: ['host'] })).toEqual({ values: { ci: true, host: 'abc', port: 2, projectName: 'My App' }, problems: [] })
  })

  test('has its default, or nothing, where it does not, and cannot be given', () => {
    expect(answer(properties, { ci: false }, { required: ['host'] })).toEqual({ values: { ci: false, host: '', port: 1, projectName: 'My App' }, problems: [] })
    expect(problems(properties, { ci: false, host: 'abc', port: 2 })).toEqual([['/host', 'is not asked for with these answers: leave it out'], ['/port', 'is not asked for with these answers: leave it out']])
    expect(values({ a: { 'x-when': '${{ false }}', 'x-default': '${{ "d" }}' } })).toMatchObject({ a: 'd' })
  })

  test.each<[Json, boolean]>([['yes', true], ['On', true], ['no', false], ['', false], ['None', false], ['0', false], ['0.0', false], ['2', true], ['anything', true], [0, false], [1, true], [null, false], [[], true]])('holds for %j: %s', (given, holds) => {
    expect(answer({ given: {}, a: { 'x-when': '${{ variables.given }}' } }, { given, a: 1 }).problems.length).toBe(holds ? 0 : 1)
  })

  test('that cannot be decided says so', () => {
    expect(problems({ a: { 'x-when': '${{ "x" | number }}' } })).toEqual([['/a', "'x' is no number"]])
  })
})

test('a check says what is wrong, or nothing', () => {
  const properties = { port: { type: 'integer', default: 80, 'x-validate': '${% if variables.port < 1024 %} below 1024: ${{ variables.port }} ${% endif %}' }, name: { 'x-validate': '${{ variables.port | fail: "broken" }}' } }
  expect(problems(properties)).toEqual([['/port', 'below 1024: 80']])
  expect(problems(properties, { port: 8080 })).toEqual([['/name', 'broken, line:1, col:1']])
})

test('lists come in the order of their choices where that is asked for', () => {
  const list = (more: JsonObject) => ({ l: { type: 'array', items: { enum: ['a', 'b', 'c'] }, ...more } })
  expect(values(list({ 'x-ordered': true }), { l: ['c', 'a'] })['l']).toEqual(['a', 'c'])
  expect(values(list({}), { l: ['c', 'a'] })['l']).toEqual(['c', 'a'])
  expect(values({ l: { type: 'array', 'x-ordered': true } }, { l: ['c', 'a'] })['l']).toEqual(['c', 'a'])
})

test('rules are checked before there is an answer', () => {
  const found = checkRules(schema({
    a: { 'x-default': '${{ variables.b }}' }, b: { 'x-default': '${{ variables.a }}' }, c: { 'x-when': true }, d: { 'x-default': '${{ variables.x }} ${{ env.X }}' }, e: { 'x-default': '${{ variables }}' }, f: { 'x-validate': '${{ variables.f | nothing }}' }, g: { 'x-validate': '${{ variables.g }}' },
  }), undefined)
  expect(found.map(({ pointer, message }) => [pointer.slice('/variables/properties'.length), message])).toEqual([
    ['/c/x-when', 'must be an expression, in a text'], ['/d/x-default', 'variables.x is not declared under variables'], ['/d/x-default', 'knows variables only'], ['/e/x-default', 'must name the variables it reads: variables.name'], ['/f/x-validate', expect.stringContaining('nothing')],
    ['/a', 'needs itself: a → b → a'],
  ])
  expect(checkRules({ type: 'object' }, undefined)).toEqual([])
})
