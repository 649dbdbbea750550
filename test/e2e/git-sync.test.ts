import { randomUUID } from 'node:crypto'
import { mkdirSync, symlinkSync } from 'node:fs'
import { cp, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { sql } from 'kysely'
import { parse, stringify } from 'yaml'
import type { GitConflict } from '../../contracts/git-conflicts.ts'
import { startStack, until } from '../support/stack.ts'
import type { TestStack } from '../support/stack.ts'
import { agencyOf } from './git-agency.ts'
import type { Agency, AgencyOptions, Problem } from './git-agency.ts'
import { cloneOf } from './git-server.ts'
import type { Clone, GitRemote } from './git-server.ts'
import { content, folderOf, unique } from './repositories.ts'

let stack: TestStack
beforeAll(async () => { stack = await startStack({ supabase: false, env: { GIT_SCHEDULE_SECONDS: '1' } }) })
afterAll(() => stack.close())

const closers: (() => unknown)[] = []
afterEach(async () => { for (const close of closers.splice(0)) await close() })

const agency = (options: AgencyOptions = {}): Promise<Agency> => agencyOf(stack, closers, options)

const pathOf = (name: string): string => `retell/${name}/template.yaml`
const two = (greeting: string, tone: string): object => ({ resources: { brain: { provider: 'retell', type: 'llm', spec: { start_speaker: 'agent', general_prompt: greeting } }, other: { provider: 'retell', type: 'llm', spec: { start_speaker: 'agent', general_prompt: tone } } } })
const headOf = async ({ remote }: Agency): Promise<string> => cloneSha(remote)
const cloneSha = (remote: GitRemote): string => {
  const clone = cloneOf(remote)
  try {
    return clone.git('rev-parse', 'HEAD').trim()
  } finally {
    clone.close()
  }
}
const edited = (clone: Clone, name: string, from: string, to: string): string => clone.read(pathOf(name)).replace(from, to)
/** A template that both sides have. */
async function shared(own: Agency, body: object = content('Hello')) {
  const name = unique()
  const { templateId } = await own.bring(name, body)
  await own.sync()
  return { name, templateId, clone: own.clone() }
}

describe('synchronizing', () => {
  test('gives an empty remote everything, and then nothing more', async () => {
    const own = await agency()
    const names = [unique(), unique(), unique()]
    for (const name of names) await own.bring(name)
    const first = await own.sync()
    expect(first).toMatchObject({ pulled: [], pushed: 3, conflicts: 0, head: await headOf(own) })
    expect(names.map((name) => parse(own.clone().read(pathOf(name))) as { name: string }).map((one) => one.name)).toEqual(names)
    expect(await own.sync()).toEqual({ ...first, pushed: 0 })
    expect(await own.status()).toMatchObject({ head: first.head, remote: { url: own.remote.url, branch: 'main', sha: first.head }, lag: { unwritten: 0, unpushed: 0 }, lastSync: { by: 'ada@agency.example', error: null }, conflicts: 0 })
    const { templateId } = await own.bring(unique())
    await own.committed(templateId)
    expect((await own.status()).lag).toEqual({ unwritten: 0, unpushed: 1 })
  })

  test('with nothing on either side is nothing', async () => {
    const own = await agency()
    expect(await own.sync()).toEqual({ head: null, pulled: [], pushed: 0, conflicts: 0 })
  })

  test('shows a commit made by hand as a version, with its author, and adds no commit', async () => {
    const own = await agency()
    const { name, templateId, clone } = await shared(own)
    const sha = clone.push('Greet warmly', { [pathOf(name)]: edited(clone, name, 'Hello', 'Welcome!') })
    expect(await own.sync()).toEqual({ head: sha, pulled: [{ templateId, action: 'update', version: '1.0.1' }], pushed: 0, conflicts: 0 })
    expect(await own.promptOf(templateId)).toBe('Welcome!')
    expect((await own.versions(templateId))[0]).toMatchObject({ version: '1.0.1', sha, author: 'Eve <eve@example.com>', message: 'Greet warmly', paths: [pathOf(name)], createdBy: 'Eve <eve@example.com>', date: new Date(clone.git('log', '-1', '--format=%aI').trim()).toISOString() })
    expect(await headOf(own)).toBe(sha)
    expect((await own.git('rev-parse', 'main')).trim()).toBe(sha)
    await own.bring(name, content('And again'))
    expect(await own.sync()).toMatchObject({ pulled: [], pushed: 1 })
    expect(own.clone().git('log', '--format=%s').trim().split('\n')).toEqual([`Update template: ${name}`, 'Greet warmly', `Create template: ${name}`])
  })

  test('makes a version of each commit, and takes a version number that somebody gives', async () => {
    const own = await agency()
    const { name, templateId, clone } = await shared(own)
    const shas = ['One', 'Two'].map((text, index) => clone.push(text, { [pathOf(name)]: edited(clone, name, ['Hello', 'One'][index] ?? '', text) }))
    clone.push('Broken meanwhile', { [pathOf(name)]: 'kind: [' })
    shas.push(clone.push('Three', { [pathOf(name)]: `version: 2.0.0\n${stringify({ kind: 'retell', name, ...content('Three') })}` }))
    await own.sync()
    expect((await own.versions(templateId)).map(({ version, sha, message }) => [version, sha, message])).toEqual([['2.0.0', shas[2], 'Three'], ['1.0.2', shas[1], 'Two'], ['1.0.1', shas[0], 'One'], ['1.0.0', expect.any(String), `Create template: ${name}`]])
  })

  test('makes templates of new files, and leaves all other files as they are', async () => {
    const own = await agency()
    const { clone, name } = await shared(own)
    const fresh = unique('by hand')
    clone.push('Add', { [pathOf(fresh)]: stringify(content('New')), 'README.md': '# Ours\n', [`retell/${name}/notes.md`]: 'notes', 'n8n/raw export/template.yaml': JSON.stringify({ name: 'My flow', nodes: [{ name: 'a', type: 't', parameters: {} }], connections: {} }) })
    const { pulled } = await own.sync()
    expect(pulled.map(({ action, version }) => [action, version])).toEqual([['create', '1.0.0'], ['create', '1.0.0']])
    expect((await own.call<{ name: string }>('GET', `/api/v1/templates/${encodeURIComponent(fresh)}`)).body).toMatchObject({ name: fresh, kind: 'retell' })
    expect((await own.call<{ kind: string }>('GET', '/api/v1/templates/raw%20export')).body).toMatchObject({ kind: 'n8n' })
    await own.bring(name, content('Changed here'))
    await own.sync()
    const after = own.clone()
    expect([after.read('README.md'), after.read(`retell/${name}/notes.md`), after.read(pathOf(name)).includes('Changed here')]).toEqual(['# Ours\n', 'notes', true])
  })

  test('brings changes of both sides together, template by template and place by place', async () => {
    const own = await agency()
    const { name, templateId, clone } = await shared(own, two('Hello', 'Be kind'))
    const other = unique()
    await own.bring(other)
    await own.bring(name, two('Hello from here', 'Be kind'))
    const hand = clone.push('Be brief', { [pathOf(name)]: edited(clone, name, 'Be kind', 'Be brief') })
    const { head, pulled, pushed, conflicts } = await own.sync()
    expect({ pulled, conflicts }).toEqual({ pulled: [{ templateId, action: 'update', version: '1.0.2' }], conflicts: 0 })
    expect(pushed).toBe(3)
    const { body } = await own.call<{ resources: Record<string, { spec: { general_prompt: string } }> }>('GET', `/api/v1/templates/${templateId}/export`)
    expect(Object.values(body.resources).map(({ spec }) => spec.general_prompt)).toEqual(['Hello from here', 'Be brief'])
    const after = own.clone()
    expect(parse(after.read(pathOf(name)))).toMatchObject({ resources: { brain: { spec: { general_prompt: 'Hello from here' } }, other: { spec: { general_prompt: 'Be brief' } } } })
    expect(after.read(pathOf(other))).toContain('Hello')
    expect(after.git('log', '-1', '--format=%s|%an').trim()).toBe('Merge the remote|ada@agency.example')
    expect(after.git('log', '-1', '--format=%P').trim().split(' ')[1]).toBe(hand)
    expect((await own.versions(templateId))[0]).toMatchObject({ version: '1.0.2', sha: head, author: 'Eve <eve@example.com>' })
  })

  test('keeps ours where the remote only rewrote how a file looks', async () => {
    const own = await agency()
    const { name, templateId, clone } = await shared(own)
    clone.push('Comment', { [pathOf(name)]: `# a comment\n${clone.read(pathOf(name))}` })
    await own.bring(name, content('New here'))
    expect(await own.sync()).toMatchObject({ pulled: [], conflicts: 0 })
    expect(own.clone().read(pathOf(name))).toContain('New here')
    expect(await own.versions(templateId)).toHaveLength(2)
  })

  test('tries again when somebody pushes between pull and push', async () => {
    const own = await agency()
    const { name, clone } = await shared(own)
    const mine = await own.bring(unique())
    const late: string[] = []
    own.remote.beforePush(() => { late.push(clone.push('Late', { [pathOf(name)]: edited(clone, name, 'Hello', 'Late') })) })
    const { head, pulled, conflicts } = await own.sync()
    expect({ versions: pulled.map(({ version }) => version), conflicts }).toEqual({ versions: ['1.0.1'], conflicts: 0 })
    const after = own.clone()
    expect(after.git('rev-parse', 'HEAD').trim()).toBe(head)
    expect(after.git('log', '--format=%H').split('\n')).toEqual(expect.arrayContaining([late[0], (await own.versions(mine.templateId))[0]?.sha]))
  })

  test('meets a repository that was there before, and keeps its history', async () => {
    const own = await agency()
    const name = unique('both')
    const clone = own.clone()
    const first = clone.push('Begin', { 'README.md': 'Theirs', [pathOf('only theirs')]: stringify(content('Theirs')), [pathOf(name)]: stringify(content('Same')) })
    await own.bring(name, content('Same'))
    await own.bring(unique('only ours'))
    const { pulled, conflicts } = await own.sync()
    expect({ pulled: pulled.map(({ action }) => action), conflicts }).toEqual({ pulled: ['create'], conflicts: 0 })
    const after = own.clone()
    expect(after.git('log', '--format=%H').split('\n')).toContain(first)
    expect(after.git('ls-files').trim().split('\n')).toHaveLength(4)
  })
})

test('an agency without templates takes those that are in its remote', async () => {
  const own = await agency()
  const [one, other] = [unique(), unique()]
  const sha = own.clone().push('Begin', { [pathOf(one)]: stringify(content('One')), [pathOf(other)]: 'kind: [', 'README.md': 'x' })
  expect(await own.sync()).toMatchObject({ head: sha, pulled: [{ action: 'create', version: '1.0.0' }], pushed: 0, conflicts: 1 })
  expect(await own.status()).toMatchObject({ head: sha, lag: { unwritten: 0, unpushed: 0 } })
  const { templateId } = await own.bring(one, content('Changed'))
  expect((await own.committed(templateId)).map(({ message }) => message)).toEqual([`Update template: ${one}`, 'Begin'])
  await rm(folderOf(stack, own.tenantId), { recursive: true })
  expect(await own.sync()).toMatchObject({ pulled: [], pushed: 1 })
  expect(own.clone().git('log', '--format=%s').trim()).toBe(`Update template: ${one}\nBegin`)
  const [conflict] = await own.conflicts()
  expect(await own.resolve(conflict?.id ?? '', { take: 'content', content: content('Mended') })).toMatchObject({ status: 200, body: { templateId: null } })
  await own.sync()
  expect(own.clone().read(pathOf(other))).toContain('Mended')
})

describe('a conflict', () => {
  async function conflicting() {
    const own = await agency()
    const made = await shared(own)
    const sha = made.clone.push('From there', { [pathOf(made.name)]: edited(made.clone, made.name, 'Hello', 'From there') })
    await own.bring(made.name, content('From here'))
    const other = unique()
    made.clone.push('Another', { [pathOf(other)]: stringify(content('Goes on')) })
    const synced = await own.sync()
    expect(synced).toMatchObject({ conflicts: 1, pulled: [{ action: 'create' }] })
    const [conflict] = await own.conflicts()
    return { own, ...made, sha, conflict: conflict as GitConflict }
  }

  test('is listed with both sides, changes neither, and holds nothing up', async () => {
    const { own, name, templateId, conflict } = await conflicting()
    expect(conflict).toMatchObject({
      templateId, path: pathOf(name), reason: 'both_changed', status: 'open', author: 'Eve <eve@example.com>', resolution: null,
      problems: [{ pointer: '/resources/brain/spec/general_prompt', message: 'is "From there" in the remote and "From here" here' }],
      theirs: expect.stringContaining('From there'),
    })
    expect(JSON.stringify(conflict.base)).toContain('Hello')
    expect(JSON.stringify(conflict.ours)).toContain('From here')
    expect(await own.promptOf(templateId)).toBe('From here')
    expect(own.clone().read(pathOf(name))).toContain('From there')
    expect((await own.status()).conflicts).toBe(1)
    expect(await own.sync()).toMatchObject({ conflicts: 1, pulled: [], pushed: 0 })
    const { body } = await own.call<{ code: string }>('POST', `/api/v1/admin/git/conflicts/${randomUUID()}/resolve`, { take: 'ours' })
    expect(body.code).toBe('404.conflict_not_found')
  })

  test.each([
    ['ours', { take: 'ours' }, 'From here', '1.0.1'],
    ['theirs', { take: 'theirs' }, 'From there', '1.0.2'],
    ['new content', { take: 'content', content: content('Both') }, 'Both', '1.0.2'],
  ])('is decided for %s, which both sides then have', async (_, order, prompt, version) => {
    const { own, name, templateId, conflict } = await conflicting()
    expect(await own.resolve(conflict.id, order)).toMatchObject({ status: 200, body: { status: 'resolved', resolution: order.take, resolvedBy: 'ada@agency.example' } })
    expect(await own.resolve(conflict.id, order)).toMatchObject({ status: 409, body: { code: '409.conflict_resolved' } })
    expect(await own.promptOf(templateId)).toBe(prompt)
    expect((await own.versions(templateId))[0]?.version).toBe(version)
    const { head, conflicts } = await own.sync()
    expect(conflicts).toBe(0)
    expect(own.clone().read(pathOf(name))).toContain(prompt)
    expect(await headOf(own)).toBe(head)
    const { body } = await own.call<{ items: { data: object }[] }>('GET', '/api/v1/audit?action=git_conflict.resolved')
    expect(body.items).toMatchObject([{ data: { path: pathOf(name), take: order.take } }])
  })

  test('settles itself when the remote agrees', async () => {
    const { own, name, templateId } = await conflicting()
    const clone = own.clone()
    clone.push('All right', { [pathOf(name)]: edited(clone, name, 'From there', 'From here') })
    expect(await own.sync()).toMatchObject({ conflicts: 0 })
    expect(await own.conflicts('settled')).toMatchObject([{ path: pathOf(name) }])
    expect(await own.versions(templateId)).toHaveLength(2)
  })

  test('is one, whatever is pushed after it, and begins where the sides parted', async () => {
    const { own, name, templateId, conflict } = await conflicting()
    const clone = own.clone()
    clone.push('Once more', { [pathOf(name)]: edited(clone, name, 'From there', 'Differently') })
    await own.sync()
    expect(await own.conflicts()).toMatchObject([{ id: conflict.id, base: conflict.base, theirs: expect.stringContaining('Differently') }])
    expect((await own.resolve(conflict.id, { take: 'theirs' })).status).toBe(200)
    expect(await own.promptOf(templateId)).toBe('Differently')
  })

  test('is one, too, where both changes together make no template', async () => {
    const own = await agency()
    const { name, templateId, clone } = await shared(own, two('Hello', 'Be kind'))
    await own.bring(name, { resources: { other: { provider: 'retell', type: 'llm', spec: { start_speaker: 'agent', general_prompt: 'Be kind' } } } })
    clone.push('Refer to it', { [pathOf(name)]: edited(clone, name, 'Be kind', 'Like ${{ resources.brain.id }}') })
    expect(await own.sync()).toMatchObject({ conflicts: 1, pulled: [] })
    expect(await own.conflicts()).toMatchObject([{ templateId, reason: 'both_changed', problems: [{ pointer: '/resources/other/spec/general_prompt', message: expect.stringContaining('where both changes come together') }] }])
  })

  test('is one where nothing tells what both sides began with', async () => {
    const own = await agency()
    const { name, clone } = await shared(own)
    clone.push('Oops', { [pathOf(name)]: 'kind: [' })
    await own.sync()
    const [broken] = await own.conflicts()
    expect((await own.resolve(broken?.id ?? '', { take: 'ours' })).status).toBe(200)
    clone.push('Mended meanwhile', { [pathOf(name)]: stringify(content('Mended')) })
    expect(await own.sync()).toMatchObject({ conflicts: 1 })
    expect(await own.conflicts()).toMatchObject([{ reason: 'both_changed', problems: [{ pointer: '' }], base: null, theirs: expect.stringContaining('Mended') }])
  })

  test('waits for nobody whose template changes here: the file is ours again, the list keeps theirs', async () => {
    const { own, name, conflict } = await conflicting()
    await own.bring(name, content('Newer here'))
    expect(await own.sync()).toMatchObject({ conflicts: 1 })
    expect(own.clone().read(pathOf(name))).toContain('Newer here')
    expect((await own.conflicts(`all&templateId=${conflict.templateId ?? ''}`))).toMatchObject([{ id: conflict.id, status: 'open', theirs: expect.stringContaining('From there') }])
  })

  test('wants one of three decisions', async () => {
    const { own, conflict } = await conflicting()
    for (const body of [{}, { take: 'both' }, { take: 'content' }, { take: 'ours', content: {} }]) expect((await own.resolve(conflict.id, body)).body.code).toBe('400.request_invalid')
    expect((await own.resolve(conflict.id, { take: 'content', content: { resources: { x: { provider: 'mars', type: 'y', spec: {} } } } })).body.code).toBe('400.artifact_schema_invalid')
    expect((await own.conflicts())[0]?.status).toBe('open')
  })

  test('is none of another tenant\'s', async () => {
    const { conflict } = await conflicting()
    const stranger = await agency({ connected: false })
    expect((await stranger.resolve(conflict.id, { take: 'ours' })).body.code).toBe('404.conflict_not_found')
    expect(await stranger.conflicts('all')).toEqual([])
  })
})

describe('a template that is deleted in the remote', () => {
  const gone = async (own: Agency, name: string): Promise<boolean> => (await own.call('GET', `/api/v1/templates/${encodeURIComponent(name)}`)).status === 404

  test('is deleted here, and comes back when its file does', async () => {
    const own = await agency()
    const { name, templateId, clone } = await shared(own)
    const text = clone.read(pathOf(name))
    const sha = clone.push('Drop it', { [pathOf(name)]: undefined })
    expect(await own.sync()).toMatchObject({ head: sha, pulled: [{ templateId, action: 'delete', version: null }], pushed: 0, conflicts: 0 })
    expect(await gone(own, name)).toBe(true)
    const { body } = await own.call<{ items: { action: string; data: object }[] }>('GET', `/api/v1/audit?subject=${templateId}&action=template.deleted`)
    expect(body.items).toMatchObject([{ data: { commit: sha, author: 'Eve <eve@example.com>' } }])
    clone.push('Keep it', { [pathOf(name)]: text })
    expect(await own.sync()).toMatchObject({ pulled: [{ templateId, action: 'restore', version: '1.0.1' }] })
    expect(await own.promptOf(templateId)).toBe('Hello')
  })

  test('and changed here is a conflict; so is one that was deleted here and changed there', async () => {
    const own = await agency()
    const [one, other] = [await shared(own), await shared(own)]
    await own.bring(one.name, content('Changed here'))
    expect((await own.call('DELETE', `/api/v1/templates/${other.templateId}`)).status).toBe(204)
    other.clone.push('Both', { [pathOf(one.name)]: undefined, [pathOf(other.name)]: stringify(content('Changed there')) })
    expect(await own.sync()).toMatchObject({ conflicts: 2, pulled: [] })
    const open = new Map((await own.conflicts()).map((conflict) => [conflict.path, conflict]))
    const [there, here] = [open.get(pathOf(one.name)), open.get(pathOf(other.name))]
    expect([there?.reason, there?.theirs, here?.reason, here?.ours]).toEqual(['deleted_there', null, 'deleted_here', null])
    expect((await own.resolve(there?.id ?? '', { take: 'theirs' })).status).toBe(200)
    expect((await own.resolve(here?.id ?? '', { take: 'theirs' })).status).toBe(200)
    expect([await gone(own, one.name), await own.promptOf(other.templateId)]).toEqual([true, 'Changed there'])
    expect(await own.sync()).toMatchObject({ conflicts: 0, pulled: [] })
    expect(own.clone().git('ls-files').trim()).toBe(pathOf(other.name))
  })

  test('and deployed here waits for a decision', async () => {
    const own = await agency()
    const { name, templateId, clone } = await shared(own)
    expect((await own.call('POST', '/api/v1/connections', { provider: 'retell', baseUrl: 'sandbox:retell', secrets: { apiKey: 'key_sandbox' } })).status).toBe(201)
    const { body: { pipelineId } } = await own.call<{ pipelineId: string }>('POST', '/api/v1/pipelines', { templateId, client: { name: 'Bright' }, targets: ['retell'] })
    await until(() => own.call<{ status: string }>('GET', `/api/v1/pipelines/${pipelineId}`), ({ body }) => body.status === 'success')
    clone.push('Drop it', { [pathOf(name)]: undefined })
    expect(await own.sync()).toMatchObject({ conflicts: 1, pulled: [] })
    const [conflict] = await own.conflicts()
    expect(conflict).toMatchObject({ reason: 'deleted_there', problems: [{ message: 'was deleted in the remote and is deployed here, for Bright' }] })
    expect((await own.resolve(conflict?.id ?? '', { take: 'ours' })).status).toBe(200)
    await own.sync()
    expect(own.clone().read(pathOf(name))).toContain('Hello')
  })
})

describe('a file that is no template', () => {
  test.each<[string, string, string, number]>([
    ['is not YAML', 'kind: [', '/content', 400],
    ['is empty', '', '', 400],
    ['is no text', 'kind: \0', '', 400],
    ['has an unknown key', 'resorces: {}\nresources: {}\n', '/resorces', 400],
    ['names an unknown type', 'resources: { x: { provider: retell, type: nonsense, spec: {} } }', '/resources/x/type', 400],
    ['is another template', 'name: somebody else\nresources: {}\n', '/name', 200],
  ])('because it %s is listed, stays in the remote, and holds nothing up', async (_, text, pointer, status) => {
    const own = await agency()
    const { name, templateId, clone } = await shared(own)
    const fine = unique()
    clone.push('Mixed', { [pathOf(name)]: text, [pathOf(fine)]: stringify(content('Fine')) })
    expect(await own.sync()).toMatchObject({ conflicts: 1, pulled: [{ action: 'create' }] })
    const [conflict] = await own.conflicts()
    expect(conflict).toMatchObject({ templateId, path: pathOf(name), reason: 'invalid', theirs: text.includes('\0') ? '' : text, problems: [expect.objectContaining({ pointer })] })
    expect(await own.promptOf(templateId)).toBe('Hello')
    expect(own.clone().read(pathOf(name))).toBe(text)
    expect((await own.resolve(conflict?.id ?? '', { take: 'theirs' })).status).toBe(status)
  })

  test('becomes one when it is mended', async () => {
    const own = await agency()
    const { name, templateId, clone } = await shared(own)
    clone.push('Oops', { [pathOf(name)]: `${edited(clone, name, 'Hello', 'Mended')}: [` })
    await own.sync()
    await own.bring(name, two('Hello', 'Added here'))
    await own.sync()
    const sha = clone.push('Mend', { [pathOf(name)]: stringify({ kind: 'retell', name, ...content('Mended') }) })
    expect(await own.sync()).toMatchObject({ conflicts: 0, pulled: [{ templateId }] })
    expect((await own.versions(templateId))[0]).toMatchObject({ message: 'Mend' })
    expect(await own.promptOf(templateId)).toBe('Mended')
    expect((await own.call<{ resources: object }>('GET', `/api/v1/templates/${templateId}/export`)).body.resources).toHaveProperty('other')
    expect(sha).toMatch(/^[0-9a-f]{40}$/)
  })

  test('in the wrong folder, or a link, is listed; taking ours removes it', async () => {
    const own = await agency()
    const { clone } = await shared(own)
    mkdirSync(join(clone.dir, 'retell/link'))
    symlinkSync('/etc/passwd', join(clone.dir, 'retell/link/template.yaml'))
    clone.push('Wrong', { 'retell/a:b/template.yaml': stringify(content()), 'retell/c:d/template.yaml': 'x' })
    expect(await own.sync()).toMatchObject({ conflicts: 3 })
    clone.push('Better', { 'retell/c:d/template.yaml': undefined, 'retell/link/template.yaml': undefined })
    expect(await own.sync()).toMatchObject({ conflicts: 1 })
    expect((await own.conflicts('settled')).map(({ path, reason, theirs }) => [path, reason, theirs]).sort()).toEqual([['retell/c:d/template.yaml', 'misplaced', 'x'], ['retell/link/template.yaml', 'invalid', '']])
    const [conflict] = await own.conflicts()
    expect(conflict).toMatchObject({ reason: 'misplaced', templateId: null, ours: null })
    expect((await own.resolve(conflict?.id ?? '', { take: 'theirs' })).body).toMatchObject({ code: '400.artifact_schema_invalid', detail: expect.stringContaining('move the file') })
    expect((await own.resolve(conflict?.id ?? '', { take: 'ours' })).status).toBe(200)
    await own.sync()
    expect(own.clone().git('ls-files')).not.toContain('a:b')
  })

  test.each([
    ['begins with a space', ' Front desk', ' Front desk'],
    ['holds a sign that no name holds', 'foo%23bar', 'foo#bar'],
    ['is too long', `${'x'.repeat(200)}~/${'x'.repeat(10)}`, 'x'.repeat(210)],
  ])('because its name %s is refused at the name, and taking ours removes it', async (_, folder, name) => {
    const own = await agency()
    const { clone } = await shared(own)
    clone.push('Misnamed', { [pathOf(folder)]: stringify({ kind: 'retell', name, ...content() }) })
    expect(await own.sync()).toMatchObject({ conflicts: 1, pulled: [] })
    const [conflict] = await own.conflicts()
    expect(conflict).toMatchObject({ reason: 'invalid', path: pathOf(folder), templateId: null, problems: [{ pointer: '/name' }] })
    for (const body of [{ take: 'theirs' }, { take: 'content', content: content() }]) {
      expect(await own.resolve(conflict?.id ?? '', body)).toMatchObject({ status: 400, body: { code: '400.artifact_schema_invalid', detail: expect.stringContaining('rename the folder'), errors: [expect.objectContaining({ pointer: '/name' })] } })
    }
    expect((await own.conflicts())[0]).toMatchObject({ id: conflict?.id, status: 'open' })
    expect((await own.resolve(conflict?.id ?? '', { take: 'ours' })).status).toBe(200)
    await own.sync()
    expect(own.clone().git('ls-files', '-z')).not.toContain(pathOf(folder))
    expect(await own.conflicts()).toEqual([])
  })
})

describe('a remote', () => {
  test('gets the token in a header alone, and nobody else sees it', async () => {
    const own = await agency({ token: 'glpat-canary-0123456789' })
    await own.bring(unique())
    await own.sync()
    const basic = Buffer.from('git:glpat-canary-0123456789').toString('base64')
    expect(new Set(own.remote.seen)).toEqual(new Set([`Basic ${basic}`]))
    expect(await own.git('config', '--list')).not.toContain('canary')
    expect(JSON.stringify((await own.call('GET', '/api/v1/connections')).body)).not.toContain('canary')
  })

  test('that refuses, or is away, is a 502 that says why without secrets, and is told by the status', async () => {
    const own = await agency({ token: 'glpat-right-one' })
    await own.bring(unique())
    const [{ id = '' } = {}] = (await own.call<{ items: { id: string }[] }>('GET', '/api/v1/connections')).body.items
    expect((await own.call<{ ok: boolean }>('POST', `/api/v1/connections/${id}/test`)).body).toMatchObject({ ok: true, account: expect.stringContaining('no such branch yet') })
    await own.call('PATCH', `/api/v1/connections/${id}`, { secrets: { token: 'glpat-wrong-one' } })
    expect((await own.call<{ ok: boolean }>('POST', `/api/v1/connections/${id}/test`)).body).toMatchObject({ ok: false, error: { code: '502.provider_error_git' } })
    const refused = await own.call<Problem>('POST', '/api/v1/admin/git/sync')
    expect(refused).toMatchObject({ status: 502, body: { code: '502.provider_error_git' } })
    expect(JSON.stringify(refused.body)).not.toContain('glpat')
    expect((await own.status()).lastSync).toMatchObject({ succeededAt: null, error: { code: '502.provider_error_git' } })
    await own.call('PATCH', `/api/v1/connections/${id}`, { secrets: { token: 'glpat-right-one' } })
    own.remote.refuse(503)
    const asked = own.remote.seen.length
    expect(await own.call<Problem>('POST', '/api/v1/admin/git/sync')).toMatchObject({ status: 502, body: { detail: expect.stringContaining('503') } })
    expect(own.remote.seen.length - asked).toBe(3)
    own.remote.refuse(undefined)
    expect((await own.sync()).pushed).toBe(1)
  })

  test('without a connection is a 422', async () => {
    const own = await agency({ connected: false })
    expect(await own.call<Problem>('POST', '/api/v1/admin/git/sync')).toMatchObject({ status: 422, body: { code: '422.connection_missing' } })
  })

  test.each<[string, object, string]>([
    ['a branch that git would not take', { config: { branch: 'a..b' } }, '/config/branch'],
    ['an ssh key for https', { secrets: { sshKey: 'x' } }, '/secrets/sshKey'],
    ['an ssh address without a key', { baseUrl: 'ssh://git@127.0.0.1/x.git', secrets: {}, config: { knownHosts: 'x' } }, '/secrets/sshKey'],
    ['an ssh address without known hosts', { baseUrl: 'ssh://git@127.0.0.1/x.git', secrets: { sshKey: 'x' } }, '/config/knownHosts'],
    ['a timetable that is none', { config: { syncMinutes: '0' } }, '/config/syncMinutes'],
    ['a password in the address', { baseUrl: 'https://me:secret@127.0.0.1/x.git' }, '/baseUrl'],
    ['an ssh address for another provider', { provider: 'n8n', baseUrl: 'ssh://git@127.0.0.1/x', secrets: { apiKey: 'x' } }, '/baseUrl'],
  ])('is not connected with %s', async (_, more, pointer) => {
    const own = await agency({ connected: false })
    expect(await own.connect(more)).toMatchObject({ status: 400, body: { errors: expect.arrayContaining([expect.objectContaining({ pointer })]) } })
  })

  test('that is due by its timetable is synchronized without being asked', async () => {
    const own = await agency({ config: { syncMinutes: '5' } })
    const { name, templateId, clone } = await (async () => {
      const made = unique()
      const { templateId: id } = await own.bring(made)
      await until(() => own.status(), ({ lastSync, lag }) => lastSync?.succeededAt !== null && lastSync !== null && lag.unpushed === 0)
      await own.sync()
      return { name: made, templateId: id, clone: own.clone() }
    })()
    clone.push('Later', { [pathOf(name)]: edited(clone, name, 'Hello', 'Later') })
    await sql`update repositories set tried_at = tried_at - interval '5 minutes' where tenant_id = ${own.tenantId}`.execute(stack.db)
    await until(() => own.versions(templateId), (items) => items.length === 2)
    await until(() => own.status(), ({ lastSync }) => lastSync?.by === 'schedule')
  })

  test('that is due while it is at work is left to the run that is there', async () => {
    const runs = async (status: string): Promise<number> => Number(/\d+/.exec(await stack.temporal('workflow', 'count', '--query', `WorkflowType = 'keepRepositories' and ExecutionStatus = '${status}'`))?.[0])
    const own = await agency()
    const { name, clone } = await shared(own)
    clone.push('Later', { [pathOf(name)]: edited(clone, name, 'Hello', 'Later') })
    const [asked, answered] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()]
    own.remote.beforeFetch(() => {
      asked.resolve(undefined)
      return answered.promise
    })
    const synced = own.sync()
    await asked.promise
    const { templateId } = await own.bring(unique())
    const [good, failed] = [await runs('Completed'), await runs('Failed')]
    await until(() => runs('Completed'), (now) => now > good + 2)
    expect([await runs('Failed'), (await own.versions(templateId))[0]?.sha]).toEqual([failed, null])
    answered.resolve(undefined)
    expect(await synced).toMatchObject({ conflicts: 0, pulled: [{ version: '1.0.1' }] })
    expect((await own.committed(templateId))[0]?.sha).not.toBeNull()
  })
})

describe('a repository that was lost', () => {
  async function withHistory() {
    const own = await agency()
    const { name, templateId, clone } = await shared(own, two('Hello', 'Be kind'))
    clone.push('By hand', { [pathOf(name)]: edited(clone, name, 'Hello', 'By hand'), 'README.md': 'x' })
    await own.sync()
    await own.bring(name, two('By hand', 'Changed here'))
    clone.push('At once', { [pathOf(name)]: edited(clone, name, 'By hand', 'At once') })
    const { head } = await own.sync()
    await own.rested()
    return { own, name, templateId, head }
  }

  test('is the same again with its remote', async () => {
    const { own, templateId, head } = await withHistory()
    const before = await own.versions(templateId)
    await rm(folderOf(stack, own.tenantId), { recursive: true })
    expect(await own.sync()).toMatchObject({ head, pushed: 0, pulled: [] })
    expect(await own.versions(templateId)).toEqual(before)
  })

  test('or lost a part of it, heals while it is synchronized', async () => {
    const own = await agency()
    const name = unique()
    await own.committed((await own.bring(name)).templateId)
    await own.rested()
    const blob = (await own.git('rev-parse', `main:${pathOf(name)}`)).trim()
    await rm(join(folderOf(stack, own.tenantId), 'objects', blob.slice(0, 2), blob.slice(2)))
    expect(await own.sync()).toMatchObject({ pushed: 1 })
    expect(own.clone().read(pathOf(name))).toContain('Hello')
  })

  test('waits for a remote that refuses, says why, and goes on when it is let in again', async () => {
    const { own, head } = await withHistory()
    const [{ id = '' } = {}] = (await own.call<{ items: { id: string }[] }>('GET', '/api/v1/connections')).body.items
    await own.call('PATCH', `/api/v1/connections/${id}`, { secrets: { token: 'glpat-revoked' } })
    await rm(folderOf(stack, own.tenantId), { recursive: true })
    const { templateId } = await own.bring(unique())
    expect(await own.call<Problem>('POST', '/api/v1/admin/git/sync')).toMatchObject({ status: 502, body: { code: '502.provider_error_git', detail: expect.stringMatching(/authentication failed/i) } })
    expect((await own.status()).lag.unwritten).toBe(1)
    // Whoever looks at the engine sees it, too: its run has failed.
    await until(() => stack.temporal('workflow', 'list', '--query', `WorkflowId = 'repository:${own.tenantId}' and ExecutionStatus = 'Failed'`), (text) => text.includes('Failed'))
    await own.call('PATCH', `/api/v1/connections/${id}`, { secrets: { token: 'glpat-a-secret-token' } })
    const [version] = await own.committed(templateId)
    expect((await own.git('rev-parse', `${version?.sha ?? ''}^`)).trim()).toBe(head)
  })

  test('and is only behind waits for its remote, and keeps what it has', async () => {
    const own = await agency()
    const { name, clone } = await shared(own, two('Hello', 'Be kind'))
    await own.rested()
    const behind = join(stack.config.repositories.dir, `behind-${own.tenantId}`)
    await cp(folderOf(stack, own.tenantId), behind, { recursive: true })
    const known = (await own.git('rev-parse', 'main')).trim()
    const sha = clone.push('By hand', { [pathOf(name)]: edited(clone, name, 'Hello', 'By hand') })
    await own.sync()
    await own.rested()
    await rm(folderOf(stack, own.tenantId), { recursive: true })
    await rename(behind, folderOf(stack, own.tenantId))
    const [{ id = '' } = {}] = (await own.call<{ items: { id: string }[] }>('GET', '/api/v1/connections')).body.items
    await own.call('PATCH', `/api/v1/connections/${id}`, { secrets: { token: 'glpat-revoked' } })
    const { templateId } = await own.bring(unique())
    expect((await own.call<Problem>('POST', '/api/v1/admin/git/sync')).status).toBe(502)
    expect((await own.git('rev-parse', 'main')).trim()).toBe(known)
    await own.call('PATCH', `/api/v1/connections/${id}`, { secrets: { token: 'glpat-a-secret-token' } })
    const [version] = await own.committed(templateId)
    expect((await own.git('rev-parse', `${version?.sha ?? ''}^`)).trim()).toBe(sha)
  })

  test('without its remote has the same templates in other commits, and finds together with it again', async () => {
    const { own, name, templateId, head } = await withHistory()
    const [{ id = '' } = {}] = (await own.call<{ items: { id: string }[] }>('GET', '/api/v1/connections')).body.items
    expect((await own.call('DELETE', `/api/v1/connections/${id}`)).status).toBe(204)
    await rm(folderOf(stack, own.tenantId), { recursive: true })
    const { templateId: added } = await own.bring(unique())
    await own.committed(added)
    await own.rested()
    const versions = await own.versions(templateId)
    const known = (await own.git('log', '--format=%H')).trim().split('\n')
    for (const { sha } of versions) expect(known).toContain(sha)
    expect(await own.git('show', `main:${pathOf(name)}`)).toContain('At once')
    expect((await own.connect()).status).toBe(201)
    expect(await own.sync()).toMatchObject({ pulled: [], conflicts: 0 })
    const after = own.clone()
    expect(after.git('log', '--format=%H').split('\n')).toContain(head)
    expect(after.read('README.md')).toBe('x')
    expect(await own.versions(templateId)).toHaveLength(versions.length)
  })
})

test('with changes on both sides at once no edit is lost: each is a version, or waits in the list', async () => {
  const own = await agency()
  const names = [unique(), unique(), unique()]
  const ids: string[] = []
  for (const name of names) ids.push((await own.bring(name, content('start'))).templateId)
  await own.sync()
  const edits: string[] = []
  const here = async () => {
    for (let n = 0; n < 6; n++) {
      const text = `here-${String(n)}`
      edits.push(text)
      await own.bring(names[n % 3] ?? '', content(text))
    }
  }
  const there = async () => {
    const clone = own.clone()
    for (let n = 0; n < 6; n++) {
      const text = `there-${String(n)}`
      edits.push(text)
      const path = pathOf(names[(n + 1) % 3] ?? '')
      for (let tries = 0; ; tries++) {
        try {
          clone.push(text, { [path]: stringify(content(text)) })
          break
        } catch (error) {
          if (tries > 10) throw error
          clone.git('fetch', '-q')
          clone.git('reset', '-q', '--hard', 'origin/main')
        }
      }
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  const syncing = async () => { for (let n = 0; n < 6; n++) await own.sync() }
  await Promise.all([here(), there(), syncing()])
  const { head } = await own.sync()
  expect(await headOf(own)).toBe(head)
  const { rows } = await sql<{ text: string }>`select artifact::text as text from template_versions where tenant_id = ${own.tenantId}`.execute(stack.db)
  const kept = [...rows.map(({ text }) => text), ...(await own.conflicts('all')).map(({ theirs }) => theirs ?? '')].join('\n')
  const history = own.clone().git('log', '-p', '-m', '--format=%H')
  for (const edit of edits) expect({ edit, kept: kept.includes(edit) || history.includes(edit) }).toEqual({ edit, kept: true })
  expect(own.clone().git('fsck', '--full', '--strict')).not.toMatch(/error/)
  const open = new Set((await own.conflicts()).map(({ path }) => path))
  for (const [at, id] of ids.entries()) {
    const path = pathOf(names[at] ?? '')
    if (!open.has(path)) expect(own.clone().read(path)).toContain(await own.promptOf(id))
  }
}, 60_000)
