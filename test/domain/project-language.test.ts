import { expect, test } from '@jest/globals'
import { createExpressions } from '../../domain/expressions.ts'
import { projectLanguage } from '../../domain/project-language.ts'
import type { Json } from '../../contracts/json.ts'

const scope = (variables: Record<string, Json> = {}) => ({ variables, kb: {}, resources: {} })
const render = (text: string, variables?: Record<string, Json>) => createExpressions(undefined, projectLanguage).renderText(text, scope(variables))

test('parentheses stand around any operand', () => {
  expect(render('${% if (variables.a | upcase) == "X" and (variables.b or false) %}yes${% endif %}', { a: 'x', b: true })).toBe('yes')
  expect(render('${{ variables.a | append: (variables.b | plus: 1) }}', { a: 'x', b: 1 })).toBe('x2')
})

test('outside of project files, none of this is known', () => {
  expect(() => createExpressions().renderText('${{ "a b" | python_title }}', scope())).toThrow('python_title')
  expect(() => createExpressions().renderText('${{ (1 | plus: 1) }}', scope())).toThrow()
})

test('a text comes as often as a number says, and not at all where it is below one', () => {
  expect(render('${{ "ab" | product: 2 }}|${{ 1 | product: "ab" }}|${{ "ab" | product: 0 }}|${{ "ab" | product: -1 }}|${{ -3 | product: "ab" }}')).toBe('abab|ab|||')
})

test('what an expression reads is seen in parentheses and arguments too', () => {
  expect(createExpressions(undefined, projectLanguage).reads('${{ (variables.a | add: (variables.b | pick: variables.c)) }}').variables).toEqual(['a', 'b', 'c'])
})

test.each<[string, string]>([
  ['"x" | pick: 3', "'x' has no 3"],
  ['variables.list | pick: "k"', 'has no'],
  ['variables.object | pick: "k"', "{'a': 1} has no 'k'"],
  ['variables.object | pick: "constructor"', 'has no'],
  ['"a" | number', "'a' is no number"],
  ['" " | number', "' ' is no number"],
  ['nil | number', 'None is no number'],
  ['"a" | add: 1', "'a' and 1 cannot be added"],
  ['variables.object | each | add: 1', 'cannot be added'],
  ['variables.mixed | ordered', 'cannot be ordered'],
  ['0 | range: 100000', 'at most 10000'],
  ['0 | range: 5, 0', 'at most 10000'],
  ['0 | range: 1.5, 0.5', 'whole numbers'],
  ['"日本" | python_slugify', 'slugify does not know how to write 日'],
  ['"a" | matched: "("', 'missing closing )'],
  ['"anything" | fail: "because"', 'because'],
  ['"xxxxxxxxxx" | product: 10000000', 'grows too long'],
  ['variables.list | joined: variables.long', 'grows too long'],
  ['variables.lines | indent: 100', 'grows too long'],
  ['variables.dashes | python_slugify: variables.long', 'grows too long'],
])('%s is refused: %s', (expression, message) => {
  expect(() => render(`\${{ ${expression} }}`, { list: Array.from({ length: 1_000 }, () => 'x'), object: { a: 1 }, mixed: [true, 'a'], long: 'x'.repeat(100_000), lines: '\n'.repeat(300_000), dashes: 'a-'.repeat(1_000) })).toThrow(message)
})

test('texts that double and double end at the engine\'s limit', () => {
  expect(() => render(`\${% assign a = "0123456789" %}${'${% assign a = a | add: a %}'.repeat(40)}\${{ a }}`)).toThrow('memory alloc limit')
})

test('patterns are looked for in linear time', () => {
  expect(render('${{ "abc" | matched: "[b-z]+" }} ${{ "abc" | matched: "^$" | printed }} ${{ variables.long | matched: "^(a+)+$" | printed }}', { long: `${'a'.repeat(50_000)}!` })).toBe('bc None None')
})

test('values are printed as Python prints them', () => {
  expect(render('${{ variables.v | printed }}', { v: [true, null, 1.5, "it's", 'say "it\'s"', 'back\\slash\n\t\r', { b: [], a: {} }] })).toBe('[True, None, 1.5, "it\'s", \'say "it\\\'s"\', \'back\\\\slash\\n\\t\\r\', {\'a\': {}, \'b\': []}]')
  expect(render('${{ 2 | float_text }} ${{ 2.5 | float_text }} ${{ "x" | float_text }}')).toBe('2.0 2.5 x')
  expect(render('${{ variables.v | python_json }}|${{ variables.v | python_json: 2 }}', { v: { b: [1, 'é🦷'], a: {}, c: [] } })).toBe('{"a": {}, "b": [1, "\\u00e9\\ud83e\\uddb7"], "c": []}|{\n  "a": {},\n  "b": [\n    1,\n    "\\u00e9\\ud83e\\uddb7"\n  ],\n  "c": []\n}')
})

test('Liquid\'s own empty values are nothing to these filters', () => {
  expect(render('${{ nil | printed }} ${{ empty | or_else: "x" }} ${{ blank | truthy }} ${{ nil | each | count }} ${{ variables.o | values | joined: "," }}', { o: { b: 2, a: 1 } })).toBe('None x false 0 1,2')
})
