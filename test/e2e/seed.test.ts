import { spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { refusalOf, registryOf } from '../../bin/seed/registry.ts'
import { reportText } from '../../bin/seed/report.ts'
import { type SeedReport, seed } from '../../bin/seed/seed.ts'
import type { SourceOptions } from '../../bin/seed/source.ts'
import { UnreachableError, createSlipway } from '../../client/slipway.ts'
import { ensureTenant } from '../../db/tenants.ts'
import { startStack } from '../support/stack.ts'
import type { TestStack } from '../support/stack.ts'
import { startGitServer } from './git-server.ts'

const root = join(import.meta.dirname, '../..')
const llm = (prompt: string) => ({ provider: 'retell', type: 'llm', spec: { start_speaker: 'agent', general_prompt: prompt } })
const artifact = (name: string, prompt = 'Hello', more: object = {}) => ({ kind: 'retell', name, resources: { brain: llm(prompt) }, ...more })
const n8nExport = (name: string) => ({
  name, connections: {}, settings: {}, nodes: [{ id: '5f2e7c1a-0c55-4c3e-9a3b-0d6a4f7f0a01', name: 'Start', type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, position: [0, 0], parameters: {} }],
})
const manifest = (name: string, version = '1.0.0') => `name: ${name}\nversion: ${version}\ndescription: A project for tests\ncategory: tests\nauthor: Tests\ntags: [test]\n`

let stack: TestStack
let folder: string
const folders: string[] = []
const newFolder = (): string => {
  const made = mkdtempSync(join(tmpdir(), 'slipway-seed-'))
  folders.push(made)
  return made
}
beforeAll(async () => { stack = await startStack({ supabase: false }) })
afterAll(async () => { await stack.close() })
beforeAll(() => { folder = newFolder() })
afterEach(() => {
  for (const one of folders.splice(0)) rmSync(one, { recursive: true, force: true })
  folder = newFolder()
})
afterAll(() => { for (const one of folders) rmSync(one, { recursive: true, force: true }) })

const put = (path: string, content: string | object, within = folder): void => {
  mkdirSync(dirname(join(within, path)), { recursive: true })
  writeFileSync(join(within, path), typeof content === 'string' ? content : JSON.stringify(content))
}

interface Agency { token: string; seed(options?: SourceOptions & { onProgress?: (done: number, total: number) => void; concurrency?: number }): Promise<SeedReport>; get<T>(path: string): Promise<T>; call: TestStack['call'] }
let agencies = 0
/** A tenant with nothing in it. */
async function agency(): Promise<Agency> {
  const { id: tenantId } = await ensureTenant(stack.db, `seeded ${String(agencies++)}`)
  const token = await stack.token('owner', { tenantId })
  const registry = registryOf(createSlipway({ baseUrl: stack.api, auth: { token } }))
  const call: TestStack['call'] = (method, path, body) => stack.call(method, path, body, { token })
  return { token, call, seed: (options = {}) => seed({ registry, refusalOf, from: folder, ...options }), get: async <T>(path: string) => (await call<T>('GET', path)).body }
}
const sums = ({ created, updated, unchanged, failed }: SeedReport) => ({ created, updated, unchanged, failed })
const item = ({ items }: SeedReport, path: string) => items.find((one) => one.path === path)
const nothing = { created: 0, updated: 0, unchanged: 0, failed: 0 }
interface Listed { items: { id: string; kind: string; name: string; version: string; status: string }[] }

test('the library that ships comes in whole and published, and a second time nothing changes', async () => {
  const own = await agency()
  const first = await own.seed({ from: undefined })
  expect(first.items.filter(({ status, reason }) => status !== 'created' || reason !== undefined)).toEqual([])
  expect(first.items.map(({ path }) => path)).toEqual(expect.arrayContaining(['projects/fastapi-service', 'samples/dental-receptionist.yaml']))
  expect((await own.get<{ totals: object }>('/api/v1/admin/stats')).totals).toMatchObject({ templates: first.created, versions: first.created })
  expect(await own.get('/api/v1/templates/fastapi-service')).toMatchObject({ kind: 'project', status: 'published' })
  expect(sums(await own.seed({ from: undefined }))).toEqual({ ...nothing, unchanged: first.created })
}, 300_000)

describe('a folder of all sorts', () => {
  const sorts = () => {
    put('voice/desk.yaml', 'kind: retell\nname: desk\nresources:\n  brain: { provider: retell, type: llm, spec: { start_speaker: agent, general_prompt: Hello } }\n')
    put('voice/bench.json', artifact('bench', 'Hello', { version: '2.1.0' }))
    put('flows/Call me.json', n8nExport('Call me back'))
    put('own/manifest.yaml', manifest('own-project'))
    put('own/README.md', '# Own')
    put('own/notes/inner.yaml', artifact('never a template by itself'))
    cpSync(join(root, 'test/projects/cookiecutter/template'), join(folder, 'foreign/cookie'), { recursive: true })
    cpSync(join(root, 'test/projects/copier/template'), join(folder, 'foreign/copied'), { recursive: true })
    put('package.json', { name: 'not a template', version: '1.0.0' })
    put('k8s/deployment.yaml', 'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: x }\n')
    put('list.json', [1, 2])
    put('.github/workflows/ci.yml', 'kind: retell\nname: hidden\nresources: {}\n')
    put('node_modules/x/template.yaml', artifact('hidden'))
  }

  test('each template comes in, what is none is left alone, and again nothing changes', async () => {
    sorts()
    const own = await agency()
    const progress: [number, number][] = []
    const report = await own.seed({ onProgress: (done, total) => { progress.push([done, total]) } })
    expect(report.items.map(({ path, status, kind, name, version }) => [path, status, kind, name, version])).toEqual([
      ['flows/Call me.json', 'created', 'n8n', 'Call me back', '1.0.0'],
      ['foreign/cookie', 'created', 'project', expect.any(String), '1.0.0'],
      ['foreign/copied', 'created', 'project', 'copied', '1.0.0'],
      ['own', 'created', 'project', 'own-project', '1.0.0'],
      ['voice/bench.json', 'created', 'retell', 'bench', '2.1.0'],
      ['voice/desk.yaml', 'created', 'retell', 'desk', '1.0.0'],
    ])
    expect(report.ignored).toEqual(['k8s/deployment.yaml', 'list.json', 'package.json'])
    expect([progress[0], progress.at(-1)]).toEqual([[0, 9], [9, 9]])
    expect((await own.get<Listed>('/api/v1/templates')).items.map(({ name }) => name).sort()).toEqual(report.items.map(({ name }) => name).sort())
    expect(await own.get('/api/v1/templates/own-project/versions/1.0.0')).toMatchObject({ artifact: { files: expect.arrayContaining([expect.objectContaining({ path: 'notes/inner.yaml' })]) } })
    expect(sums(await own.seed())).toEqual({ ...nothing, unchanged: 6 })
  })

  test('what has changed in the folder is a new version; what was changed in the registry stays', async () => {
    sorts()
    const own = await agency()
    await own.seed()
    put('voice/desk.yaml', artifact('desk', 'Good morning'))
    put('voice/bench.json', artifact('bench', 'Good morning', { version: '2.2.0' }))
    put('own/README.md', '# Changed')
    await own.call('PUT', '/api/v1/templates/Call me back', { meta: { title: 'Changed by hand' } })
    const report = await own.seed()
    expect(sums(report)).toEqual({ created: 0, updated: 3, unchanged: 3, failed: 0 })
    expect(['voice/desk.yaml', 'voice/bench.json', 'own'].map((path) => item(report, path)?.version)).toEqual(['1.0.1', '2.2.0', '1.0.1'])
    expect(await own.get('/api/v1/templates/Call me back')).toMatchObject({ version: '1.0.1', meta: { title: 'Changed by hand' } })
    expect(await own.get('/api/v1/templates/desk/versions/1.0.1')).toMatchObject({ artifact: { resources: { brain: llm('Good morning') } } })
    expect(sums(await own.seed())).toEqual({ ...nothing, unchanged: 6 })
  })

  test('what was deleted in the registry comes back', async () => {
    put('desk.json', artifact('desk', 'Hello', { version: '1.0.0' }))
    const own = await agency()
    await own.seed()
    expect((await own.call('DELETE', '/api/v1/templates/desk')).status).toBe(204)
    expect(sums(await own.seed())).toEqual({ ...nothing, updated: 1 })
    expect(await own.get('/api/v1/templates/desk')).toMatchObject({ version: '1.0.0' })
  })

  test.each([['1.0.0', '1.0.1'], ['1.1.0', '1.1.0']])('what was deleted in the registry and has changed in the folder comes back: %s as %s', async (version, brought) => {
    put('desk.json', artifact('desk', 'Hello', { version: '1.0.0' }))
    const own = await agency()
    await own.seed()
    expect((await own.call('DELETE', '/api/v1/templates/desk')).status).toBe(204)
    put('desk.json', artifact('desk', 'Good morning', { version }))
    expect((await own.seed()).items).toEqual([{ path: 'desk.json', status: 'updated', kind: 'retell', name: 'desk', version: brought }])
    expect(await own.get(`/api/v1/templates/desk/versions/${brought}`)).toMatchObject({ artifact: { resources: { brain: llm('Good morning') } } })
    expect(sums(await own.seed())).toEqual({ ...nothing, unchanged: 1 })
  })
})

test('a project that is not good enough is a draft, which is said, and stays the one it is', async () => {
  put('bare/manifest.yaml', 'name: bare\n')
  put('bare/main.py', 'print(1)\n')
  const own = await agency()
  const report = await own.seed()
  expect(item(report, 'bare')).toMatchObject({ status: 'created', reason: expect.stringMatching(/^a draft until somebody publishes it; its quality is \d+ of 100$/) })
  expect(await own.get('/api/v1/templates/bare')).toMatchObject({ status: 'draft' })
  expect(sums(await own.seed())).toEqual({ ...nothing, unchanged: 1 })
  put('bare/main.py', 'print(2)\n')
  expect(sums(await own.seed())).toEqual({ ...nothing, updated: 1 })
  expect(sums(await own.seed())).toEqual({ ...nothing, unchanged: 1 })
})

test('a published project that gets worse stays as it is, beside one draft', async () => {
  cpSync(join(root, 'library/projects/fastapi-service'), join(folder, 'fastapi-service'), { recursive: true })
  const own = await agency()
  expect(item(await own.seed(), 'fastapi-service')).toMatchObject({ status: 'created', version: '1.0.0' })
  rmSync(join(folder, 'fastapi-service'), { recursive: true })
  put('fastapi-service/manifest.yaml', 'name: fastapi-service\n')
  put('fastapi-service/main.py', 'print(1)\n')
  expect(item(await own.seed(), 'fastapi-service')).toMatchObject({ status: 'updated', version: '1.0.1', reason: expect.stringContaining('a draft') })
  expect(item(await own.seed(), 'fastapi-service')).toMatchObject({ status: 'unchanged', version: '1.0.1' })
  expect(await own.get('/api/v1/templates/fastapi-service')).toMatchObject({ version: '1.0.0', status: 'published' })
})

test('each broken template is told with its path and why, and the others come in', async () => {
  put('good.yaml', artifact('good'))
  put('broken.yaml', 'kind: [')
  put('broken.json', '{"kind": "retell"')
  put('slip.yaml', artifact('slip', 'Hello', { kind: 'retel' }))
  put('misfit.json', artifact('misfit', 'Hello', { resource: {} }))
  put('unknown.json', { kind: 'retell', name: 'unknown', resources: { x: { provider: 'retell', type: 'spaceship', spec: {} } } })
  put('manifest/manifest.yaml', 'name: odd\nversoin: 1.0.0\n')
  put('twice-a.json', artifact('twice'))
  put('twice-b.json', artifact('twice', 'Other'))
  put('twice-c.json', artifact('twice'))
  put('large.json', `"${'x'.repeat(16 * 1024 * 1024)}"`)
  const own = await agency()
  const report = await own.seed()
  expect(Object.fromEntries(report.items.map(({ path, status, reason }) => [path, [status, reason]]))).toEqual({
    'good.yaml': ['created', undefined],
    'broken.yaml': ['failed', expect.stringContaining('400.content_unreadable: The file is neither JSON nor YAML')],
    'broken.json': ['failed', expect.stringContaining('neither JSON nor YAML')],
    'slip.yaml': ['failed', expect.stringContaining('/kind must be one of retell, n8n, ghl')],
    'misfit.json': ['failed', expect.stringContaining('400.artifact_schema_invalid: The artifact is not valid: /resource ')],
    'unknown.json': ['failed', expect.stringMatching(/400\.artifact_schema_invalid: .*\/resources\/x.*spaceship/)],
    manifest: ['failed', expect.stringContaining('/manifest.yaml/versoin is no field of it')],
    'twice-a.json': ['created', undefined],
    'twice-b.json': ['failed', 'twice-a.json is a retell template of the same name: give one of them another'],
    'twice-c.json': ['unchanged', 'the same as twice-a.json'],
    'large.json': ['failed', '400.content_unreadable: The file is larger than 16 MiB'],
  })
  expect((await own.get<Listed>('/api/v1/templates')).items.map(({ name }) => name).sort()).toEqual(['good', 'twice'])
  const text = reportText(report)
  expect(text).toMatch(/^failed +broken\.yaml +400\.content_unreadable/m)
  expect(text).toMatch(/^created +good\.yaml +retell good 1\.0\.0$/m)
  expect(text.split('\n').at(-1)).toBe('2 created, 0 updated, 1 unchanged, 8 failed')
})

test('symbolic links are not followed', async () => {
  const elsewhere = newFolder()
  put('secret.yaml', artifact('elsewhere'), elsewhere)
  symlinkSync(join(elsewhere, 'secret.yaml'), join(folder, 'link.yaml'))
  symlinkSync(elsewhere, join(folder, 'linked'))
  put('project/manifest.yaml', manifest('linking'))
  symlinkSync(join(elsewhere, 'secret.yaml'), join(folder, 'project/copied.yaml'))
  const report = await (await agency()).seed()
  expect(report.items.map(({ path, status, reason }) => [path, status, reason])).toEqual([['project', 'failed', expect.stringContaining('copied.yaml is a symbolic link')]])
})

test('a git repository comes in by its address: whole, a folder of it, or at a tag', async () => {
  const server = await startGitServer({ 'library/desk.json': JSON.stringify(artifact('desk', 'Newest')), 'other/bench.json': JSON.stringify(artifact('bench')), 'project/manifest.yaml': manifest('cloned') }, { first: { 'library/desk.json': JSON.stringify(artifact('desk', 'First')) } })
  try {
    const own = await agency()
    const at = (rest = '') => own.seed({ from: server.smart.replace('git+', '') + rest, allowPrivateAddresses: true })
    const first = await at('#library@first')
    expect(first.items).toEqual([{ path: 'desk.json', status: 'created', kind: 'retell', name: 'desk', version: '1.0.0' }])
    const whole = await at()
    // link.yaml leads out of the repository.
    expect(whole.items.map(({ path, status }) => [path, status])).toEqual([['library/desk.json', 'updated'], ['other/bench.json', 'created'], ['project', 'created']])
    expect(await own.get('/api/v1/templates/desk/versions/1.0.1')).toMatchObject({ artifact: { resources: { brain: llm('Newest') } } })
    await expect(at('#nowhere')).rejects.toThrow('nowhere is no directory of the repository')
    await expect(at('@no such branch')).rejects.toThrow()
    await expect(own.seed({ from: server.smart })).rejects.toThrow('must be https')
    await expect(own.seed({ from: 'ssh://git@example.com/x.git' })).rejects.toThrow('read by https alone')
    await expect(own.seed({ from: join(folder, 'nowhere') })).rejects.toThrow('nowhere is no directory')
  } finally {
    await server.close()
  }
})

test('hundreds of templates come in, and again in a few looks', async () => {
  for (let n = 0; n < 600; n++) put(`shelf ${String(n % 40)}/flow ${String(n)}.json`, n8nExport(`Flow ${String(n)}`))
  put('shelf 7/broken.json', '{')
  const own = await agency()
  const first = await own.seed({ concurrency: 16 })
  expect(sums(first)).toEqual({ created: 600, updated: 0, unchanged: 0, failed: 1 })
  expect((await own.get<{ templates: object }>('/api/v1/admin/stats')).templates).toMatchObject({ byKind: [{ kind: 'n8n', count: 600 }] })
  expect(sums(await own.seed())).toEqual({ created: 0, updated: 0, unchanged: 600, failed: 1 })
}, 900_000)

test('an API that stops answering ends it, and the next time goes on from there', async () => {
  put('a.json', artifact('a'))
  put('b.json', artifact('b'))
  const own = await agency()
  const registry = registryOf(createSlipway({ baseUrl: stack.api, auth: { token: own.token } }))
  const dying = { ...registry, create: (one: Parameters<typeof registry.create>[0]) => (one.name === 'b' ? Promise.reject(new UnreachableError('it is gone')) : registry.create(one)) }
  await expect(seed({ registry: dying, refusalOf, from: folder })).rejects.toThrow('it is gone')
  expect(sums(await own.seed())).toEqual({ ...nothing, created: 1, unchanged: 1 })
})

describe('npm run seed', () => {
  const run = (args: string[], env: Record<string, string> = {}, verb = 'seed') => new Promise<{ code: number | null; out: string; err: string }>((resolve) => {
    const child = spawn(process.execPath, [join(root, 'bin/bootstrap.mjs'), verb, ...args], { cwd: root, env: { ...process.env, SLIPWAY_HOME: join(folder, 'no-home'), NODE_OPTIONS: '', ...env } })
    const said = { out: '', err: '' }
    child.stdout.on('data', (chunk: Buffer) => { said.out += chunk.toString() })
    child.stderr.on('data', (chunk: Buffer) => { said.err += chunk.toString() })
    child.once('close', (code) => { resolve({ code, ...said }) })
  })

  test('says what it did, and fails when a template did', async () => {
    put('desk.json', artifact('desk'))
    const { token } = await agency()
    const good = await run(['--from', folder, '--url', stack.api, '--token', token])
    expect(good).toEqual({ code: 0, out: 'STATUS   PATH       TEMPLATE\ncreated  desk.json  retell desk 1.0.0\n1 created, 0 updated, 0 unchanged, 0 failed\n', err: '' })
    put('broken.json', '{')
    const bad = await run(['--from', folder, '--url', stack.api, '--json'], { SLIPWAY_TOKEN: token })
    expect([bad.code, JSON.parse(bad.out)]).toEqual([1, { created: 0, updated: 0, unchanged: 1, failed: 1, ignored: [], items: [{ path: 'broken.json', status: 'failed', reason: expect.any(String) }, { path: 'desk.json', status: 'unchanged', kind: 'retell', name: 'desk', version: '1.0.0' }] }])
  })

  test('logs in with email and password; an editor brings drafts', async () => {
    put('desk.json', artifact('drafted'))
    expect((await stack.call('POST', '/api/v1/users', { email: 'eda@agency.example', password: 'correct horse battery', roles: ['editor'] })).status).toBe(201)
    const said = await run(['--from', folder, '--url', stack.api, '--tenant', 'default', '--email', 'eda@agency.example', '--password', 'correct horse battery'])
    expect(said.out).toBe('STATUS   PATH       TEMPLATE\ncreated  desk.json  retell drafted 1.0.0  a draft until somebody publishes it; its quality is 50 of 100\n1 created, 0 updated, 0 unchanged, 0 failed\n')
    expect((await run(['--from', folder, '--url', stack.api, '--email', 'eda@agency.example'], { SLIPWAY_PASSWORD: 'wrong' })).err).toContain('Tenant, email or password is wrong')
  })

  test.each([
    [['--from', 'library'], 'no stack was started in'],
    [['--url', 'http://127.0.0.1:1'], 'Name --token'],
    [['--url', 'http://127.0.0.1:1', '--email', 'me@example.com'], '--email goes with --password'],
    [['--concurrency', 'many'], '--concurrency takes a number from 1 to 64'],
    [['--form', 'x'], "Unknown option '--form'"],
  ])('%j is refused: %s', async (args, why) => {
    const { code, out, err } = await run(args)
    expect([code, out, err.includes(why) && err.includes('--help')]).toEqual([1, '', true])
  })

  test('a viewer is told what is missing', async () => {
    put('desk.json', artifact('desk'))
    const { code, err } = await run(['--from', folder, '--url', stack.api, '--token', await stack.token('viewer')])
    expect([code, err]).toEqual([1, expect.stringContaining('template:write')])
  })

  test('slipway seed is the same', async () => {
    put('desk.json', artifact('desk'))
    put('broken.json', '{')
    const child = await run(['--url', stack.api, 'seed', folder], { SLIPWAY_TOKEN: (await agency()).token }, 'slipway')
    expect([child.code, child.out.split('\n').at(-2)]).toEqual([1, '1 created, 0 updated, 0 unchanged, 1 failed'])
    expect((await run(['--url', stack.api, 'seed', '--concurrency', '65'], {}, 'slipway')).err).toContain('a number from 1 to 64')
  })

  test('--help says all that can be said', async () => {
    const { code, out } = await run(['--help'])
    expect([code, out]).toEqual([0, expect.stringContaining('--from <folder or address>')])
  })
})
