import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { test } from 'node:test'
import { actionDays, check, parsePostmortem, report, severities, timesOf } from '../src/postmortem.mjs'

const folder = new URL('../postmortems/', import.meta.url)
const due = new Date(Date.parse('2026-01-05') + (actionDays - 1) * 86_400_000).toISOString().slice(0, 10)
const make = (over = {}) => {
  const one = { severity: '2', mitigated: '10:30', impact: '40 people waited.', factors: '- a\n- b', action: `| Refuse empty keys | prevent | Ada | ${due} | open |`, by: 'alarm', ...over }
  return parsePostmortem('x.md', `# T\n\n- Severity: ${one.severity}\n- Began: 2026-01-05 10:00\n- Detected: 2026-01-05 10:10\n- Acknowledged: 2026-01-05 10:12\n- Mitigated: 2026-01-05 ${one.mitigated}\n- Resolved: 2026-01-05 11:00\n- Detected by: ${one.by}\n- Lead: Ada\n\n## Impact\n\n${one.impact}\n\n## Timeline\n\n- 10:00 x\n\n## Contributing factors\n\n${one.factors}\n\n## What went well, and where we were lucky\n\n- c\n\n## Actions\n\n| Action | Kind | Owner | Due | State |\n| --- | --- | --- | --- | --- |\n${one.action}\n`)
}
const problems = (over) => check(make(over)).join('\n')
const action = (what, { kind = 'prevent', owner = 'Ada', on = due, state = 'open' } = {}) => ({ action: `| ${what} | ${kind} | ${owner} | ${on} | ${state} |` })

test('the postmortems here are whole', () => {
  for (const name of readdirSync(folder).filter((one) => /^\d{4}-/.test(one))) {
    const text = readFileSync(new URL(name, folder), 'utf8')
    assert.deepEqual(check(parsePostmortem(name, text)), [])
  }
})
test('the template is not taken for one that is filled in', () => assert.ok(check(parsePostmortem('t', readFileSync(new URL('TEMPLATE.md', folder), 'utf8'))).length > 2))
test('a whole one has no problems', () => assert.equal(problems(), ''))

for (const [what, over, message] of [
  ['a severity that is none', { severity: String(severities.length + 1) }, /severity is 1, 2, 3/],
  ['times out of order', { mitigated: '10:05' }, /mitigated is before acknowledged/],
  ['a time that is none', { mitigated: 'noon' }, /mitigated is no time/],
  ['an impact without a number', { impact: 'Some people waited.' }, /impact has no number/],
  ['a single cause', { factors: '- a' }, /more than one contributing factor/],
  ['blame', { factors: '- Bo forgot the flag\n- b' }, /"forgot" blames/],
  ['an action that is none', action('Be more careful with keys'), /is no action/],
  ['an action of two people', action('Refuse keys', { owner: 'Ada, Bo' }), /needs one owner/],
  ['an action far off', action('Refuse keys', { on: '2027-01-01' }), /days after the incident/],
  ['an action without a day', action('Refuse keys', { on: 'soon' }), /due is no day/],
  ['actions that prevent nothing', action('Add an alarm', { kind: 'detect' }), /no action prevents it/],
  ['no action', { action: '' }, /has no action/],
  ['six actions', { action: Array(6).fill(action('Refuse keys').action).join('\n') }, /choose five/],
]) test(`${what}: found`, () => assert.match(problems(over), message))

test('times are computed from the fields', () => assert.deepEqual(timesOf(make()), { detect: 10, acknowledge: 2, mitigate: 20, resolve: 60 }))
test('the report has medians per severity, who noticed, and what is late', () => {
  const found = report([make(), make({ mitigated: '10:50', by: 'a customer' }), make({ severity: '1' })], new Date(Date.parse(due) + 86_400_000))
  assert.deepEqual(found.severities.map(({ severity, count, mitigate }) => [severity, count, mitigate]), [['1', 1, 20], ['2', 2, 30]])
  assert.equal(found.byCustomers, 1)
  assert.equal(found.late.length, 3)
})
test('what is due today is not late', () => assert.deepEqual(report([make()], new Date(`${due}T23:00:00Z`)).late, []))
