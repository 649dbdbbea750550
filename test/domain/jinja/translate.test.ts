import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import type { Json } from '../../../contracts/json.ts'
import { createExpressions } from '../../../domain/expressions.ts'
import { Unknown } from '../../../domain/jinja/compile.ts'
import type { Names } from '../../../domain/jinja/compile.ts'
import { atom } from '../../../domain/jinja/liquid.ts'
import type { Type } from '../../../domain/jinja/liquid.ts'
import { jinjaSyntax } from '../../../domain/jinja/pieces.ts'
import type { Syntax } from '../../../domain/jinja/pieces.ts'
import { translate, translateValue } from '../../../domain/jinja/translate.ts'
import { short } from '../../../domain/jinja/untranslatable.ts'
import { projectLanguage } from '../../../domain/project-language.ts'

const known: Record<string, Json> = { s: 'Hello World', n: 5, f: 2.5, b: false, x: true, none: null, l: ['a', 'b', 'c'], d: { k: 'v', m: 1 } }
const types: Record<string, Type> = { s: 'string', n: 'integer', f: 'float', b: 'boolean', x: 'boolean', l: 'list' }
const names: Names = {
  read: (name) => {
    if (!Object.hasOwn(known, name)) throw new Unknown(`${name} is not known`)
    return atom(`variables.${name}`, types[name] ?? 'any')
  },
  readPart: () => undefined,
  added: new Set(['jsonify', 'slugify', 'now']),
}

function render(template: string, syntax: Syntax = jinjaSyntax): string {
  const { text } = translate(template, syntax, names)
  const expressions = createExpressions({ output: [...syntax.variable], tag: [...syntax.block] }, projectLanguage)
  return expressions.renderText(text, { variables: known, kb: {}, resources: {} })
}
const remarksOf = (template: string): unknown[] => translate(template, jinjaSyntax, names).remarks.map(({ line, what, stops }) => [line, what, stops])

describe('a template comes out as Jinja 3.1 renders it', () => {
  /** Template, its text, and where it differs, its text with trim_blocks and lstrip_blocks. */
  const cases = JSON.parse(readFileSync(new URL('cases.json', import.meta.url), 'utf8')) as [string, string, string?][]
  test.each(cases)('%j', (template, plain, trimmed = plain) => {
    expect(remarksOf(template)).toEqual([])
    expect(render(template)).toBe(plain)
    expect(render(template, { ...jinjaSyntax, trimBlocks: true, lstripBlocks: true })).toBe(trimmed)
  })

  test('with other delimiters, and without its last line end', () => {
    const brackets: Syntax = { ...jinjaSyntax, variable: ['[[', ']]'], block: ['[%', '%]'], comment: ['[#', '#]'], keepTrailingNewline: false }
    expect(render('a [# no #][% if x -%] [[ l[0] ]] {{ stays }}[% endif %]\n', brackets)).toBe('a a {{ stays }}')
    expect(render('[% raw %][[ x ]]\n[% endraw %]', brackets)).toBe('[[ x ]]')
    expect(render('{{ s }}\n', { ...jinjaSyntax, keepTrailingNewline: false })).toBe('Hello World\n'.trimEnd())
  })

  test('text that means nothing to Jinja comes out as it went in, whatever it is', () => {
    const word = fc.constantFrom('{', '}', '%', '#', '{ {', '} }', '$', '\n', ' ', 'text', "'", '"', '\\', 'é', '-', '|', 'endraw', 'raw')
    fc.assert(fc.property(fc.array(word), (words) => {
      const text = words.join('')
      fc.pre(!/\{\{|\{%|\{#/.test(text))
      expect(render(text)).toBe(text)
      expect(render(`${text} {{- '' }}{# none #}${text}`)).toBe(text.trimEnd() + text)
    }))
  })

  test('any string comes through a literal', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => {
      fc.pre(text.isWellFormed())
      expect(render(`{{ ${JSON.stringify(text)} }}`)).toBe(text)
    }))
  })

  test('with delimiters that begin alike, or with what may stand before them', () => {
    const odd: Syntax = { ...jinjaSyntax, variable: ['<%=', '%>'], block: ['=%', '%='], comment: ['<#', '#>'] }
    expect(render('a<% <#- none #>=%- if x %=b=% endif %=<%<%= s %><', odd)).toBe('a<%b<%Hello World<')
  })

  test('the time is that of now, in UTC', () => {
    expect(render("{% now 'utc', '%Y' %}")).toMatch(/^\d{4}$/)
    expect(render("{% now 'local' %}")).toMatch(/^\d{4}-\d\d-\d\d$/)
  })
})

describe('what has no counterpart ends the rendering where it is needed, and is told by line', () => {
  test.each<[string, string]>([
    ['{{ zz }}', 'zz is not known'],
    ['{{ zz.s }}', 'zz is not known'],
    ['{{ s|truncate(3) }}', 'cannot translate the filter truncate'],
    ['{{ s|constructor }}', 'cannot translate the filter constructor'],
    ['{{ s.zfill(3) }}', 'cannot translate the method .zfill()'],
    ['{{ lipsum() }}', 'cannot translate the function lipsum()'],
    ['{{ l[0]() }}', 'cannot translate a call of what an expression gives'],
    ['{{ s is callable }}', 'cannot translate the test callable'],
    ['{{ n % 2 }}', 'cannot translate the operator %'],
    ['{{ n ** 2 }}', 'cannot translate the operator **'],
    ['{{ 1 < n < 9 }}', 'cannot translate two comparisons in one: "1 < n < 9"'],
    ['{{ (1, 2) }}', 'cannot translate a tuple, range or view as text'],
    ['{{ {"a": 1} }}', 'cannot translate "{"a": 1}"'],
    ['{{ s ; n }}', 'cannot translate "; n" in "s ; n"'],
    ['{{ s n }}', 'cannot translate "s n"'],
    ['{{ s| }}', 'cannot translate "s|"'],
    ['{{ s.replace("a") }}', 'cannot translate a call without an argument that it needs'],
    ['{{ s.replace("a", "b", 1) }}', 'cannot translate that many arguments'],
    ['{{ l|sort(reverse=true) }}', 'cannot translate the argument reverse'],
    ['{{ s|indent(wide=3) }}', 'cannot translate the argument wide'],
    ['{{ s|replace("", "x") }}', 'cannot translate replace of nothing'],
    ['{{ s.split(maxsplit=1) }}', 'cannot translate a split at white space that ends somewhere'],
    ['{{ "".join(*l) }}', 'cannot translate """.join(*l)"'],
    ['{% for i in l %}{{ loop.previtem }}{% endfor %}', 'cannot translate loop.previtem'],
    ['{% for i in l %}{{ loop }}{% endfor %}', 'cannot translate loop as a whole'],
    ['{% for i in l recursive %}{{ i }}{% endfor %}', 'cannot translate a recursive for'],
    ['{% for i of l %}{{ i }}{% endfor %}', 'cannot translate "for i of l"'],
    ['{% for i in l if i == "q" %}x{% else %}none{% endfor %}', 'cannot translate a for with a condition that also has loop or else'],
    ['{% for i in l if i %}{{ loop.index }}{% endfor %}', 'cannot translate a for with a condition that also has loop or else'],
    ['{% for i in zz %}{{ i }}{% endfor %}', 'zz is not known'],
    ['{% set a = 1 %}{% for i in l %}{% set a = i %}{% endfor %}', 'cannot translate a set inside a loop of a, which is also outside of it'],
    ['{% for i in l %}{% if x %}{% set a = i %}{% endif %}{% endfor %}', 'cannot translate a set inside a loop of a, which stands under a condition'],
    ['{% set a, c = l %}', 'cannot translate "a, c = l"'],
    ['{% include "other" %}', 'cannot translate the tag "include "other""'],
    ['{% extends "base" %}', 'cannot translate the tag "extends "base""'],
    ['{% filter upper %}text {% filter lower %}x{% endfilter %}{% endfilter %}', 'cannot translate the tag "filter upper"'],
    ['{% with a = 1 %}{{ a }}{% endwith %}', 'cannot translate the tag "with a = 1"'],
    ['{% do l.append(1) %}', 'cannot translate the tag "do l.append(1)"'],
    ["{% now 'Europe/Berlin' %}", 'cannot translate now in another time zone than utc'],
    ['{% if s %}', 'if is not closed'],
    ['{% endif %}', 'an end without its beginning'],
    ['{% if s %}{% endfor %}', 'an end without its beginning'],
    ['{{ s', '{{ is not closed'],
    ['{# s', '{# is not closed'],
    ['{% raw %}', 'raw is not closed'],
  ])('%j', (template, what) => {
    expect(remarksOf(`one\n\n${template}\nlast`)).toContainEqual([3, what, true])
    expect(() => render(`one\n\n${template}\nlast`)).toThrow(what.split('"')[0])
  })

  test('what is not needed does not end it', () => {
    expect(render('{% if b %}{{ zz }}{% include "x" %}{% else %}fine{% endif %}')).toBe('fine')
    expect(render('{% if x %}fine{% elif zz %}{% endif %}')).toBe('fine')
  })

  test('what only defines is told, and whoever uses it is ended', () => {
    expect(remarksOf('{% macro field(a) %}{% macro inner() %}{% endmacro %}{{ a }}{% endmacro %}\n{% import "x" as y %}\n{% from "x" import z %}fine')).toEqual([[1, 'macro "field(a)"', false], [2, 'import ""x" as y"', false], [3, 'import ""x" import z"', false]])
    expect(render('{% macro field(a) %}{{ a }}{% endmacro %}fine')).toBe('fine')
    expect(() => render('{% macro field(a) %}{{ a }}{% endmacro %}{{ field(1) }}')).toThrow('the function field()')
  })

  test('filters and tags of Cookiecutter are not those of others', () => {
    const { remarks } = translate("{{ s|slugify }}{% now 'utc' %}", jinjaSyntax, { ...names, added: new Set() })
    expect(remarks.map(({ what }) => what)).toEqual(['cannot translate the filter slugify', 'cannot translate the tag "now \'utc\'"'])
  })
})

test('names that mean something in Liquid are other names there', () => {
  expect(render("{% set variables = 'mine' %}{% set forloop = 'too' %}{{ variables }} {{ forloop }} {{ s }}")).toBe('mine too Hello World')
  expect(render("{% for s in l %}{{ s }}{% for s in [1] %}{{ s }}{% endfor %}{{ s }}{% endfor %}{{ s }}")).toBe('a1ab1bc1cHello World')
})

test('a text that is one expression keeps its type; any other is a text', () => {
  const value = (template: string): Json => createExpressions({ output: ['{{', '}}'], tag: ['{%', '%}'] }).render(translateValue(template, jinjaSyntax, names).text, { variables: known, kb: {}, resources: {} })
  expect([value(' {{ n }} '), value('{{ l }}'), value('{{ s }}'), value('{{ s }}!')]).toEqual([5, ['a', 'b', 'c'], 'Hello World', 'Hello World!'])
  expect(translateValue('{{ zz }}', jinjaSyntax, names).remarks).toEqual([{ line: 1, what: 'zz is not known', stops: true }])
  expect(translateValue('{{ zz', jinjaSyntax, names).remarks).toEqual([{ line: 1, what: '{{ is not closed', stops: true }])
})

test('a remark quotes up to 60 signs, and the beginning of what is longer', () => {
  expect([short(` ${'x'.repeat(60)}\n`), short('x'.repeat(61))]).toEqual(['x'.repeat(60), `${'x'.repeat(57)}…`])
})
