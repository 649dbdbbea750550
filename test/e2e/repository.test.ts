import { cp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { sql } from 'kysely'
import { parse } from 'yaml'
import { inTenant } from '../../db/client.ts'
import { setDeleted } from '../../db/templates.ts'
import { ensureTenant } from '../../db/tenants.ts'
import { startStack, until } from '../support/stack.ts'
import type { TestStack } from '../support/stack.ts'
import { bring, committed, content, folderOf, gitOf, rested, statusOf, unique, versionsOf, written } from './repositories.ts'

let stack: TestStack
let git: ReturnType<typeof gitOf>
beforeAll(async () => {
  stack = await startStack({ supabase: false, env: { GIT_SCHEDULE_SECONDS: '1' } })
  git = gitOf(stack)
})
afterAll(() => stack.close())

const log = async (format: string, ...args: string[]): Promise<string[]> => (await git('log', `--format=${format}`, 'main', ...args)).split('\n').filter((line) => line !== '')

describe('a template in the repository', () => {
  test('each version is one commit by whoever made it, and the list of versions names it', async () => {
    const name = unique()
    const editor = await stack.token('admin', { subject: 'ada@agency.example' })
    const { templateId } = await bring(stack, name, content('Hello'), {}, editor)
    await bring(stack, name, content('Good morning'))
    const [second, first] = await committed(stack, templateId)
    const path = `retell/${name}/template.yaml`
    expect(first).toMatchObject({ version: '1.0.0', author: 'ada@agency.example', message: `Create template: ${name}`, paths: [path] })
    expect(second).toMatchObject({ version: '1.0.1', author: 'owner@test', message: `Update template: ${name}`, paths: [path] })
    expect(await log('%H|%an|%ae|%s', '--', path)).toEqual([`${second?.sha ?? ''}|owner@test|owner@test|Update template: ${name}`, `${first?.sha ?? ''}|ada@agency.example|ada@agency.example|Create template: ${name}`])
    expect(new Date((await git('log', '-1', '--format=%aI', first?.sha ?? '')).trim()).toISOString()).toBe(first?.date)
    expect((await git('log', '--format=%b', '-1', second?.sha ?? '')).trim()).toMatch(/^Slipway-Commit: [0-9a-f-]{36}$/)
    const file = parse(await git('show', `main:${path}`)) as Record<string, unknown>
    expect(file).toMatchObject({ kind: 'retell', name, resources: { brain: { spec: { general_prompt: 'Good morning' } } } })
    expect(file).not.toHaveProperty('version')
    expect(await git('diff', '--stat', first?.sha ?? '', second?.sha ?? '', '--', path)).toContain('1 insertion(+), 1 deletion(-)')
  })

  test('is there soon after the answer, which does not wait for git', async () => {
    await stack.worker.stop()
    await stack.startWorker()
    const { templateId } = await bring(stack, unique())
    expect(['string', 'object']).toContain(typeof (await versionsOf(stack, templateId))[0]?.sha)
    expect((await committed(stack, templateId))[0]?.sha).toMatch(/^[0-9a-f]{40}$/)
  })

  test('a pipeline brings its template there too', async () => {
    const name = unique()
    const started = await stack.call('POST', '/api/v1/pipelines', { template: { kind: 'retell', name, content: content() }, client: { name: 'Bright' }, targets: ['retell'] })
    expect(started.status).toBe(202)
    const { body } = await until(() => stack.call<{ id: string }>('GET', `/api/v1/templates/${encodeURIComponent(name)}`), ({ status }) => status === 200)
    expect((await committed(stack, body.id))[0]).toMatchObject({ message: `Create template: ${name}` })
  })

  test('deleting takes its file away, restoring brings it back, each with one commit', async () => {
    const name = unique('gone')
    const { templateId } = await bring(stack, name)
    await committed(stack, templateId)
    const path = `retell/${name}/template.yaml`
    expect((await stack.call('DELETE', `/api/v1/templates/${templateId}`)).status).toBe(204)
    await written(stack)
    expect(await log('%s|%an', '-1')).toEqual([`Delete template: ${name}|owner@test`])
    expect(await git('ls-tree', '-r', '--name-only', 'main', '--', path)).toBe('')
    expect((await stack.call('POST', `/api/v1/templates/${templateId}/restore`)).status).toBe(200)
    await written(stack)
    expect(await log('%s', '-1')).toEqual([`Restore template: ${name}`])
    expect(await git('show', `main:${path}`)).toContain('general_prompt: Hello')
    expect((await versionsOf(stack, templateId))[0]).toMatchObject({ message: `Create template: ${name}` })
    await stack.call('DELETE', `/api/v1/templates/${templateId}`)
    await bring(stack, name, content('Again'))
    await written(stack)
    expect(await log('%s', '-2')).toEqual([`Restore template: ${name}`, `Delete template: ${name}`])
  })

  test('a draft is no commit; publishing it is one, by whoever publishes', async () => {
    const name = unique('draft')
    const { templateId } = await bring(stack, name, content('Hello'))
    await committed(stack, templateId)
    const editor = await stack.token('editor')
    const changed = await stack.call('PUT', `/api/v1/templates/${templateId}`, { content: content('Draft') }, { token: editor })
    expect(changed.status).toBe(201)
    await rested(stack)
    expect((await versionsOf(stack, templateId))[0]).toMatchObject({ version: '1.0.1', sha: null, author: 'editor@test', message: '', paths: [] })
    expect(await git('show', `main:retell/${name}/template.yaml`)).toContain('Hello')
    expect((await stack.call('POST', `/api/v1/templates/${templateId}/publish`, {})).status).toBe(200)
    expect((await committed(stack, templateId))[0]).toMatchObject({ version: '1.0.1', author: 'owner@test', message: `Update template: ${name}` })
    expect(await git('show', `main:retell/${name}/template.yaml`)).toContain('Draft')
  })

  test('a draft of a new template, deleted and restored, leaves no trace', async () => {
    const name = unique('only a draft')
    const editor = await stack.token('editor')
    const { body } = await stack.call<{ templateId: string }>('POST', '/api/v1/templates', { kind: 'retell', name, content: content() }, { token: editor })
    for (const [method, path] of [['DELETE', ''], ['POST', '/restore']] as const) expect((await stack.call(method, `/api/v1/templates/${body.templateId}${path}`)).status).toBeLessThan(300)
    await rested(stack)
    expect(await log('%s')).not.toContain(`Create template: ${name}`)
    expect((await versionsOf(stack, body.templateId))[0]).toMatchObject({ sha: null })
  })

  test('whoever is not told hears of it from the schedule', async () => {
    const name = unique('untold')
    const { templateId } = await bring(stack, name)
    await committed(stack, templateId)
    await rested(stack)
    await inTenant(stack.db, stack.tenantId, (tx) => setDeleted(tx, templateId, 'bob'))
    await written(stack)
    expect(await log('%s|%an', '-1')).toEqual([`Delete template: ${name}|bob`])
  })

  test.each(['.', '..', '.git', 'CON', 'nul.txt', 'a: b', 'Zahnärztin & Söhne', '日'.repeat(200), '"quoted" \'name\'', 'x'.repeat(200), 'ends with.', '🦷', '-rf', ':(top)', 'HEAD~1'])('the name %j has a folder of its own, of which git and file systems approve', async (name) => {
    const { templateId } = await bring(stack, name)
    const [version] = await committed(stack, templateId)
    const [path = ''] = version?.paths ?? []
    expect(path).toMatch(/^retell\/[^/]/)
    expect(Math.max(...path.split('/').map((part) => Buffer.byteLength(part)))).toBeLessThanOrEqual(255)
    expect((parse(await git('cat-file', 'blob', `main:${path}`)) as { name: string }).name).toBe(name)
    expect(await git('fsck', '--strict')).not.toContain('error')
  })

  test('many changes at once are as many commits, one upon the other', async () => {
    const before = Number((await git('rev-list', '--count', 'main')).trim())
    const names = Array.from({ length: 60 }, () => unique('many'))
    const made = await Promise.all(names.map((name) => bring(stack, name)))
    for (const { templateId } of made) await committed(stack, templateId)
    expect(Number((await git('rev-list', '--count', '--first-parent', 'main')).trim())).toBe(before + 60)
    expect(await log('%P', '--merges')).toEqual([])
  })
})

describe('a repository that is not as it should be', () => {
  const shas = () => log('%H')
  beforeAll(async () => {
    for (const name of Array.from({ length: 5 }, () => unique())) await committed(stack, (await bring(stack, name)).templateId)
  })
  beforeEach(() => rested(stack))

  test('is built again where it is missing, commit for commit', async () => {
    const before = await shas()
    await rm(folderOf(stack), { recursive: true })
    const { templateId } = await bring(stack, unique())
    const [version] = await committed(stack, templateId)
    await until(shas, (now) => now[0] === version?.sha)
    expect(await shas()).toEqual([version?.sha, ...before])
    expect(await git('fsck', '--full', '--strict')).not.toMatch(/error|missing/)
  })

  test('is built again where its objects are lost or spoilt', async () => {
    const before = await shas()
    const objects = join(folderOf(stack), 'objects')
    const lose = async (keep: string) => { for (const name of await readdir(objects)) if (/^[0-9a-f]{2}$|^pack$/.test(name) && name !== keep.slice(0, 2)) await rm(join(objects, name), { recursive: true }) }
    const spoils = [() => lose(''), () => lose(before[0] ?? ''), () => writeFile(join(folderOf(stack), 'HEAD'), 'nonsense'), () => writeFile(join(folderOf(stack), 'refs', 'heads', 'main.lock'), '')]
    for (const spoil of spoils) {
      await spoil()
      const { templateId } = await bring(stack, unique())
      const [version] = await committed(stack, templateId)
      before.unshift(version?.sha ?? '')
      await rested(stack)
      expect(await shas()).toEqual(before)
      expect(await git('fsck', '--full', '--strict')).not.toMatch(/error|missing/)
    }
  })

  test('goes on where the worker died after the commit and before the record, and where it died before the branch had it', async () => {
    const { templateId } = await bring(stack, unique())
    const [version] = await committed(stack, templateId)
    await until(shas, (now) => now[0] === version?.sha)
    await rested(stack)
    await sql`update template_commits set sha = null, position = null where sha = ${version?.sha ?? ''}`.execute(stack.db)
    await written(stack)
    expect((await committed(stack, templateId))[0]?.sha).toBe(version?.sha)
    await rested(stack)
    await git('update-ref', 'refs/heads/main', 'main~3')
    // Nothing is to be written; the writer looks all the same.
    await stack.call('POST', `/api/v1/templates/${templateId}/restore`)
    await until(shas, (now) => now[0] === version?.sha)
    await rested(stack)
    await git('update-ref', 'refs/heads/main', 'main~3')
    const next = await bring(stack, unique())
    const [after] = await committed(stack, next.templateId)
    expect((await until(shas, (now) => now[0] === after?.sha)).slice(0, 2)).toEqual([after?.sha, version?.sha])
  })

  test('of a worker that was away makes what it lacks, and no more', async () => {
    const folder = folderOf(stack)
    await cp(folder, `${folder}-old`, { recursive: true })
    for (const name of [unique(), unique()]) await committed(stack, (await bring(stack, name)).templateId)
    await rested(stack)
    const before = await shas()
    await rm(folder, { recursive: true })
    await rename(`${folder}-old`, folder)
    await writeFile(join(folder, 'description'), 'still the same folder')
    const { templateId } = await bring(stack, unique())
    const [version] = await committed(stack, templateId)
    await until(shas, (now) => now[0] === version?.sha)
    expect((await shas()).slice(1)).toEqual(before)
    expect(await readFile(join(folder, 'description'), 'utf8')).toBe('still the same folder')
  })

  test('has no commit that the record does not know', async () => {
    const head = (await shas())[0] ?? ''
    const stray = (await git('commit-tree', '-m', 'by hand', '-p', head, `${head}^{tree}`).catch(() => '')).trim()
    if (stray !== '') await git('update-ref', 'refs/heads/main', stray)
    const { templateId } = await bring(stack, unique())
    const [version] = await committed(stack, templateId)
    expect((await until(shas, (now) => now[0] === version?.sha))[1]).toBe(head)
  })
})

test('each tenant has a repository of its own, and sees that one alone', async () => {
  const { id: tenantId } = await ensureTenant(stack.db, 'another agency')
  const token = await stack.token('owner', { tenantId })
  expect(await statusOf(stack, token)).toEqual({ head: null, remote: null, lag: { unwritten: 0, unpushed: 0 }, lastSync: null, conflicts: 0 })
  const name = unique('theirs')
  const { templateId } = await bring(stack, name, content(), {}, token)
  const [version] = await committed(stack, templateId, token)
  expect((await gitOf(stack, tenantId)('ls-tree', '-r', '--name-only', 'main')).trim()).toBe(`retell/${name}/template.yaml`)
  expect((await statusOf(stack, token)).head).toBe(version?.sha)
  expect(await git('ls-tree', '-r', '--name-only', 'main')).not.toContain(name)
})

test('only who administers sees to the repository', async () => {
  for (const role of ['operator', 'approver', 'editor', 'viewer'] as const) {
    const token = await stack.token(role)
    for (const [method, path] of [['GET', 'status'], ['POST', 'sync'], ['GET', 'conflicts'], ['POST', 'conflicts/0b6f0b9a-35b3-8f5a-8d0e-8f4b8f6d3a01/resolve']] as const) {
      expect([role, path, (await stack.call(method, `/api/v1/admin/git/${path}`, method === 'POST' ? {} : undefined, { token })).status]).toEqual([role, path, 403])
    }
  }
})
