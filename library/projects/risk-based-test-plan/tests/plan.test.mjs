import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { assess, gate, parseCsv, problemsOf, shareDays } from '../src/plan.mjs'

const risk = (id, likelihood, impact) => ({ id, likelihood: String(likelihood), impact: String(impact) })
const done = (id, covers, technique = 'positive', over = {}) => ({ id, covers, technique, result: 'passed', bug: '', ...over })
const levelOf = (likelihood, impact) => assess([risk('R', likelihood, impact)], [])[0].level

test('levels follow the product, at their borders', () => {
  assert.deepEqual([levelOf(3, 5), levelOf(2, 5), levelOf(3, 3), levelOf(2, 4), levelOf(1, 5), levelOf(2, 2)], ['critical', 'high', 'high', 'medium', 'medium', 'low'])
})

const critical = [risk('R', 5, 5)]
test('a critical risk wants three tests, two techniques and one that tries to break it', () => {
  assert.deepEqual(gate(critical, []), ['R (critical) lacks 3 more tests', 'R (critical) lacks another technique', 'R (critical) lacks a negative or fault test'])
  assert.deepEqual(gate(critical, [done('a', 'R'), done('b', 'R'), done('c', 'R')]), ['R (critical) lacks another technique', 'R (critical) lacks a negative or fault test'])
  assert.deepEqual(gate(critical, [done('a', 'R'), done('b', 'R', 'state'), done('c', 'R', 'fault')]), [])
})

test('an accepted bug is enough at medium, and not above', () => {
  const failed = done('a', 'R', 'positive', { result: 'failed', bug: 'accepted: BUG-7' })
  assert.deepEqual(gate([risk('R', 2, 4)], [failed]), [])
  assert.deepEqual(gate([risk('R', 3, 4)], [failed, done('b', 'R')]), ['R (high): a failed'])
})

test('low risks stop nothing', () => assert.deepEqual(gate([risk('R', 1, 4)], [done('a', 'R', 'positive', { result: 'open' })]), []))
test('a test may cover several risks', () => assert.deepEqual(assess([risk('R', 2, 4), risk('S', 2, 4)], [done('a', 'R S')]).map(({ tests }) => tests), [1, 1]))

test('what does not hold in the files is named', () => {
  const problems = problemsOf([risk('R', 6, 1), risk('R', 1, 1)], [done('a', 'X', 'guess', { result: 'fine' })])
  assert.equal(problems.length, 5)
  for (const part of ['R: stands twice', '1 to 5', 'covers X', '"guess"', '"fine"']) assert.ok(problems.some((one) => one.includes(part)), part)
})

test('days go to the high risks, and a fifth is kept', () => {
  const share = shareDays(assess([risk('a', 5, 5), risk('b', 3, 3), risk('c', 1, 1)], []), 10)
  assert.deepEqual([...share], [['a', 5], ['b', 3], ['c', 0]])
})

test('the register and the tests of this plan hold together', () => {
  const read = (name) => parseCsv(readFileSync(new URL(`../${name}`, import.meta.url), 'utf8'))
  assert.deepEqual(problemsOf(read('risks.csv'), read('tests.csv')), [])
})
