import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { criticalPath, parseCsv, schedule, toCsv } from '../schedule.mjs'

const plan = parseCsv(readFileSync(new URL('../plan.csv', import.meta.url), 'utf8'))
const task = (id, days, needs = '') => ({ id, task: id, days: String(days), needs, done_when: 'seen' })

test('this plan can be scheduled, and ends with the first week live', () => {
  const dated = schedule(plan, '${{ variables.start }}')
  assert.equal(dated.length, plan.length)
  assert.equal(dated.map(({ last }) => last).sort().at(-1), dated.find(({ id }) => id === 'care').last)
  assert.equal(criticalPath(dated)[0], 'kickoff')
})

test('weekends and days off are skipped', () => {
  const [one, two] = schedule([task('a', 2), task('b', 1, 'a')], '2026-01-02', ['2026-01-06'])
  assert.deepEqual([one.first, one.last, two.first], ['2026-01-02', '2026-01-05', '2026-01-07'])
})

test('a task begins after the last of those that it needs', () => {
  const dated = schedule([task('c', 1, 'a b'), task('a', 1), task('b', 3)], '2026-01-05')
  assert.equal(dated[0].first, '2026-01-08')
  assert.deepEqual(criticalPath(dated), ['b', 'c'])
})

for (const [what, tasks, message] of [
  ['tasks that wait for each other', [task('a', 1, 'b'), task('b', 1, 'a')], /a → b → a/],
  ['a need that is not there', [task('a', 1, 'x')], /a needs x/],
  ['a task without an end', [task('a', 'soon')], /days must be/],
  ['an id that stands twice', [task('a', 1), task('a', 1)], /twice/],
]) test(`${what}: refused by name`, () => assert.throws(() => schedule(tasks, '2026-01-05'), message))

test('a day that does not exist is refused', () => assert.throws(() => schedule([task('a', 1)], '2026-02-30'), /no day/))
test('what is written as CSV is read back', () => assert.deepEqual(parseCsv(toCsv([{ a: 'x, "y"', b: '' }])), [{ a: 'x, "y"', b: '' }]))
