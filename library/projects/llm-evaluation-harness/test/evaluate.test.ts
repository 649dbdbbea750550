import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { parseCases, readCases } from '../src/cases.ts'
import { evaluate } from '../src/evaluate.ts'
import { createAsk } from '../src/model.ts'
import { judge, rateOf, report } from '../src/score.ts'

const cases = parseCases('{"id":"a","input":"1","tags":["critical"],"expect":[{"grader":"equals","value":"one"}]}\n{"id":"b","input":"2","expect":[{"grader":"contains","text":"two"}]}\n')

test('the golden set that ships can be read, and has critical cases', () => {
  const shipped = readCases(new URL('../golden/cases.jsonl', import.meta.url).pathname)
  assert.ok(shipped.length >= 4)
  assert.ok(shipped.some(({ tags }) => tags.includes('critical')))
})

test('every problem of a golden set is told with its line', () => {
  assert.throws(() => parseCases('{"id":"a","input":"1","expect":[]}\n\nnope\n'), /line 1: a expects nothing.*\nline 3: is no JSON/)
})

test('answers are graded in the order of the cases, and a failing call is a failing case', async () => {
  const results = await evaluate(cases, 'say {{input}}', (prompt) => (prompt === 'say 1' ? Promise.resolve('One') : Promise.reject(new Error('no network'))), 2)
  assert.deepEqual(results.map(({ id, passed, problems }) => [id, passed, problems]), [['a', true, []], ['b', false, ['no network']]])
})

test('thresholds, critical cases and regressions fail a report', () => {
  const results = [judge(cases[0]!, 'two'), judge(cases[1]!, 'two')]
  assert.deepEqual(report(results, { pass: 0.5, critical: 1 }).failures, ['critical cases: 0 of 1 passed, 100 % must'])
  assert.deepEqual(report(results, { pass: 0.5, critical: 0 }, [{ id: 'a', passed: true }]).failures, ['regressions: a'])
  assert.equal(report(results, { pass: 0.9, critical: 0 }).failures.length, 1)
})

test('the interval is wide for few cases and narrows with many', () => {
  const width = (n: number) => { const { low, high } = rateOf(Array.from({ length: n }, () => judge(cases[0]!, 'one'))); return high - low }
  assert.ok(width(3) > 0.5)
  assert.ok(width(300) < 0.02)
})

test('a rate limit is waited out, a bad request is not tried again', async () => {
  const answers = [429, 200, 400]
  const server = createServer((_, response) => {
    const status = answers.shift() ?? 500
    response.writeHead(status, { 'retry-after': '7' }).end(JSON.stringify({ choices: [{ message: { content: 'hello' } }] }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const waits: number[] = []
  const ask = createAsk({ endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, model: 'm', temperature: 0, maxTokens: 10, timeoutMs: 5000 }, async (ms) => { waits.push(ms) })
  try {
    assert.equal(await ask('hi'), 'hello')
    assert.deepEqual(waits, [7000])
    await assert.rejects(ask('hi'), /answered 400/)
  } finally {
    server.close()
  }
})
