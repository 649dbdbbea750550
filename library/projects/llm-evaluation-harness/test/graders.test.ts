import assert from 'node:assert/strict'
import { test } from 'node:test'
import { grade } from '../src/graders.ts'
import type { Expectation } from '../src/graders.ts'

const table: [string, Expectation, boolean][] = [
  [' "Billing"\n', { grader: 'equals', value: 'billing' }, true],
  ['billing, I think', { grader: 'equals', value: 'billing' }, false],
  ['b', { grader: 'oneOf', values: ['a', 'B'] }, true],
  ['within 24  hours', { grader: 'contains', text: '24 hours' }, true],
  ['Approved.', { grader: 'excludes', text: 'approved' }, false],
  ['28 days [1]', { grader: 'matches', pattern: '\\[1\\]' }, true],
  ['```json\n{"a": {"b": 1}, "c": null}\n```', { grader: 'fields', fields: { 'a.b': 1, c: null } }, true],
  ['{"a": 1}', { grader: 'fields', fields: { a: 1, b: null } }, false],
  ['no json', { grader: 'fields', fields: { a: 1 } }, false],
  ['{"total": 10.004}', { grader: 'number', path: 'total', value: 10, tolerance: 0.01 }, true],
  ['{"total": "10"}', { grader: 'number', path: 'total', value: 10, tolerance: 0.01 }, false],
  ['a', { grader: 'matches', pattern: '(' }, false],
]
for (const [answer, expectation, passes] of table) {
  test(`${JSON.stringify(answer)} ${passes ? 'passes' : 'fails'} ${expectation.grader}`, () => {
    assert.equal(grade(answer, expectation) === undefined, passes)
  })
}

test('a grader that does not exist fails the case', () => {
  assert.match(grade('a', { grader: 'nope' } as unknown as Expectation) ?? '', /no grader/)
})
