import * as fc from 'fast-check'
import type { Json, JsonObject } from '../../contracts/json.ts'

/** What vendors' own expressions and hostile authors put into texts. */
const fragments = ['{{ $json.x }}', '={{ $now }}', '{{name}}', '${', '${{', '}}', '${%', '%}', '{%', '${{ variables.companyName }}', '${% if true %}', '$1{{', '}}1', '$1{%', '"', '\\', '"}],"x":[', '\n', '\r\n', '~1', '/', 'é', '日本語', '🦷', '\u2028', '\uFEFF', '<script>', "'; drop table", '__proto__', '#{', '{{{{', '$$', '{#']

export const text: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.array(fc.oneof(fc.constantFrom(...fragments), fc.string({ unit: 'grapheme', maxLength: 6 })), { maxLength: 6 }).map((parts) => parts.join('')),
).map((value) => value.replaceAll('\0', ''))

const key = fc.oneof(fc.constantFrom('constructor', 'toString', 'hasOwnProperty', 'prototype', 'length', 'valueOf', 'then', 'a/b', 'm~n', '0', '-1', '', 'parameters', 'name'), text).filter((name) => name !== '__proto__' && name !== 'x-llm')

const number = fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom(0, 1e21, 5e-324, 1.7976931348623157e308, 9007199254740993)).map((value) => (Object.is(value, -0) ? 0 : value))

const dictionary = (value: fc.Arbitrary<Json>, maxKeys = 4): fc.Arbitrary<JsonObject> => fc.dictionary(key, value, { maxKeys, noNullPrototype: true })

/** Any JSON, without keys that would reach a prototype. */
export const json: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof({ maxDepth: 5, withCrossShrink: true }, text, number, fc.boolean(), fc.constant(null), fc.array(tie('value'), { maxLength: 4 }), dictionary(tie('value'))),
})).value

/** The value wrapped in so many arrays and objects. */
export const nested = (levels: number, inner: Json): Json => {
  let value = inner
  for (let level = 0; level < levels; level++) value = level % 2 === 0 ? [value] : { [`level ${String(level)}`]: value }
  return value
}

const node = fc.record({ name: text, type: fc.constantFrom('n8n-nodes-base.set', 'n8n-nodes-base.code', 'n8n-nodes-base.webhook'), rest: dictionary(json), deep: fc.nat({ max: 80 }), parameters: json })
  .map(({ name, type, rest, deep, parameters }): JsonObject => ({ ...rest, name: `n${name}`, type, parameters: nested(deep, parameters) }))

/** An n8n export as people have them: what n8n needs, and anything besides. */
export const n8nExport: fc.Arbitrary<JsonObject> = fc.record({ name: text, nodes: fc.array(node, { maxLength: 3 }), connections: dictionary(json), rest: dictionary(json) })
  .map(({ name, nodes, connections, rest }) => {
    const { publish: _p, resources: _r, initialization: _i, ...others } = rest
    return { ...others, name, nodes, connections }
  })
