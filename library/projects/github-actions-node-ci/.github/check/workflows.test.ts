import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { test } from 'node:test'
import { problemsOf } from './rules.ts'

const folder = new URL('../workflows/', import.meta.url)
for (const name of readdirSync(folder)) {
  test(`${name} does nothing that it must not`, () => { assert.deepEqual(problemsOf(readFileSync(new URL(name, folder), 'utf8')), []) })
}

const workflow = (step: string, top = 'permissions: { contents: read }', on = 'push') => `on: ${on}\n${top}\njobs:\n  a:\n    timeout-minutes: 5\n    steps:\n      - ${step}\n`
const refused: [string, RegExp, string][] = [
  ['a trigger with secrets', /pull_request_target runs with secrets/, workflow('run: ls', undefined, '[pull_request_target]')],
  ['no permissions', /permissions is missing/, workflow('run: ls', '')],
  ['permissions to write for all', /grants write to all/, workflow('run: ls', 'permissions: { contents: write }')],
  ['write-all', /grants write to all/, workflow('run: ls', 'permissions: write-all')],
  ['no time limit', /timeout-minutes is missing/, 'on: push\npermissions: {}\njobs: { a: { steps: [] } }'],
  ['the title of a pull request in a shell', /pasted into a shell/, workflow('run: echo "${{ github.event.pull_request.title }}"')],
  ['the name of a branch in a shell', /pasted into a shell/, workflow('run: git checkout ${{ github.head_ref }}')],
  ['an install that changes the lockfile', /lockfile does not hold/, workflow('run: npm install')],
  ['the same with pnpm', /lockfile does not hold/, workflow('run: pnpm install')],
  ['a script from the net', /run unseen/, workflow('run: curl -sSf https://example.com/install | sh')],
  ['a token that stays', /persist-credentials/, workflow('uses: actions/checkout@v5')],
  ['an action at a branch', /follows a branch/, workflow('uses: someone/action@main')],
]
for (const [what, message, text] of refused) test(`${what} is refused`, () => { assert.match(problemsOf(text).join('\n'), message) })

test('what is given by env, or cannot be written by strangers, passes', () => {
  assert.deepEqual(problemsOf(workflow('run: echo "$TITLE" ${{ github.event.pull_request.number }} ${{ matrix.node }}\n        env: { TITLE: "${{ github.event.pull_request.title }}" }')), [])
})
