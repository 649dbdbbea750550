import assert from 'node:assert/strict'
import { test } from 'node:test'
import { misfits, parseCommit, parseLog, sectionOf, separator, sizeOf, withSection } from '../src/commits.mjs'
import { nextVersion } from '../src/version.mjs'

const commit = (message) => parseCommit('a1b2c3d4e5', message)
const sizes = (...messages) => sizeOf(messages.map(commit))

test('a commit is read: type, scope, issue', () => {
  const { type, scope, subject, issues, breaking } = commit('feat(api): list refunds\n\nCloses #12, fixes PAY-7')
  assert.deepEqual([type, scope, subject, issues, breaking], ['feat', 'api', 'list refunds', ['#12', 'PAY-7'], undefined])
})
test('what breaks is told by the mark, or in words by the footer', () => {
  assert.equal(commit('feat!: drop v1').breaking, 'drop v1')
  assert.equal(commit('fix: keys\n\nBREAKING CHANGE: keys are\nlower case now\n\nRefs #3').breaking, 'keys are lower case now')
})
test('the size is that of the largest change', () => {
  assert.deepEqual([sizes('fix: a', 'feat: b'), sizes('fix: a', 'docs: b'), sizes('feat: a', 'fix!: b'), sizes('docs: a', 'chore: b'), sizes()], ['minor', 'patch', 'major', 'none', 'none'])
})
test('what was reverted before the release is not in it', () => {
  const log = ['bbb2222222\nRevert "feat: a"\n\nThis reverts commit aaa1111111.', 'aaa1111111\nfeat: a', 'ccc3333333\nfix: c'].join(`${separator}\n`)
  assert.deepEqual(parseLog(log).map(({ hash }) => hash), ['ccc3333333'])
})
test('commits that cannot be placed are named; merges are none', () => {
  assert.equal(misfits(['Update stuff', 'wip: x'].map(commit)).length, 2)
  assert.deepEqual(misfits(['Merge branch main', 'fix: a', 'ci: b'].map(commit)), [])
})

test('the section has what breaks first, and leaves out what users do not see', () => {
  const section = sectionOf('2.0.0', '2026-01-31', ['docs: x', 'fix(cart): rounding (closes #4)', 'feat!: drop v1\n\nBREAKING CHANGE: use /v2', 'perf: quicker list'].map(commit))
  assert.equal(section, '## 2.0.0 (2026-01-31)\n\n### Breaking: what you have to do\n\n- use /v2\n\n### Added\n\n- Drop v1\n\n### Fixed\n\n- **cart:** Rounding (#4)\n\n### Faster\n\n- Quicker list')
})
test('a section comes on top of the others, once', () => {
  const first = withSection('', '## 1.0.0 (2026-01-01)\n\n- a')
  const second = withSection(first, '## 1.0.1 (2026-01-02)\n\n- b')
  assert.equal(second, '# Changelog\n\n## 1.0.1 (2026-01-02)\n\n- b\n\n## 1.0.0 (2026-01-01)\n\n- a\n')
  assert.throws(() => withSection(second, '## 1.0.1 (2026-01-03)\n\n- c'), /1\.0\.1 already/)
})
${% if variables.versioning == "semver" %}
for (const [current, size, expected] of [['1.2.3', 'patch', '1.2.4'], ['1.2.3', 'minor', '1.3.0'], ['1.2.3', 'major', '2.0.0'], ['0.4.1', 'major', '0.5.0'], ['1.2.3', 'none', '1.2.3']]) {
  test(`${current} and a ${size} change make ${expected}`, () => assert.equal(nextVersion(current, size), expected))
}
test('a tag that is no version is refused', () => assert.throws(() => nextVersion('1.2', 'patch'), /no version/))
${% else %}
for (const [current, today, expected] of [['2026.3.1', '2026-03-31', '2026.3.2'], ['2026.3.1', '2026-04-01', '2026.4.0'], ['2025.12.9', '2026-01-01', '2026.1.0'], ['0.0.0', '2026-01-01', '2026.1.0']]) {
  test(`after ${current}, ${today} makes ${expected}`, () => assert.equal(nextVersion(current, 'patch', new Date(today)), expected))
}
test('without a change that users see there is no version', () => assert.equal(nextVersion('2026.3.1', 'none'), '2026.3.1'))
test('a tag that is no version is refused', () => assert.throws(() => nextVersion('v7', 'patch'), /no version/))
${% endif -%}
