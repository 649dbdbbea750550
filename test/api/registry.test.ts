import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { content, openCase } from '../e2e/agency.ts'
import { type TestStack, startStack } from '../support/stack.ts'
import { conforming } from './conform.ts'

interface Imported { templateId: string; version: string; status: string; created: boolean; contentRef: string }
interface Template { id: string; name: string; version: string; status: string; meta: { title?: string }; deletedAt?: string }
interface Problem { code: string; detail: string; dependents?: { planId: string; client: string; providers: string[] }[] }
let stack: TestStack
let call: TestStack['call']
let editor: string
beforeAll(async () => {
  stack = await startStack()
  call = conforming(stack)
  editor = await stack.token('editor')
})
afterAll(() => stack.close())

const artifact = { kind: 'project', ...content() }
const fresh = (what: string) => `${what} ${randomUUID().slice(0, 8)}`
const at = (id: string) => `/api/v1/templates/${encodeURIComponent(id)}`
const read = async (id: string) => (await call<Template>('GET', at(id))).body
const make = async (name = fresh('Made'), more: object = {}, options?: { token: string }): Promise<Imported> => {
  const made = await call<Imported>('POST', '/api/v1/templates', { kind: 'project', name, content: { ...artifact, ...more } }, options)
  expect(made.status).toBe(201)
  return made.body
}
const audited = async (id: string) => (await call<{ items: { action: string; actor: string }[] }>('GET', `/api/v1/audit?subject=${id}&sort=asc`)).body.items.map(({ action, actor }) => `${actor} ${action}`)

describe('a change', () => {
  test('makes a new version under the same kind and name, and none where nothing changes', async () => {
    const { templateId } = await make(undefined, { meta: { title: 'First', category: 'desk' } })
    const changed = await call<Imported>('PUT', at(templateId), { content: { ...artifact, kind: 'retell', name: 'Another', meta: { title: 'Second' } } })
    expect(changed).toMatchObject({ status: 201, body: { templateId, version: '1.0.1', status: 'published', created: true } })
    expect(await read(templateId)).toMatchObject({ version: '1.0.1', meta: { title: 'Second' } })
    expect(await call('PUT', at(templateId), { content: { ...artifact, meta: { title: 'Second' } } })).toMatchObject({ status: 200, body: { version: '1.0.1', created: false } })
    expect(await call('PUT', at(templateId), { version: '2.0.0', content: { ...artifact, meta: { title: 'Second' } } })).toMatchObject({ status: 201, body: { version: '2.0.0' } })
    expect((await call('PUT', at(templateId), { version: '1.0.0', content: artifact })).body).toMatchObject({ code: '409.version_exists' })
  })

  test('of an exported file that still has its old number takes the next one', async () => {
    const { templateId } = await make()
    const { body: exported } = await call<Record<string, unknown>>('GET', `${at(templateId)}/export`)
    expect(exported['version']).toBe('1.0.0')
    expect(await call('PUT', at(templateId), { content: exported })).toMatchObject({ status: 200, body: { version: '1.0.0', created: false } })
    expect(await call('PUT', at(templateId), { content: { ...exported, meta: { title: 'Edited' } } })).toMatchObject({ status: 201, body: { version: '1.0.1' } })
  })

  test('of meta alone keeps the content and what else meta holds', async () => {
    const { templateId } = await make(undefined, { meta: { title: 'First', category: 'desk', tags: ['a'] } })
    expect((await call('PUT', at(templateId), { meta: { title: 'Second' } })).status).toBe(201)
    expect((await read(templateId)).meta).toEqual({ title: 'Second', category: 'desk', tags: ['a'] })
    expect((await call('GET', `${at(templateId)}/diff?from=1.0.0`)).body).toMatchObject({ changes: [{ pointer: '/meta/title' }] })
  })

  test('of what changed meanwhile is refused, also when both are sent at once', async () => {
    const { templateId } = await make()
    const seen = (await call('GET', at(templateId))).headers.get('etag') ?? ''
    const answers = await Promise.all(['A', 'B', 'C', 'D'].map((title) => call('PUT', at(templateId), { meta: { title } }, { headers: { 'If-Match': seen } })))
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 412, 412, 412])
    expect((await read(templateId)).version).toBe('1.0.1')
    expect((await call('PUT', at(templateId), { meta: { title: 'E' } }, { headers: { 'If-Match': '*' } })).status).toBe(201)
  })

  test.each<[string, object, string]>([
    ['without anything to change', {}, '400.request_invalid'],
    ['with content twice', { content: artifact, contentRef: 'samples/x.yaml' }, '400.request_invalid'],
    ['with another kind', { kind: 'n8n', content: artifact }, '400.request_invalid'],
    ['with an artifact that is not valid', { content: { resources: { a: { provider: 'mars', type: 'x', spec: {} } } } }, '400.artifact_schema_invalid'],
    ['with a file that the library lacks', { contentRef: 'samples/nothing.yaml' }, '400.content_unreadable'],
  ])('%s is refused and stores nothing', async (_what, body, code) => {
    const { templateId } = await make()
    expect((await call('PUT', at(templateId), body)).body).toMatchObject({ code })
    expect((await read(templateId)).version).toBe('1.0.0')
  })

  test('of no template answers 404', async () => {
    for (const [method, path, body] of [['PUT', '', { meta: {} }], ['DELETE', '', undefined], ['POST', '/restore', {}], ['POST', '/publish', {}]] as const) {
      expect((await call(method, `${at(randomUUID())}${path}`, method === 'DELETE' ? undefined : body)).body).toMatchObject({ code: '404.template_not_found' })
    }
  })
})

describe('a draft', () => {
  test('is what a key makes that may write and not import', async () => {
    const made = async (...permissions: string[]) => make(undefined, {}, { token: (await call<{ key: string }>('POST', '/api/v1/api-keys', { name: 'ci', permissions })).body.key })
    expect([(await made('template:write')).status, (await made('template:write', 'template:import')).status]).toEqual(['draft', 'published'])
  })

  test('is what an editor makes; it can be tried out, but not planned before it is published', async () => {
    const name = fresh('Draft')
    const { templateId, status } = await make(name, {}, { token: editor })
    expect(status).toBe('draft')
    expect(await read(templateId)).toMatchObject({ version: '1.0.0', status: 'draft' })
    const { body: { instanceId } } = await call<{ instanceId: string }>('POST', `${at(templateId)}/customize`, { variables: { company: name } }, { token: editor })
    const { body: { id: clientId } } = await call<{ id: string }>('POST', '/api/v1/clients', { name })
    const plan = () => call<Problem>('POST', `${at(templateId)}/plan`, { clientId, targets: ['retell'], instanceId })
    expect((await plan()).body).toMatchObject({ code: '409.version_draft' })
    expect((await call('POST', `${at(templateId)}/publish`, {}, { token: editor })).body).toMatchObject({ code: '403.forbidden' })
    expect(await call('POST', `${at(templateId)}/publish`, {})).toMatchObject({ status: 200, body: { version: '1.0.0', status: 'published' } })
    expect((await plan()).status).toBe(201)
    expect(await audited(templateId)).toEqual(['editor@test template.import', 'owner@test template.published'])
  })

  test('stays behind what is published, until it is published itself', async () => {
    const { templateId } = await make(undefined, { meta: { title: 'Published' } })
    const edited = await call<Imported>('PUT', at(templateId), { meta: { title: 'Draft' } }, { token: editor })
    expect(edited).toMatchObject({ status: 201, body: { version: '1.0.1', status: 'draft' } })
    expect(await read(templateId)).toMatchObject({ version: '1.0.0', status: 'published', meta: { title: 'Published' } })
    const { body: { items } } = await call<{ items: { version: string; status: string }[] }>('GET', `${at(templateId)}/versions`)
    expect(items.map(({ version, status }) => `${version} ${status}`)).toEqual(['1.0.1 draft', '1.0.0 published'])
    expect((await call('POST', `${at(templateId)}/publish`, { version: '1.0.1' })).body).toMatchObject({ version: '1.0.1', status: 'published', meta: { title: 'Draft' } })
    expect((await call('POST', `${at(templateId)}/publish`, { version: '7.0.0' })).body).toMatchObject({ code: '404.version_not_found' })
    expect(await call('POST', `${at(templateId)}/publish`, {})).toMatchObject({ status: 200, body: { version: '1.0.1' } })
  })

  test('is published by an import of the same content', async () => {
    const name = fresh('Same')
    const { templateId } = await make(name, {}, { token: editor })
    const imported = await call<Imported>('POST', '/templates/import', { kind: 'project', name, version: '1.0.0', content: artifact, force: true })
    expect(imported).toMatchObject({ status: 200, body: { templateId, status: 'published', created: false } })
    expect(await read(templateId)).toMatchObject({ status: 'published' })
  })

  test('and an import of the same at once do not become each other', async () => {
    const name = fresh('Both')
    const body = { kind: 'project', name, content: artifact }
    const [drafted, imported] = await Promise.all([call<Imported>('POST', '/api/v1/templates', body, { token: editor }), call<Imported>('POST', '/api/v1/templates', { ...body, force: true, version: '1.0.0' })])
    expect([drafted.status, imported.status].every((status) => status === 200 || status === 201)).toBe(true)
    expect(imported.body.status).toBe('published')
    expect(await read(drafted.body.templateId)).toMatchObject({ status: 'published' })
  })

  test('a rollback by an editor is one, too', async () => {
    const { templateId } = await make(undefined, { meta: { title: 'First' } })
    await call('PUT', at(templateId), { meta: { title: 'Second' } })
    expect(await call('POST', `${at(templateId)}/rollback`, { version: '1.0.0' }, { token: editor })).toMatchObject({ status: 201, body: { version: '1.0.2', status: 'draft' } })
    expect((await read(templateId)).meta.title).toBe('Second')
  })
})

describe('deleting', () => {
  test('hides a template everywhere and keeps it; restoring brings all of it back', async () => {
    const name = fresh('Deleted')
    const { templateId } = await make(name)
    expect((await call('DELETE', at(templateId))).status).toBe(204)
    for (const [method, path, body] of [['GET', ''], ['GET', '/versions'], ['GET', '/export'], ['PUT', '', { meta: {} }], ['POST', '/customize', { variables: {} }], ['DELETE', '']] as const) {
      expect({ path, body: (await call<Problem>(method, `${at(templateId)}${path}`, body)).body }).toMatchObject({ body: { code: '404.template_not_found' } })
    }
    expect((await call('GET', at(name))).body).toMatchObject({ code: '404.template_not_found' })
    const listed = async (query: string) => (await call<{ items: Template[] }>('GET', `/api/v1/templates?name=${encodeURIComponent(name)}${query}`)).body.items
    expect(await listed('')).toEqual([])
    expect(await listed('&deleted=true')).toMatchObject([{ id: templateId, deletedAt: expect.any(String) }])
    expect((await call('POST', '/api/v1/templates/search', { query: name })).body).toMatchObject({ total: 0 })
    expect(await call('POST', `${at(templateId)}/restore`)).toMatchObject({ status: 200, body: { id: templateId, version: '1.0.0' } })
    expect(await call('POST', `${at(templateId)}/restore`)).toMatchObject({ status: 200 })
    expect(await read(templateId)).not.toHaveProperty('deletedAt')
    expect((await call('POST', '/api/v1/templates/search', { query: name })).body).toMatchObject({ total: 1 })
    expect(await audited(templateId)).toEqual(['owner@test template.import', 'owner@test template.deleted', 'owner@test template.restored'])
  })

  test('is refused with a list while something is deployed; by force what is deployed stays and can be undeployed', async () => {
    const one = await openCase({ ...stack, call })
    const { planId } = await one.plan()
    await one.deploy(planId)
    const refused = await call<Problem>('DELETE', at(one.templateId))
    expect(refused).toMatchObject({ status: 409, body: { code: '409.in_use', dependents: [{ planId, client: one.company, providers: ['ghl', 'n8n', 'retell'] }] } })
    expect((await call('DELETE', `${at(one.templateId)}?force=true`)).status).toBe(204)
    expect((await call('POST', `${one.template}/deploy`, { planId })).body).toMatchObject({ code: '404.template_not_found' })
    await one.undeploy(planId)
    expect((await stack.state('retell')).filter(({ body }) => JSON.stringify(body).includes(one.company))).toEqual([])
    expect((await call('POST', `${at(one.templateId)}/restore`)).status).toBe(200)
    expect((await call('DELETE', at(one.templateId))).status).toBe(204)
  })

  test('is refused while a deployment is parked', async () => {
    const one = await openCase({ ...stack, call })
    const { planId } = await one.plan()
    await stack.faults('ghl', { rate: 1, kinds: ['500'] })
    const recordId = await one.start(planId)
    expect((await one.settled(recordId)).status).toBe('failed')
    await stack.faults('ghl', { rate: 0 })
    expect((await call<Problem>('DELETE', at(one.templateId))).body).toMatchObject({ code: '409.in_use', dependents: [{ planId }] })
    await call('POST', `/api/v1/deployments/${recordId}/cancel`, {})
  })

  test('of what changed meanwhile is refused', async () => {
    const { templateId } = await make()
    const seen = (await call('GET', at(templateId))).headers.get('etag') ?? ''
    await call('PUT', at(templateId), { meta: { title: 'Later' } })
    expect((await call('DELETE', at(templateId), undefined, { headers: { 'If-Match': seen } })).body).toMatchObject({ code: '412.precondition_failed' })
    expect((await read(templateId)).version).toBe('1.0.1')
  })

  test('frees the name for an import, which goes on where the template was; its versions never change', async () => {
    const name = fresh('Again')
    const { templateId } = await make(name, { meta: { title: 'Before' } })
    await call('DELETE', at(templateId))
    expect((await call('POST', '/templates/import', { kind: 'project', name, version: '1.0.0', content: { ...artifact, meta: { title: 'Other' } } })).body).toMatchObject({ code: '409.version_exists' })
    const again = await call<Imported>('POST', '/templates/import', { kind: 'project', name, content: { ...artifact, meta: { title: 'After' } } })
    expect(again).toMatchObject({ status: 201, body: { templateId, version: '1.0.1' } })
    expect(await read(templateId)).toMatchObject({ meta: { title: 'After' } })
    await call('DELETE', at(templateId))
    expect(await call('POST', '/templates/import', { kind: 'project', name, version: '1.0.1', content: { ...artifact, meta: { title: 'After' } } })).toMatchObject({ status: 200, body: { templateId, version: '1.0.1' } })
    expect(await read(templateId)).toMatchObject({ version: '1.0.1' })
  })
})

describe('the list', () => {
  const category = fresh('category')
  beforeAll(async () => {
    for (const [name, tag, author] of [['Cello', 'low', 'ann'], ['Alto', 'mid', 'ann'], ['Basso', 'low', 'bob']] as const) await make(`${name} ${category}`, { meta: { category, tags: [tag, 'music'], author } })
    await make(`Draft ${category}`, { meta: { category } }, { token: editor })
  })
  const names = async (query: string): Promise<string[]> => (await call<{ items: Template[] }>('GET', `/api/v1/templates?category=${encodeURIComponent(category)}&${query}`)).body.items.map(({ name }) => name.split(' ')[0] ?? '')

  test.each([
    ['sort=name', ['Alto', 'Basso', 'Cello', 'Draft']], ['sort=-name', ['Draft', 'Cello', 'Basso', 'Alto']],
    ['sort=created', ['Cello', 'Alto', 'Basso', 'Draft']], ['sort=asc', ['Cello', 'Alto', 'Basso', 'Draft']], ['', ['Draft', 'Basso', 'Alto', 'Cello']],
    ['sort=name&tag=low', ['Basso', 'Cello']], ['sort=name&author=ann', ['Alto', 'Cello']], ['status=draft', ['Draft']], ['kind=n8n', []],
    ['updatedFrom=2999-01-01T00:00:00Z', []], ['sort=name&updatedTo=2999-01-01T00:00:00%2B02:00', ['Alto', 'Basso', 'Cello', 'Draft']],
  ])('with %s', async (query, expected) => { expect(await names(query)).toEqual(expected) })

  test('by last change follows the changes', async () => {
    await call('PUT', at(`Cello ${category}`), { meta: { title: 'x' } })
    expect((await names('sort=-updated'))[0]).toBe('Cello')
    expect((await names('sort=updated')).at(-1)).toBe('Cello')
  })

  test.each(['name', '-name', 'updated', '-updated', 'created', '-created'])('goes page by page through all, sorted by %s', async (sort) => {
    const whole = await names(`sort=${sort}`)
    const seen: string[] = []
    for (let cursor = ''; ;) {
      const { body } = await call<{ items: Template[]; nextCursor: string | null }>('GET', `/api/v1/templates?category=${encodeURIComponent(category)}&sort=${sort}&limit=1${cursor}`)
      seen.push(...body.items.map(({ name }) => name.split(' ')[0] ?? ''))
      if (body.nextCursor === null) break
      cursor = `&cursor=${body.nextCursor}`
    }
    expect(seen).toEqual(whole)
  })

  test('refuses a sort or a cursor that it does not know', async () => {
    expect((await call('GET', '/api/v1/templates?sort=size')).body).toMatchObject({ code: '400.request_invalid', errors: [{ pointer: '/query/sort' }] })
    for (const cursor of ['x', Buffer.from('["Alto\\u0000","0b6f0b9a-35b3-8f5a-8d0e-8f4b8f6d3a01"]').toString('base64url'), Buffer.from('["Alto",7]').toString('base64url')]) {
      expect((await call('GET', `/api/v1/templates?sort=name&cursor=${cursor}`)).body).toMatchObject({ code: '400.request_invalid', errors: [{ pointer: '/query/cursor' }] })
    }
    expect((await call('GET', `/api/v1/templates?cursor=${Buffer.from('["Alto","0b6f0b9a-35b3-8f5a-8d0e-8f4b8f6d3a01"]').toString('base64url')}`)).body).toMatchObject({ code: '400.request_invalid' })
  })
})
