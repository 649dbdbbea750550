import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { audiences, parseChange, problems, readChanges } from '../src/changes.mjs'
import { lastVersion, nextVersion, notes, withRelease } from '../src/notes.mjs'

const root = join(import.meta.dirname, '..')
const [first] = audiences
const change = (over = {}) => ({ file: '7-a.md', number: '7', kind: 'added', title: 'Sign in with your company account', audience: [first], body: '', ...over })

test('the pending changes are complete', () => assert.deepEqual(readChanges(join(root, 'changes')).flatMap(problems), []))

test('a file is read: fields, then paragraphs', () => {
  assert.deepEqual(parseChange('12-x.md', 'kind: fixed\naudience: a, b\ntitle: Time: 12:30 is right\n\nOne.\n\nTwo.\n'), { file: '12-x.md', number: '12', kind: 'fixed', title: 'Time: 12:30 is right', audience: ['a', 'b'], body: 'One.\n\nTwo.' })
})

for (const [over, words] of [
  [{ number: undefined }, /number of its issue/], [{ kind: 'news' }, /use one of breaking/], [{ audience: [] }, /name an audience/], [{ audience: ['cats'] }, /"cats" is no audience/],
  [{ title: '' }, /give it a title/], [{ title: 'x'.repeat(71) }, /has 71 characters/], [{ title: 'It works.' }, /ends like a sentence/], [{ title: 'Various fixes' }, /"Various" tells a reader nothing/],
  [{ kind: 'breaking' }, /begins with "Action:"/], [{ kind: 'deprecated' }, /begins with "Until:"/], [{ kind: 'deprecated', body: 'Until: soon' }, /needs a date or a version/],
]) test(`refused: ${words.source}`, () => assert.match(problems(change(over)).join('\n'), words))

test('a breaking change with an action, and a deprecation with a date, are complete', () => {
  assert.deepEqual(problems(change({ kind: 'breaking', body: 'Gone.\n\nAction: run it' })), [])
  assert.deepEqual(problems(change({ kind: 'deprecated', body: 'Until: 2028-01-31' })), [])
})

test('semantic versions follow from what changed', () => {
  const next = (last, ...list) => nextVersion(last, list.map((kind) => ({ kind })), '2027-01-15', 'semantic')
  assert.equal(next('1.2.3', 'fixed', 'security'), '1.2.4')
  assert.equal(next('1.2.3', 'fixed', 'added'), '1.3.0')
  assert.equal(next('1.2.3', 'added', 'breaking'), '2.0.0')
  assert.equal(next('0.2.3', 'breaking'), '0.3.0')
})

test('calendar versions follow from the day', () => {
  const next = (last) => nextVersion(last, [], '2027-01-15', 'calendar')
  assert.equal(next('2026.12.4'), '2027.1.0')
  assert.equal(next('2027.1.0'), '2027.1.1')
})

test('what somebody must do comes first, and only those concerned see it', () => {
  const list = [change(), change({ kind: 'breaking', title: 'Settings move', audience: ['others'], body: 'Action: move them' })]
  const all = notes('2.0.0', '2027-01-15', list)
  assert.ok(all.indexOf('Before you upgrade') < all.indexOf('### New'))
  assert.match(all, /\n  \*\*Action:\*\* move them/)
  assert.ok(!notes('2.0.0', '2027-01-15', list, first).includes('Settings move'))
  assert.equal(notes('2.0.0', '2027-01-15', list, 'nobody'), '')
})

test('a release goes to the top of the changelog', () => {
  const changed = withRelease(readFileSync(join(root, 'CHANGELOG.md'), 'utf8'), '## 9.0.0, 2027-01-15')
  assert.equal(lastVersion(changed), '9.0.0')
  assert.throws(() => withRelease('# Changes', 'x'), /has lost its line/)
})

const made = []
after(() => made.forEach((folder) => rmSync(folder, { recursive: true })))

function workspace(files) {
  const folder = mkdtempSync(join(tmpdir(), 'release-'))
  made.push(folder)
  mkdirSync(join(folder, 'changes'))
  writeFileSync(join(folder, 'CHANGELOG.md'), '# Changes\n\n<!-- releases -->\n\n## 1.0.0\n\nFirst.\n')
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, 'changes', name), text)
  const run = (...args) => spawnSync(process.execPath, [join(root, 'src/cli.mjs'), ...args], { encoding: 'utf8', env: { ...process.env, RELEASE_ROOT: folder } })
  return { folder, run }
}

test('a release writes notes and empties the folder', () => {
  const { folder, run } = workspace({ '3-a.md': `kind: fixed\naudience: ${first}\ntitle: Exports of empty reports no longer fail\n` })
  assert.equal(run('check').status, 0)
  assert.match(run('preview', first).stdout, /Exports of empty reports/)
  assert.equal(run('release', 'today').status, 1)
  const { stdout, status, stderr } = run('release', '2027-01-15')
  assert.equal(status, 0, stderr)
  const version = stdout.trim()
  assert.equal(version, '${% if variables.versions == "semantic" %}1.0.1${% else %}2027.1.0${% endif %}')
  assert.ok(existsSync(join(folder, 'notes', `${version}-${first}.md`)))
  assert.deepEqual(readdirSync(join(folder, 'changes')), [])
  assert.match(run('release', '2027-01-16').stderr, /nothing in changes/)
})

test('an incomplete change keeps everything as it is', () => {
  const { folder, run } = workspace({ '3-a.md': 'kind: breaking\n' })
  assert.equal(run('release', '2027-01-15').status, 1)
  assert.deepEqual(readdirSync(join(folder, 'changes')), ['3-a.md'])
})
