import { describe, expect, test } from '@jest/globals'
import { templateArtifact } from '../../contracts/artifact.ts'
import type { Json, JsonObject } from '../../contracts/json.ts'
import { ExpressionError } from '../../domain/expressions.ts'
import { fillHoles, isLlmLeaf, renderArtifact } from '../../domain/render.ts'

const artifact = (spec: JsonObject, rest: JsonObject = {}) => templateArtifact.parse({ kind: 'retell', name: 'x', resources: { it: { provider: 'retell', type: 'llm', spec } }, ...rest })
const render = (spec: JsonObject, { variables = {}, secrets = [], texts, rest }: { variables?: Record<string, Json>; secrets?: string[]; texts?: Record<string, string>; rest?: JsonObject } = {}) =>
  renderArtifact({ artifact: artifact(spec, rest), variables, secrets: new Set(secrets), kb: { policies: 'Be kind.' }, texts })

describe('renderArtifact', () => {
  test('renders leaves in objects and lists, and leaves keys and other values alone', () => {
    const { rendering, problems } = render({ list: ['${{ variables.a }}', 1, null, { deep: '${{ kb.policies }}' }], '${{ key }}': true }, { variables: { a: [1] } })
    expect(problems).toEqual([])
    expect(rendering.resources['it']).toEqual({ provider: 'retell', type: 'llm', spec: { list: [[1], 1, null, { deep: 'Be kind.' }], '${{ key }}': true }, holes: [] })
  })

  test('leaves a hole for what only the deployment knows', () => {
    const { rendering } = render({ id: '${{ resources.brain.id }}', both: '${{ resources.brain.id }} ${{ resources.other.url }} ${{ resources.brain.url }}', token: 'Bearer ${{ variables.token }}', all: '${{ variables[kb.policies] }}', plain: '${{ variables.a }}' }, { variables: { a: 1 }, secrets: ['token'] })
    expect(rendering.resources['it']?.spec).toEqual({ id: '${{ resources.brain.id }}', both: '${{ resources.brain.id }} ${{ resources.other.url }} ${{ resources.brain.url }}', token: 'Bearer ${{ variables.token }}', all: '${{ variables[kb.policies] }}', plain: 1 })
    expect(rendering.resources['it']?.holes).toEqual([
      { pointer: '/id', source: '${{ resources.brain.id }}', resources: ['brain'], secret: false },
      { pointer: '/both', source: '${{ resources.brain.id }} ${{ resources.other.url }} ${{ resources.brain.url }}', resources: ['brain', 'other'], secret: false },
      { pointer: '/token', source: 'Bearer ${{ variables.token }}', resources: [], secret: true },
      { pointer: '/all', source: '${{ variables[kb.policies] }}', resources: [], secret: true },
    ])
  })

  test('keeps the documents that holes read', () => {
    expect(render({ id: '${{ resources.brain.id }} ${{ kb.policies }}', plain: '${{ kb.policies }}' }).rendering.kb).toEqual({ policies: 'Be kind.' })
    expect(render({ all: '${{ resources.brain.id }} ${{ kb[variables.which] }}' }, { variables: { which: 'policies' } }).rendering.kb).toEqual({ policies: 'Be kind.' })
    expect(render({ id: '${{ resources.brain.id }}', plain: '${{ kb.policies }}' }).rendering).not.toHaveProperty('kb')
  })

  test('names every leaf that cannot be rendered', () => {
    const { problems } = render({ a: '${{ variables.x }}', 'b/c': ['${{ variables.y | nope }}'], w: { 'x-llm': { instruction: 'Write.' } } }, { variables: { y: 1 }, rest: { initialization: { prompts: [{ key: 'k', content: '${{ variables.z }}' }] } } })
    expect(problems).toEqual([
      { pointer: '/resources/it/spec/a', message: expect.stringContaining('undefined variable: variables.x') },
      { pointer: '/resources/it/spec/b~1c/0', message: expect.stringContaining('undefined filter: nope') },
      { pointer: '/resources/it/spec/w', message: expect.stringContaining('useLlm: true') },
      { pointer: '/initialization/prompts/0/content', message: expect.stringContaining('variables.z') },
    ])
  })

  test('puts the model\'s texts where their orders stood, literally', () => {
    const rest = { initialization: { documents: [{ key: 'k', content: { 'x-llm': { instruction: 'Write.' } } }] } }
    const { rendering, problems } = render({ greeting: { 'x-llm': { instruction: 'Write.' } } }, { texts: { '/resources/it/spec/greeting': 'Hi ${{ variables.x }}', '/initialization/documents/0/content': '' }, rest })
    expect(problems).toEqual([])
    expect(rendering.resources['it']?.spec).toEqual({ greeting: 'Hi ${{ variables.x }}' })
    expect(rendering.initialization.documents).toEqual([{ row: { key: 'k', content: '' }, holes: [] }])
  })

  test('names leaves whose outcome cannot be stored: half a character, a NUL', () => {
    const { problems } = render({ cut: '${{ variables.name | split: "" | first }}', whole: '${{ variables.name }}', written: { 'x-llm': { instruction: 'Write.' } } }, { variables: { name: '🦷' }, texts: { '/resources/it/spec/written': 'nul \0' } })
    expect(problems).toEqual([
      { pointer: '/resources/it/spec/cut', message: 'holds a NUL character or half a surrogate pair' },
      { pointer: '/resources/it/spec/written', message: 'holds a NUL character or half a surrogate pair' },
    ])
  })

  test('an object with more than the order is no order', () => {
    expect(isLlmLeaf({ 'x-llm': { instruction: 'Write.' } })).toBe(true)
    expect(isLlmLeaf({ 'x-llm': {}, other: 1 })).toBe(false)
    expect(isLlmLeaf(null) || isLlmLeaf('x-llm') || isLlmLeaf([])).toBe(false)
    expect(render({ kept: { 'x-llm': 'text', other: '${{ variables.a }}' } }, { variables: { a: 1 } }).rendering.resources['it']?.spec).toEqual({ kept: { 'x-llm': 'text', other: 1 } })
  })

  test('keeps the artifact\'s delimiters for the deployment', () => {
    const rest = { delimiters: { output: ['[[', ']]'], tag: ['[%', '%]'] } }
    const { rendering } = render({ a: '[[ variables.a ]]', b: '${{ x }}', c: '[[ resources.r.id ]]' }, { variables: { a: 1 }, rest })
    expect(rendering.delimiters).toEqual(rest.delimiters)
    expect(rendering.resources['it']?.spec).toEqual({ a: 1, b: '${{ x }}', c: '[[ resources.r.id ]]' })
    expect(fillHoles(rendering.resources['it']?.spec ?? {}, rendering.resources['it']?.holes ?? [], { variables: {}, kb: {}, resources: { r: { id: 'r1', url: 'u' } } }, rendering.delimiters)).toEqual({ a: 1, b: '${{ x }}', c: 'r1' })
  })
})

describe('fillHoles', () => {
  const hole = (source: string, resources: string[] = [], secret = false) => ({ pointer: '/at', source, resources, secret })
  const scope = { variables: { token: 'canary' as Json, count: 3 as Json }, kb: {}, resources: { brain: { id: 'llm_1', url: 'https://x' } } }

  test('fills ids, urls and secrets, and leaves the rendering alone', () => {
    const spec = { at: 'source', kept: 1 }
    expect(fillHoles(spec, [hole('${{ resources.brain.id }}', ['brain'])], scope)).toEqual({ at: 'llm_1', kept: 1 })
    expect(fillHoles(spec, [hole('Bearer ${{ variables.token }}', [], true)], scope)).toEqual({ at: 'Bearer canary', kept: 1 })
    expect(fillHoles(spec, [hole('${{ variables.count }}', [], true)], scope)).toEqual({ at: 3, kept: 1 })
    expect(spec).toEqual({ at: 'source', kept: 1 })
  })

  test('says what does not exist yet, or puts what it is told in its place', () => {
    expect(() => fillHoles({ at: '' }, [hole('x', ['brain', 'gone', 'lost'])], scope)).toThrow(new ExpressionError('/at needs gone, lost, which does not exist'))
    expect(fillHoles({ at: '' }, [hole('x', ['gone'])], scope, undefined, () => 'later')).toEqual({ at: 'later' })
    expect(() => fillHoles({ at: '' }, [hole('x', ['gone'])], scope, undefined, () => undefined)).toThrow(ExpressionError)
  })

  test('an error about a secret does not repeat it', () => {
    const failing = '${{ variables.token | nope: variables.token }}'
    expect(() => fillHoles({ at: '' }, [hole(failing, [], true)], scope)).toThrow('/at: an expression with a secret could not be rendered')
    expect(() => fillHoles({ at: '' }, [hole(failing)], scope)).toThrow(/undefined filter/)
  })
})
