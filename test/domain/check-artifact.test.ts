import { describe, expect, test } from '@jest/globals'
import { templateArtifact } from '../../contracts/artifact.ts'
import type { JsonObject } from '../../contracts/json.ts'
import { checkArtifact, orderedResources, specProblems } from '../../domain/check-artifact.ts'
import type { RulesOf, TypeRules } from '../../domain/check-artifact.ts'
import { createExpressions } from '../../domain/expressions.ts'

/** A provider with one type: `title` must be a text, `size` a number, `list` must not be empty. */
const rules: TypeRules = {
  validate: (spec) => [
    ...(typeof spec['title'] === 'string' ? [] : [{ pointer: '/title', message: 'must be a text', certain: spec['title'] === undefined }]),
    ...(spec['size'] === undefined || typeof spec['size'] === 'number' ? [] : [{ pointer: '/size', message: 'must be a number' }]),
    ...(typeof spec['deep'] === 'object' ? [{ pointer: '/deep/inside', message: 'is required' }] : []),
  ],
}
const rulesOf: RulesOf = (provider, type) => (provider !== 'shop' ? `there is no provider ${provider}: use shop` : type === 'sign' ? rules : `shop has no type ${type}: use sign`)

const check = (resources: JsonObject, rest: JsonObject = {}) =>
  checkArtifact(templateArtifact.parse({ kind: 'service', name: 'x', variables: { type: 'object', properties: { name: { type: 'string' } } }, resources, ...rest }), rulesOf)
const sign = (spec: JsonObject) => ({ provider: 'shop', type: 'sign', spec: { title: 'Open', ...spec } })

describe('checkArtifact', () => {
  test('finds nothing wrong with what is right', () => {
    expect(check({ a: sign({ text: 'Hello ${{ variables.name }}, ${{ kb.anything }}' }), b: sign({ above: '${{ resources.a.id }}', at: '${{ resources.a.url }}' }) }, { initialization: { prompts: [{ key: 'k', content: '${{ variables.name }}' }] } })).toEqual([])
  })

  test.each<[string, JsonObject, string, RegExp]>([
    ['an unknown provider', { a: { provider: 'mars', type: 'sign', spec: {} } }, '/resources/a/type', /no provider mars: use shop/],
    ['an unknown type', { a: { provider: 'shop', type: 'door', spec: {} } }, '/resources/a/type', /no type door: use sign/],
    ['an undeclared variable', { a: sign({ text: '${{ variables.nmae }}' }) }, '/resources/a/spec/text', /variables.nmae is not declared/],
    ['a resource that is not there', { a: sign({ text: '${{ resources.b.id }}' }) }, '/resources/a/spec/text', /there is no resource b/],
    ['a name from the prototype', { a: sign({ text: '${{ resources.constructor.id }}' }) }, '/resources/a/spec/text', /there is no resource constructor/],
    ['a field that no resource has', { a: sign({}), b: sign({ text: '${{ resources.a.name }}' }) }, '/resources/b/spec/text', /resources.a.name: a resource has id and url/],
    ['an unknown root', { a: sign({ 'te/xt': ['${{ process.env }}'] }) }, '/resources/a/spec/te~1xt/0', /knows no process/],
    ['what cannot be parsed', { a: sign({ text: '${{ variables.name' }) }, '/resources/a/spec/text', /not closed/],
    ['a spec that the adapter refuses', { a: sign({ size: 'big' }) }, '/resources/a/spec/size', /must be a number/],
    ['itself', { a: sign({ text: '${{ resources.a.id }}' }) }, '/resources/a', /needs itself: a → a/],
  ])('names %s', (_, resources, pointer, message) => {
    expect(check(resources)).toEqual([{ pointer, message: expect.stringMatching(message) }])
  })

  test('names a cycle by its members', () => {
    expect(check({ start: sign({ t: '${{ resources.a.id }}' }), a: sign({ t: '${{ resources.b.id }}' }), b: sign({ t: '${{ resources.c.url }}' }), c: sign({ t: '${{ resources.a.id }}' }) }))
      .toEqual([{ pointer: '/resources/a', message: 'needs itself: a → b → c → a' }])
  })

  test('follows a chain of a thousand, and takes no more resources', () => {
    const chain = (length: number) => Object.fromEntries(Array.from({ length }, (_, at) => [`r${String(at)}`, sign(at + 1 < length ? { t: `\${{ resources.r${String(at + 1)}.id }}` } : {})]))
    expect(check(chain(1_000))).toEqual([])
    expect(check(chain(1_001))).toEqual([{ pointer: '/resources', message: 'has more than 1000 resources' }])
  })

  test('names a bad schema of variables, and then checks no names against it', () => {
    expect(check({}, { variables: { type: 'array' } })).toEqual([{ pointer: '/variables', message: 'the variables schema must have type: object' }])
    expect(check({ a: sign({ t: '${{ variables.anything }}' }) }, { variables: { type: 'object', additionalProperties: true } })).toEqual([])
  })

  test('rows for Supabase cannot refer to resources, which come later', () => {
    expect(check({ a: sign({}) }, { initialization: { documents: [{ key: 'k', content: 'fine' }, { key: 'l', content: '${{ resources.a.url }}' }] } }))
      .toEqual([{ pointer: '/initialization/documents/1/content', message: 'initialization is written before resources exist, so it cannot refer to them' }])
  })

  test.each<[unknown, string[]]>([
    [{ instruction: 'Write.' }, []],
    [{ instruction: 'Write.', maxLength: 100, model: 'm' }, []],
    ['Write.', ['']],
    [null, ['']],
    [{}, ['/instruction']],
    [{ instruction: '' }, ['/instruction']],
    [{ instruction: 'Write.', maxLength: 1.5 }, ['/maxLength']],
    [{ instruction: 'Write.', maxLength: 0 }, ['/maxLength']],
    [{ instruction: 'Write.', model: 4, 'tem/p': 1 }, ['/model', '/tem~1p']],
  ])('an order to the model %j has problems at %j', (order, places) => {
    const problems = check({ a: sign({ text: { 'x-llm': order } as JsonObject }) })
    expect(problems.map(({ pointer }) => pointer)).toEqual(places.map((place) => `/resources/a/spec/text/x-llm${place}`))
  })
})

describe('specProblems', () => {
  const expressions = createExpressions()
  const at = (spec: JsonObject) => specProblems(spec, rules, expressions).map(({ pointer }) => pointer)

  test('leaves out what only an expression or a model will decide', () => {
    expect(at({ title: 'x', size: 'big' })).toEqual(['/size'])
    expect(at({ title: 'x', size: '${{ variables.size }}' })).toEqual([])
    expect(at({ title: 'x', size: ['${{ variables.size }}'] })).toEqual([])
    expect(at({ title: { 'x-llm': { instruction: 'Write.' } } })).toEqual([])
    expect(at({ title: 'x', deep: { 'x-llm': { instruction: 'Write.' } } })).toEqual([])
  })

  test('keeps what is certain whatever an expression gives, and a missing thing beside one', () => {
    expect(at({})).toEqual(['/title'])
    expect(at({ title: 'x', deep: { other: '${{ variables.x }}' } })).toEqual(['/deep/inside'])
  })

  test('a place below an expression is the expression\'s', () => {
    const below: TypeRules = { validate: () => [{ pointer: '/a/b/c', message: 'is required' }] }
    expect(specProblems({ a: '${{ variables.a }}' }, below, expressions)).toEqual([])
    expect(specProblems({ a: { b: {} } }, below, expressions)).toHaveLength(1)
  })
})

test('orderedResources tells what each needs, and takes no offence at what cannot be parsed', () => {
  const artifact = templateArtifact.parse({ kind: 'service', name: 'x', resources: { a: sign({ bad: '${{ resources.' }), b: sign({ one: '${{ resources.a.id }}', two: '${{ resources.a.url }}', list: [1, null, 'plain'] }) } })
  expect(orderedResources(artifact)).toEqual([{ name: 'a', provider: 'shop', needs: [] }, { name: 'b', provider: 'shop', needs: ['a'] }])
})
