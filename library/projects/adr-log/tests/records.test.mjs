import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { test } from 'node:test'
import { check, draft, parseRecord, parts, stale, toIndex } from '../src/records.mjs'

const folder = new URL('../decisions/', import.meta.url)
const own = readdirSync(folder).filter((name) => /^\d{4}-/.test(name)).sort().map((name) => parseRecord(name, readFileSync(new URL(name, folder), 'utf8')))

const record = (number, over = {}) => {
  const { status, extra, date, body, heading } = { status: 'accepted', extra: '', date: '2026-01-05', body: 'Because.', heading: number, ...over }
  return parseRecord(`000${number}-x.md`, `# ${heading}. Title ${number}\n\n- Status: ${status}\n- Date: ${date}\n- Deciders: us\n${extra}\n${parts.map((part) => `## ${part}\n\n${body}\n`).join('\n')}`)
}
const problems = (...records) => check(records).join('\n')

test('the records here are whole, and the index is up to date', () => {
  assert.deepEqual(check(own), [])
  assert.equal(readFileSync(new URL('README.md', folder), 'utf8'), toIndex(${{ variables.system | append: ": decisions" | json }}, own))
})
test('a whole record has no problems', () => assert.equal(problems(record(1)), ''))

for (const [what, records, message] of [
  ['a status that is none', [record(1, { status: 'done' })], /status is proposed/],
  ['a day that does not exist', [record(1, { date: '2026-02-30' })], /date is no day/],
  ['an empty part', [record(1, { body: '' })], /is missing or empty/],
  ['places that nobody filled in', [record(1, { body: 'We …' })], /nobody filled in/],
  ['a number unlike the file\'s', [record(1, { heading: 7 })], /says it is number 7/],
  ['a number twice', [record(1), record(2, { heading: 1 })], /number 1 stands twice/],
  ['a dead link', [record(1, { extra: '- Related: [9. X](0009-x.md)\n' })], /0009-x\.md, which does not exist/],
  ['superseded by nothing', [record(1, { status: 'superseded' })], /add "- Superseded by/],
  ['superseded, and still accepted', [record(1, { extra: '- Superseded by: [2. X](0002-x.md)\n' }), record(2, { extra: '- Supersedes: [1. X](0001-x.md)\n' })], /its status is accepted/],
  ['superseding in one direction only', [record(1, { status: 'superseded', extra: '- Superseded by: [2. X](0002-x.md)\n' }), record(2)], /does not say that it supersedes/],
]) test(`${what}: found`, () => assert.match(problems(...records), message))

test('superseding in both directions is whole', () => {
  assert.equal(problems(record(1, { status: 'superseded', extra: '- Superseded by: [2. X](0002-x.md)\n' }), record(2, { extra: '- Supersedes: [1. X](0001-x.md)\n' })), '')
})
test('stale is what was accepted and not looked at for so long', () => {
  const records = [record(1, { date: '2025-01-01' }), record(2, { date: '2025-01-01', extra: '- Reviewed: 2026-01-01\n' }), record(3, { date: '2025-01-01', status: 'rejected' }), record(4, { date: '2025-12-01' })]
  assert.deepEqual(stale(records, 6, new Date('2026-02-01')).map(({ number }) => number), [1])
})
test('a new record has the next number, a file name from its title, and only wants filling in', () => {
  const { file, text } = draft([record(1), record(3)], 'Größe: use links!', '2026-02-01', 'us')
  assert.equal(file, '0004-grosse-use-links.md')
  assert.deepEqual(check([parseRecord(file, text)]), [])
  assert.match(check([parseRecord(file, text.replace('proposed', 'accepted'))]).join(), /nobody filled in/)
  assert.throws(() => draft([], ' ', '2026-02-01', 'us'), /say what is decided/)
})
test('the index tells what holds from what is past', () => {
  const index = toIndex('X', [record(2, { status: 'rejected' }), record(1)])
  assert.ok(index.indexOf('Title 1') < index.indexOf('Past and rejected') && index.indexOf('Past and rejected') < index.indexOf('Title 2'))
})
