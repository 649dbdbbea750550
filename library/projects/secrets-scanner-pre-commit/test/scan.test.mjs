import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { entropy, findSecrets } from '../src/find.mjs'

// Put together here, so that no scanner takes this file for a leak.
const random = 'Zq8' + 'rT2vLw9XkP4mN7bYc3HdF6g'
const secrets = {
  'private-key': '-----BEGIN OPENSSH' + ' PRIVATE KEY-----',
  'password-in-url': 'postgres' + '://app:tr0ub4dor@db.internal/app',
${%- for vendor in variables.vendors %}
${%- case vendor %}
${%- when "aws" %}
  'aws-access-key': 'AKIA' + 'Q3EGRZJ7XWLM2VTB',
${%- when "github" %}
  'github-token': 'ghp_' + random + random,
${%- when "gitlab" %}
  'gitlab-token': 'glpat-' + random,
${%- when "google" %}
  'google-api-key': 'AIza' + (random + random).slice(0, 35),
${%- when "openai" %}
  'openai-key': 'sk-proj-' + random + random,
${%- when "slack" %}
  'slack-token': 'xoxb-' + '123456789012-' + random,
${%- when "stripe" %}
  'stripe-key': 'sk_live_' + random,
${%- endcase %}
${%- endfor %}
  'random-value': 'apiKey = "' + random + '"',
}
const rulesOf = (text, path = 'src/a.ts') => findSecrets(path, text).map(({ rule }) => rule)

for (const [rule, text] of Object.entries(secrets)) {
  test(`${rule} is found once, by its own rule`, () => assert.deepEqual(rulesOf(`first\nconst x = '${text}'\n`), [rule]))
}

test('a finding tells the place and not the secret', () => {
  const [found] = findSecrets('a.env', `\nTOKEN=${random}`)
  assert.deepEqual([found.line, found.start, found.length], [2, random.slice(0, 4), random.length])
  assert.ok(!JSON.stringify(found).includes(random))
})

test('a vendor is named even where a name such as token stands beside it', () => {
  assert.deepEqual(rulesOf(`token: ${secrets['private-key']}`), ['private-key'])
})

test('placeholders, words and allowed lines are passed over', () => {
  for (const text of ['password = "changeme-changeme-changeme"', 'api_key: your-api-key-goes-in-here', 'https://user:example@host/', 'secret = "aaaaaaaaaaaaaaaaaaaaaaaa"', `token = "${random}" // secret-scan: allow`]) {
    assert.deepEqual(rulesOf(text), [], text)
  }
})

test('lock files, binary content and ignored folders are passed over', () => {
  const text = secrets['password-in-url']
  assert.deepEqual(rulesOf(text, 'package-lock.json'), [])
  assert.deepEqual(rulesOf(`\0${text}`), [])
${%- for folder in variables.ignored %}
  assert.deepEqual(rulesOf(text, '${{ folder }}/a.ts'), [])
${%- endfor %}
})

test('entropy grows with variety', () => {
  assert.equal(entropy('aaaa'), 0)
  assert.equal(entropy('abcd'), 2)
})

const made = []
after(() => made.forEach((folder) => rmSync(folder, { recursive: true, force: true })))

function repository() {
  const folder = mkdtempSync(join(tmpdir(), 'secrets-'))
  made.push(folder)
  // A hook's own variables would lead git to the repository it runs for.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_')))
  const run = (program, ...args) => spawnSync(program, args, { cwd: folder, encoding: 'utf8', env })
  cpSync(join(import.meta.dirname, '../src'), join(folder, 'src'), { recursive: true })
  cpSync(join(import.meta.dirname, '../.githooks'), join(folder, '.githooks'), { recursive: true })
  run('git', 'init', '--quiet')
  const write = (name, text) => { writeFileSync(join(folder, name), text); run('git', 'add', name) }
  const scan = (...args) => run(process.execPath, 'src/scan.mjs', ...args)
  return { folder, run, write, scan }
}

test('a commit with a secret is refused, and one without is let through', () => {
  const { write, scan } = repository()
  write('good.txt', 'nothing here')
  assert.equal(scan('--staged').status, 0)
  write('bad.txt', secrets['password-in-url'])
  const { status, stderr } = scan('--staged')
  assert.equal(status, 1)
  assert.match(stderr, /bad\.txt:1: password-in-url/)
})

test('what is staged counts, not what lies in the folder', () => {
  const { folder, write, scan } = repository()
  write('a.txt', secrets['private-key'])
  writeFileSync(join(folder, 'a.txt'), 'clean again')
  assert.equal(scan('--staged').status, 1)
  assert.equal(scan().status, 0)
})

test('what the baseline knows is let through until something new appears', () => {
  const { write, scan } = repository()
  write('old.txt', secrets['random-value'])
  assert.equal(scan().status, 1)
  assert.equal(scan('--write-baseline').status, 0)
  assert.equal(scan().status, 0)
  write('new.txt', secrets['private-key'])
  assert.equal(scan().status, 1)
})
