import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { definition, words } from '../src/definition.ts'
import type { Field, FieldKind } from '../src/definition.ts'
import { mistakeIn, mistakesOf, validate } from '../src/validate.ts'

const html = readFileSync(new URL('../index.html', import.meta.url), 'utf8')
const field = (kind: FieldKind, more: Partial<Field> = {}): Field => ({ name: 'a', label: 'A', kind, required: true, most: 10, ...more })
const tagOf = (name: string): string => new RegExp(`<input id="${name}"[^>]*>`).exec(html)?.[0] ?? ''

const right: [FieldKind, string][] = [['text', ' Zoë '], ['email', 'a@b.io'], ['tel', '+49 (30) 1'], ['date', '2028-02-29'], ['number', '10'], ['password', 'correct horse'], ['checkbox', 'yes']]
for (const [kind, value] of right) test(`${JSON.stringify(value)} is a good ${kind}`, () => { assert.equal(mistakeIn(field(kind, kind === 'password' || kind === 'tel' ? { most: 50 } : {}), value), undefined) })

const wrong: [FieldKind, string | undefined, string][] = [
  ['text', ' ', words.missing('A')], ['text', 'x'.repeat(11), words.tooLong('A', 10)], ['email', 'a@b', words.email], ['email', 'a@b.io, c@d.io', words.email], ['tel', 'call me', words.tel],
  ['date', '2027-02-29', words.date], ['date', '01.02.2027', words.date], ['number', '11', words.number('A', 10)], ['number', '0', words.number('A', 10)], ['number', '1.5', words.number('A', 10)], ['number', '1e1', words.number('A', 10)],
  ['password', 'short', words.password], ['checkbox', undefined, words.unticked('A')],
]
for (const [kind, value, message] of wrong) test(`${JSON.stringify(value)} is no ${kind}`, () => { assert.equal(mistakeIn(field(kind), value), message) })

test('what need not be given may be empty, but not wrong', () => {
  assert.equal(mistakeIn(field('email', { required: false }), ''), undefined)
  assert.equal(mistakeIn(field('email', { required: false }), 'x'), words.email)
})

test('characters are counted as people see them, and spaces of a password belong to it', () => {
  assert.equal(mistakeIn(field('text', { most: 3 }), '👍👍👍'), undefined)
  assert.equal(mistakeIn(field('password', { most: 50 }), ' eleven sign'), undefined)
})

test('mistakes come in the order of the form', () => {
  assert.deepEqual(validate({}).map(({ name }) => name), definition.filter(({ required }) => required).map(({ name }) => name))
})

test('what the server refuses goes to its field, and all else to the top', () => {
  const name = definition[0]?.name ?? ''
  assert.deepEqual(mistakesOf({ errors: [{ pointer: `/${name}`, message: 'is taken' }, { pointer: '/other', message: 'is odd' }] }), [{ name, message: 'is taken' }, { name: '', message: 'is odd' }])
  assert.deepEqual(mistakesOf({ detail: 'Closed on Sundays' }), [{ name: '', message: 'Closed on Sundays' }])
  assert.deepEqual(mistakesOf(undefined), [{ name: '', message: words.broken }])
})

test('page and definition have the same fields, in the same order', () => {
  assert.deepEqual([...html.matchAll(/data-field="(\w+)"/g)].map(([, name]) => name), definition.map(({ name }) => name))
  for (const { name, required, kind, most } of definition) {
    assert.equal(/\srequired(?=[\s>])/.test(tagOf(name)), required, name)
    if (!['number', 'date', 'checkbox'].includes(kind)) assert.match(tagOf(name), new RegExp(`maxlength="${most}"`))
  }
})

test('every field has a label, a place for its message, and whatever describes it exists', () => {
  for (const { name, label } of definition) {
    assert.match(html, new RegExp(`<label for="${name}">${label.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`))
    for (const id of /aria-describedby="([^"]+)"/.exec(tagOf(name))?.[1]?.split(' ') ?? assert.fail(name)) assert.match(html, new RegExp(`id="${id}"`))
  }
  const ids = [...html.matchAll(/\bid="([^"]+)"/g)].map(([, id]) => id)
  assert.equal(new Set(ids).size, ids.length)
})

test('the page has a language, a title, and can be zoomed', () => {
  assert.match(html, /<html lang="\w+">/)
  assert.match(html, /<title>[^<]+<\/title>/)
  assert.ok(!/user-scalable=no|maximum-scale/.test(html))
})
