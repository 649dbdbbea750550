import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { matches } from '../src/globs.mjs'
import { health, isFlaky, record } from '../src/health.mjs'
import { chanceOfFailing, select } from '../src/select.mjs'

const one = (id, over = {}) => ({ id, file: `e2e/${id}.spec`, areas: ['pay'], tags: [], risk: 3, owner: 'qa', always: false, seconds: 60, history: 'PPPP', ...over })
const suiteOf = (tests, over = {}) => ({
  budgetMinutes: 2, quarantineDays: 14, ignore: ['docs/**', '**/*.md'], tests,
  rules: [{ paths: ['src/pay/**'], areas: ['pay'] }, { paths: ['src/find/**'], areas: ['find'] }, { paths: ['src/shared/**'], areas: ['*'] }], ...over,
})
const chosen = (suite, options) => select(suite, options).chosen.map(({ test: { id } }) => id)
const tests = [one('vital', { always: true, areas: ['find'] }), one('pay'), one('find', { areas: ['find'], tags: ['smoke'] })]

test('a change runs the tests of its area, and those that always run', () => assert.deepEqual(chosen(suiteOf(tests), { changed: ['src/pay/card/form.ts'] }), ['vital', 'pay']))
test('what everything shares runs everything', () => assert.equal(chosen(suiteOf(tests), { changed: ['src/shared/date.ts'] }).length, 3))
test('what no rule knows runs everything, and says so', () => {
  const { chosen: found, unknown } = select(suiteOf(tests), { changed: ['src/new/thing.ts'] })
  assert.deepEqual([found.length, unknown], [3, ['src/new/thing.ts']])
})
test('documentation alone runs what always runs', () => assert.deepEqual(chosen(suiteOf(tests), { changed: ['docs/a.txt', 'src/pay/notes.md'] }), ['vital']))
test('a test that was changed runs', () => assert.deepEqual(chosen(suiteOf(tests), { changed: ['e2e/find.spec'] }), ['vital', 'find']))
test('a tag chooses', () => assert.deepEqual(chosen(suiteOf(tests), { tags: ['smoke'] }), ['vital', 'find']))
test('quarantine runs nowhere', () => assert.deepEqual(chosen(suiteOf([...tests, one('shaky', { quarantined: { since: '2026-01-01', issue: 'QA-1' } })]), { all: true }), ['vital', 'pay', 'find']))

test('the budget goes to what is worth most per minute, and what is left is named', () => {
  const suite = suiteOf([one('cheap', { seconds: 30 }), one('failing', { history: 'PFPF' }), one('slow', { seconds: 110 }), one('risky', { risk: 5, seconds: 30 })])
  const { chosen: found, left } = select(suite, { changed: ['src/pay/a.ts'] })
  assert.deepEqual([found.map((o) => o.test.id), left.map((o) => o.test.id)], [['risky', 'failing', 'cheap'], ['slow']])
})
test('what never ran is as likely to fail as not', () => assert.equal(chanceOfFailing({ history: '' }), 0.5))

for (const [glob, path, expected] of [
  ['src/**', 'src/a/b.ts', true], ['src/**', 'srcs/a.ts', false], ['**/*.md', 'README.md', true], ['**/*.md', 'a/b/c.md', true],
  ['src/*.ts', 'src/a.ts', true], ['src/*.ts', 'src/a/b.ts', false], ['a.ts', 'axts', false], ['src/**/x.ts', 'src/x.ts', true],
]) test(`${glob} ${expected ? 'fits' : 'does not fit'} ${path}`, () => assert.equal(matches([glob], path), expected))

test('quarantine that is over, tests without an owner and dead rules are errors', () => {
  const suite = suiteOf([one('a', { always: true, owner: '' }), one('b', { quarantined: { since: '2026-01-01', issue: 'QA-1' } })])
  const { errors } = health(suite, new Date('2026-01-16'))
  assert.deepEqual(errors.map((error) => error.split(':')[0]), ['b', 'a', 'rule for find'])
  assert.equal(health(suite, new Date('2026-01-15')).errors.length, 2)
})
test('turning back and forth is flaky, breaking once is not', () => assert.deepEqual(['PFPFPP', 'PPPFFF', 'PPFPPP', ''].map((history) => isFlaky({ history })), [true, false, false, false]))

test('a run is recorded: history grows, duration moves slowly', () => {
  const [first, second] = record(suiteOf([one('a'), one('b')]), [{ id: 'a', passed: false, seconds: 160 }]).tests
  assert.deepEqual([first.history, first.seconds, second.seconds], ['PPPPF', 90, 60])
  assert.throws(() => record(suiteOf([one('a')]), [{ id: 'x', passed: true, seconds: 1 }]), /not in suite\.json: x/)
})

test('this suite is healthy', () => assert.deepEqual(health(JSON.parse(readFileSync(new URL('../suite.json', import.meta.url), 'utf8'))).errors, []))
