import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { owed, parseBody, parseNumstat } from '../src/check.mjs'

const read = (name) => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8')
const own = JSON.parse(read('rules.json'))
const rules = { maxLines: 100, generated: ['lock$'], always: ['Every change'], sections: [{ section: 'Database', paths: ['^migrations/'] }], tests: { code: '\\.ts$', test: '\\.test\\.' } }
const body = (over = '') => `## What and why\n\nFaster list.\n\n## Every change\n\n- [x] Tested\n${over}`
const files = (...list) => list.map(([path, lines = 1]) => ({ path, lines }))
const tested = [['a.ts'], ['a.test.ts']]

test('a change that owes nothing', () => assert.deepEqual(owed(rules, body(), files(...tested)), []))
for (const [what, text, changed, problem] of [
  ['an open box', body('- [ ] Documented\n'), tested, /"Documented" is open \(every change\)/],
  ['no reason for the change', body().replace('Faster list.', '<!-- say it -->'), tested, /"What and why" is empty/],
  ['a section that its files ask for', body(), [...tested, ['migrations/7.sql']], /"Database" is missing \(migrations\/7\.sql\)/],
  ['a section without its boxes', body('\n## Database\n\nIt is fine.\n'), [...tested, ['migrations/7.sql']], /"Database" has no boxes/],
  ['code without a test', body(), [['a.ts']], /no test/],
  ['too many lines', body(), [...tested, ['b.test.ts', 100]], /102 lines .* 100 are the limit/],
  ['a box struck without a reason', body('- [ ] ~~Documented~~\n'), tested, /struck without a reason/],
]) test(`${what}: owed`, () => assert.match(owed(rules, text, files(...changed)).join('\n'), problem))

for (const [what, text, changed] of [
  ['a box that is struck with a reason', body('- [ ] ~~Documented~~ (internal only)\n'), tested],
  ['many lines with a reason', body('\n## Why in one piece\n\nA rename.\n'), [...tested, ['b.test.ts', 500]]],
  ['many lines that a machine wrote', body(), [...tested, ['package.lock', 5000]]],
  ['a section that no file asks for', body('\n## Database\n\n- [ ] open\n'), tested],
  ['code without a test, with a reason', body('- [ ] ~~A test failed before~~ (renamed only)\n'), [['a.ts']]],
]) test(`${what}: nothing is owed`, () => assert.deepEqual(owed(rules, text, files(...changed)), []))

test('numstat is read, with binary files and renames', () => {
  assert.deepEqual(parseNumstat('3\t1\ta.ts\n-\t-\tlogo.png\n2\t0\tsrc/{old => new}/b.ts\n1\t1\tc.ts => d.ts\n'), [{ path: 'a.ts', lines: 4 }, { path: 'logo.png', lines: 0 }, { path: 'src/new/b.ts', lines: 2 }, { path: 'd.ts', lines: 2 }])
})
test('comments in a description count for nothing', () => assert.equal(parseBody('## A\n<!-- - [ ] x -->\n- [X] y').get('A').boxes.length, 1))

test('every rule has its section in the template and its checklist for reviewers', () => {
  const sections = parseBody(read('pull-request.md'))
  for (const { section } of own.sections) {
    assert.ok(sections.get(section)?.boxes.length > 0, section)
    assert.ok(existsSync(new URL(`../reviews/${section.toLowerCase()}.md`, import.meta.url)), section)
  }
})
test('the template as it is owes all its boxes', () => {
  const problems = owed(own, read('pull-request.md'), [])
  assert.equal(problems.filter((problem) => problem.startsWith('Every change')).length, 3)
})
