import { describe, expect, test } from '@jest/globals'
import type { Json } from '../../contracts/json.ts'
import { createExpressions, ExpressionError } from '../../domain/expressions.ts'
import type { Reads } from '../../domain/expressions.ts'

const expressions = createExpressions()
const render = (text: string, variables: Record<string, Json> = {}): Json => expressions.render(text, { variables, kb: { policies: 'We are kind.' }, resources: { brain: { id: 'llm_1', url: 'https://x/llm_1' } } })

describe('rendering', () => {
  test.each<[string, Record<string, Json>, Json]>([
    ['${{ variables.count }}', { count: 3 }, 3],
    ['${{- variables.count -}}', { count: 3 }, 3],
    ['${{ variables.list }}', { list: [1, { a: null }] }, [1, { a: null }]],
    ['${{ variables.nothing }}', { nothing: null }, null],
    ['${{ variables.off }}', { off: false }, false],
    ['${{ nil }}', {}, null],
    [' ${{ variables.count }}', { count: 3 }, ' 3'],
    ['${{ variables.a }}${{ variables.b }}', { a: 1, b: 2 }, '12'],
    ['${{ variables.name | upcase }}', { name: 'ada' }, 'ADA'],
    ['${{ variables.missing | default: 5 }}', {}, 5],
    ['Hi ${{ variables.missing | default: "you" }}', {}, 'Hi you'],
    ['${% if variables.open %}open${% else %}shut${% endif %}', { open: true }, 'open'],
    ['${% if variables.missing %}open${% else %}shut${% endif %}', {}, 'shut'],
    ['${% for day in variables.days %}${{ day }};${% endfor %}', { days: ['Mo', 'Tu'] }, 'Mo;Tu;'],
    ['${% raw %}${{ literal }}${% endraw %}', {}, '${{ literal }}'],
    ['${{ variables["a b"] }}', { 'a b': 1 }, 1],
    ['${{ kb.policies }}', {}, 'We are kind.'],
    ['${{ resources.brain.id }} at ${{ resources.brain.url }}', {}, 'llm_1 at https://x/llm_1'],
    ['{{ $json.x }} ={{ $now }} ${{ variables.v }}', { v: '{{ $y }}' }, '{{ $json.x }} ={{ $now }} {{ $y }}'],
  ])('%s with %j is %j', (text, variables, expected) => {
    expect(render(text, variables)).toEqual(expected)
  })

  test('an object in the middle of a text reads as its JSON, a list of texts as its items', () => {
    expect(render('is ${{ variables.o }}', { o: { a: 1 } })).toBe('is {"a":1}')
    expect(render('is ${{ variables.o }}', { o: [{ a: 1 }] })).toBe('is [{"a":1}]')
    expect(render('is ${{ variables.o | join: ", " }}', { o: ['x', 'y'] })).toBe('is x, y')
  })

  test.each([
    ['${{ variables.missing }}', /undefined variable: variables.missing/],
    ['Hello ${{ variables.missing }}', /undefined variable/],
    ['${{ variables.a | shout }}', /undefined filter: shout/],
    ['${{ variables.constructor }}', /undefined variable/],
    ['x ${{ variables.toString }}', /undefined variable/],
    ['${{ variables.a.__proto__.x }}', /undefined variable/],
    ['${{ variables.none | first }}', /variables.none \| first has no value/],
    ['${{', /not closed/],
    ['${{ }}', /invalid value expression/],
    ['${% nope %}', /tag "nope" not found/],
    ['${% if variables.a %}', /not closed/],
    ['${% include "/etc/passwd" %}', /not found/],
    ['${% render "../../package.json" %}', /not found/],
    ['${% layout "x" %}', /not found/],
  ])('%s is an error for the author', (text, message) => {
    expect(() => render(text, { a: 'x', none: [] })).toThrow(ExpressionError)
    expect(() => render(text, { a: 'x', none: [] })).toThrow(message)
  })
})

describe('limits', () => {
  const seconds = (work: () => void): number => {
    const began = Date.now()
    work()
    return (Date.now() - began) / 1_000
  }

  test.each([
    ['a range as long as memory', '${% for i in (1..100000000) %}x${% endfor %}'],
    ['a range in one expression', '${{ (1..100000000) | join }}'],
    ['a text that doubles', '${% assign s = "aaaaaaaaaa" %}${% for i in (1..60) %}${% assign s = s | append: s %}${% endfor %}${{ s }}'],
    ['loops in loops', '${% for i in (1..10000) %}${% for j in (1..10000) %}x${% endfor %}${% endfor %}'],
  ])('%s ends with an error within seconds', (_, bomb) => {
    expect(seconds(() => { expect(() => createExpressions().render(bomb, { variables: {}, kb: {}, resources: {} })).toThrow(ExpressionError) })).toBeLessThan(6)
  })

  test('many slow leaves of one artifact share one limit', () => {
    const slow = createExpressions()
    const bomb = '${% for i in (1..10000) %}${% for j in (1..10000) %}x${% endfor %}${% endfor %}'
    const took = seconds(() => { for (let leaf = 0; leaf < 50; leaf++) expect(() => slow.render(bomb, { variables: {}, kb: {}, resources: {} })).toThrow(ExpressionError) })
    expect(took).toBeLessThan(20)
    expect(() => slow.render('${{ 1 }}', { variables: {}, kb: {}, resources: {} })).toThrow('takes too long')
  })

  test('a small template cannot grow without bound', () => {
    const big = 'x'.repeat(10_000)
    expect(() => createExpressions().render('${% for i in (1..10000) %}${{ variables.big }}${% endfor %}', { variables: { big }, kb: {}, resources: {} })).toThrow('32 MiB')
    const many = createExpressions()
    expect(() => { for (let leaf = 0; leaf < 4_000; leaf++) many.render('${{ variables.big }}', { variables: { big }, kb: {}, resources: {} }) }).toThrow('32 MiB')
  })
})

describe('what a text reads', () => {
  test.each<[string, Partial<Reads>]>([
    ['${{ variables.a }}', { variables: ['a'] }],
    ['${{ variables["a"].b }}', { variables: ['a'] }],
    ['${{ variables.a | default: variables.b }}', { variables: ['a', 'b'] }],
    ['${% for d in variables.days %}${{ d }}${{ forloop.index }}${% endfor %}', { variables: ['days'] }],
    ['${% if variables.q == foo.bar %}${% endif %}', { variables: ['q'], unknown: ['foo'] }],
    ['${{ resources.brain.id }}${{ kb.policies }}', { resources: [{ name: 'brain', field: 'id' }], kb: ['policies'] }],
    ['${{ resources.brain }}', { resources: [{ name: 'brain', field: 'undefined' }] }],
    ['${{ variables[kb.x] }}', { kb: ['x'], dynamic: true }],
    ['${{ variables }}', { dynamic: true }],
    ['${% assign all = variables %}${{ all.secret }}', { dynamic: true }],
    ['${{ variables.list | where_exp: "i", "variables.secret" }}', { variables: ['list'], dynamic: true }],
    ['${{ process.env }}', { unknown: ['process'] }],
  ])('%s', (text, expected) => {
    expect(expressions.reads(text)).toEqual({ variables: [], resources: [], kb: [], dynamic: false, unknown: [], ...expected })
  })

  test('a text that cannot be parsed is an error', () => {
    expect(() => expressions.reads('${{ variables. }}${% if')).toThrow(ExpressionError)
  })
})

describe('delimiters', () => {
  const own = createExpressions({ output: ['[[', ']]'], tag: ['[%', '%]'] })

  test('of the artifact replace the usual ones, which become text', () => {
    expect(own.isExpression('${{ variables.a }}')).toBe(false)
    expect(own.isExpression('[% if %]')).toBe(true)
    expect(own.render('[[ variables.a ]]', { variables: { a: 1 }, kb: {}, resources: {} })).toBe(1)
    expect(own.render('${{ x }} [% if true %][[ variables.a ]][% endif %]', { variables: { a: 1 }, kb: {}, resources: {} })).toBe('${{ x }} 1')
    expect(own.idOf('brain')).toBe('[[ resources.brain.id ]]')
  })

  test('are what makes a text an expression', () => {
    expect(['plain', '{{ $json.x }}', '={{ x }}', '$', '${', '$ {{', '{%'].some(expressions.isExpression)).toBe(false)
    expect(['${{', 'a ${{ b }}', '${%'].every(expressions.isExpression)).toBe(true)
    expect(expressions.idOf('brain')).toBe('${{ resources.brain.id }}')
  })
})

test('more texts than the cache holds still render', () => {
  const many = createExpressions()
  for (let at = 0; at < 1_100; at++) expect(many.render(`${String(at)}: \${{ variables.a }}`, { variables: { a: 'x' }, kb: {}, resources: {} })).toBe(`${String(at)}: x`)
})
