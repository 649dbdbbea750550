import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { lint, requirementsOf } from '../src/lint.mjs'

const style = '${{ variables.style }}'
const text = readFileSync(new URL('../prd.md', import.meta.url), 'utf8')
const accept = '  - Accept: 10 of 10 are there.'
const document = (requirements, { goal = '| Misses | 12 % | 6 % | June 2026 |', question = '| Law? | Legal | 2026-01-20 | R1 |' } = {}) =>
  `# X\n\n## Problem\n\nP\n\n## Goals\n\n| Goal | Today | Target | By |\n| --- | --- | --- | --- |\n${goal}\n\n## Requirements\n\n${requirements}\n\n## Limits\n\nL\n\n## Rollout\n\nR\n\n## Open questions\n\n| Q | O | B | D |\n| --- | --- | --- | --- |\n${question}\n`
const rules = (requirements, options, how = style) => lint(document(requirements, options), how).map(({ rule }) => rule)
const good = `- **R1** (must) The system shall send 1 reminder.\n${accept}\n- **R2** (could) The system shall list 3 slots.\n${accept}`

test('the example has nothing to argue about', () => {
  assert.deepEqual(lint(text, style), [])
  assert.equal(requirementsOf(text.split('\n').map((line) => ({ text: line }))).length, 8)
})
test('good requirements have no findings', () => assert.deepEqual(rules(good), []))

for (const [rule, sentence] of [
  ['vague', '(could) The system shall answer quickly.'],
  ['vague', '(could) The system shall send mails, letters, etc.'],
  ['two-in-one', '(could) The system shall store it and shall send it.'],
  ['no-priority', 'The system shall send 1 reminder.'],
  ['no-priority', '(urgent) The system shall send 1 reminder.'],
  ['style', '(could) Users can cancel.'],
  ['passive', '(could) The appointment shall be canceled at 9.'],
]) test(`"${sentence}" is found as ${rule}`, () => assert.deepEqual(rules(`${good}\n- **R3** ${sentence}\n${accept}`), [rule]))

for (const start of ['When it is 9, the', 'While it is night, the', 'Where a list exists, the', 'If it fails, then the', 'The']) {
  test(`EARS allows "${start} …"`, () => assert.deepEqual(rules(`${good}\n- **R3** (could) ${start} system shall wait 5 minutes.\n${accept}`, {}, 'ears'), []))
}
test('EARS wants a comma and "then" where they belong', () => assert.deepEqual(rules(`${good}\n- **R3** (could) If it fails the system shall wait 5 minutes.\n${accept}`, {}, 'ears'), ['style']))
test('a requirement without acceptance is found', () => assert.deepEqual(rules(`${good}\n- **R3** (could) The system shall wait 5 minutes.`), ['no-criterion']))
test('an id that stands twice is found, with its line', () => {
  const [finding] = lint(document(`${good}\n- **R1** (could) The system shall wait 5 minutes.\n${accept}`), style)
  assert.deepEqual([finding.rule, finding.line], ['id-twice', 19])
})
test('when everything is must, that is said', () => assert.deepEqual(rules(`- **R1** (must) The system shall send 1 reminder.\n${accept}`), ['all-must']))
test('a goal without a number is found', () => assert.deepEqual(rules(good, { goal: '| Happier people | low | high | June 2026 |' }), ['no-number']))
test('a question without an owner or a date is found', () => assert.deepEqual([rules(good, { question: '| Law? | | 2026-01-20 | R1 |' }), rules(good, { question: '| Law? | Legal | soon | R1 |' })], [['no-owner'], ['no-owner']]))
test('missing sections are named', () => assert.equal(lint('# X', style).filter(({ rule }) => rule === 'no-section').length, 6))
