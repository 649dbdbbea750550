import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parse } from 'yaml'
import { checkFacts, isOpen, requiredAnswers } from '../src/check.mjs'
import { toKnowledge } from '../src/knowledge.mjs'

const facts = parse(readFileSync(new URL('../facts.yaml', import.meta.url), 'utf8'))
const now = new Date('2026-09-01T12:00:00Z')
const [question] = requiredAnswers[facts.industry]
const changed = (change) => {
  const copy = structuredClone(facts)
  change(copy)
  return checkFacts(copy, now)
}

test('the sample is whole', () => assert.deepEqual(checkFacts(facts, now), []))

for (const [what, change, message] of [
  ['a day without hours', (one) => { delete one.hours.sunday }, /hours\.sunday: write a list/],
  ['hours that overlap', (one) => { one.hours.monday = ['09:00-13:00', '12:00-17:00'] }, /hours\.monday: .* overlap/],
  ['hours that are none', (one) => { one.hours.monday = ['9-5'] }, /"9-5" is not like/],
  ['a time zone that is none', (one) => { one.timeZone = 'Nowhere/City' }, /Nowhere\/City is no time zone/],
  ['holidays that end too soon', (one) => { one.exceptions = { '2026-09-07': [] } }, /enter holidays up to 2026-10-31/],
  ['a service without a length', (one) => { delete one.services[0].minutes }, /has no length/],
  ['a price that is over', (one) => { one.services[0].priceHoldsUntil = '2026-08-31' }, /priceHoldsUntil/],
  ['an answer that is missing', (one) => { delete one.answers[question] }, new RegExp(`"${question}" is asked in every`)],
  ['an answer that is too long', (one) => { one.answers[question].say = 'word '.repeat(46) }, /has 46 words/],
  ['an answer that cannot be spoken', (one) => { one.answers[question].say = 'See www.our-site.test' }, /cannot be spoken/],
  ['a greeting that hides what it is', (one) => { one.greetings = { en: 'Hello, this is Anna.' } }, /greetings\.en/],
  ['a number that cannot be called from abroad', (one) => { one.person = '555-0142' }, /person/],
  ['nothing urgent', (one) => { one.urgent = [] }, /urgent/],
]) test(`${what} is found, and nothing else`, () => {
  const problems = changed(change)
  assert.equal(problems.length, 1, problems.join('\n'))
  assert.match(problems[0], message)
})

test('open to the minute, closed at lunch and on days that differ', () => {
  assert.deepEqual(['2026-09-07T08:29', '2026-09-07T08:30', '2026-09-07T12:30', '2026-09-06T10:00', '2026-12-24T11:59', '2026-12-24T12:00', '2026-12-25T10:00'].map((at) => isOpen(facts, at)), [false, true, false, false, true, false, false])
})

test('the knowledge base has every service, and admits what nobody said', () => {
  const text = toKnowledge(facts)
  for (const { name } of facts.services) assert.ok(text.includes(name))
  assert.match(text, /Nobody has told me/)
})
