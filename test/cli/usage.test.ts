import { expect, test } from '@jest/globals'
import { execFile, execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { changeList } from '../../bin/cli/changes.ts'
import { here, importOf, variablesOf } from '../../bin/cli/input.ts'
import { plain, table } from '../../bin/cli/text.ts'
import { json, startScripted } from '../client/scripted.ts'
import { newFolder, startSlipway } from './slipway.ts'

const root = join(import.meta.dirname, '../..')
const config = { SLIPWAY_CONFIG: '/nowhere/profile.json' }
const run = (...args: string[]) => startSlipway(args, { env: config }).ended
const named = (name: string): string => execFileSync('sh', ['-c', `command -v ${name} || true`]).toString().trim()

test('help goes to stdout and is no failure; what nobody knows goes to stderr and is usage', async () => {
  const help = await run('--help')
  expect([help.code, help.err]).toEqual([0, ''])
  expect(help.out).toContain('Exit codes: 0 done')
  expect((await run('deploy', '--help')).out).toContain('--keep')
  for (const args of [['nonsense'], ['templates', 'nonsense'], ['links'], ['deploy', '--nonsense'], ['completion', 'tcsh'], ['deploy'], ['templates', 'list', '--limit', 'all'], ['whoami', '--url', 'foo'], ['templates', 'import', 'nowhere.tar'],
    ['templates', 'list', '--kind', 'n8n', '--kind', 'ghl'], ['deploy', 'small', '--plan', 'p', '--set', 'a=b'], ['deploy', '--plan', 'p', '--client', 'acme'], ['deploy', 'small', '--plan-hash', 'h']]) {
    const { code, out, err } = await run(...args)
    expect({ args, code, out }).toEqual({ args, code: 2, out: '' })
    expect(err).not.toBe('')
  }
}, 60_000)

test('where nobody answers the exit code is 7, and with --json stdout says why', async () => {
  const { code, out, err } = await run('templates', 'list', '--json', '--url', 'http://127.0.0.1:1')
  expect(code).toBe(7)
  expect(JSON.parse(out)).toEqual({ error: { message: expect.stringContaining('http://127.0.0.1:1 does not answer') } })
  expect(out.trim().split('\n')).toHaveLength(1)
  expect(err).toContain('does not answer')
})

test('with --json a wrong command line is told on stdout too, on one line', async () => {
  for (const [args, message] of [[['nonsense'], /^unknown command/], [['templates'], /^Name a command/], [['whoami', '--url', 'foo'], /no address/]] as const) {
    const { code, out, err } = await run(...args, '--json')
    expect([code, out]).toEqual([2, expect.stringMatching(/^[^\n]+\n$/)])
    expect(JSON.parse(out)).toEqual({ error: { message: expect.stringMatching(message) } })
    expect(err).not.toBe('')
  }
}, 60_000)

test('who reads no notes still gets the result', async () => {
  const { child, ended } = startSlipway(['whoami', '--json', '--url', 'http://127.0.0.1:1'], { env: config })
  child.stderr?.destroy()
  const { code, out } = await ended
  expect([code, out]).toEqual([7, expect.stringContaining('does not answer')])
}, 60_000)

test('a plan that is deployed by its id has its prompts and documents written first, once its hash is the one', async () => {
  const service = await startScripted()
  const plan = json(200, { templateId: 't', planHash: 'seen' })
  const deploy = (hash: string) => startSlipway(['deploy', '--plan', 'p', '--plan-hash', hash, '--no-watch'], { env: { ...config, SLIPWAY_URL: service.url, SLIPWAY_TOKEN: 'x' } }).ended
  service.plays(plan, json(200, { id: 't' }), json(200, { planId: 'p', resourcePlanId: 'r' }), json(202, { recordId: 'record' }))
  expect(await deploy('seen')).toMatchObject({ code: 0, out: 'record\n' })
  expect(service.asked.map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /api/v1/plans/p', 'GET /api/v1/templates/t', 'POST /api/v1/templates/t/resources', 'POST /api/v1/templates/t/deploy'])
  expect(service.asked.at(-1)?.body).toContain('seen')
  service.plays(plan)
  expect((await deploy('other')).code).toBe(5)
  expect(service.asked).toHaveLength(1)
  await service.stop()
}, 60_000)

test('a file whose import stays a draft is neither planned nor deployed', async () => {
  const service = await startScripted()
  const file = join(newFolder(), 'flow.json')
  writeFileSync(file, '{"nodes": [], "connections": {}}')
  service.plays(json(201, { templateId: 't', version: '1.0.1', status: 'draft', created: true }), json(200, { id: 't', name: 'flow', version: '1.0.0' }))
  const { code, err } = await startSlipway(['deploy', file, '--client', 'acme'], { env: { ...config, SLIPWAY_URL: service.url, SLIPWAY_TOKEN: 'x' } }).ended
  expect([code, err]).toEqual([5, expect.stringContaining('Version 1.0.1 of "flow" is a draft, and drafts are not deployed: publish it first')])
  expect(service.asked).toHaveLength(2)
  await service.stop()
}, 60_000)

test.each(['bash', 'zsh', 'fish'])('the completion script of %s is one', async (shell) => {
  const { code, out } = await run('completion', shell)
  expect(code).toBe(0)
  expect(out).toContain('dead-letters')
  const program = named(shell)
  // zsh and fish are seldom there; bash is.
  if (program !== '') execFileSync(program, ['-n'], { input: out })
  else expect(shell).not.toBe('bash')
})

test('bash completes commands, their commands and options', async () => {
  const { out: script } = await run('completion', 'bash')
  const complete = (...words: string[]) => execFileSync('bash', ['-c', `${script}\nCOMP_WORDS=("$@"); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _slipway; printf '%s\\n' "\${COMPREPLY[@]}"`, 'bash', ...words]).toString().trim().split('\n')
  expect(complete('slipway', 'temp')).toEqual(['templates'])
  expect(complete('slipway', 'templates', 'i')).toEqual(['import'])
  expect(complete('slipway', 'templates', 'import', '--k')).toEqual(['--kind'])
  expect(complete('slipway', 'deploy', 'x', '--js')).toEqual(['--json'])
})

test('the bootstrap runs it from a clone, from wherever one is, and hands its exit code on', async () => {
  const folder = newFolder()
  writeFileSync(join(folder, 'odd.json'), '[]')
  const ended = (args: string[]) => new Promise<{ code: unknown; out: string; err: string }>((resolve) => {
    execFile(process.execPath, args, { cwd: folder, env: { ...process.env, ...config } }, (error, out, err) => { resolve({ code: error?.code ?? 0, out, err }) })
  })
  expect(await ended([join(root, 'bin/bootstrap.mjs'), 'slipway', 'nonsense'])).toMatchObject({ code: 2 })
  expect(await ended([join(root, 'bin/slipway.mjs'), 'templates', 'import', 'odd.json'])).toMatchObject({ code: 2, err: expect.stringContaining('odd.json must hold an object') })
  // Under npm the process stands in the package's folder, and the person where they are.
  expect(here('out.json')).toBe('out.json')
  const before = { ...process.env }
  try {
    Object.assign(process.env, { npm_lifecycle_event: 'slipway', INIT_CWD: folder })
    expect([here('out.json'), here('/x.json')]).toEqual([join(folder, 'out.json'), '/x.json'])
  } finally {
    process.env = before
  }
  expect((await ended([join(root, 'bin/slipway.mjs'), '--version'])).out).toMatch(/^\d+\.\d+\.\d+\n$/)
}, 60_000)

test('variables are texts, or JSON after :=, over those of a file', () => {
  const file = join(newFolder(), 'values.yaml')
  writeFileSync(file, 'greeting: Hello\nport: 80\n')
  expect(variablesOf({ values: file, set: ['port:=8080', 'name=a=b', 'list:=[1,2]', 'empty='] })).toEqual({ greeting: 'Hello', port: 8080, name: 'a=b', list: [1, 2], empty: '' })
  expect(variablesOf({})).toEqual({})
  for (const set of ['nothing', '=x', 'a:=nope']) expect(() => variablesOf({ set: [set] })).toThrow(`--set ${set}`)
  expect(() => variablesOf({ values: '/nowhere/values.yaml' })).toThrow('/nowhere/values.yaml cannot be read')
})

test('a file says what kind of template it is, or must be told', () => {
  const folder = newFolder()
  const file = (name: string, content: unknown) => {
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content))
    return join(folder, name)
  }
  expect(importOf(file('My flow.json', { nodes: [], connections: {} }), {})).toMatchObject({ kind: 'n8n', name: 'My flow' })
  expect(importOf(file('flow.json', { name: 'Call / me', nodes: [], connections: {} }), {})).toMatchObject({ kind: 'n8n', name: 'Call me' })
  expect(importOf(file('agent.json', { agent_id: 'a', response_engine: { type: 'retell-llm', llm_id: 'x' } }), {})).toMatchObject({ kind: 'retell', name: 'agent' })
  expect(importOf(file('a.yaml', 'kind: project\nname: mine\nresources: {}'), { name: 'yours', version: '2.0.0' })).toMatchObject({ kind: 'project', name: 'yours', version: '2.0.0' })
  expect(importOf(file('p.tgz', 'not really'), {})).toEqual({ kind: 'project', archive: Buffer.from('not really').toString('base64') })
  expect(() => importOf(file('b.yaml', 'resources: {}'), {})).toThrow('add --kind')
  expect(() => importOf(file('c.yaml', 'resources: {}'), { kind: 'fax' })).toThrow('There is no kind fax')
  expect(() => importOf(file('d.json', '{"a": [}'), {})).toThrow('is neither JSON nor YAML')
})

test('the change list has a line per resource, its fields, what is taken over, and a count', () => {
  const text = changeList([
    { provider: 'n8n', type: 'workflow', name: 'flow', action: 'create', notes: ['its path is taken'] },
    { provider: 'ghl', type: 'tag', name: 'label', action: 'update', adopted: true, fields: [{ field: '/name', from: 'a', to: 'b'.repeat(200) }, { field: '/x' }] },
    { provider: 'ghl', type: 'tag', name: 'evil\u001b[2J', action: 'unknown', reason: 'not reachable' },
  ], process.stderr)
  expect(text.split('\n')).toEqual([
    '+ n8n workflow flow create', '    its path is taken', '~ ghl tag label update (exists already and is taken over)', expect.stringMatching(/^ {4}\/name: "a" → "b{98}…$/), '    /x: — → —',
    '? ghl tag evil�[2J unknown (not reachable)', '1 create, 1 update, 1 unknown',
  ])
  expect(changeList([], process.stderr)).toBe('nothing to do')
})

test('what others have written does not steer the terminal, and columns stand in line', () => {
  expect(plain('a\u001b[31mb\nc')).toBe('a�[31mb c')
  expect(table([['NAME', 'ID'], ['long name', '1'], ['x', '22']])).toBe('NAME       ID\nlong name  1\nx          22')
})
