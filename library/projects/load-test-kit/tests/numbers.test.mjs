import assert from 'node:assert/strict'
import { test } from 'node:test'
import scenario from '../scenarios/main.mjs'
import { createLatencies } from '../src/latencies.mjs'
import { exitCode, reportOf, toText } from '../src/report.mjs'
import { startTimes } from '../src/stages.mjs'

test('a constant rate starts requests at equal distances', () => {
  assert.deepEqual([...startTimes([{ seconds: 2, rate: 2 }])].map(({ at }) => at), [500, 1000, 1500, 2000])
})

test('a rising rate sends the area below its line, ever closer together', () => {
  const times = [...startTimes([{ seconds: 1, rate: 10 }, { seconds: 10, rate: 30 }])].map(({ at }) => at)
  assert.equal(times.length, 10 + 200)
  assert.ok(times.every((at, index) => index === 0 || at > times[index - 1]))
  assert.ok(times.at(-1) - times.at(-2) < times[12] - times[11])
})

test('no request is lost between stages', () => {
  const stages = Array.from({ length: 7 }, () => ({ seconds: 1, rate: 1.5 }))
  assert.equal([...startTimes(stages)].length, 10)
})

test('the stages of the scenario are what its profile says', () => {
  const starts = scenario.stages.reduce(({ sum, from }, { seconds, rate }) => ({ sum: sum + ((from ?? rate) + rate) / 2 * seconds, from: rate }), { sum: 0 })
  let count = 0
  for (const { at } of startTimes(scenario.stages)) {
    assert.ok(at >= 0)
    count += 1
  }
  assert.ok(Math.abs(count - starts.sum) <= 1)
  assert.ok(scenario.stages[0].warmup)
})

test('percentiles are at most 2 % off', () => {
  const latencies = createLatencies()
  for (let value = 1; value <= 1000; value += 1) latencies.add(value)
  for (const [share, expected] of [[0.5, 500], [0.95, 950], [0.99, 990]]) assert.ok(Math.abs(latencies.percentile(share) / expected - 1) <= 0.021)
  assert.deepEqual([latencies.percentile(1), latencies.worst, latencies.count], [1000, 1000, 1000])
  assert.equal(createLatencies().percentile(0.5), undefined)
})

const tally = (values, failed = 0) => {
  const latencies = createLatencies()
  values.forEach(latencies.add)
  return { latencies, sent: values.length + failed, failed, reasons: new Map(failed > 0 ? [['status 500', failed]] : []) }
}
const result = (over = {}) => ({ tallies: new Map([['all', tally([10, 20, 30], 1)], ['list', tally([10])]]), started: 100, late: 0, seconds: 1, ...over })

test('a threshold that is broken is named with both numbers', () => {
  const report = reportOf(result(), { p95: 25, errorRate: 0.5, 'list.p95': 25 })
  assert.deepEqual(report.broken, ['p95: 30, allowed 25'])
  assert.equal(exitCode(report), 1)
  assert.match(toText('x', report), /BROKEN p95[\s\S]*$/)
})

test('a threshold on a number that does not exist is no pass', () => assert.match(reportOf(result(), { p97: 1 }).broken[0], /no such number/))
test('without any answer no latency threshold holds', () => assert.deepEqual(reportOf(result({ tallies: new Map([['all', tally([], 3)]]) }), { p95: 100 }).broken, ['p95: nothing was answered']))
test('a generator that was late makes the result worthless', () => assert.equal(exitCode(reportOf(result({ late: 2 }), {})), 2))
