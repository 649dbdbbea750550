import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parseCsv, scoreCall, scoreWeek } from '../qa/score.mjs'

const read = (name) => parseCsv(readFileSync(new URL(name, import.meta.url), 'utf8'))
const scorecard = read('../qa/scorecard.csv')
const all = (value) => Object.fromEntries(scorecard.map(({ criterion }) => [criterion, value]))

test('the scorecard has 100 points', () => assert.equal(scorecard.reduce((sum, { points }) => sum + Number(points), 0), 100))
test('a call without a fault has 100', () => assert.equal(scoreCall(scorecard, all('1')).score, 100))
test('what did not apply counts neither way', () => assert.equal(scoreCall(scorecard, { ...all('1'), handover: 'n/a', short: '0' }).score, 89))
test('a criterion that kills leaves nothing', () => assert.deepEqual(scoreCall(scorecard, { ...all('1'), 'correct-facts': '0' }), { score: 0, killed: ['correct-facts'], failed: ['correct-facts'] }))
test('a criterion without an answer is named', () => assert.throws(() => scoreCall(scorecard, { ...all('1'), short: '' }), /short/))
test('a criterion that is not on the scorecard is named', () => assert.throws(() => scoreCall(scorecard, { ...all('1'), charm: '1' }), /charm/))

test('a week has its mean, the calls below the mark, and what was missed most', () => {
  const rows = (call, answers) => Object.entries(answers).map(([criterion, yes]) => ({ call, criterion, yes }))
  const week = scoreWeek(scorecard, [...rows('a', all('1')), ...rows('b', { ...all('1'), privacy: '0', short: '0' }), ...rows('c', { ...all('1'), short: '0' })])
  assert.deepEqual([week.mean, week.below, week.worst[0]], [63, week.calls.filter(({ score }) => score < ${{ variables.passMark }}).map(({ call }) => call), { criterion: 'short', calls: 2 }])
})

test('the sample can be scored', () => assert.equal(scoreWeek(scorecard, read('../qa/sample-scores.csv')).mean, 83))

test('every test call says what decides it', () => {
  for (const call of read('../test-calls.csv')) for (const column of ['id', 'caller_says', 'must', 'must_not']) assert.ok(call[column], `${call.id}: ${column} is empty`)
})
