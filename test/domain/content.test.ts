import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import type { Json, JsonObject } from '../../contracts/json.ts'
import { parseContent, wrapExport } from '../../domain/content.ts'
import { hostileAt, isStorable, storable } from '../../domain/hostile.ts'
import { isObject } from '../../domain/json.ts'
import { valueAt } from '../../domain/pointer.ts'
import { json, nested } from './json-values.ts'

describe('parseContent', () => {
  test('reads JSON, with white space around it', () => {
    expect(parseContent(' \n {"a": [1, null]} ')).toEqual({ a: [1, null] })
    expect(parseContent('[1]')).toEqual([1])
  })

  test('reads YAML 1.2: no is a word, a flow document may start like JSON', () => {
    expect(parseContent('a: no\nb: 012\nc: 2024-01-01\n')).toEqual({ a: 'no', b: 12, c: '2024-01-01' })
    expect(parseContent('{a: 1, b: [x, y]}')).toEqual({ a: 1, b: ['x', 'y'] })
    expect(parseContent('&x {a: 1}')).toEqual({ a: 1 })
  })

  test('merges nothing: << is a key like any other, also where a document calls itself YAML 1.1', () => {
    for (const head of ['', '%YAML 1.1\n---\n']) expect(parseContent(`${head}a: &a { k: 1 }\nb: { <<: *a }\n`)).toEqual({ a: { k: 1 }, b: { '<<': { k: 1 } } })
  })

  test('reports what is neither as JSON where it starts like JSON', () => {
    expect(() => parseContent('{"a": 1,,}')).toThrow(/JSON/)
    expect(() => parseContent('a: [1')).toThrow(/Flow sequence/)
  })

  test('refuses a bomb of aliases', () => {
    const bomb = ['a: &a [x, x, x, x, x, x, x, x, x, x]', ...'bcdefgh'.split('').map((name, at) => `${name}: &${name} [${Array(10).fill(`*${'abcdefgh'[at] ?? ''}`).join(', ')}]`)].join('\n')
    expect(() => parseContent(bomb)).toThrow(/alias/)
  })

  test('takes fifty nodes of one anchor, itself among them, and no more', () => {
    const aliases = (count: number) => parseContent(`a: &a [x]\nb: [${Array(count).fill('*a').join(', ')}]`) as { b: Json[] }
    expect(aliases(49).b).toHaveLength(49)
    expect(() => aliases(50)).toThrow(/alias/)
  })

  test('makes no prototype of a __proto__ key, in JSON and in YAML', () => {
    for (const content of ['{"a": {"__proto__": {"polluted": true}}}', 'a:\n  __proto__:\n    polluted: true\n']) {
      const value = parseContent(content) as JsonObject
      expect((value['a'] as { polluted?: boolean }).polluted).toBeUndefined()
      expect(hostileAt(value)).toEqual({ pointer: '/a/__proto__', message: 'is not a permitted key' })
    }
  })
})

describe('hostileAt', () => {
  test('passes what it should: any JSON, nested 90 deep', () => {
    fc.assert(fc.property(json, (value) => { expect(hostileAt(nested(90, value), 200)).toBeUndefined() }))
    expect(hostileAt(nested(99, 'x'))).toBeUndefined()
    expect(hostileAt(nested(100, 'x'))).toBeUndefined()
  })

  test('names where nesting goes beyond 100 levels', () => {
    const value = nested(101, 'x')
    const found = hostileAt(value)
    expect(found?.message).toBe('is nested more than 100 levels deep')
    expect(found?.pointer.split('/')).toHaveLength(101)
    expect(valueAt(value, found?.pointer ?? '')).toBeDefined()
  })

  test('names texts that cannot be stored, and the place of keys that cannot', () => {
    expect(hostileAt({ 'a/b': ['ok', 'half \uD800 a pair'] })).toEqual({ pointer: '/a~1b/1', message: 'holds a NUL character or half a surrogate pair' })
    expect(hostileAt({ a: 'nul \0' })).toEqual({ pointer: '/a', message: 'holds a NUL character or half a surrogate pair' })
    expect(hostileAt({ a: { 'k\uDC00': 1 } })).toEqual({ pointer: '/a', message: 'has a key with a NUL character or half a surrogate pair' })
    expect(hostileAt({ whole: '🦷' })).toBeUndefined()
    expect(isStorable('🦷') && !isStorable('\uDC00\uD800')).toBe(true)
  })

  test('finds a __proto__ key wherever it is', () => {
    const hostile = JSON.parse('{"list": [1, {"__proto__": 1}]}') as Json
    expect(hostileAt(hostile)).toMatchObject({ pointer: '/list/1/__proto__' })
  })
})

describe('wrapExport', () => {
  test('leaves an artifact alone, and what it does not know', () => {
    for (const content of [{ resources: {}, nodes: [], connections: {} }, { initialization: {} }, { anything: 1 }, { nodes: [] }, { nodes: {}, connections: {} }] as JsonObject[]) expect(wrapExport(content)).toBe(content)
  })

  test('wraps a Retell agent with its engine beside it, and links them', () => {
    const wrapped = wrapExport({ agent_id: 'agent_1', agent_name: 'Front/desk', voice_id: '11labs-Adrian', response_engine: { type: 'retell-llm', llm_id: 'llm_1' }, retellLlmData: { llm_id: 'llm_1', start_speaker: 'agent', general_prompt: 'Hi {{name}}' } })
    expect(wrapped).toMatchObject({
      kind: 'retell', name: 'Front desk',
      resources: { llm: { provider: 'retell', type: 'llm', spec: { general_prompt: 'Hi {{name}}' } }, agent: { provider: 'retell', type: 'agent', spec: { response_engine: { type: 'retell-llm', llm_id: '${{ resources.llm.id }}' } } } },
    })
  })

  test('gives a Retell agent without a name none', () => {
    expect(wrapExport({ voice_id: 'v', response_engine: { type: 'retell-llm', llm_id: 'llm_1' } })).not.toHaveProperty('name')
  })

  test('refers with the delimiters that it declares, where the texts hold ours', () => {
    const wrapped = wrapExport({ voice_id: 'v', agent_name: '${{ x }}', response_engine: { type: 'retell-llm' }, retellLlmData: { start_speaker: 'agent' } })
    expect(wrapped).toMatchObject({ delimiters: { output: ['$1{{', '}}1'] }, resources: { agent: { spec: { response_engine: { llm_id: '$1{{ resources.llm.id }}1' } } } } })
  })
})

test('isObject tells objects from lists, null and the rest', () => {
  expect([{}, { a: 1 }].every(isObject)).toBe(true)
  expect([[], null, undefined, 'x', 1].some(isObject)).toBe(false)
})

describe('storable', () => {
  test('takes out of a value what PostgreSQL cannot hold, keys included, and leaves the rest', () => {
    expect(storable([{ 'a\0': 'b\0c 🦷', d: ['\ud83d', null, 1, true] }])).toEqual([{ a: 'bc 🦷', d: ['\ufffd', null, 1, true] }])
    fc.assert(fc.property(json, (value) => { expect(storable(value)).toEqual(value) }))
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => { expect(isStorable(storable(text))).toBe(true) }))
  })
})
