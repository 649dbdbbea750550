import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromQuery, toQuery } from '../src/address.ts'
import { columns, compare, shown } from '../src/columns.ts'
import type { Column, Kind, Row, Value } from '../src/columns.ts'
import { toCsv } from '../src/csv.ts'
import { initial, matching, sorted, sortedBy, viewOf } from '../src/view.ts'

const [first] = columns as [Column, ...Column[]]
const column = (kind: Kind): Column => ({ key: 'k', label: 'K', kind })
const rowsOf = (...values: Value[]): Row[] => values.map((value, at) => ({ id: String(at), [first.key]: value }))
const valuesOf = (rows: readonly Row[]) => rows.map((row) => row[first.key])
const isText = first.kind === 'text'

test('values are shown as people write them, and empty ones as nothing', () => {
  assert.match(shown(1234.5, column('number')), /^1.?234[.,]5$/)
  assert.match(shown(5, column('money')), /5[.,]00/)
  assert.match(shown('2026-05-01', column('date')), /2026/)
  assert.match(shown('2026-05-01', column('date')), /0?1/)
  assert.equal(shown('soon', column('date')), 'soon')
  assert.deepEqual([null, undefined, ''].map((value) => shown(value, column('number'))), ['', '', ''])
})

test('numbers are compared as numbers, texts with their numbers and accents', () => {
  assert.ok(compare(9, 10, column('number')) < 0)
  assert.ok(compare('item 9', 'item 10', column('text')) < 0)
  assert.equal(compare('émile', 'Emile', column('text')), 0)
  assert.ok(compare('2026-01-01', '2025-12-31', column('date')) > 0)
  assert.ok(compare(false, true, column('boolean')) < 0)
})

test('what is empty comes last, up and down', { skip: !isText }, () => {
  const rows = rowsOf('b', '', 'a', null)
  assert.deepEqual(valuesOf(sorted(rows, [{ key: first.key, descending: false }])), ['a', 'b', '', null])
  assert.deepEqual(valuesOf(sorted(rows, [{ key: first.key, descending: true }])), ['b', 'a', '', null])
})

test('sorting leaves equal rows as they were, and the given rows alone', () => {
  const rows = Object.freeze(rowsOf('x', 'x', 'x')) as Row[]
  assert.deepEqual(sorted(rows, [{ key: first.key, descending: true }]).map(({ id }) => id), ['0', '1', '2'])
})

test('a filter forgives case and accents, and wants each word', { skip: !isText }, () => {
  const rows = rowsOf('Jörg Müller', 'Ann Miller')
  assert.deepEqual(valuesOf(matching(rows, 'MULLER jorg')), ['Jörg Müller'])
  assert.equal(matching(rows, 'jorg ann').length, 0)
  assert.equal(matching(rows, '  ').length, 2)
})

test('pages hold every row once', () => {
  const rows = rowsOf(...Array.from({ length: 23 }, (_, n) => `n${n}`))
  const seen = [1, 2, 3].flatMap((page) => viewOf(rows, { ...initial, pageSize: 10, page }).rows.map(({ id }) => id))
  assert.deepEqual(seen, rows.map(({ id }) => id))
})

test('a page that is not there becomes the last one, and no rows are one empty page', () => {
  const view = viewOf(rowsOf('a', 'b', 'c'), { ...initial, pageSize: 2, page: 99 })
  assert.deepEqual([view.page, view.pages, view.first, view.last, view.found], [2, 2, 3, 3, 3])
  assert.deepEqual(viewOf([], initial), { rows: [], found: 0, page: 1, pages: 1, first: 0, last: 0 })
})

test('a click sorts up, down, and not at all; with Shift the others stay', () => {
  const up = sortedBy({ ...initial, page: 3 }, 'a', false)
  assert.deepEqual([up.sorting, up.page], [[{ key: 'a', descending: false }], 1])
  const down = sortedBy(up, 'a', false)
  assert.deepEqual(down.sorting, [{ key: 'a', descending: true }])
  assert.deepEqual(sortedBy(down, 'a', false).sorting, [])
  const both = sortedBy(down, 'b', true)
  assert.deepEqual(both.sorting.map(({ key }) => key), ['a', 'b'])
  assert.deepEqual(sortedBy(both, 'a', true).sorting, [{ key: 'b', descending: false }])
  assert.deepEqual(sortedBy(both, 'c', false).sorting, [{ key: 'c', descending: false }])
})

test('the address keeps the state, and what belongs to others', () => {
  const state = { filter: 'ä & b', sorting: [{ key: first.key, descending: true }], page: 2, pageSize: initial.pageSize }
  const query = toQuery(state, new URLSearchParams('tab=open&page=9'))
  assert.deepEqual(fromQuery(new URLSearchParams(query)), state)
  assert.match(query, /tab=open/)
  assert.equal(toQuery(initial), '')
})

test('an address that somebody made up does no harm', () => {
  assert.deepEqual(fromQuery(new URLSearchParams(`sort=nope,-__proto__,${first.key},-${first.key}&page=-1&size=1e9`)), { ...initial, sorting: [{ key: first.key, descending: false }] })
})

test('an export is read by spreadsheets, and run by none', () => {
  const [head, ...lines] = toCsv(rowsOf('=1+1', 'a "b", c', -5, null, '-x')).split('\r\n')
  assert.equal(head?.split(',').length, columns.length)
  const cells = lines.map((line) => line.replace(/,*$/, ''))
  assert.deepEqual(cells, ["'=1+1", '"a ""b"", c"', '-5', '', "'-x", ''])
})
