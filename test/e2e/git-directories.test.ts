import { chmodSync, mkdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { sql } from 'kysely'
import { stringify } from 'yaml'
import { filesOf as changesOf } from '../../activities/repository/template-changes.ts'
import type { JsonObject } from '../../contracts/json.ts'
import { openGit } from '../../providers/git/run.ts'
import { makeCommit, point } from '../../providers/git/store.ts'
import { startStack } from '../support/stack.ts'
import type { TestStack } from '../support/stack.ts'
import { filesOf } from '../support/tar.ts'
import { agencyOf } from './git-agency.ts'
import type { Agency } from './git-agency.ts'
import type { Clone } from './git-server.ts'
import { content, folderOf, unique } from './repositories.ts'

let stack: TestStack
beforeAll(async () => { stack = await startStack({ supabase: false, env: { GIT_SCHEDULE_SECONDS: '1', ENABLE_QUALITY_GATES: 'false' } }) })
afterAll(() => stack.close())

const closers: (() => unknown)[] = []
afterEach(async () => { for (const close of closers.splice(0)) await close() })
const agency = (): Promise<Agency> => agencyOf(stack, closers)

interface File { path: string; content: string; encoding?: string; literal?: boolean; executable?: boolean; templateOnly?: boolean }
interface Stored { name: string; version: string; files: File[]; meta: JsonObject; variables: JsonObject }

const logo = Buffer.from([0, 255, 1, 2]).toString('base64')
const variables = { type: 'object', properties: { port: { type: 'integer', default: 80 } } }
const files: File[] = [
  { path: 'README.md', content: '# ${{ variables.projectName }}\n' }, { path: 'src/main.py', content: 'one\ntwo\nthree\nfour\nfive\n' }, { path: 'src/${{ variables.projectName }}.py', content: 'port = ${{ variables.port }}\n' },
  { path: 'bin/run', content: '#!/bin/sh\n', executable: true }, { path: 'logo.bin', content: logo, encoding: 'base64' }, { path: 'raw.txt', content: '${{ raw }}\n', literal: true }, { path: 'examples/one.json', content: '{}', templateOnly: true },
]
const body = (change: (all: File[]) => File[] = (all) => all, more: object = {}): object => ({ meta: { category: 'api' }, variables, files: change(structuredClone(files)), ...more })
const withFile = (path: string, text: string) => (all: File[]): File[] => all.map((one) => (one.path === path ? { ...one, content: text } : one))
const without = (path: string) => (all: File[]): File[] => all.filter((one) => one.path !== path)
const at = (name: string, path = ''): string => `project/${name}${path === '' ? '' : `/${path}`}`
const manifestAt = (name: string): string => at(name, 'manifest.yaml')

const bring = (own: Agency, name: string, given: object = body()) => own.bring(name, given, { kind: 'project' })
const storedOf = async (own: Agency, templateId: string): Promise<Stored> => (await own.call<{ artifact: Stored }>('GET', `/api/v1/templates/${templateId}/versions/${(await own.versions(templateId))[0]?.version ?? ''}`)).body.artifact
const textOf = async (own: Agency, templateId: string, path: string): Promise<string | undefined> => (await storedOf(own, templateId)).files.find((one) => one.path === path)?.content
const exportOf = async (own: Agency, templateId: string): Promise<Record<string, string>> => {
  const answer = await fetch(`${stack.api}/api/v1/templates/${templateId}/export`, { headers: { authorization: `Bearer ${own.bearer}` } })
  return Object.fromEntries(Object.entries(await filesOf(Buffer.from(await answer.arrayBuffer()))).map(([path, text]) => [path.slice(path.indexOf('/') + 1), text]))
}
const treeOf = (clone: Clone, folder: string): Record<string, string> =>
  Object.fromEntries(clone.git('ls-files', '-z', '--', `:(literal)${folder}`).split('\0').filter((one) => one !== '').map((path) => [path.slice(folder.length + 1), clone.read(path)]))

/** A project template that both sides have. */
async function shared(own: Agency, given: object = body()) {
  const name = unique('api')
  const { templateId } = await bring(own, name, given)
  await own.sync()
  return { name, templateId, clone: own.clone() }
}

describe('a project template in the repository', () => {
  test('is the directory of its export, without its version, and versions name the files that changed', async () => {
    const own = await agency()
    const { name, templateId, clone } = await shared(own)
    const exported = await exportOf(own, templateId)
    expect(exported['manifest.yaml']).toContain('\nversion: 1.0.0\n')
    expect(treeOf(clone, at(name))).toEqual({ ...exported, 'manifest.yaml': exported['manifest.yaml']?.replace('version: 1.0.0\n', '') })
    expect(statSync(join(clone.dir, at(name, 'bin/run'))).mode & 0o111).not.toBe(0)
    expect(statSync(join(clone.dir, at(name, 'README.md'))).mode & 0o111).toBe(0)
    const paths = ['README.md', 'bin/run', 'examples/one.json', 'logo.bin', 'manifest.yaml', 'raw.txt', 'slipway.yaml', 'src/${{ variables.projectName }}.py', 'src/main.py'].map((path) => at(name, path))
    expect((await own.versions(templateId))[0]?.paths).toEqual(paths)
    // One commit for a file that changes, one that is new, one that is gone, and one that has another name and may run now.
    await bring(own, name, body((all) => [...without('raw.txt')(withFile('README.md', 'Other\n')(all)).map((one) => (one.path === 'src/main.py' ? { ...one, path: 'src/app.py', executable: true } : one)), { path: 'docs/a.md', content: 'new' }]))
    expect((await own.committed(templateId))[0]?.paths).toEqual(['README.md', 'docs/a.md', 'manifest.yaml', 'raw.txt', 'slipway.yaml', 'src/app.py', 'src/main.py'].map((path) => at(name, path)))
    expect((await own.git('show', '--format=', '--name-status', '--find-renames', 'main')).trim().split('\n').map((line) => line.replaceAll(`project/${name}/`, ''))).toEqual(['M\tREADME.md', 'A\tdocs/a.md', 'M\tmanifest.yaml', 'D\traw.txt', 'M\tslipway.yaml', 'R100\tsrc/main.py\tsrc/app.py'])
    expect((await own.call('DELETE', `/api/v1/templates/${templateId}`)).status).toBe(204)
    await own.sync()
    expect(own.clone().git('ls-files').trim()).toBe('')
    expect((await own.call('POST', `/api/v1/templates/${templateId}/restore`)).status).toBe(200)
    await own.sync()
    expect(Object.keys(treeOf(own.clone(), at(name)))).toContain('docs/a.md')
  })

  test('whose content is the same again changes no file', async () => {
    const own = await agency()
    const { name, templateId } = await shared(own)
    await own.bring(name, body(), { kind: 'project', version: '2.0.0' })
    expect((await own.committed(templateId))[0]).toMatchObject({ version: '2.0.0', paths: [] })
  })

  test('may have a file that is called as other templates\' own', async () => {
    const own = await agency()
    const name = unique('cloudformation')
    const given = (text: string) => body(() => [{ path: 'template.yaml', content: text }])
    const { templateId } = await bring(own, name, given('one\n'))
    await bring(own, name, given('two\n'))
    expect((await own.committed(templateId))[0]?.paths).toEqual([at(name, 'template.yaml'), manifestAt(name)])
    const { head } = await own.sync()
    await own.rested()
    await rm(folderOf(stack, own.tenantId), { recursive: true })
    expect(await own.sync()).toMatchObject({ head, pushed: 0 })
    const clone = own.clone()
    clone.push('By hand', { [at(name, 'template.yaml')]: 'three\n' })
    expect(await own.sync()).toMatchObject({ conflicts: 0, pulled: [{ version: '1.0.2' }] })
    expect(await textOf(own, templateId, 'template.yaml')).toBe('three\n')
    expect((await own.versions(templateId))[0]?.paths).toEqual([at(name, 'template.yaml'), manifestAt(name)])
  })

  test('without files is a document, and a directory once it has some', async () => {
    const own = await agency()
    const name = unique('plain')
    const { templateId } = await bring(own, name, content('Hello'))
    await own.sync()
    const clone = own.clone()
    expect(clone.read(at(name, 'template.yaml'))).toContain('Hello')
    clone.push('By hand', { [at(name, 'template.yaml')]: clone.read(at(name, 'template.yaml')).replace('Hello', 'Welcome') })
    expect(await own.sync()).toMatchObject({ pulled: [{ version: '1.0.1' }], conflicts: 0 })
    clone.push('A note', { [at(name, 'notes.md')]: 'not of the template' })
    expect(await own.sync()).toMatchObject({ pulled: [], conflicts: 0 })
    await bring(own, name)
    await own.sync()
    expect(Object.keys(treeOf(own.clone(), at(name)))).toEqual(expect.arrayContaining(['manifest.yaml', 'src/main.py']))
    expect(Object.keys(treeOf(own.clone(), at(name)))).not.toContain('template.yaml')
    await bring(own, name, content('Hello again'))
    await own.sync()
    expect(Object.keys(treeOf(own.clone(), at(name)))).toEqual(['template.yaml'])
    expect((await own.versions(templateId))).toHaveLength(4)
  })

  test('is the same again when the repository is built again, with ids and all', async () => {
    const own = await agency()
    const { name, templateId, clone } = await shared(own)
    clone.push('By hand', { [at(name, 'src/main.py')]: clone.read(at(name, 'src/main.py')).replace('one', 'ONE'), [at(name, 'src/new.py')]: 'new\n' })
    await bring(own, name, body(withFile('src/main.py', 'one\ntwo\nthree\nfour\nFIVE\n')))
    await own.sync()
    await bring(own, name, body(without('logo.bin')))
    await own.call('DELETE', `/api/v1/templates/${templateId}`)
    await bring(own, name)
    const { head } = await own.sync()
    const before = await own.versions(templateId)
    await own.rested()
    await rm(folderOf(stack, own.tenantId), { recursive: true })
    expect(await own.sync()).toMatchObject({ head, pushed: 0, pulled: [] })
    expect(await own.versions(templateId)).toEqual(before)
    expect(await own.git('fsck', '--full', '--strict')).not.toMatch(/error|missing/)
    // Without its remote the ids are others, and all that it holds is the same.
    const tree = await own.git('ls-tree', '-r', 'main')
    const [{ id = '' } = {}] = (await own.call<{ items: { id: string }[] }>('GET', '/api/v1/connections')).body.items
    await own.call('DELETE', `/api/v1/connections/${id}`)
    await rm(folderOf(stack, own.tenantId), { recursive: true })
    await own.committed((await own.bring(unique())).templateId)
    await own.rested()
    expect((await own.git('ls-tree', '-r', 'main', '--', 'project')).trim()).toBe(tree.trim())
  })

  test('is the same again too where two documents were merged into a directory', async () => {
    const own = await agency()
    // Git LFS would take the pointer for its own, so that a directory cannot hold it.
    const [readme, pointer] = [{ path: 'README.md', content: 'Hello\n' }, { path: 'video.bin', content: 'version https://git-lfs.github.com/spec/v1\noid sha256:1\n' }]
    const { name, templateId, clone } = await shared(own, body(() => [readme, pointer]))
    clone.push('Without the pointer', { [at(name, 'template.yaml')]: stringify(body(() => [readme])) })
    await bring(own, name, body(() => [readme, pointer], { meta: { category: 'web' } }))
    const { head } = await own.sync()
    expect(await own.conflicts()).toEqual([])
    expect(Object.keys(treeOf(own.clone(), at(name)))).toEqual(['README.md', 'manifest.yaml', 'slipway.yaml'])
    expect((await own.versions(templateId))[0]).toMatchObject({ sha: head, paths: ['README.md', 'manifest.yaml', 'slipway.yaml', 'template.yaml'].map((path) => at(name, path)) })
    await own.rested()
    await rm(folderOf(stack, own.tenantId), { recursive: true })
    expect(await own.sync()).toMatchObject({ head, pushed: 0, pulled: [] })
  })
})

describe('a repository from before there were directories', () => {
  /** Writes its history as it was written then: each template one document. */
  async function asBefore(own: Agency): Promise<string> {
    await own.rested()
    const { rows } = await sql<{ id: string; message: string; actor: string; created_at: Date; name: string; artifact: JsonObject }>`
      select c.id, c.message, c.actor, c.created_at, t.name, v.artifact from template_commits c join template_artifacts t on t.id = c.template_id join template_versions v on v.id = c.version_id
      where c.tenant_id = ${own.tenantId} order by c.ordinal`.execute(stack.db)
    const dir = folderOf(stack, own.tenantId)
    const store = { dir, git: openGit({ dir }) }
    let parent: string | undefined
    for (const [index, row] of rows.entries()) {
      const path = at(row.name, 'template.yaml')
      parent = await makeCommit(store, { author: row.actor, message: `${row.message}\n\nSlipway-Commit: ${row.id}\n`, at: row.created_at, parents: parent === undefined ? [] : [parent], changes: changesOf({ path, artifact: row.artifact as never, alone: true }) })
      await sql`update template_commits set sha = ${parent}, position = ${index + 1}, paths = ${[path]} where id = ${row.id}`.execute(stack.db)
    }
    await point(store, parent)
    return parent ?? ''
  }
  async function old() {
    const own = await agency()
    const name = unique('old')
    const { templateId } = await bring(own, name)
    await bring(own, name, body(withFile('README.md', 'Second\n')))
    await own.committed(templateId)
    const head = await asBefore(own)
    return { own, name, templateId, head }
  }

  test('has the directory from the next commit on, and all its history before', async () => {
    const { own, name, templateId, head } = await old()
    expect((await own.sync()).head).toBe(head)
    expect(Object.keys(treeOf(own.clone(), at(name)))).toEqual(['template.yaml'])
    await bring(own, name, body(withFile('README.md', 'Third\n')))
    const synced = await own.sync()
    const clone = own.clone()
    expect(clone.git('log', '--format=%H').trim().split('\n')).toEqual([synced.head, head, expect.any(String)])
    expect(treeOf(clone, at(name))).toMatchObject({ 'README.md': 'Third\n', 'slipway.yaml': expect.any(String) })
    expect(treeOf(clone, at(name))).not.toHaveProperty(['template.yaml'])
    expect((await own.versions(templateId)).map(({ paths }) => paths.length)).toEqual([10, 1, 1])
    await own.rested()
    await rm(folderOf(stack, own.tenantId), { recursive: true })
    expect(await own.sync()).toEqual({ ...synced, pushed: 0 })
  })

  test('takes an edit of the document in its remote, and a directory in its place', async () => {
    const { own, name, templateId } = await old()
    await own.sync()
    const clone = own.clone()
    clone.push('In the document', { [at(name, 'template.yaml')]: clone.read(at(name, 'template.yaml')).replace('Second', 'By hand') })
    expect(await own.sync()).toMatchObject({ pulled: [{ templateId, version: '1.0.2' }], conflicts: 0 })
    expect((await own.versions(templateId))[0]?.paths).toEqual([at(name, 'template.yaml')])
    clone.push('As a directory', { [at(name, 'template.yaml')]: undefined, [manifestAt(name)]: stringify({ name }), [at(name, 'README.md')]: 'Mine now\n' })
    expect(await own.sync()).toMatchObject({ pulled: [{ templateId, version: '1.0.3' }], conflicts: 0 })
    expect((await storedOf(own, templateId)).files).toEqual([{ path: 'README.md', content: 'Mine now\n' }])
  })

  test('merges what somebody edits in the document with what became a directory here', async () => {
    const { own, name, templateId } = await old()
    await own.sync()
    const clone = own.clone()
    clone.push('In the document', { [at(name, 'template.yaml')]: clone.read(at(name, 'template.yaml')).replace('Second', 'By hand') })
    await bring(own, name, body((all) => withFile('README.md', 'Second\n')(withFile('src/main.py', 'here\n')(all))))
    expect(await own.sync()).toMatchObject({ conflicts: 0, pulled: [{ templateId }] })
    expect([await textOf(own, templateId, 'README.md'), await textOf(own, templateId, 'src/main.py')]).toEqual(['By hand\n', 'here\n'])
    expect(Object.keys(treeOf(own.clone(), at(name)))).not.toContain('template.yaml')
  })
})

describe('a commit by hand in a project template\'s directory', () => {
  test('is a version with its author and the files that it changed: changed, new, gone, renamed, made executable, bytes', async () => {
    const own = await agency()
    const { name, templateId, clone } = await shared(own)
    clone.git('mv', at(name, 'bin/run'), at(name, 'bin/start'))
    chmodSync(join(clone.dir, at(name, 'src/main.py')), 0o755)
    writeFileSync(join(clone.dir, at(name, 'logo.bin')), Buffer.from([9, 0, 9]))
    const sha = clone.push('Much at once', { [at(name, 'src/new ${{ variables.port }}.py')]: 'new\n', [at(name, 'README.md')]: 'Mine\n', [at(name, 'raw.txt')]: undefined, [manifestAt(name)]: clone.read(manifestAt(name)).replace('  - raw.txt\n', '').replace('category: api', 'category: web') })
    expect(await own.sync()).toEqual({ head: sha, pulled: [{ templateId, action: 'update', version: '1.0.1' }], pushed: 0, conflicts: 0 })
    const { files: now, meta } = await storedOf(own, templateId)
    expect(meta).toEqual({ category: 'web' })
    expect(now.map(({ path, executable, encoding }) => [path, executable ?? false, encoding ?? 'text'])).toEqual([
      ['README.md', false, 'text'], ['bin/start', true, 'text'], ['examples/one.json', false, 'text'], ['logo.bin', false, 'base64'], ['src/${{ variables.projectName }}.py', false, 'text'], ['src/main.py', true, 'text'], ['src/new ${{ variables.port }}.py', false, 'text'],
    ])
    expect(now.find(({ path }) => path === 'logo.bin')?.content).toBe(Buffer.from([9, 0, 9]).toString('base64'))
    expect((await own.versions(templateId))[0]).toMatchObject({ sha, author: 'Eve <eve@example.com>', message: 'Much at once', paths: ['README.md', 'bin/run', 'bin/start', 'logo.bin', 'manifest.yaml', 'raw.txt', 'src/main.py', 'src/new ${{ variables.port }}.py'].map((path) => at(name, path)) })
  })

  test('each is a version, one that broke it is none, and a number that somebody gives is taken', async () => {
    const own = await agency()
    const { name, templateId, clone } = await shared(own)
    const one = clone.push('One', { [at(name, 'README.md')]: 'One\n' })
    clone.push('Broken', { [at(name, 'README.md')]: '${{ variables.nothing }}' })
    const two = clone.push('Two', { [at(name, 'README.md')]: 'Two\n', [manifestAt(name)]: `version: 3.0.0\n${clone.read(manifestAt(name))}` })
    await own.sync()
    expect((await own.versions(templateId)).map(({ version, sha, paths }) => [version, sha, paths])).toEqual([['3.0.0', two, [at(name, 'README.md'), manifestAt(name)]], ['1.0.1', one, [at(name, 'README.md')]], ['1.0.0', expect.any(String), expect.any(Array)]])
  })

  test('makes a template of a new directory with a manifest, and leaves other folders alone', async () => {
    const own = await agency()
    await shared(own)
    const clone = own.clone()
    clone.push('Add', { [manifestAt('fresh')]: 'name: fresh\n', [at('fresh', 'a/b.txt')]: 'x', [at('only notes', 'notes.md')]: 'x', 'project/loose.md': 'x' })
    expect(await own.sync()).toMatchObject({ conflicts: 0, pulled: [{ action: 'create', version: '1.0.0' }] })
    const { templateId } = (await own.call<{ items: { id: string }[] }>('GET', '/api/v1/templates?name=fresh')).body.items.map(({ id }) => ({ templateId: id }))[0] ?? { templateId: '' }
    expect((await storedOf(own, templateId)).files).toEqual([{ path: 'a/b.txt', content: 'x' }])
    clone.push('Wrong place', { [at('deep', 'er/manifest.yaml')]: 'name: deeper\n', [manifestAt('a:b')]: 'name: x\n' })
    expect(await own.sync()).toMatchObject({ conflicts: 2, pulled: [] })
    expect((await own.conflicts()).map(({ path, reason }) => [path, reason]).sort()).toEqual([[manifestAt('a:b'), 'misplaced'], [at('deep', 'er/manifest.yaml'), 'misplaced']])
  })

  test('that deletes the directory deletes the template; without the manifest alone it does not', async () => {
    const own = await agency()
    const { name, templateId, clone } = await shared(own)
    const manifest = clone.read(manifestAt(name))
    clone.push('Oops', { [manifestAt(name)]: undefined })
    expect(await own.sync()).toMatchObject({ conflicts: 1, pulled: [] })
    expect(await own.conflicts()).toMatchObject([{ templateId, path: manifestAt(name), reason: 'invalid', theirs: '', problems: [{ pointer: '/manifest.yaml', message: expect.stringContaining('delete the whole folder') }] }])
    clone.push('Mended', { [manifestAt(name)]: manifest })
    expect(await own.sync()).toMatchObject({ conflicts: 0, pulled: [] })
    rmSync(join(clone.dir, at(name)), { recursive: true })
    const sha = clone.push('Drop it', {})
    expect(await own.sync()).toMatchObject({ head: sha, conflicts: 0, pulled: [{ templateId, action: 'delete' }] })
    expect((await own.call('GET', `/api/v1/templates/${templateId}`)).status).toBe(404)
    clone.git('revert', '--no-edit', 'HEAD')
    clone.git('push', '-q', 'origin', 'HEAD:main')
    expect(await own.sync()).toMatchObject({ conflicts: 0, pulled: [{ templateId, action: 'restore' }] })
    expect(await textOf(own, templateId, 'logo.bin')).toBe(logo)
  })

  test('that deletes the rest of a directory whose manifest went before deletes the template too', async () => {
    const own = await agency()
    const { name, templateId, clone } = await shared(own)
    clone.push('Oops', { [manifestAt(name)]: undefined })
    expect(await own.sync()).toMatchObject({ conflicts: 1, pulled: [] })
    rmSync(join(clone.dir, at(name)), { recursive: true })
    clone.push('The rest', {})
    expect(await own.sync()).toMatchObject({ conflicts: 0, pulled: [{ templateId, action: 'delete' }] })
    expect(await own.conflicts()).toEqual([])
  })
})

describe('changes on both sides of a project template', () => {
  test('come together file by file and line by line', async () => {
    const own = await agency()
    const { name, templateId, clone } = await shared(own)
    clone.push('There', { [at(name, 'src/main.py')]: 'ONE\ntwo\nthree\nfour\nfive\n', [at(name, 'src/there.py')]: 'x\n', [manifestAt(name)]: clone.read(manifestAt(name)).replace('category: api', 'category: web') })
    await bring(own, name, body((all) => [...withFile('src/main.py', 'one\ntwo\nthree\nfour\nFIVE\n')(without('raw.txt')(all)), { path: 'src/here.py', content: 'y\n' }], { variables: { ...variables, required: ['port'] } }))
    const { conflicts, pulled, head } = await own.sync()
    expect({ conflicts, pulled }).toEqual({ conflicts: 0, pulled: [{ templateId, action: 'update', version: '1.0.2' }] })
    const merged = await storedOf(own, templateId)
    expect(merged).toMatchObject({ meta: { category: 'web' }, variables: { required: ['port'] } })
    expect(merged.files.map(({ path }) => path)).toEqual(['README.md', 'bin/run', 'examples/one.json', 'logo.bin', 'src/${{ variables.projectName }}.py', 'src/here.py', 'src/main.py', 'src/there.py'])
    expect(await textOf(own, templateId, 'src/main.py')).toBe('ONE\ntwo\nthree\nfour\nFIVE\n')
    const after = own.clone()
    expect(treeOf(after, at(name))).toMatchObject({ 'src/main.py': 'ONE\ntwo\nthree\nfour\nFIVE\n', 'src/here.py': 'y\n', 'src/there.py': 'x\n' })
    expect(treeOf(after, at(name))).not.toHaveProperty(['raw.txt'])
    expect((await own.versions(templateId))[0]).toMatchObject({ sha: head, paths: ['manifest.yaml', 'src/main.py', 'src/there.py'].map((path) => at(name, path)) })
  })

  test('come together too where one is made here while the other is pulled', async () => {
    const own = await agency()
    const { name, templateId, clone } = await shared(own)
    clone.push('There', { [at(name, 'src/main.py')]: 'ONE\ntwo\nthree\nfour\nfive\n' })
    own.remote.beforeFetch(() => bring(own, name, body(withFile('src/main.py', 'one\ntwo\nthree\nfour\nFIVE\n'))))
    expect(await own.sync()).toMatchObject({ conflicts: 0, pulled: [{ templateId, version: '1.0.2' }] })
    expect(await textOf(own, templateId, 'src/main.py')).toBe('ONE\ntwo\nthree\nfour\nFIVE\n')
    expect(own.clone().git('log', '--format=%s').trim().split('\n').sort()).toEqual([`Create template: ${name}`, 'Merge the remote', 'There', `Update template: ${name}`])
    expect((await own.git('rev-parse', 'main')).trim()).toBe((await own.status()).head)
  })

  test('keep ours where the remote only rewrote how it looks', async () => {
    const own = await agency()
    const { name, templateId, clone } = await shared(own)
    clone.push('Comment', { [manifestAt(name)]: `# a comment\n${clone.read(manifestAt(name))}` })
    await bring(own, name, body((all) => [...without('raw.txt')(all), { path: 'src/here.py', content: 'y\n' }]))
    expect(await own.sync()).toMatchObject({ pulled: [], conflicts: 0 })
    const after = treeOf(own.clone(), at(name))
    expect([after['src/here.py'], after['raw.txt'], after['manifest.yaml']?.includes('comment')]).toEqual(['y\n', undefined, false])
    expect(await own.versions(templateId)).toHaveLength(2)
  })

  async function conflicting() {
    const own = await agency()
    const made = await shared(own)
    made.clone.push('From there', { [at(made.name, 'src/main.py')]: 'one\nfrom there\nthree\nfour\nfive\n', [at(made.name, 'src/there.py')]: 'x\n' })
    await bring(own, made.name, body((all) => [...withFile('src/main.py', 'one\nfrom here\nthree\nfour\nfive\n')(all), { path: 'src/here.py', content: 'y\n' }]))
    expect(await own.sync()).toMatchObject({ conflicts: 1, pulled: [] })
    const [conflict] = await own.conflicts()
    return { own, ...made, conflict: conflict as NonNullable<typeof conflict> }
  }

  test('in the same lines are a conflict that names the file, and both sides stay as they are', async () => {
    const { own, name, templateId, conflict } = await conflicting()
    expect(conflict).toMatchObject({ templateId, path: manifestAt(name), reason: 'both_changed', problems: [{ pointer: '/files/src~1main.py', message: 'src/main.py from line 2 on is "from there\\n" in the remote and "from here\\n" here' }] })
    expect(JSON.parse(conflict.theirs ?? '')).toMatchObject({ kind: 'project', files: expect.arrayContaining([expect.objectContaining({ path: 'src/there.py' })]) })
    expect(await textOf(own, templateId, 'src/main.py')).toContain('from here')
    const there = treeOf(own.clone(), at(name))
    expect([there['src/main.py'], there['src/there.py'], there['src/here.py']]).toEqual(['one\nfrom there\nthree\nfour\nfive\n', 'x\n', undefined])
    expect(await own.sync()).toMatchObject({ conflicts: 1, pulled: [], pushed: 0 })
  })

  test.each<[string, (theirs: string) => object, string, string[]]>([
    ['ours', () => ({ take: 'ours' }), 'from here', ['src/here.py']],
    ['theirs', () => ({ take: 'theirs' }), 'from there', ['src/there.py']],
    ['new content', (theirs) => ({ take: 'content', content: theirs.replace('from there', 'from both') }), 'from both', ['src/there.py']],
  ])('are decided for %s, which both sides then have', async (_, order, expected, added) => {
    const { own, name, templateId, conflict } = await conflicting()
    expect(await own.resolve(conflict.id, order(conflict.theirs ?? ''))).toMatchObject({ status: 200, body: { status: 'resolved' } })
    expect(await textOf(own, templateId, 'src/main.py')).toContain(expected)
    expect(await own.sync()).toMatchObject({ conflicts: 0, pulled: [] })
    const now = treeOf(own.clone(), at(name))
    expect(now['src/main.py']).toContain(expected)
    expect(Object.keys(now).filter((path) => /here\.py$/.test(path))).toEqual(added)
  })

  test('in a document wait under its name, and are settled under it, whatever the template became since', async () => {
    const own = await agency()
    const name = unique('both')
    const { templateId } = await bring(own, name, content('Hello'))
    await own.sync()
    const clone = own.clone()
    const document = clone.read(at(name, 'template.yaml'))
    clone.push('There', { [at(name, 'template.yaml')]: document.replace('Hello', 'There') })
    await bring(own, name, content('Here'))
    expect(await own.sync()).toMatchObject({ conflicts: 1 })
    await bring(own, name)
    await own.sync()
    clone.push('A file', { [at(name, 'src/new.py')]: 'x\n' })
    expect(await own.sync()).toMatchObject({ conflicts: 0, pulled: [{ templateId }] })
    expect(await own.conflicts('all')).toMatchObject([{ path: at(name, 'template.yaml'), status: 'settled', theirs: expect.stringContaining('There') }])
    expect(await textOf(own, templateId, 'src/new.py')).toBe('x\n')
  })

  test('settle themselves when the remote agrees', async () => {
    const { own, name, templateId } = await conflicting()
    const clone = own.clone()
    clone.push('All right', { [at(name, 'src/main.py')]: 'one\nfrom here\nthree\nfour\nfive\n' })
    expect(await own.sync()).toMatchObject({ conflicts: 0, pulled: [{ templateId, version: '1.0.2' }] })
    expect(await own.conflicts('settled')).toMatchObject([{ path: manifestAt(name) }])
    expect((await storedOf(own, templateId)).files.map(({ path }) => path)).toEqual(expect.arrayContaining(['src/here.py', 'src/there.py']))
  })

  test('where one deletes it are a conflict too', async () => {
    const own = await agency()
    const [one, other] = [await shared(own), await shared(own)]
    await bring(own, one.name, body(without('raw.txt')))
    expect((await own.call('DELETE', `/api/v1/templates/${other.templateId}`)).status).toBe(204)
    rmSync(join(other.clone.dir, at(one.name)), { recursive: true })
    other.clone.push('Both', { [at(other.name, 'README.md')]: 'Changed there\n' })
    expect(await own.sync()).toMatchObject({ conflicts: 2, pulled: [] })
    const open = new Map((await own.conflicts()).map((conflict) => [conflict.path, conflict]))
    expect([open.get(manifestAt(one.name))?.reason, open.get(manifestAt(other.name))?.reason]).toEqual(['deleted_there', 'deleted_here'])
    expect((await own.resolve(open.get(manifestAt(one.name))?.id ?? '', { take: 'theirs' })).status).toBe(200)
    expect((await own.resolve(open.get(manifestAt(other.name))?.id ?? '', { take: 'ours' })).status).toBe(200)
    expect(await own.sync()).toMatchObject({ conflicts: 0, pulled: [] })
    expect(own.clone().git('ls-files').trim()).toBe('')
  })

  test('that make no template together are one as well', async () => {
    const own = await agency()
    const { name, clone } = await shared(own)
    clone.push('Reads it', { [at(name, 'README.md')]: '${{ variables.port }}\n' })
    await bring(own, name, body(withFile('src/${{ variables.projectName }}.py', ''), { variables: { type: 'object', properties: {} } }))
    expect(await own.sync()).toMatchObject({ conflicts: 1, pulled: [] })
    expect(await own.conflicts()).toMatchObject([{ reason: 'both_changed', problems: [{ message: expect.stringMatching(/README\.md: variables\.port is not declared.*where both changes come together/) }] }])
  })
})

describe('a directory in the remote that is no template', () => {
  test.each<[string, (clone: Clone, name: string) => Record<string, string | undefined>, string, string]>([
    ['a symbolic link', (clone, name) => { symlinkSync('/etc/passwd', join(clone.dir, at(name, 'src/link'))); return {} }, '/src~1link', 'symbolic link'],
    ['a symbolic link for a manifest', (clone, name) => { rmSync(join(clone.dir, manifestAt(name))); symlinkSync('README.md', join(clone.dir, manifestAt(name))); return {} }, '/manifest.yaml', 'symbolic link'],
    ['a symbolic link in its own place', (clone, name) => { rmSync(join(clone.dir, at(name)), { recursive: true }); symlinkSync('/etc', join(clone.dir, at(name))); return {} }, '', 'symbolic link'],
    ['a submodule', (clone, name) => { clone.git('update-index', '--add', '--cacheinfo', `160000,${clone.git('rev-parse', 'HEAD').trim()},${at(name, 'vendor')}`); mkdirSync(join(clone.dir, at(name, 'vendor'))); clone.git('commit', '-q', '-m', 'Submodule'); return { 'README.md': 'x' } }, '/vendor', 'submodule'],
    ['a pointer to Git LFS', (_, name) => ({ [at(name, 'logo.bin')]: 'version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 1\n' }), '/logo.bin', 'Git LFS'],
    ['a manifest that is no YAML', (_, name) => ({ [manifestAt(name)]: 'name: [' }), '/manifest.yaml', 'no YAML'],
    ['a manifest with an unknown field', (_, name) => ({ [manifestAt(name)]: `name: ${name}\ncolour: red\n` }), '/manifest.yaml/colour', 'no field'],
    ['another template\'s manifest', (_, name) => ({ [manifestAt(name)]: 'name: somebody else\n' }), '/manifest.yaml/name', 'project/somebody else'],
    ['a file that cannot be rendered', (_, name) => ({ [at(name, 'README.md')]: '${{ variables.nothing }}' }), '/files/0/content', 'README.md'],
    ['a file that is too large', (_, name) => ({ [at(name, 'src/main.py')]: 'x'.repeat(2_000_001) }), '', 'larger than 2 MB'],
  ])('because of %s is reported with the reason, and the rest goes on', async (_, change, pointer, message) => {
    const own = await agency()
    const { name, templateId, clone } = await shared(own)
    const fine = unique('fine')
    clone.push('Mixed', { ...change(clone, name), [manifestAt(fine)]: stringify({ name: fine }), [at(fine, 'a.txt')]: 'fine' })
    const before = own.clone().git('ls-tree', '-r', 'HEAD', '--', at(name))
    expect(await own.sync()).toMatchObject({ conflicts: 1, pulled: [{ action: 'create' }] })
    const [conflict] = await own.conflicts()
    expect(conflict).toMatchObject({ templateId, path: manifestAt(name), reason: 'invalid', theirs: '', problems: [{ pointer, message: expect.stringContaining(message) }] })
    expect(await own.versions(templateId)).toHaveLength(1)
    expect(own.clone().git('ls-tree', '-r', 'HEAD', '--', at(name))).toBe(before)
    expect(await own.resolve(conflict?.id ?? '', { take: 'theirs' })).toMatchObject({ status: 400, body: { code: '400.content_unreadable' } })
    expect((await own.resolve(conflict?.id ?? '', { take: 'ours' })).status).toBe(200)
    expect(await own.sync()).toMatchObject({ conflicts: 0, pulled: [] })
    expect(Object.keys(treeOf(own.clone(), at(name)))).toEqual(['README.md', 'bin/run', 'examples/one.json', 'logo.bin', 'manifest.yaml', 'raw.txt', 'slipway.yaml', 'src/${{ variables.projectName }}.py', 'src/main.py'])
  })

  test('and is none here either goes as a whole when ours is taken', async () => {
    const own = await agency()
    await shared(own)
    const clone = own.clone()
    clone.push('Broken', { [manifestAt('broken')]: 'name: [', [at('broken', 'a/b')]: 'x' })
    expect(await own.sync()).toMatchObject({ conflicts: 1 })
    const [conflict] = await own.conflicts()
    expect((await own.resolve(conflict?.id ?? '', { take: 'ours' })).status).toBe(200)
    const { head } = await own.sync()
    expect(own.clone().git('ls-files', '--', at('broken'))).toBe('')
    await own.rested()
    await rm(folderOf(stack, own.tenantId), { recursive: true })
    expect(await own.sync()).toMatchObject({ head, pushed: 0 })
  })
})

test('a sha that the versions show is on the branch already', async () => {
  const own = await agency()
  for (let n = 0; n < 10; n++) {
    const { templateId } = await own.bring(unique())
    for (;;) {
      const [version] = await own.versions(templateId)
      if (version === undefined || version.sha === null) continue
      expect((await own.git('merge-base', '--is-ancestor', version.sha, 'main').then(() => true, () => false))).toBe(true)
      break
    }
  }
})
