import { randomBytes, randomUUID } from 'node:crypto'
import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { readFolder } from '../../activities/read-directory.ts'
import type { JsonObject } from '../../contracts/json.ts'
import { startStack } from '../support/stack.ts'
import type { TestStack } from '../support/stack.ts'
import { entriesOf, filesOf, tarOf } from '../support/tar.ts'
import { startGitServer } from './git-server.ts'
import type { GitServer } from './git-server.ts'

interface Imported { templateId: string; version: string; contentRef: string; created: boolean; untranslated?: { file: string; line: number; what: string; stops: boolean }[] }
interface Problem { code: string; detail: string; errors: { pointer: string; message: string }[] }
interface Stored { name: string; version: string; meta: JsonObject; variables: { properties: Record<string, JsonObject>; required?: string[] }; files: { path: string; content: string; literal?: boolean; templateOnly?: boolean; executable?: boolean; encoding?: string }[]; dependencies: JsonObject[]; delimiters?: JsonObject; untranslated?: Imported['untranslated'] }

let stack: TestStack
beforeAll(async () => { stack = await startStack({ supabase: false }) })
afterAll(() => stack.close())

const fresh = (): string => `directory ${randomUUID()}`
const bring = <T = Imported>(body: object) => stack.call<T>('POST', '/api/v1/templates/import', { kind: 'project', ...body })
const stored = async ({ templateId, version }: Imported): Promise<Stored> => (await stack.call<{ artifact: Stored }>('GET', `/api/v1/templates/${templateId}/versions/${version}`)).body.artifact

async function made(templateId: string, body: object): Promise<Record<string, string>> {
  const answer = await fetch(`${stack.api}/api/v1/templates/${templateId}/instantiate`, { method: 'POST', headers: { authorization: `Bearer ${await stack.token()}`, 'content-type': 'application/json' }, body: JSON.stringify(body) })
  const bytes = Buffer.from(await answer.arrayBuffer())
  if (answer.status !== 200) throw new Error(bytes.toString())
  return filesOf(bytes)
}
const archived = async (entries: Parameters<typeof tarOf>[0], more: object = {}) => ({ archive: (await tarOf(entries)).toString('base64'), ...more })

const manifest = `name: NAME
version: 2.1.0
description: REST API backend template
category: backend_developer
author: Maestro Team
tags: [api, rest]

dependencies:
  - fastapi: "^0.104.0"
  - sqlalchemy: "^2.0.0"

files:
  - src/
  - README.md

quality_score: 85
`
const directory = (name: string, change: Record<string, string> = {}): Record<string, string | Buffer> => ({
  'manifest.yaml': manifest.replace('NAME', name), 'README.md': '# {{ variables.projectName }} at {{ variables.port }}\n', 'src/main.py': 'port = {{ variables.port }}\n', 'src/raw.txt': '{{ raw }}\n', 'src/logo.bin': Buffer.from([0, 255, 1]),
  'examples/one.json': '{"projectName": "one"}', 'NOTES.md': 'of the template',
  'slipway.yaml': 'variables: { type: object, properties: { port: { type: integer, default: 80 } } }\ndelimiters: { output: ["{{", "}}"], tag: ["{%", "%}"] }\nliteral: [src/raw.*]\nmeta: { license: MIT }\n',
  ...change,
})

describe('a directory with a manifest', () => {
  test('is a template whose manifest says what it is, and what a project consists of', async () => {
    const name = fresh()
    const { status, body } = await bring(await archived(directory(name)))
    expect([status, body.version, body.untranslated]).toEqual([201, '2.1.0', undefined])
    const artifact = await stored(body)
    expect(artifact).toMatchObject({ name, meta: { description: 'REST API backend template', category: 'backend_developer', author: 'Maestro Team', tags: ['api', 'rest'], license: 'MIT' }, dependencies: [{ fastapi: '^0.104.0' }, { sqlalchemy: '^2.0.0' }], delimiters: { output: ['{{', '}}'] } })
    expect(JSON.stringify(artifact)).not.toContain('quality')
    expect(artifact.files.map(({ path, literal, templateOnly, encoding }) => [path, literal ?? templateOnly ?? encoding])).toEqual([['NOTES.md', true], ['README.md', undefined], ['examples/one.json', true], ['src/logo.bin', 'base64'], ['src/main.py', undefined], ['src/raw.txt', true]])
    expect(await made(body.templateId, { projectName: 'one' })).toEqual({ 'one/README.md': '# one at 80\n', 'one/src/logo.bin': '\0\ufffd\u0001', 'one/src/main.py': 'port = 80\n', 'one/src/raw.txt': '{{ raw }}\n' })
  })

  test('comes as tar or gzip in the body\'s place, in one folder or none, with name and version in the address', async () => {
    const post = async (bytes: Buffer, type: string, query = '') => {
      const answer = await fetch(`${stack.api}/api/v1/templates/import${query}`, { method: 'POST', headers: { authorization: `Bearer ${await stack.token()}`, 'content-type': type }, body: new Uint8Array(bytes) })
      return { status: answer.status, body: (await answer.json()) as Imported & Problem }
    }
    const name = fresh()
    const plain = await tarOf(directory(name))
    expect(await post(plain, 'application/x-tar')).toMatchObject({ status: 201, body: { version: '2.1.0' } })
    const inFolder = await tarOf(Object.fromEntries(Object.entries(directory(name)).map(([path, content]) => [`./some-folder/${path}`, content])))
    const again = await post(gzipSync(inFolder), 'application/gzip', '?force=true')
    expect(again).toMatchObject({ status: 200, body: { version: '2.1.0', created: false } })
    const other = fresh()
    const renamed = await post(plain, 'application/x-tar', `?name=${encodeURIComponent(other)}&version=3.0.0`)
    expect([renamed.status, (await stored(renamed.body)).name, renamed.body.version]).toEqual([201, other, '3.0.0'])
    expect((await post(plain, 'application/zip')).body.code).toBe('415.unsupported_media_type')
    expect((await post(Buffer.from('no tar at all'), 'application/x-tar')).body).toMatchObject({ code: '400.content_unreadable', errors: [{ pointer: '/archive' }] })
  })

  test('is the same template when its export is brought in again', async () => {
    const name = fresh()
    const { body } = await bring(await archived(directory(name)))
    const answer = await fetch(`${stack.api}/api/v1/templates/${body.templateId}/export`, { headers: { authorization: `Bearer ${await stack.token()}` } })
    const bytes = Buffer.from(await answer.arrayBuffer())
    expect(await bring({ archive: bytes.toString('base64'), force: true })).toMatchObject({ status: 200, body: { contentRef: body.contentRef, created: false } })
    const elsewhere = fresh()
    const copy = await bring({ archive: gzipSync(bytes).toString('base64'), name: elsewhere })
    expect({ ...(await stored(copy.body)), name }).toEqual(await stored(body))
  })

  test('files that are sent in another spelling are the same template, and survive an export', async () => {
    const name = fresh()
    const files = [
      { path: 'b[1].txt', content: '${{ kept }}', literal: true }, { path: ' a.txt'.trim(), content: 'x', encoding: 'utf8', executable: false }, { path: 'c.txt', content: Buffer.from('${{ also kept }}').toString('base64'), encoding: 'base64' },
      { path: '#d !.txt', content: '${{ kept }}', literal: true }, { path: 'e.bin', content: Buffer.from([0, 1]).toString('base64'), encoding: 'base64', literal: true, executable: true }, { path: 'f.md', content: '${{', templateOnly: true, literal: true },
    ]
    const { status, body } = await bring({ name, content: { version: '1.0.0', files } })
    expect(status).toBe(201)
    expect(await made(body.templateId, { projectName: 'p' })).toEqual({ 'p/#d !.txt': '${{ kept }}', 'p/a.txt': 'x', 'p/b[1].txt': '${{ kept }}', 'p/c.txt': '${{ also kept }}', 'p/e.bin': '\0\u0001' })
  })

  test.each<[string, Record<string, string>, string[]]>([
    ['an unknown field', { 'manifest.yaml': 'name: a\ncolour: red\n' }, ['/manifest.yaml/colour']],
    ['no name', { 'manifest.yaml': '' }, ['/manifest.yaml/name']],
    ['fields of other types', { 'manifest.yaml': 'name: a\nversion: 1.0\ntags: api\ndependencies: [fastapi]\nquality_score: 101\n' }, ['/manifest.yaml/version', '/manifest.yaml/tags', '/manifest.yaml/dependencies/0', '/manifest.yaml/quality_score']],
    ['a length that is none', { 'manifest.yaml': 'name: a\nfiles: [{ length: { toString: 1 } }]\n' }, ['/manifest.yaml/files/0/length']],
    ['files that are not there', { 'manifest.yaml': 'name: a\nfiles: [README.md, main.py, tests/]\n' }, ['/manifest.yaml/files/1', '/manifest.yaml/files/2']],
    ['an unknown setting', { 'slipway.yaml': 'variable: {}\n' }, ['/slipway.yaml/variable']],
    ['a schema that is none', { 'slipway.yaml': 'variables: { type: object, properties: { port: { type: number-ish } } }\ndelimiters: { output: ["{{", "}}"], tag: ["{%", "%}"] }\n' }, ['/variables', '/files/5/content']],
    ['a file that cannot be rendered', { 'src/main.py': '{{ variables.prot }}' }, ['/files/4/content']],
    ['names that differ in case', { 'readme.md': '' }, ['/files/3/path']],
  ])('with %s is refused at its place', async (_, change, pointers) => {
    const { status, body } = await bring<Problem>(await archived(directory(fresh(), change)))
    expect([status, body.code]).toEqual([400, '400.artifact_schema_invalid'])
    expect(body.errors.map(({ pointer }) => pointer)).toEqual(expect.arrayContaining(pointers))
    expect(body.errors).toHaveLength(pointers.length)
  })

  test.each<[string, Record<string, string>]>([
    ['no manifest', { 'README.md': 'x' }],
    ['a manifest that is no YAML', { 'manifest.yaml': 'name: [' }],
  ])('with %s is unreadable', async (_, files) => {
    expect((await bring<Problem>(await archived(files))).body.code).toBe('400.content_unreadable')
  })
})

describe('a template that is changed with its directory as tar', () => {
  const put = async (id: string, bytes: Buffer, { type = 'application/x-tar', query = '', role = 'owner' as const, ifMatch }: { type?: string; query?: string; role?: 'owner' | 'editor' | 'viewer'; ifMatch?: string } = {}) => {
    const answer = await fetch(`${stack.api}/api/v1/templates/${encodeURIComponent(id)}${query}`, { method: 'PUT', headers: { authorization: `Bearer ${await stack.token(role)}`, 'content-type': type, ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }) }, body: new Uint8Array(bytes) })
    return { status: answer.status, body: (await answer.json()) as Imported & Problem & { status: string }, location: answer.headers.get('location') }
  }
  const present = async () => {
    const name = fresh()
    const { body } = await bring(await archived(directory(name)))
    return { name, ...body }
  }
  const changed = (name: string, text = 'Other\n') => tarOf(directory(name, { 'README.md': text }))

  test('has a new version, as plain tar and gzipped, and none where it says the same', async () => {
    const { name, templateId } = await present()
    const first = await put(templateId, await changed(name))
    expect(first).toMatchObject({ status: 201, body: { templateId, version: '2.1.1', created: true }, location: `/api/v1/templates/${templateId}/versions/2.1.1` })
    expect((await stored(first.body)).files.find(({ path }) => path === 'README.md')?.content).toBe('Other\n')
    expect(await put(name, gzipSync(await changed(name)), { type: 'application/gzip' })).toMatchObject({ status: 200, body: { version: '2.1.1', created: false } })
    expect(await put(templateId, await changed(name, 'Third\n'), { query: '?version=3.0.0' })).toMatchObject({ status: 201, body: { version: '3.0.0' } })
  })

  test('keeps its name, whatever the manifest says, and is one and the same by JSON', async () => {
    const { name, templateId } = await present()
    const archive = await tarOf(directory('somebody else', { 'README.md': 'Mine\n' }))
    const { body } = await put(templateId, archive)
    expect((await stored(body)).name).toBe(name)
    expect(await stack.call('PUT', `/api/v1/templates/${templateId}`, { archive: archive.toString('base64') })).toMatchObject({ status: 200, body: { version: body.version, contentRef: body.contentRef } })
  })

  test('is a draft where somebody who may not import changes it, and is not changed by who may only read', async () => {
    const { name, templateId } = await present()
    expect(await put(templateId, await changed(name), { role: 'editor' })).toMatchObject({ status: 201, body: { status: 'draft' } })
    expect(await put(templateId, await changed(name), { role: 'viewer' })).toMatchObject({ status: 403, body: { code: '403.forbidden' } })
  })

  test('is changed only as the caller has seen it', async () => {
    const { name, templateId } = await present()
    const seen = (await fetch(`${stack.api}/api/v1/templates/${templateId}`, { headers: { authorization: `Bearer ${await stack.token()}` } })).headers.get('etag') ?? ''
    expect((await put(templateId, await changed(name), { ifMatch: seen })).status).toBe(201)
    expect(await put(templateId, await changed(name, 'Too late\n'), { ifMatch: seen })).toMatchObject({ status: 412, body: { code: '412.precondition_failed' } })
    expect((await put(templateId, await changed(name, 'Whatever\n'), { ifMatch: '*' })).status).toBe(201)
  })

  test('is refused with the same answers as by JSON', async () => {
    const { name, templateId, version } = await present()
    const good = await changed(name)
    expect((await put(templateId, good, { query: `?version=${version}` })).body.code).toBe('409.version_exists')
    expect((await put(templateId, good, { query: '?version=new' })).body).toMatchObject({ code: '400.request_invalid', errors: [{ pointer: '/query/version' }] })
    expect((await put(templateId, good, { query: '?force=true' })).body.code).toBe('400.request_invalid')
    expect((await put('no such template', good)).body.code).toBe('404.template_not_found')
    expect((await put(templateId, good, { type: 'application/zip' })).body.code).toBe('415.unsupported_media_type')
    expect((await put(templateId, Buffer.from('no tar at all'))).body).toMatchObject({ code: '400.content_unreadable', errors: [{ pointer: '/archive' }] })
    expect((await put(templateId, await tarOf({ 'README.md': 'x' }))).body.code).toBe('400.content_unreadable')
    expect((await put(templateId, await tarOf(directory(name, { 'manifest.yaml': `name: ${name}\ncolour: red\n` })))).body).toMatchObject({ code: '400.artifact_schema_invalid', errors: [{ pointer: '/manifest.yaml/colour' }] })
    expect((await put(templateId, await tarOf({ 'a/link': { type: 'symlink', linkname: '/etc/passwd' } }))).body.code).toBe('400.artifact_schema_invalid')
    expect((await stack.call<Problem>('PUT', `/api/v1/templates/${templateId}`, { archive: good.toString('base64'), content: {} })).body).toMatchObject({ code: '400.request_invalid', errors: [{ pointer: '/content' }] })
    const { body: agent } = await stack.call<Imported>('POST', '/api/v1/templates/import', { kind: 'retell', name: fresh(), content: { resources: {} } })
    expect((await put(agent.templateId, good)).body).toMatchObject({ code: '400.request_invalid', errors: [{ pointer: '/archive', message: 'is for templates of kind project' }] })
    expect((await stored({ templateId, version } as Imported)).files.find(({ path }) => path === 'README.md')?.content).not.toBe('Other\n')
  })
})

describe('an archive', () => {
  test.each<[string, Parameters<typeof tarOf>[0]]>([
    ['a symbolic link', { 'a/link': { type: 'symlink', linkname: '/etc/passwd' } }],
    ['a hard link', { 'a/link': { type: 'link', linkname: 'manifest.yaml' } }],
    ['a device', { 'dev': { type: 'character-device', devmajor: 1, devminor: 3 } }],
    ['a pipe', { 'pipe': { type: 'fifo' } }],
    ['an absolute path', { '/etc/passwd': 'x' }],
    ['a path out of it', { 'a/../../b': 'x' }],
    ['a path out of it behind a dot', { './../b': 'x' }],
    ['a drive', { 'C:/x': 'x' }],
    ['backslashes', { 'a\\..\\b': 'x' }],
    ['a control character', { 'a\u0007b': 'x' }],
    ['the same file twice', [['a', '1'], ['a', '2']]],
    ['Git\'s own folder', { '.git/hooks/post-checkout': 'x' }],
    ['a name that Windows cannot have', { 'a/con.txt': 'x' }],
    ['a file of more than 2 MB', { big: 'x'.repeat(2_000_001) }],
    ['more than 10 MB', Object.fromEntries(Array.from({ length: 6 }, (_, at) => [`big${String(at)}`, 'x'.repeat(1_900_000)]))],
    ['more than 2,000 files', Object.fromEntries(Array.from({ length: 2_001 }, (_, at) => [`f${String(at)}`, '']))],
  ])('with %s is refused, not taken in part', async (_, entries) => {
    const name = fresh()
    const all: [string, string | Buffer | object][] = [['manifest.yaml', `name: ${name}\n`], ...(Array.isArray(entries) ? entries : Object.entries(entries))]
    const { status, body } = await bring<Problem>({ archive: gzipSync(await tarOf(all as [string, string][])).toString('base64') })
    expect([status, body.code, body.errors.length]).toEqual([400, '400.artifact_schema_invalid', 1])
    expect((await stack.call('GET', `/api/v1/templates/${encodeURIComponent(name)}`)).status).toBe(404)
  }, 30_000)

  test('that unpacks to far more than it may hold is not unpacked', async () => {
    expect((await bring<Problem>({ archive: gzipSync(Buffer.alloc(200_000_000)).toString('base64') })).body).toMatchObject({ code: '400.content_unreadable', errors: [{ pointer: '/archive', message: 'is larger than 10 MB, unpacked' }] })
  }, 60_000)

  test('of the most that a template may hold is taken, and exported again', async () => {
    const name = fresh()
    const large = Object.fromEntries(Array.from({ length: 5 }, (_, at) => [`large${String(at)}`, randomBytes(1_990_000)]))
    const answer = await fetch(`${stack.api}/api/v1/templates/import`, { method: 'POST', headers: { authorization: `Bearer ${await stack.token()}`, 'content-type': 'application/x-tar' }, body: new Uint8Array(await tarOf({ 'manifest.yaml': `name: ${name}\n`, ...large })) })
    expect(answer.status).toBe(201)
    const exported = await fetch(`${stack.api}/api/v1/templates/${encodeURIComponent(name)}/export`, { headers: { authorization: `Bearer ${await stack.token()}` } })
    const entries = await entriesOf(Buffer.from(await exported.arrayBuffer()))
    for (const [path, bytes] of Object.entries(large)) expect(entries.find((one) => one.name.endsWith(`/${path}`))?.bytes.equals(bytes)).toBe(true)
  }, 60_000)

  test('is for projects, in base64, and beside nothing else', async () => {
    const archive = (await tarOf(directory('x'))).toString('base64')
    expect((await bring<Problem>({ kind: 'service', archive })).body).toMatchObject({ code: '400.request_invalid', errors: [{ pointer: '/archive' }] })
    expect((await bring<Problem>({ archive: '***' })).body).toMatchObject({ code: '400.request_invalid', errors: [{ pointer: '/archive' }] })
    expect((await bring<Problem>({ archive, content: {} })).body).toMatchObject({ code: '400.request_invalid', errors: [{ pointer: '/content' }] })
  })

  test('may be empty of folders\' names, but not of files', async () => {
    expect((await bring<Problem>(await archived([]))).body.code).toBe('400.content_unreadable')
    const withFolders: Parameters<typeof tarOf>[0] = [['t/', { type: 'directory' }], ...Object.entries(directory(fresh())).map(([path, content]): [string, string | Buffer] => [`t/${path}`, content])]
    expect((await bring(await archived(withFolders))).status).toBe(201)
  })
})

describe('a git repository', () => {
  let git: GitServer
  beforeAll(async () => {
    const inside = Object.fromEntries(Object.entries(directory('from git')).map(([path, content]) => [`templates/api/${path}`, content]))
    git = await startGitServer({ ...inside, 'templates/api/src/run.sh': '#!/bin/sh\n', 'templates/one.yaml': 'name: one document\nfiles: [{ path: a, content: b }]\n', 'lfs/manifest.yaml': 'name: lfs\n', 'lfs/big': 'version https://git-lfs.github.com/spec/v1\noid sha256:1\n' }, { v1: { 'manifest.yaml': 'name: whole repository\n', 'a.txt': 'first' } }, ['templates/api/src/run.sh'])
  }, 60_000)
  afterAll(() => git.close())

  test('gives a directory as it was committed, by either kind of server', async () => {
    for (const server of [git.smart, git.dumb]) {
      const { status, body } = await bring({ name: fresh(), contentRef: `${server}#templates/api/` })
      expect(status).toBe(201)
      const { files } = await stored(body)
      expect(files.filter(({ executable }) => executable).map(({ path }) => path)).toEqual(['src/run.sh'])
      expect(files.find(({ path }) => path === 'src/logo.bin')).toMatchObject({ encoding: 'base64', content: Buffer.from([0, 255, 1]).toString('base64') })
    }
  })

  test('gives the whole of a tag, or a single document', async () => {
    const { status, body } = await bring({ contentRef: `${git.smart}#@v1` })
    expect([status, (await stored(body)).name]).toEqual([201, 'whole repository'])
    const one = await bring({ contentRef: `${git.smart}#templates/one.yaml` })
    expect([one.status, (await stored(one.body)).name]).toEqual([201, 'one document'])
  })

  test.each<[string, string, string]>([
    ['with a symbolic link', '', '400.artifact_schema_invalid'],
    ['whose files lie elsewhere', '#lfs', '400.artifact_schema_invalid'],
    ['that is not there', '#nowhere', '400.content_unreadable'],
    ['outside of it', '#../../etc', '400.content_unreadable'],
    ['that is no template', '#templates', '400.content_unreadable'],
  ])('and a directory %s is refused', async (_, fragment, code) => {
    expect((await bring<Problem>({ contentRef: `${git.smart}${fragment}` })).body.code).toBe(code)
  })
})

test('a directory of the library is a template, and another kind\'s path still names a file', async () => {
  const { status, body } = await bring({ contentRef: 'projects/fastapi-service' })
  expect([status, body.version]).toEqual([201, '1.0.0'])
  const project = await made(body.templateId, JSON.parse(readFileSync(new URL('../../library/projects/fastapi-service/examples/orders.json', import.meta.url), 'utf8')) as object)
  expect(Object.keys(project)).toEqual(['.gitignore', 'Dockerfile', 'README.md', 'pyproject.toml', 'src/orders_api/__init__.py', 'src/orders_api/main.py', 'src/orders_api/models.py', 'src/orders_api/routes.py', 'tests/test_api.py'].map((path) => `orders-api/${path}`))
  expect(project['orders-api/README.md']).toContain('uvicorn orders_api.main:app --port 8080')
  expect(Object.keys(await made(body.templateId, { projectName: 'notes', parameters: { docker: false } }))).not.toContain('notes/Dockerfile')
  for (const contentRef of ['projects', 'projects/nothing', '../library/projects/fastapi-service', 'projects/../../docs', '/etc']) expect((await bring<Problem>({ contentRef })).body.code).toBe('400.content_unreadable')
  expect((await bring<Problem>({ kind: 'service', name: fresh(), contentRef: 'projects/fastapi-service' })).body.code).toBe('400.content_unreadable')
})

const projects = join(import.meta.dirname, '../projects')
/** Every file below a folder, by its path. */
const onDisk = (folder: string): Record<string, string> =>
  Object.fromEntries(readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => statSync(join(folder, path)).isFile()).map((path) => [path, readFileSync(join(folder, path)).toString()]))
/** A template of another program, as a tar of its folder. */
async function foreign(program: string, name = `my-${program}`): Promise<Imported> {
  const source = await readFolder(join(projects, program, 'template'))
  const entries = (source?.files ?? []).map(({ path, content, encoding, executable }): [string, { content: Buffer; mode: number }] => [`${name}/${path}`, { content: Buffer.from(content, encoding ?? 'utf8'), mode: executable ? 0o755 : 0o644 }])
  const { status, body } = await bring(await archived(entries.map(([name, { content, mode }]) => [name, mode === 0o755 ? { mode, content: content.toString() } : content]) as [string, Buffer][]))
  expect([status, JSON.stringify(body)]).toEqual([201, expect.stringContaining('"created":true')])
  return body
}
const expected = (program: string, name: string): Record<string, string> => Object.fromEntries(Object.entries(onDisk(join(projects, program, 'expected', name))).map(([path, content]) => [`${name}/${path}`, content]))

describe('a Cookiecutter template', () => {
  let imported: Imported
  beforeAll(async () => { imported = await foreign('cookiecutter') })

  test('makes what Cookiecutter makes, with its defaults and with other answers', async () => {
    expect(await made(imported.templateId, { projectName: 'python-boilerplate' })).toEqual(expected('cookiecutter', 'python-boilerplate'))
    const parameters = { use_docker: 'y', typed: false, open_source_license: 'Not open source', project_name: '  Big Thing-2 ', version: '1.0', full_name: 'Zoë "Z" O\'Neil' }
    expect(await made(imported.templateId, { projectName: 'big-thing-2', parameters })).toEqual(expected('cookiecutter', 'big-thing-2'))
  })

  test('asks what Cookiecutter asks', async () => {
    const { variables, name, files } = await stored(imported)
    expect(name).toBe('my-cookiecutter')
    expect(variables.properties).toMatchObject({
      full_name: { type: 'string', default: 'Ada Lovelace', title: 'Your name' }, line_length: { type: 'string', default: '88' }, typed: { type: 'boolean', default: true },
      open_source_license: { enum: ['MIT license', 'Apache Software License 2.0', 'Not open source'], default: 'MIT license', title: 'License' }, __class: { readOnly: true }, _keywords: { readOnly: true, type: 'array' },
    })
    expect(variables.required).toBeUndefined()
    expect(files.find(({ path }) => path === 'README.md')).toMatchObject({ templateOnly: true })
    await expect(made(imported.templateId, { projectName: 'x', parameters: { __class: 'Mine' } })).rejects.toThrow('/parameters/__class')
    await expect(made(imported.templateId, { projectName: 'x', parameters: { open_source_license: 'WTFPL' } })).rejects.toThrow('/parameters/open_source_license')
  })

  test('tells what of it has no counterpart, by file and line, in the answer and in the version', async () => {
    expect(imported.untranslated).toEqual([
      { file: 'cookiecutter.json', line: 20, what: '_extensions: extensions of Jinja are not loaded', stops: false },
      { file: 'hooks/post_gen_project.py', line: 1, what: 'hooks are not run', stops: false },
      { file: 'cookiecutter.json', line: 12, what: 'the parts of services come in the order of their names', stops: false },
    ])
    expect((await stored(imported)).untranslated).toEqual(imported.untranslated)
    expect((await bring({ ...(await archived({ 'cookiecutter.json': '{}', '{{cookiecutter.x}}/a': 'a' })), name: fresh() })).body.untranslated).toBeUndefined()
  })

  const cookiecutter = async (context: string, files: Record<string, string>) => bring({ ...(await archived({ 'cookiecutter.json': context, ...Object.fromEntries(Object.entries(files).map(([path, content]) => [`{{cookiecutter.slug}}/${path}`, content])) })), name: fresh() })

  test('is imported with what cannot be translated, which ends whoever needs it', async () => {
    const { body } = await cookiecutter('{"slug": "x", "wide": "n"}', { 'a.txt': 'one\n{% if cookiecutter.wide == "y" %}\n{{ cookiecutter.slug|truncate(3) }}\n{% endif %}\n', 'b.txt': '{{ slug }}\n{{ cookiecutter|jsonify }}', '{{ cookiecutter.nothing }}.txt': '' })
    expect(body.untranslated).toEqual([
      { file: '{{cookiecutter.slug}}/a.txt', line: 3, what: 'cannot translate the filter truncate', stops: true },
      { file: '{{cookiecutter.slug}}/b.txt', line: 1, what: 'slug is not known', stops: true },
      { file: '{{cookiecutter.slug}}/b.txt', line: 2, what: 'cannot translate cookiecutter as a whole', stops: true },
      { file: '{{cookiecutter.slug}}/{{ cookiecutter.nothing }}.txt', line: 1, what: 'cookiecutter.nothing is not declared in cookiecutter.json', stops: true },
    ])
    await expect(made(body.templateId, { projectName: 'x' })).rejects.toThrow('cookiecutter.nothing is not declared')
    const { body: fine } = await cookiecutter('{"slug": "x", "wide": "n"}', { 'a.txt': 'one\n{% if cookiecutter.wide == "y" %}{{ cookiecutter.slug|truncate(3) }}{% endif %}' })
    expect(await made(fine.templateId, { projectName: 'x' })).toEqual({ 'x/a.txt': 'one\n' })
    await expect(made(fine.templateId, { projectName: 'x', parameters: { wide: 'y' } })).rejects.toThrow('cannot translate the filter truncate')
  })

  test('with a default that cannot be computed needs that answer', async () => {
    const { body } = await cookiecutter('{"slug": "x", "secret": "{{ random_ascii_string(8) }}", "kind": ["{{ cookiecutter.slug }}", "b"], "_private": "{{ raw }}", "__c": "{{ cookiecutter.nobody }}", "none": null, "_n": 3}', { 'a.txt': '{{ cookiecutter.secret }} {{ cookiecutter.kind }} {{ cookiecutter._private }} {{ cookiecutter._n + 1 }} {{ cookiecutter.none }}' })
    expect(body.untranslated?.map(({ what }) => what)).toEqual(['the default of secret: cannot translate the function random_ascii_string(): give it with the parameters', 'kind: choices that are computed are not: give it with the parameters', 'the default of __c: cookiecutter.nobody is not declared in cookiecutter.json: give it with the parameters'])
    expect((await stored(body)).variables.required).toEqual(['secret', 'kind', '__c'])
    await expect(made(body.templateId, { projectName: 'x' })).rejects.toThrow('/parameters/secret')
    expect(await made(body.templateId, { projectName: 'x', parameters: { secret: 's', kind: 'k', __c: 'c' } })).toEqual({ 'x/a.txt': 's k {{ raw }} 4 None' })
  })

  test('may ask for the project\'s name itself, write a manifest, and set other delimiters', async () => {
    const { body } = await bring({ ...(await archived({ 'cookiecutter.json': '{"projectName": "App", "upper": "<< cookiecutter.projectName|upper >>", "_jinja2_env_vars": {"variable_start_string": "<<", "variable_end_string": ">>", "trim_blocks": true, "undefined": "x"}}', '{{cookiecutter.projectName}}/manifest.yaml': '{% if true %}\nname: << cookiecutter.upper >>', '{{cookiecutter.projectName}}/sub/a': '{{ kept }}' })), name: fresh() })
    expect(body.untranslated).toEqual([{ file: 'cookiecutter.json', line: 1, what: 'the setting undefined of Jinja is not heeded', stops: false }, { file: '{{cookiecutter.projectName}}/manifest.yaml', line: 1, what: 'if is not closed', stops: true }])
    const { body: fine } = await bring({ ...(await archived({ 'cookiecutter.json': '{"projectName": "App", "upper": "<< cookiecutter.projectName|upper >>", "_jinja2_env_vars": {"variable_start_string": "<<", "variable_end_string": ">>"}}', '{{cookiecutter.projectName}}/manifest.yaml': 'name: << cookiecutter.upper >>', '{{cookiecutter.projectName}}/sub/a': '{{ kept }}' })), name: fresh() })
    expect(await made(fine.templateId, { projectName: 'mine' })).toEqual({ 'mine/manifest.yaml': 'name: MINE', 'mine/sub/a': '{{ kept }}' })
  })

  test.each<[string, Record<string, string>, string]>([
    ['no directory of a project', { 'cookiecutter.json': '{}', 'src/a': '' }, ''],
    ['several templates', { 'cookiecutter.json': '{"templates": {"a": {"path": "./a"}}}', '{{cookiecutter.x}}/a': '' }, '/cookiecutter.json/templates'],
    ['an option of Jinja that would change its files', { 'cookiecutter.json': '{"_jinja2_env_vars": {"newline_sequence": "x"}}', '{{cookiecutter.x}}/a': '' }, '/cookiecutter.json/_jinja2_env_vars/newline_sequence'],
    ['questions that are no object', { 'cookiecutter.json': '[]', '{{cookiecutter.x}}/a': '' }, '/cookiecutter.json'],
    ['questions that are no JSON', { 'cookiecutter.json': '{"a": ', '{{cookiecutter.x}}/a': '' }, '/cookiecutter.json'],
  ])('with %s is refused', async (_, files, pointer) => {
    expect((await bring<Problem>({ ...(await archived(files)), name: fresh() })).body).toMatchObject({ code: '400.artifact_schema_invalid', errors: [{ pointer }] })
  })
})

describe('a Copier template', () => {
  let imported: Imported
  beforeAll(async () => { imported = await foreign('copier') })

  test('makes what Copier makes, with its defaults and with other answers', async () => {
    expect(await made(imported.templateId, { projectName: 'orders', parameters: { project_name: 'Order Desk' } })).toEqual(expected('copier', 'orders'))
    const parameters = { project_name: 'Ab C', framework: 'flask', ci: false, features: ['auth', 'tracing'], timeout: 2.5, token: 's3' }
    expect(await made(imported.templateId, { projectName: 'desk', parameters })).toEqual(expected('copier', 'desk'))
  })

  test('asks what Copier asks, and checks answers as it does', async () => {
    const { variables } = await stored(imported)
    expect(variables.required).toEqual(['project_name'])
    expect(variables.properties).toMatchObject({
      project_name: { type: 'string', title: 'What is it called?', examples: ['Orders'] }, framework: { enum: ['fastapi', 'flask'], default: 'fastapi' }, port: { type: 'integer', 'x-default': expect.any(String) }, timeout: { type: 'number', default: 2 }, ci: { type: 'boolean', default: true },
      token: { writeOnly: true, default: 'unset' }, features: { type: 'array', items: { enum: ['metrics', 'tracing', 'auth'] }, default: ['metrics'] }, class_name: { readOnly: true }, extra: { default: ['one', 'two'] },
    })
    const given = (parameters: object) => made(imported.templateId, { projectName: 'x', parameters: { project_name: 'Order', ...parameters } })
    await expect(given({ project_name: 'Ab' })).rejects.toThrow('A name has three letters or more')
    await expect(given({ ci: false, registry: 'x' })).rejects.toThrow('/parameters/registry is not asked for with these answers')
    await expect(given({ class_name: 'Mine' })).rejects.toThrow('is computed')
    await expect(given({ framework: 'django' })).rejects.toThrow('/parameters/framework')
    await expect(given({ port: 'many' })).rejects.toThrow('/parameters/port')
    expect((await given({ port: 1 }))['x/src/order/settings.py']).toContain('port = 1\n')
  })

  test('tells what of it has no counterpart, by file and line', () => {
    expect(imported.untranslated).toEqual([
      { file: 'copier.yml', line: 70, what: '_skip_if_exists: a project is always made anew', stops: false },
      { file: 'copier.yml', line: 72, what: '_tasks: commands are not run', stops: false },
      { file: 'copier.yml', line: 75, what: '_min_copier_version: is not heeded', stops: false },
      { file: 'copier.yml', line: 76, what: '_message_after_copy: messages are not shown', stops: false },
      { file: 'project/LICENSE', line: 1, what: 'LICENSE.jinja takes its place', stops: false },
      { file: 'project/{{ _copier_conf.answers_file }}.jinja', line: 1, what: 'the file of answers that updates by Copier need is not written', stops: false },
    ])
  })

  const copier = async (questions: string, files: Record<string, string>) => bring<Imported & Problem>({ ...(await archived({ 'copier.yaml': questions, ...files })), name: fresh() })
  const whats = ({ untranslated = [] }: Imported) => untranslated.map(({ what }) => what)

  test('leaves out what Copier leaves out, and renders all where no suffix marks templates', async () => {
    const { body } = await copier('name: x\n_templates_suffix: ""\n_exclude: ["/notes", "{% if true %}a{% endif %}"]\n', { 'a.txt': '{{ name }}', 'notes/b': '{{', 'deep/notes': '{{ name }}' })
    expect(whats(body)).toEqual(['the computed pattern {% if true %}a{% endif %} excludes nothing'])
    expect(await made(body.templateId, { projectName: 'p' })).toEqual({ 'p/a.txt': 'x', 'p/deep/notes': 'x' })
    const own = await copier('name: x', { 'c.jinja': '{{ _copier_answers }}\n{{ _copier_conf.os }}\n{{ name.parts }}' })
    expect(own.body.untranslated?.map(({ line, what }) => [line, what])).toEqual([[1, 'cannot translate _copier_answers'], [2, 'cannot translate _copier_conf.os']])
    const usual = await copier('name: x', { 'a.pyc': 'x', '.DS_Store': 'x', 'b.jinja': '{{ name }}', 'c.txt': '{{ name }}' })
    expect(await made(usual.body.templateId, { projectName: 'p' })).toEqual({ 'p/b': 'x', 'p/c.txt': '{{ name }}' })
  })

  test('says of each question what it cannot keep', async () => {
    const { body } = await copier(`a: { type: uuid, default: "1" }
b: { type: str, choices: "{{ a }}" }
c: { type: str, choices: { One: { value: one, validator: "{{ 'x' }}" }, Two: two }, default: one }
d: { type: str, default: "{{ a|git_user }}" }
e: { type: int, default: "7", unsafe: true }
f: { type: bool, default: "{{ 'yes' }}" }
g: { type: str, default: null }
h: { type: str, default: x, when: "{{ a|odd_one }}" }
i: { type: json, default: '{"k": 1}' }
j: { type: str, default: 5 }
k: { type: str, default: true }
l: { type: float, default: "{{ '1.5' }}" }
m: { type: str, when: "{{ false }}" }
n: { choices: [["One", 1], ["Two", 2]], default: 1 }
o: { default: { z: 1 } }
q: { type: bool, default: yes, choices: { yes: true, no: off } }
r: { type: str, default: abc, validator: "{% if not r|regex_search('^[a-z]+$') %}letters only{% endif %}" }
base: &base { type: str, default: merged }
s: { <<: *base, help: S }
p: { type: str, choices: ["{{ a }}", b], default: b }
_secret_questions: [j]
_envops: { cache_size: 4 }
`, { 'out.jinja': '{{ a }} {{ b }} {{ c }} {{ d }} {{ e }} {{ f }} {{ g }} {{ h }} {{ i.k }} {{ j }} {{ k }} {{ l }} {{ m }}| {{ n }} {{ o.z }} {{ p }} {{ q }} {{ s }} {{ base }}' })
    expect(whats(body)).toEqual(['the setting cache_size of Jinja is not heeded', 'the type uuid of a is not known: any value is taken', 'the choices of b are computed: any value is taken', 'a choice of c has a validator, which is not heeded', 'unsafe of e is not heeded', 'the parts of o come in the order of their names', 'the choices of p are computed: any value is taken', 'the default of d: cannot translate the filter git_user', 'the condition of h: cannot translate the filter odd_one'])
    await expect(made(body.templateId, { projectName: 'p', parameters: { b: 'B', d: 'D', r: 'a1' } })).rejects.toThrow('/parameters/r letters only')
    const { variables } = await stored(body)
    expect(variables).toMatchObject({ required: ['b', 'd'], properties: { j: { writeOnly: true, default: '5' } } })
    expect(await made(body.templateId, { projectName: 'p', parameters: { b: 'B', d: 'D' } })).toEqual({ 'p/out': '1 B one D 7 True None x 1 5 True 1.5 | 1 1 b True merged merged' })
  })

  test.each<[string, string, string]>([
    ['a folder that is computed', '_subdirectory: "{{ x }}"\n', '/copier.yaml/_subdirectory'],
    ['questions of other files', '!include common.yml\n', '/copier.yaml'],
    ['an option of Jinja that would change its files', '_envops: { line_statement_prefix: "#" }\n', '/copier.yaml/_envops/line_statement_prefix'],
    ['files that Jinja would escape', '_envops: { autoescape: true }\n', '/copier.yaml/_envops/autoescape'],
    ['questions that are no object', '- a\n', '/copier.yaml'],
    ['questions that are no YAML', 'a: [\n', '/copier.yaml'],
  ])('with %s is refused', async (_, questions, pointer) => {
    expect((await copier(questions, { 'a.txt': 'x' })).body).toMatchObject({ code: '400.artifact_schema_invalid', errors: [{ pointer }] })
  })
})

test('a template of another program is the same one when its export is brought in again', async () => {
  for (const program of ['cookiecutter', 'copier']) {
    const { templateId, contentRef } = await foreign(program, `again-${program}`)
    const answer = await fetch(`${stack.api}/api/v1/templates/${templateId}/export`, { headers: { authorization: `Bearer ${await stack.token()}` } })
    const bytes = Buffer.from(await answer.arrayBuffer())
    expect((await entriesOf(bytes)).length).toBeGreaterThan(5)
    expect(await bring({ archive: bytes.toString('base64'), force: true })).toMatchObject({ status: 200, body: { contentRef, created: false } })
  }
})
