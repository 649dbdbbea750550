import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parse } from 'yaml'
import { budgetOf, check, problemsOf, stateOf, toTable } from '../src/catalogue.mjs'

const own = parse(readFileSync(new URL('../catalogue.yaml', import.meta.url), 'utf8'))
const good = { id: 'X-1', attribute: 'performance', source: 'a user', stimulus: 'saves', environment: 'busiest hour', response: 'it is stored', measure: '95th percentile', unit: 'ms', must: 500, goal: 300, direction: 'max', verify: { by: 'load test', where: 'load/', owner: 'test lead' } }

test('this catalogue is whole', () => {
  assert.deepEqual(check(own), [])
  assert.deepEqual([...new Set(own.scenarios.map(({ attribute }) => attribute))], ${{ variables.attributes | json }})
})
test('a whole scenario has no problems', () => assert.deepEqual(problemsOf(good), []))

for (const [what, over, problem] of [
  ['without a measure', { measure: ' ' }, /measure is empty/],
  ['whose response cannot be measured', { response: 'answers fast' }, /"fast" cannot be measured/],
  ['without a number', { must: 'soon' }, /must is no number/],
  ['whose goal is worse than what must be', { goal: 600 }, /goal 600 is worse/],
  ['the other way round, too', { direction: 'min', must: 99.9, goal: 99.5, unit: '%' }, /is worse/],
  ['of more than everything', { direction: 'min', must: 99, goal: 101, unit: '%' }, /0 to 100/],
  ['that nobody verifies', { verify: { by: 'load test', where: 'load/' } }, /verify\.owner/],
  ['without a direction', { direction: undefined }, /direction/],
]) test(`a scenario ${what} is refused`, () => assert.match(problemsOf({ ...good, ...over }).join('\n'), problem))

test('an id that stands twice is found', () => assert.deepEqual(check({ scenarios: [good, good] }), ['X-1: stands twice']))
test('a result is not measured, missed, met or at its goal', () => {
  assert.deepEqual([undefined, 501, 500, 301, 300].map((result) => stateOf({ ...good, result })), ['not measured', 'missed', 'met', 'met', 'goal'])
  assert.equal(stateOf({ ...good, direction: 'min', must: 99, goal: 99.9, result: 98.9 }), 'missed')
})
test('the table has a row per scenario, and no cell breaks it', () => {
  assert.equal(toTable(own).split('\n').length, own.scenarios.length + 2)
  assert.ok(toTable({ scenarios: [{ ...good, response: 'a | b' }] }).includes('a \\| b'))
})
test('99.9 % leaves 43.2 minutes a month', () => assert.deepEqual(budgetOf(99.9), { month: 43.2, year: 525.6 }))
