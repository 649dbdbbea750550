import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { refOf } from '../../activities/store-version.ts'
import type { Registry } from '../../bin/seed/bring.ts'
import { readCandidate } from '../../bin/seed/read.ts'
import { registryOf } from '../../bin/seed/registry.ts'
import { seed } from '../../bin/seed/seed.ts'
import type { SourceOptions } from '../../bin/seed/source.ts'
import { createSlipway } from '../../client/slipway.ts'
import type { TemplateArtifact } from '../../contracts/artifact.ts'
import { json, startScripted } from '../client/scripted.ts'
import { cloneOf, startGitRemote } from '../e2e/git-server.ts'

let folder: string
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'slipway-seed-')) })
afterEach(() => { rmSync(folder, { recursive: true, force: true }) })

const put = (path: string, content: string): void => {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), content)
}

/** Seeds a registry that takes everything. */
async function seeded(options: SourceOptions) {
  const artifacts: TemplateArtifact[] = []
  const registry: Registry = {
    async *templates() { /* none */ },
    async *versions() { /* none */ },
    create(artifact) {
      artifacts.push(artifact)
      return Promise.resolve({ templateId: artifact.name, version: '1.0.0', contentRef: '', status: 'published', created: true })
    },
    update: () => Promise.reject(new Error('there is nothing to update')),
  }
  const report = await seed({ registry, refusalOf: () => undefined, ...options })
  return { items: report.items, artifacts }
}
const desk = 'kind: retell\nname: desk\nresources:\n  brain: { provider: retell, type: llm, spec: { start_speaker: agent, general_prompt: Hello } }\n'
const paths = ([artifact]: TemplateArtifact[]) => artifact?.files?.map(({ path }) => path).sort()

test('a template at the root of a clone comes in without what Git keeps', async () => {
  const remote = await startGitRemote()
  const clone = cloneOf(remote)
  try {
    clone.push('Add', { 'cookiecutter.json': '{"name": "Thing"}', '{{cookiecutter.name}}/README.md': '# {{cookiecutter.name}}\n', '{{cookiecutter.name}}/.gitignore': 'dist\n' })
    clone.git('config', 'remote.origin.url', 'https://eve:secret@git.example.com/x.git')
    mkdirSync(join(clone.dir, '{{cookiecutter.name}}/vendored'))
    writeFileSync(join(clone.dir, '{{cookiecutter.name}}/vendored/.git'), 'gitdir: ../../.git/modules/vendored\n')
    const local = await seeded({ from: clone.dir })
    expect(local.items).toMatchObject([{ path: '.', status: 'created', name: 'work' }])
    expect(JSON.stringify(local.artifacts)).not.toMatch(/secret|gitdir/)
    expect(paths(local.artifacts)).toEqual(['.gitignore', 'README.md', 'cookiecutter.json'])
    const fetched = await seeded({ from: remote.url, allowPrivateAddresses: true })
    expect(fetched.items).toMatchObject([{ path: '.', status: 'created', name: 'templates' }])
    expect(paths(fetched.artifacts)).toEqual(paths(local.artifacts))
  } finally {
    clone.close()
    await remote.close()
  }
})

test('a folder may be named by a symbolic link to it', async () => {
  put('real/manifest.yaml', 'name: linked\n')
  put('real/README.md', '# Real\n')
  symlinkSync(join(folder, 'real'), join(folder, 'called'))
  expect((await seeded({ from: join(folder, 'called') })).items).toMatchObject([{ path: '.', status: 'created', name: 'linked' }])
})

test('a folder that cannot be read fails, and the others come in', async () => {
  // Longer together than a path may be: not even root can list the last one.
  const far = Array.from({ length: 12 }, () => 'x'.repeat(200)).join('/')
  mkdirSync(join(folder, 'a', far), { recursive: true })
  mkdirSync(join(folder, 'b', far), { recursive: true })
  put('desk.yaml', desk)
  renameSync(join(folder, 'b'), join(folder, 'a', far, 'b'))
  try {
    const { items } = await seeded({ from: folder })
    expect(items).toMatchObject([{ status: 'failed', reason: '400.content_unreadable: The folder cannot be read: ENAMETOOLONG: name too long' }, { path: 'desk.yaml', status: 'created' }])
  } finally {
    renameSync(join(folder, 'a', far, 'b'), join(folder, 'b'))
  }
})

test('a file that is gone when it is its turn is a problem of its own', async () => {
  const read = await readCandidate({ folder, name: 'x', links: new Set() }, { path: 'gone.yaml', directory: false })
  expect(read).toEqual({ path: 'gone.yaml', problem: '400.content_unreadable: It cannot be read: ENOENT: no such file or directory' })
})

const refOfVersion = (artifact: TemplateArtifact | undefined, version: string): string => (artifact === undefined ? '' : refOf({ ...artifact, version }))

test('what was brought as one of the first of many versions is left alone', async () => {
  put('desk.yaml', desk)
  const [artifact] = (await seeded({ from: folder })).artifacts
  const versionsFrom = (newest: number, contentRef: string) => Array.from({ length: 100 }, (_, back) => ({ version: `1.0.${String(newest - back)}`, contentRef }))
  const server = await startScripted()
  try {
    server.plays(
      json(200, { items: [{ id: 'd1', kind: 'retell', name: 'desk', version: '1.0.199', contentRef: 'changed by hand' }], nextCursor: null }),
      json(200, { items: [], nextCursor: null }),
      json(200, { items: versionsFrom(199, 'changed by hand'), nextCursor: 'older' }),
      json(200, { items: [{ version: '1.0.99', contentRef: refOfVersion(artifact, '1.0.99') }, ...versionsFrom(98, 'older still')], nextCursor: 'oldest' }),
      json(500, {}),
    )
    const registry = registryOf(createSlipway({ baseUrl: server.url, auth: { token: 'x' } }))
    expect((await seed({ registry, refusalOf: () => undefined, from: folder })).items).toEqual([{ path: 'desk.yaml', status: 'unchanged', kind: 'retell', name: 'desk', version: '1.0.99' }])
    const at = '/api/v1/templates/d1/versions?limit=100'
    expect(server.asked.map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /api/v1/templates?limit=100', 'GET /api/v1/templates?limit=100&deleted=true', `GET ${at}`, `GET ${at}&cursor=older`])
  } finally {
    await server.stop()
  }
})

test.each([['slipway', ['bin/slipway.ts', '--url', 'http://127.0.0.1:1', 'seed', 'nowhere']], ['seed', ['bin/seed.ts', '--url', 'http://127.0.0.1:1', '--token', 'x', '--from', 'nowhere']]])('npm run %s takes a folder from where the person is', (script, args) => {
  const run = () => execFileSync(process.execPath, args, { cwd: join(import.meta.dirname, '../..'), env: { ...process.env, NODE_OPTIONS: '', SLIPWAY_HOME: folder, SLIPWAY_TOKEN: 'x', npm_lifecycle_event: script, INIT_CWD: folder }, stdio: 'pipe' })
  expect(run).toThrow(`${join(folder, 'nowhere')} is no directory`)
})
