import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { guesses, numbers, sources } from '../src/assumptions.mjs'
import { changed, forecast, instances, kept, limits, monthOf, sensitivities } from '../src/model.mjs'
import { csv, report } from '../src/report.mjs'

const assumptions = numbers(sources())
const cli = (...args) => spawnSync(process.execPath, [join(import.meta.dirname, '../src/cli.mjs'), ...args], { encoding: 'utf8' })

test('100 requests a second of 0.2 s are 20 in flight: 4 instances of 10 slots at 0.6, and a spare', () => {
  assert.equal(instances(100, 0.2, { slots: 10, targetUtilisation: 0.6, spare: 1 }), 5)
  assert.equal(instances(0, 1, { slots: 10, targetUtilisation: 0.6 }), 1)
})

test('what is kept grows until the retention ends', () => {
  assert.equal(kept([10, 10], 15.2), 152)
  assert.equal(kept([1, 1, 1], 1000).toFixed(1), '91.2')
  assert.equal(kept([5, 1], 30.4), 30.4)
})

test('users follow the growth, and cost follows users', () => {
  const steady = changed(assumptions, 'users.monthlyGrowth', 0.5)
  const [now, next] = [monthOf(steady, 0), monthOf(steady, 1)]
  assert.equal(next.users, now.users * 1.5)
  assert.equal(next.peakPerSecond.toFixed(6), (now.peakPerSecond * 1.5).toFixed(6))
  assert.ok(next.cost.egress > now.cost.egress)
})

test('the total is the sum of its parts', () => {
  for (const { cost } of forecast(assumptions)) {
    const { total, ...parts } = cost
    assert.ok(Math.abs(total - Object.values(parts).reduce((a, b) => a + b, 0)) < 1e-6)
  }
})

test('the forecast has a row for now and for each month', () => assert.equal(forecast(assumptions).length, assumptions.months + 1))

test('more of anything never makes the peak cheaper to serve', () => {
  const dear = changed(assumptions, 'api.serviceMs', assumptions.api.serviceMs * 10)
  assert.ok(monthOf(dear, 0).apiInstances >= monthOf(assumptions, 0).apiInstances)
})
${%- if variables.components contains "database" or variables.components contains "inference" %}

test('a hard limit is named with the month in which it is passed', () => {
  const large = changed(changed(assumptions, 'users.daily', 1e9), 'users.monthlyGrowth', 0)
  assert.equal(limits(large)[0].month, 0)
  assert.deepEqual(limits(changed(large, 'users.daily', 1)), [])
})
${%- endif %}

test('what moves the cost comes first', () => {
  const found = sensitivities(assumptions).map(({ change }) => Math.abs(change))
  assert.deepEqual(found, found.toSorted((a, b) => b - a))
  assert.ok(found[0] > 0)
})

test('an assumption must be a number, with unit and source', () => {
  assert.throws(() => numbers({ a: { b: { value: '1', unit: 'x', source: 'y' } } }), /a\.b is no number/)
  assert.throws(() => numbers({ a: { value: -1, unit: 'x', source: 'y' } }), /a is negative/)
  assert.throws(() => numbers({ a: { value: 1, unit: 'x' } }), /needs a unit and a source/)
  assert.throws(() => changed(assumptions, 'users.nothing', 1), /there is no assumption "users.nothing"/)
  assert.ok(guesses(sources()).includes('users.requests'))
})

test('the report and the table are written', () => {
  const text = report(assumptions, guesses(sources()))
  for (const part of ['cost a month', '## What breaks first', '## What moves the cost']) assert.ok(text.includes(part))
  const [head, ...rows] = csv(assumptions).split('\n')
  assert.equal(rows.length, assumptions.months + 1)
  assert.ok(rows.every((row) => row.split(',').length === head.split(',').length && !row.includes('NaN')))
})

test('the commands answer, and say what they take', () => {
  assert.match(cli('whatif', 'users.daily=1').stdout, /users: .* → /)
  assert.equal(cli('report').status, 0)
  assert.equal(cli('nothing').status, 2)
})
