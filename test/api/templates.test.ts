import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { content, openCase, resources } from '../e2e/agency.ts'
import { type TestStack, startStack, until } from '../support/stack.ts'
import { conforming } from './conform.ts'

interface Imported { templateId: string; version: string; created: boolean }
interface Pipeline { id: string; status: string; stages: { name: string; status: string; ids?: Record<string, string>; error?: { code: string } }[]; error?: { code: string } }
let stack: TestStack
let call: TestStack['call']
beforeAll(async () => {
  stack = await startStack()
  call = conforming(stack)
})
afterAll(() => stack.close())

const artifact = { kind: 'project', ...content() }
const bring = (body: object, query = '') => call<Imported>('POST', `/templates/import${query}`, body)

test('a template is made, found again, and versioned by force in body or query; both addresses are one', async () => {
  const name = `Import ${randomUUID()}`
  const first = await bring({ kind: 'project', name, content: artifact })
  expect(first).toMatchObject({ status: 201, body: { version: expect.any(String), created: true } })
  expect(await call('POST', '/api/v1/templates/import', { kind: 'project', name, content: artifact })).toMatchObject({ status: 200, body: { templateId: first.body.templateId, version: first.body.version, created: false } })
  const changed = { ...artifact, meta: { title: 'Changed' } }
  expect(await bring({ kind: 'project', name, content: changed })).toMatchObject({ status: 200, body: { templateId: first.body.templateId, created: false } })
  const forced = await bring({ kind: 'project', name, content: changed }, '?force=true')
  expect(forced).toMatchObject({ status: 201, body: { templateId: first.body.templateId, created: true } })
  expect(forced.body.version).not.toBe(first.body.version)
  expect(await bring({ kind: 'project', name, version: '9.0.0', content: artifact, force: true })).toMatchObject({ status: 201, body: { version: '9.0.0' } })
  for (const id of [first.body.templateId, encodeURIComponent(name)]) {
    expect((await call('GET', `/templates/${id}`)).body).toMatchObject({ id: first.body.templateId, name, kind: 'project', version: '9.0.0' })
  }
  expect((await call<{ items: object[] }>('GET', `/api/v1/templates?kind=project&name=${encodeURIComponent(name)}`)).body.items).toHaveLength(1)
  expect((await call('GET', `/templates/${randomUUID()}`)).body).toMatchObject({ code: '404.template_not_found' })
})

interface Version { version: string; contentRef: string; status: string; createdBy: string }
type Content = Version & { templateId: string; artifact: Record<string, unknown> }

async function threeVersions(name = `Versions ${randomUUID()}`): Promise<{ at: string; templateId: string; refs: string[] }> {
  const refs: string[] = []
  let templateId = ''
  for (const title of ['First', 'Second', 'Third']) {
    const { body } = await call<Imported & { contentRef: string }>('POST', '/templates/import', { kind: 'project', name, content: { ...artifact, meta: { title } }, force: true })
    templateId = body.templateId
    refs.push(body.contentRef)
  }
  return { at: `/api/v1/templates/${templateId}`, templateId, refs }
}
const titleOf = ({ artifact: { meta } }: Content) => (meta as { title: string }).title

test('versions are listed page by page, newest first, and each is read with its content', async () => {
  const { at, templateId, refs } = await threeVersions()
  const first = await call<{ items: Version[]; nextCursor: string }>('GET', `${at}/versions?limit=2`)
  expect(first.body.items.map(({ version, contentRef, status, createdBy }) => [version, contentRef, status, createdBy])).toEqual([['1.0.2', refs[2], 'published', 'owner@test'], ['1.0.1', refs[1], 'published', 'owner@test']])
  const second = await call<{ items: Version[]; nextCursor: null }>('GET', `${at}/versions?limit=2&cursor=${first.body.nextCursor}`)
  expect(second.body).toMatchObject({ items: [{ version: '1.0.0', contentRef: refs[0] }], nextCursor: null })
  const read = await call<Content>('GET', `${at}/versions/1.0.1`)
  expect(read.body).toMatchObject({ templateId, version: '1.0.1', artifact: { version: '1.0.1', meta: { title: 'Second' } } })
  expect((await call('GET', `${at}/versions/7.0.0`)).body).toMatchObject({ code: '404.version_not_found' })
  expect((await call('GET', `${at}/versions/newest`)).body).toMatchObject({ code: '400.request_invalid' })
  expect((await call('GET', `/api/v1/templates/${randomUUID()}/versions`)).body).toMatchObject({ code: '404.template_not_found' })
  const other = await threeVersions()
  expect((await call<{ items: Version[] }>('GET', `${other.at}/versions`)).body.items).toHaveLength(3)
})

test('two versions are compared place by place and line by line', async () => {
  const name = `Compared ${randomUUID()}`
  const prompt = (text: string) => ({ ...artifact, resources: { ...resources, brain: { ...resources.brain, spec: { ...resources.brain?.spec, general_prompt: `Be kind.\n${text}\nBe brief.` } } } })
  for (const text of ['Say yes.', 'Say no.', 'Say no.']) await bring({ kind: 'project', name, content: prompt(text), force: true })
  const at = `/api/v1/templates/${encodeURIComponent(name)}/diff`
  const diff = await call<{ text: string }>('GET', `${at}?from=1.0.0`)
  expect(diff).toMatchObject({ status: 200, body: { from: '1.0.0', to: '1.0.2', changes: [{ pointer: '/resources/brain/spec/general_prompt', action: 'changed', from: 'Be kind.\nSay yes.\nBe brief.', to: 'Be kind.\nSay no.\nBe brief.' }] } })
  expect(diff.body.text.split('\n').filter((line) => /^[-+]/.test(line))).toEqual([`--- ${name} 1.0.0`, `+++ ${name} 1.0.2`, '-Say yes.\\n', '+Say no.\\n'])
  expect((await call('GET', `${at}?from=1.0.2&to=1.0.1`)).body).toEqual({ from: '1.0.2', to: '1.0.1', changes: [], text: '' })
  expect((await call('GET', `${at}?from=1.0.7`)).body).toMatchObject({ code: '404.version_not_found' })
  expect((await call('GET', at)).body).toMatchObject({ code: '400.request_invalid', errors: [{ pointer: '/query/from' }] })
})

test('an exported template is the same template where it is brought in', async () => {
  const { at, refs } = await threeVersions(`Exported "${randomUUID()}" ä`)
  const exported = await call<Record<string, unknown>>('GET', `${at}/export`)
  expect(decodeURIComponent(exported.headers.get('content-disposition') ?? '')).toMatch(/^attachment; filename\*=UTF-8''Exported "[0-9a-f-]+" ä-1\.0\.2\.json$/)
  const name = `Elsewhere ${randomUUID()}`
  const elsewhere = await call<Imported & { contentRef: string }>('POST', '/templates/import', { kind: 'project', name, content: exported.body })
  expect(elsewhere.body).toMatchObject({ version: '1.0.2', created: true })
  expect((await call('GET', `/api/v1/templates/${elsewhere.body.templateId}/export`)).body).toEqual({ ...exported.body, name })
  const again = await call('POST', '/templates/import', { kind: 'project', content: exported.body, force: true })
  expect(again).toMatchObject({ status: 200, body: { contentRef: refs[2], created: false } })
  expect((await call('GET', `${at}/export?version=1.0.0`)).body).toMatchObject({ version: '1.0.0', meta: { title: 'First' } })
  expect((await call('GET', `${at}/export?version=3.0.0`)).body).toMatchObject({ code: '404.version_not_found' })
})

test('going back makes the old content the newest version, and loses none', async () => {
  const { at, templateId } = await threeVersions()
  const back = await call<Imported>('POST', `${at}/rollback`, { version: '1.0.0' })
  expect(back).toMatchObject({ status: 201, body: { templateId, version: '1.0.3', created: true } })
  expect((await call('GET', at)).body).toMatchObject({ version: '1.0.3', meta: { title: 'First' } })
  expect(titleOf((await call<Content>('GET', `${at}/versions/1.0.3`)).body)).toBe('First')
  expect((await call<{ items: Version[] }>('GET', `${at}/versions`)).body.items).toHaveLength(4)
  expect(await call('POST', `${at}/rollback`, { version: '1.0.0' })).toMatchObject({ status: 200, body: { version: '1.0.3', created: false } })
  expect(await call('POST', `${at}/rollback`, { version: '1.0.2' })).toMatchObject({ status: 201, body: { version: '1.0.4' } })
  expect((await call('POST', `${at}/rollback`, { version: '8.0.0' })).body).toMatchObject({ code: '404.version_not_found' })
  expect((await call('POST', `${at}/rollback`, {})).body).toMatchObject({ code: '400.request_invalid', errors: [{ pointer: '/version' }] })
})

test('going back on what has changed meanwhile is refused', async () => {
  const { at } = await threeVersions()
  const seen = (await call('GET', at)).headers.get('etag') ?? ''
  expect((await call('POST', `${at}/rollback`, { version: '1.0.0' }, { headers: { 'If-Match': seen } })).status).toBe(201)
  expect((await call('POST', `${at}/rollback`, { version: '1.0.1' }, { headers: { 'If-Match': seen } })).body).toMatchObject({ code: '412.precondition_failed' })
  expect((await call('GET', at)).body).toMatchObject({ version: '1.0.3' })
})

test('equal imports at once are one run, and one of them made it', async () => {
  const name = `Race ${randomUUID()}`
  const answers = await Promise.all(Array.from({ length: 8 }, () => bring({ kind: 'project', name, content: artifact })))
  expect(answers.map(({ status }) => status).sort()).toEqual([...Array<number>(7).fill(200), 201])
  expect(new Set(answers.map(({ body }) => body.templateId)).size).toBe(1)
})

test('a name that two kinds have must be replaced by the id', async () => {
  const name = `Twice ${randomUUID()}`
  for (const kind of ['project', 'service']) expect((await bring({ kind, name, content: { ...artifact, kind } })).status).toBe(201)
  expect((await call('GET', `/templates/${encodeURIComponent(name)}`)).body).toMatchObject({ code: '409.name_ambiguous' })
})

test.each<[string, object, string]>([
  ['neither content nor contentRef', { kind: 'project', name: 'x' }, '400.request_invalid'],
  ['both', { kind: 'project', name: 'x', content: 'a: 1', contentRef: 'samples/x.yaml' }, '400.request_invalid'],
  ['an unknown kind', { kind: 'fax', name: 'x', content: 'a: 1' }, '400.request_invalid'],
  ['text that is neither JSON nor YAML', { kind: 'project', name: 'x', content: '{"a": [}' }, '400.content_unreadable'],
  ['a resource of an unknown type', { kind: 'project', name: 'x', content: { ...artifact, resources: { a: { provider: 'retell', type: 'fax', spec: {} } } } }, '400.artifact_schema_invalid'],
])('an import with %s is refused', async (_what, body, code) => {
  expect((await bring(body)).body).toMatchObject({ code, errors: expect.anything() })
})

test('customizing answers 201, then 200 for equal input; a dry run stores nothing', async () => {
  const one = await openCase({ ...stack, call })
  const at = `${one.template}/customize`
  const dry = await call<{ resources: Record<string, { spec: object }> }>('POST', at, { variables: { company: one.company }, dryRun: true })
  expect(dry).toMatchObject({ status: 200, body: { resources: { brain: { provider: 'retell', type: 'llm', spec: { general_prompt: 'Be kind.' } } }, initialization: { prompts: [], documents: [] } } })
  expect(JSON.stringify(dry.body)).not.toContain('first secret')
  expect((await call('POST', `${at}?dryRun=true`, { variables: { company: one.company } })).body).toEqual(dry.body)
  const made = await call<{ instanceId: string }>('POST', at, { variables: { company: one.company } })
  expect(made).toMatchObject({ status: 201, body: { templateId: one.templateId } })
  expect(await call('POST', at, { variables: { company: one.company } })).toMatchObject({ status: 200, body: made.body })
  expect((await call('POST', at, { variables: { company: 7, extra: 1 } })).body).toMatchObject({ code: '422.variables_invalid', errors: expect.arrayContaining([{ pointer: '/variables/company', message: expect.any(String) }]) })
})

test('a resource plan is written and read', async () => {
  const one = await openCase({ ...stack, call }, content({ initialization: { prompts: [{ key: 'greeting', content: 'Hello from ${{ variables.company }}' }] } }))
  const { planId } = await one.plan()
  const written = await call<{ resourcePlanId: string }>('POST', `${one.template}/resources`, { planId })
  expect(written).toMatchObject({ status: 201, body: { planId } })
  expect((await call('GET', `/api/v1/resource-plans/${written.body.resourcePlanId}`)).body).toMatchObject({ planId, status: 'success', stages: [{ table: 'prompts', written: 1 }, { table: 'documents' }] })
  expect((await call('GET', `/api/v1/resource-plans/${randomUUID()}`)).body).toMatchObject({ code: '404.resource_plan_not_found' })
  expect((await call('POST', `${one.template}/resources`, { planId: randomUUID() })).body).toMatchObject({ code: '404.plan_not_found' })
})

const pipelineOf = async (id: string) => until(async () => (await call<Pipeline>('GET', `/api/v1/pipelines/${id}`)).body, ({ status }) => status !== 'running')

test('a pipeline runs all five stages, from a new template and client to links', async () => {
  const name = `Pipeline ${randomUUID()}`
  const body = { template: { kind: 'project', name, content: artifact }, client: { name }, variables: { company: name }, targets: ['retell', 'n8n', 'ghl'] }
  const answers = await Promise.all(Array.from({ length: 5 }, () => call<{ pipelineId: string; code?: string }>('POST', '/api/v1/pipelines', body)))
  const accepted = answers.filter(({ status }) => status === 202)
  const { pipelineId } = accepted[0]?.body ?? { pipelineId: '' }
  expect(accepted).toHaveLength(1)
  for (const { status, body: refused } of answers) if (status !== 202) expect(refused).toMatchObject({ code: '409.pipeline_in_progress', pipelineId })
  const done = await pipelineOf(pipelineId)
  expect(done).toMatchObject({ status: 'success', stages: ['import', 'customize', 'plan', 'resources', 'deploy'].map((stage) => ({ name: stage, status: 'success' })) })
  const ids = Object.assign({}, ...done.stages.map((stage) => stage.ids)) as Record<string, string>
  expect((await call('GET', `/templates/${ids['templateId'] ?? ''}/links?planId=${ids['planId'] ?? ''}`)).body).toHaveLength(Object.keys(resources).length)
  expect((await call('GET', `/api/v1/deployments/${ids['recordId'] ?? ''}`)).body).toMatchObject({ status: 'success' })

  // The same client and template by their ids, with a key: twice the same answer.
  const { items } = (await call<{ items: { id: string }[] }>('GET', `/api/v1/clients?name=${encodeURIComponent(name)}`)).body
  const again = { templateId: ids['templateId'], clientId: items[0]?.id, variables: { company: name }, targets: ['ghl'] }
  const headers = { 'idempotency-key': randomUUID() }
  const [first, second] = [await call<{ pipelineId: string }>('POST', '/api/v1/pipelines', again, { headers }), await call<{ pipelineId: string }>('POST', '/api/v1/pipelines', again, { headers })]
  expect([first.status, second.body]).toEqual([202, first.body])
  expect((await pipelineOf(first.body.pipelineId)).status).toBe('success')
})

test('a pipeline that fails says at which stage and why', async () => {
  const one = await openCase({ ...stack, call })
  const { body } = await call<{ pipelineId: string }>('POST', '/api/v1/pipelines', { templateId: one.templateId, clientId: one.clientId, variables: {}, targets: ['ghl'] })
  expect(await pipelineOf(body.pipelineId)).toMatchObject({ status: 'failed', error: { code: '422.variables_invalid' }, stages: [{ status: 'success' }, { name: 'customize', status: 'failed', error: { code: '422.variables_invalid' } }, { status: 'pending' }, {}, {}] })
  expect((await call('GET', `/api/v1/pipelines/${randomUUID()}`)).body).toMatchObject({ code: '404.pipeline_not_found' })
  expect((await call('POST', '/api/v1/pipelines', { templateId: one.templateId, clientId: randomUUID(), targets: ['ghl'] })).body).toMatchObject({ code: '404.client_not_found' })
  expect((await call('POST', '/api/v1/pipelines', { templateId: randomUUID(), clientId: one.clientId, targets: ['ghl'] })).body).toMatchObject({ code: '404.template_not_found' })
  expect((await call('POST', '/api/v1/pipelines', { clientId: one.clientId, client: { name: 'x' }, targets: ['ghl'] })).body).toMatchObject({ code: '400.request_invalid', errors: [{ pointer: '/template' }, { pointer: '/client' }] })
})

test('health and readiness see all parts', async () => {
  const ask = async (path: string) => (await fetch(`${stack.api}${path}`)).json()
  expect(await ask('/health')).toMatchObject({ status: 'healthy', database: 'connected', temporal: 'connected', templates_count: expect.any(Number) })
  expect(await ask('/ready')).toEqual({ status: 'ready' })
  expect(await ask('/api/v1/ready')).toEqual({ status: 'ready' })
})
