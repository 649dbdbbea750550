import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { test } from 'node:test'
import { parseCsv, parseSession, reportOf } from '../src/sessions.mjs'

const sheet = (over = {}) => {
  const { charter, testing, notes, debriefing } = { charter: 'A', testing: 60, notes: 'COVERED search\nBUG wrong total, QA-1', debriefing: 'Past: fine.', ...over }
  return `# Session\n\n- Charter: ${charter}\n- Tester: X\n- Start: 2026-01-08 09:30\n- Build: 1\n- Minutes: 90\n- Testing: ${testing} %\n- Bugs: 30 %\n- Setup: 10 %\n\n## Notes\n\n${notes}\n\n## Debriefing\n\n${debriefing}\n`
}
const charters = [{ id: 'A', priority: '1' }, { id: 'B', priority: '3' }, { id: 'C', priority: '2' }]

test('a sheet is read: fields, time and marks', () => {
  const session = parseSession('s', sheet({ notes: 'COVERED search\nthe word BUG within a line is none\nBUG wrong total, QA-1\nISSUE slow mails\nIDEA Explore tabs' }))
  assert.deepEqual([session.problems, session.charter, session.minutes, session.testing, session.bugs, session.issues, session.ideas], [[], 'A', 90, 60, ['wrong total, QA-1'], ['slow mails'], ['Explore tabs']])
})

for (const [what, over, message] of [
  ['time that does not make 100 %', { testing: 70 }, /100 %/],
  ['a sheet without what was covered', { notes: 'BUG x' }, /nothing is COVERED/],
  ['a sheet without a debriefing', { debriefing: '' }, /not debriefed/],
  ['a sheet without a charter', { charter: '' }, /charter is empty/],
]) test(`${what} is a problem, and is not counted`, () => {
  const report = reportOf(charters, [parseSession('s', sheet(over))])
  assert.match(report.problems.join(), message)
  assert.equal(report.minutes, 0)
})

test('a charter that does not exist is named', () => assert.match(reportOf(charters, [parseSession('s', sheet({ charter: 'Z' }))]).problems.join(), /no charter Z/))
test('time is added up by what it went into', () => {
  const { minutes, testing, bugTime, setup } = reportOf(charters, [parseSession('s', sheet()), parseSession('t', sheet({ charter: 'B' }))])
  assert.deepEqual([minutes, testing, bugTime, setup], [180, 108, 54, 18])
})
test('next is the untouched charter of highest priority', () => assert.equal(reportOf(charters, [parseSession('s', sheet())]).next, 'C'))
test('when none is untouched, next is where most bugs are found', () => {
  const sessions = ['A', 'B', 'C'].map((charter) => parseSession(charter, sheet({ charter, notes: `COVERED x\n${'BUG y\n'.repeat(charter === 'B' ? 3 : 1)}` })))
  assert.equal(reportOf(charters, sessions).next, 'B')
})

test('the charters here are whole, and the sheets here are counted', () => {
  const own = parseCsv(readFileSync(new URL('../charters.csv', import.meta.url), 'utf8'))
  for (const charter of own) for (const [column, value] of Object.entries(charter)) assert.ok(value, `${charter.id}: ${column} is empty`)
  const folder = new URL('../sessions/', import.meta.url)
  const sessions = readdirSync(folder).filter((name) => name !== 'TEMPLATE.md').map((name) => parseSession(name, readFileSync(new URL(name, folder), 'utf8')))
  assert.deepEqual(reportOf(own, sessions).problems, [])
})
