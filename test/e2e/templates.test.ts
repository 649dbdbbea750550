import { randomUUID } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { sql } from 'kysely'
import { stringify } from 'yaml'
import { fetchGit } from '../../activities/fetch-git.ts'
import { parseGitRef } from '../../activities/git-ref.ts'
import type { JsonObject } from '../../contracts/json.ts'
import { n8nExport, nested } from '../domain/json-values.ts'
import { startStack, until } from '../support/stack.ts'
import type { TestStack } from '../support/stack.ts'
import { startGitServer } from './git-server.ts'
import type { GitServer } from './git-server.ts'

interface Imported { templateId: string; version: string; contentRef: string; created: boolean }
interface Customized { instanceId: string; templateId: string; version: string; variablesHash: string }
interface Preview { resources: Record<string, { provider: string; type: string; spec: JsonObject }>; initialization: { prompts: JsonObject[]; documents: JsonObject[] } }
interface Problem { code: string; detail: string; errors?: { pointer: string; message: string }[] }

let stack: TestStack
beforeAll(async () => { stack = await startStack() })
afterAll(() => stack.close())

const fresh = (what = 'template'): string => `${what} ${randomUUID().slice(0, 8)}`
const bring = <T = Imported>(body: object, query = '') => stack.call<T>('POST', `/api/v1/templates/import${query}`, body)
const customize = <T = Customized>(id: string, body: object = { variables: {} }, query = '') => stack.call<T>('POST', `/api/v1/templates/${encodeURIComponent(id)}/customize${query}`, body)
const preview = async (id: string, body: object = { variables: {} }) => (await customize<Preview>(id, { dryRun: true, ...body })).body

const llm = (spec: JsonObject = {}): JsonObject => ({ provider: 'retell', type: 'llm', spec: { start_speaker: 'agent', ...spec } })
const artifact = (rest: JsonObject = {}): JsonObject => ({
  variables: { type: 'object', required: ['company'], properties: { company: { type: 'string', minLength: 1 }, seats: { type: 'integer', default: 3 } } },
  resources: { brain: llm({ general_prompt: 'You answer for ${{ variables.company }}' }) },
  ...rest,
})
/** A template of one LLM whose prompt is this text. */
const withPrompt = async (general_prompt: unknown, rest: JsonObject = {}): Promise<string> => {
  const { status, body } = await bring({ kind: 'retell', name: fresh(), content: artifact({ resources: { brain: llm({ general_prompt } as JsonObject) }, ...rest }) })
  expect(status).toBe(201)
  return body.templateId
}

describe('importing', () => {
  test('again finds what is there; force makes the next patch, or says that the version is taken', async () => {
    const name = fresh()
    const first = await bring({ kind: 'retell', name, content: artifact() })
    expect(first).toMatchObject({ status: 201, body: { version: '1.0.0', created: true, contentRef: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) } })
    const changed = artifact({ meta: { title: 'Changed' } })
    expect(await bring({ kind: 'retell', name, content: changed })).toMatchObject({ status: 200, body: { templateId: first.body.templateId, version: '1.0.0', contentRef: first.body.contentRef, created: false } })
    expect(await bring({ kind: 'retell', name, content: changed, force: true })).toMatchObject({ status: 201, body: { templateId: first.body.templateId, version: '1.0.1' } })
    expect(await bring({ kind: 'retell', name, content: changed, version: '1.0.1' }, '?force=true')).toMatchObject({ status: 200, body: { version: '1.0.1', created: false } })
    expect(await bring<Problem>({ kind: 'retell', name, content: changed, version: '1.0.0', force: true })).toMatchObject({ status: 409, body: { code: '409.version_exists', version: '1.0.0' } })
    expect(await bring({ kind: 'retell', name, content: { ...artifact(), version: '3.0.0-rc.1' }, version: '3.1.0', force: true })).toMatchObject({ status: 201, body: { version: '3.1.0' } })
    expect(await bring({ kind: 'retell', name, content: artifact({ meta: { title: 'Later' } }), force: true })).toMatchObject({ body: { version: '3.1.1' } })
    expect((await customize(first.body.templateId, { variables: { company: 'x' }, version: '1.0.0' })).body.version).toBe('1.0.0')
    expect((await customize(first.body.templateId, { variables: { company: 'x' } })).body.version).toBe('3.1.1')
    expect((await customize<Problem>(first.body.templateId, { variables: { company: 'x' }, version: '9.9.9' })).body.code).toBe('404.version_not_found')
  })

  test.each(['Zahnärztin & Söhne', '日本語 🦷', "o'neil; drop table", '"quoted"', '..', 'a.b-c_d', '${{ x }}', 'x'.repeat(200), '(1) [2] {3}', 'constructor', 'ab:cd'])('the name %j is kept, and finds the template again', async (name) => {
    const imported = await bring({ kind: 'service', name, content: artifact() })
    expect(imported.status).toBe(201)
    if (name !== '..') expect((await stack.call<{ id: string; name: string }>('GET', `/api/v1/templates/${encodeURIComponent(name)}`)).body).toMatchObject({ id: imported.body.templateId, name })
  })

  test.each(['', ' a', 'a ', 'a/b', 'a?b', 'a#b', '100%', 'a\nb', 'a\\b', 'x'.repeat(201)])('the name %j is refused at its place', async (name) => {
    expect(await bring<Problem>({ kind: 'service', name, content: artifact() })).toMatchObject({ status: 400, body: { errors: expect.arrayContaining([expect.objectContaining({ pointer: '/name' })]) } })
  })

  test.each(['retell', 'n8n', 'ghl', 'prompt', 'project', 'service'])('kind %s is one', async (kind) => {
    expect(await bring({ kind, name: fresh(), content: artifact() })).toMatchObject({ status: 201 })
  })

  test('takes JSON, JSON text and YAML text for the same template', async () => {
    const refs = new Set<string>()
    for (const content of [artifact(), JSON.stringify(artifact()), stringify(artifact())]) {
      const name = fresh()
      const { body } = await bring({ kind: 'prompt', name, content })
      refs.add((await sql<{ spec: string }>`select (artifact - 'name')::text as spec from template_versions where template_id = ${body.templateId}`.execute(stack.db)).rows[0]?.spec ?? name)
    }
    expect(refs.size).toBe(1)
  })

  const pointers = async (content: unknown, kind = 'retell'): Promise<string[]> => {
    const { status, body } = await bring<Problem>({ kind, name: fresh(), content })
    expect({ status, code: body.code.split('.')[0] }).toEqual({ status: 400, code: '400' })
    return (body.errors ?? []).map(({ pointer }) => pointer)
  }

  test.each<[string, unknown, string[]]>([
    ['text that is neither', '{"a": ', ['/content']],
    ['YAML that is a list', '- a\n- b', ['/content']],
    ['an unknown key', artifact({ resource: {} }), ['/resource']],
    ['an unknown key of a resource', artifact({ resources: { a: { ...llm(), sepc: {} } } }), ['/resources/a/sepc']],
    ['a resource with an impossible name', artifact({ resources: { 'a b': llm() } }), ['/resources/a b']],
    ['several things', artifact({ resources: { a: { provider: 'mars', type: 'x', spec: {} }, b: llm({ general_prompt: '${{ variables.nmae }}' }) }, initialization: { prompts: [{ key: 'k', content: '${{ resources.b.id }}' }] } }), ['/resources/a/type', '/resources/b/spec/general_prompt', '/initialization/prompts/0/content']],
    ['a cycle', artifact({ resources: { a: llm({ general_prompt: '${{ resources.b.id }}' }), b: llm({ general_prompt: '${{ resources.a.id }}' }) } }), ['/resources/a']],
    ['a bad schema', artifact({ variables: { type: 'object', properties: { a: { type: 'strnig' } } } }), ['/variables', '/resources/brain/spec/general_prompt']],
    ['an unknown filter', artifact({ resources: { a: llm({ general_prompt: '${{ variables.company | shout }}' }) } }), ['/resources/a/spec/general_prompt']],
    ['a __proto__ key in text', '{"resources": {"a": {"__proto__": {"x": 1}}}}', ['/resources/a/__proto__']],
    ['a NUL in text', '{"resources": {"a": {"provider": "x\\u0000"}}}', ['/resources/a/provider']],
    ['half a surrogate pair in YAML', 'meta:\n  title: "\\ud800"\n', ['/meta/title']],
  ])('%s is refused at its place', async (_, content, expected) => {
    expect(await pointers(content)).toEqual(expected)
  })

  test('nesting up to 90 levels comes through, beyond 100 it is refused at its place', async () => {
    const flow = (levels: number): JsonObject => ({ nodes: [{ name: 'a', type: 't', parameters: nested(levels, 'core') }], connections: {} })
    const { body } = await bring({ kind: 'n8n', name: fresh(), content: flow(90) })
    expect((await preview(body.templateId)).resources['workflow']?.spec).toEqual(flow(90))
    const [deep] = await pointers(JSON.stringify(flow(120)), 'n8n')
    expect(deep?.split('/').length).toBe(101)
    expect((await pointers(flow(120), 'n8n'))[0]).toMatch(/^\/content\/nodes\/0\/parameters\//)
  })

  test('16 MiB are too many, also when they come compressed', async () => {
    const huge = JSON.stringify({ kind: 'n8n', name: fresh(), content: { nodes: [], connections: {}, pad: 'x'.repeat(16 * 1024 * 1024) } })
    const post = async (body: string | Buffer, headers: Record<string, string> = {}) => fetch(`${stack.api}/templates/import`, { method: 'POST', headers: { authorization: `Bearer ${await stack.token()}`, 'content-type': 'application/json', ...headers }, body })
    expect(await (await post(huge)).json()).toMatchObject({ code: '413.body_too_large' })
    expect(await (await post(gzipSync(huge), { 'content-encoding': 'gzip' })).json()).toMatchObject({ code: '413.body_too_large' })
  })

  test('a large template comes through whole', async () => {
    const content: JsonObject = { nodes: [{ name: 'a', type: 't', parameters: { text: 'ä'.repeat(2_000_000) } }], connections: {} }
    const { body } = await bring({ kind: 'n8n', name: fresh(), content })
    expect((await preview(body.templateId)).resources['workflow']?.spec).toEqual(content)
  })
})

describe('a vendor\'s own export', () => {
  test('of n8n comes out equal as JSON, whatever is in it', async () => {
    await fc.assert(fc.asyncProperty(n8nExport, fc.boolean(), async (exported, asText) => {
      const { status, body } = await bring({ kind: 'n8n', name: fresh('export'), content: asText ? JSON.stringify(exported) : exported })
      expect(status).toBe(201)
      expect((await customize(body.templateId)).status).toBe(201)
      expect(await preview(body.templateId)).toEqual({ resources: { workflow: { provider: 'n8n', type: 'workflow', spec: JSON.parse(JSON.stringify(exported)) } }, initialization: { prompts: [], documents: [] } })
    }), { numRuns: 15, endOnFailure: true, examples: [[{ name: 'n', nodes: [], connections: {}, length: { toString: null, valueOf: null } }, false]] })
  }, 120_000)

  test('of n8n needs no name but its own', async () => {
    const exported = { name: 'Invoices / 2024 #1', nodes: [{ name: 'a', type: 't', parameters: { text: '=${{ $json.x }} {{ $y }}' } }], connections: {} }
    const { status, body } = await bring({ kind: 'n8n', content: exported })
    expect(status).toBe(201)
    expect((await stack.call<{ name: string }>('GET', `/api/v1/templates/${body.templateId}`)).body.name).toBe('Invoices 2024 1')
    expect((await preview(body.templateId)).resources['workflow']?.spec).toEqual(exported)
    expect(await bring<Problem>({ kind: 'n8n', content: { ...exported, name: '/' } })).toMatchObject({ status: 400, body: { errors: [{ pointer: '/name' }] } })
  })

  test.each([['JSON', JSON.stringify], ['YAML', stringify]])('of a Retell agent as %s becomes the agent and its engine', async (_, write) => {
    const agent = { agent_id: 'agent_old', agent_name: 'Front desk', voice_id: '11labs-Adrian', response_engine: { type: 'retell-llm', llm_id: 'llm_old' }, retellLlmData: { llm_id: 'llm_old', start_speaker: 'agent', general_prompt: 'Hello {{customer_name}}' } }
    const { status, body } = await bring({ kind: 'retell', name: fresh(), content: write(agent) })
    expect(status).toBe(201)
    const { resources } = await preview(body.templateId)
    expect(resources['llm']).toMatchObject({ type: 'llm', spec: { general_prompt: 'Hello {{customer_name}}' } })
    expect(resources['agent']).toMatchObject({ type: 'agent', spec: { response_engine: { llm_id: '${{ resources.llm.id }}' } } })
  })

  test('takes the export of an agent that we deployed', async () => {
    const agent = { agent_id: 'agent_old', agent_name: 'Front desk [sw-aaaaaaaaaaaa]', voice_id: '11labs-Adrian', response_engine: { type: 'retell-llm', llm_id: 'llm_old' }, retellLlmData: { llm_id: 'llm_old', start_speaker: 'agent', default_dynamic_variables: { slipway_key: 'sw-aaaaaaaaaaaa' } } }
    expect(await bring({ kind: 'retell', name: fresh(), content: agent })).toMatchObject({ status: 201 })
  })
})

describe('contentRef', () => {
  test('names a template of the library', async () => {
    expect(await bring({ kind: 'retell', name: fresh(), contentRef: 'samples/dental-receptionist.yaml' })).toMatchObject({ status: 201 })
  })

  test.each(['../package.json', 'samples/../../package.json', '/etc/passwd.json', 'samples/nothing.yaml', 'samples', 'samples/dental-receptionist.yaml/../../../package.json', 'file:///etc/hosts.json', 'https://example.com/x.json', '..\\package.json'])('%s is not in the library', async (contentRef) => {
    expect(await bring<Problem>({ kind: 'retell', name: fresh(), contentRef })).toMatchObject({ status: 400, body: { code: '400.content_unreadable', errors: [{ pointer: '/contentRef' }] } })
  })
})

describe('a git repository', () => {
  let git: GitServer
  const titled = (title: string) => stringify(artifact({ meta: { title } }))
  beforeAll(async () => { git = await startGitServer({ 'templates/desk.yaml': titled('newest'), 'big.yaml': `x: ${'y'.repeat(17 * 1024 * 1024)}` }, { 'v1.0': { 'templates/desk.yaml': titled('first') } }) }, 60_000)
  afterAll(() => git.close())
  const titleOf = async (contentRef: string) => {
    const { status, body } = await bring({ kind: 'retell', name: fresh(), contentRef })
    expect(status).toBe(201)
    return (await stack.call<{ meta: { title: string } }>('GET', `/api/v1/templates/${body.templateId}`)).body.meta.title
  }

  test('gives its newest file, or that of a tag or branch, by git\'s own server and by plain files', async () => {
    expect(await titleOf(`${git.smart}#templates/desk.yaml`)).toBe('newest')
    expect(await titleOf(`${git.smart}#templates/desk.yaml@v1.0`)).toBe('first')
    expect(await titleOf(`${git.smart}#templates/desk.yaml@main`)).toBe('newest')
    expect(await titleOf(`${git.dumb}#templates/desk.yaml`)).toBe('newest')
    expect(await titleOf(`${git.dumb}#templates/desk.yaml@v1.0`)).toBe('first')
  })

  test('is imported once our own database takes it, though it refused at first', async () => {
    await sql`create sequence tries`.execute(stack.db)
    // The first is the request, the next are what was fetched. A sequence goes on when its transaction does not.
    await sql`create function refuse_some() returns trigger language plpgsql security definer as $$
      begin if nextval('public.tries') between 2 and 4 then raise exception 'no room' using errcode = '53100'; end if; return new; end $$`.execute(stack.db)
    await sql`create trigger refuse_some before insert on blobs for each row execute function refuse_some()`.execute(stack.db)
    try {
      expect(await titleOf(`${git.smart}#templates/desk.yaml`)).toBe('newest')
      expect((await sql<{ tries: number }>`select last_value::int as tries from tries`.execute(stack.db)).rows[0]?.tries).toBeGreaterThanOrEqual(5)
    } finally {
      await sql`drop trigger refuse_some on blobs`.execute(stack.db)
    }
  })

  test.each<[string, (server: GitServer) => string]>([
    ['a file that is not there', ({ smart }) => `${smart}#templates/none.yaml`],
    ['no file', ({ smart }) => smart],
    ['a folder', ({ smart }) => `${smart}#templates`],
    ['a file outside', ({ smart }) => `${smart}#../../etc/passwd`],
    ['a file of git\'s own', ({ smart }) => `${smart}#.git/config`],
    ['git\'s own by a detour', ({ smart }) => `${smart}#templates/../.git/config`],
    ['a symbolic link', ({ smart }) => `${smart}#link.yaml`],
    ['a file that is too large', ({ smart }) => `${smart}#big.yaml`],
    ['a ref that is not there', ({ smart }) => `${smart}#templates/desk.yaml@v9`],
    ['a ref that would be an option', ({ smart }) => `${smart}#templates/desk.yaml@--upload-pack=touch`],
    ['a server that sends elsewhere', ({ redirecting }) => `${redirecting}#templates/desk.yaml`],
    ['no repository', ({ smart }) => `${smart.replace('repo.git', 'none.git')}#templates/desk.yaml`],
    ['a password', ({ smart }) => `${smart.replace('://', '://user:pass@')}#templates/desk.yaml`],
    ['no address', () => 'git+http://#x'],
  ])('with %s is unreadable', async (_, ref) => {
    const { status, body } = await bring<Problem>({ kind: 'retell', name: fresh(), contentRef: ref(git) })
    expect({ status, code: body.code }).toEqual({ status: 400, code: '400.content_unreadable' })
    expect(body.detail).not.toMatch(/root:|slipway-git-/)
  })

  test('in a private network is not asked in production, nor one without TLS', async () => {
    const inProduction = (ref: string) => fetchGit(ref, { allowPrivateAddresses: false })
    await expect(inProduction(`${git.smart}#templates/desk.yaml`)).rejects.toMatchObject({ code: '400.content_unreadable', message: 'must be https' })
    for (const host of ['127.0.0.1', 'localhost', '[::1]', '10.0.0.1', '169.254.169.254', '[::ffff:127.0.0.1]', '0x7f000001', '2130706433']) {
      await expect(inProduction(`git+https://${host}/repo.git#a.yaml`)).rejects.toMatchObject({ message: expect.stringMatching(/private network/) })
    }
    await expect(inProduction('git+https://nowhere.invalid/repo.git#a.yaml')).rejects.toMatchObject({ message: 'nowhere.invalid does not resolve' })
  })

  test('is named with its path and ref', () => {
    expect(parseGitRef('git+https://host/repo.git#a/b@c.yaml@feature/x')).toMatchObject({ path: 'a/b@c.yaml', ref: 'feature/x' })
    expect(parseGitRef('git+https://host/repo.git#a.yaml')).toMatchObject({ ref: undefined })
    expect(() => parseGitRef('git+https://host/repo.git#a.yaml@')).toThrow('names no branch or tag')
  })
})

describe('customizing', () => {
  test('gives the same instance for the same input, another for another', async () => {
    const id = await withPrompt('For ${{ variables.company }}')
    const first = await customize(id, { variables: { company: 'A' } })
    expect(first).toMatchObject({ status: 201, body: { templateId: id, version: '1.0.0', variablesHash: expect.stringMatching(/^[0-9a-f]{64}$/) } })
    const again = await customize(id, { variables: { company: 'A' } })
    expect(again).toMatchObject({ status: 200, body: first.body })
    expect((await customize(id, { variables: { seats: 3, company: 'A' } })).body.instanceId).toBe(first.body.instanceId)
    expect((await customize(id, { variables: { company: 'B' } })).body.instanceId).not.toBe(first.body.instanceId)
  })

  test('names every variable that does not fit', async () => {
    const id = await withPrompt('For ${{ variables.company }}')
    expect(await customize<Problem>(id, { variables: { company: '', seats: 'many', extra: 1 } })).toMatchObject({ status: 422, body: { code: '422.variables_invalid', errors: expect.arrayContaining([{ pointer: '/variables/company', message: expect.anything() }, { pointer: '/variables/seats', message: 'must be integer' }, { pointer: '/variables/extra', message: expect.anything() }]) } })
    expect((await customize<Problem>(id, { variables: {} })).body.errors).toEqual([{ pointer: '/variables/company', message: 'is required' }])
  })

  test('names every leaf that cannot be rendered, or whose value the provider would refuse', async () => {
    const id = await withPrompt('${{ variables.list.first.name }}', { variables: { type: 'object', properties: { list: {} } } })
    expect(await customize<Problem>(id, { variables: { list: [] } })).toMatchObject({ status: 422, body: { code: '422.render_failed', errors: [{ pointer: '/resources/brain/spec/general_prompt' }] } })
    const flow = await bring({ kind: 'n8n', name: fresh(), content: { variables: { type: 'object', properties: { nodes: {} } }, resources: { flow: { provider: 'n8n', type: 'workflow', spec: { nodes: '${{ variables.nodes }}', connections: {} } } } } })
    expect((await customize(flow.body.templateId, { variables: { nodes: [{ name: 'a', type: 't' }] } })).status).toBe(201)
    expect((await customize<Problem>(flow.body.templateId, { variables: { nodes: 'none' } })).body).toMatchObject({ code: '422.render_failed', errors: [{ pointer: '/resources/flow/spec/nodes' }] })
  })

  test('a value that a filter cuts through the middle of a character is refused, not tried for ever', async () => {
    const id = await withPrompt('${{ variables.company | split: "" | first }}')
    expect(await customize<Problem>(id, { variables: { company: '🦷' } })).toMatchObject({ status: 422, body: { code: '422.render_failed', errors: [{ pointer: '/resources/brain/spec/general_prompt' }] } })
  })

  test('dryRun shows the rendering, by body or query, and stores neither instance nor audit', async () => {
    const id = await withPrompt('For ${{ variables.company }}', { initialization: { prompts: [{ key: 'p', content: 'Seats: ${{ variables.seats }}' }] } })
    const rows = async () => (await sql<{ n: number }>`select (select count(*) from template_instances) + (select count(*) from audit_events) as n`.execute(stack.db)).rows[0]?.n
    const before = await rows()
    for (const answer of [await customize<Preview>(id, { variables: { company: 'A' }, dryRun: true }), await customize<Preview>(id, { variables: { company: 'A' } }, '?dryRun=true')]) {
      expect(answer).toMatchObject({ status: 200, body: { resources: { brain: { provider: 'retell', type: 'llm', spec: { general_prompt: 'For A' } } }, initialization: { prompts: [{ key: 'p', content: 'Seats: 3' }], documents: [] } } })
    }
    expect(await rows()).toBe(before)
  })

  test('a template that would render for ever is refused within seconds', async () => {
    const id = await withPrompt('${% for i in (1..10000) %}${% for j in (1..10000) %}x${% endfor %}${% endfor %}')
    const began = Date.now()
    expect((await customize<Problem>(id, { variables: { company: 'A' } })).body).toMatchObject({ code: '422.render_failed', errors: [{ pointer: '/resources/brain/spec/general_prompt', message: expect.stringContaining('limit') }] })
    expect(Date.now() - began).toBeLessThan(20_000)
  })

  test('what is unknown is 404', async () => {
    expect((await customize<Problem>(randomUUID())).body.code).toBe('404.template_not_found')
    expect((await customize<Problem>('no such name')).body.code).toBe('404.template_not_found')
  })
})

describe('secret variables', () => {
  const canary = `canary-${randomUUID()}`
  let answers = ''

  test('are in no answer, no table and no history in clear, and reach the vendor', async () => {
    const properties = { company: { type: 'string' }, token: { type: 'string', writeOnly: true }, login: { type: 'object', properties: { password: { $ref: '#/$defs/secret' } } } }
    const { body: template } = await bring({ kind: 'project', name: fresh(), content: {
      variables: { type: 'object', properties, $defs: { secret: { type: 'string', writeOnly: true } } },
      resources: { key: { provider: 'n8n', type: 'credential', spec: { name: '${{ variables.company }} key', type: 'httpHeaderAuth', data: { name: 'X-Key', value: 'Bearer ${{ variables.token }} ${{ variables.login.password }}' } } },
        flow: { provider: 'n8n', type: 'workflow', spec: { nodes: [{ name: 'a', type: 'n8n-nodes-base.set', parameters: { value: '=${{ variables.token }} in clear' } }], connections: {} } } },
      initialization: { prompts: [{ key: 'p', content: 'plain' }] },
    } })
    const variables = { company: 'A', token: canary, login: { password: `${canary}-2` } }
    const dry = await customize(template.templateId, { variables, dryRun: true })
    const made = await customize(template.templateId, { variables })
    expect(made.status).toBe(201)
    expect((await customize(template.templateId, { variables })).body.instanceId).toBe(made.body.instanceId)
    const client = await stack.call<{ id: string }>('POST', '/api/v1/clients', { name: fresh('client') })
    const plan = await stack.call<{ planId: string }>('POST', `/templates/${template.templateId}/plan`, { clientId: client.body.id, targets: ['n8n'], instanceId: made.body.instanceId })
    expect(plan.status).toBe(201)
    const refused = await customize(template.templateId, { variables: { ...variables, token: { wrong: canary } } })
    expect(refused.status).toBe(422)
    const deployed = await stack.call<{ recordId: string }>('POST', `/templates/${template.templateId}/deploy`, { planId: plan.body.planId })
    const record = await (async () => {
      for (let tries = 0; ; tries++) {
        const found = await stack.call<{ status: string }>('GET', `/api/v1/deployments/${deployed.body.recordId}`)
        if (['success', 'failed'].includes(found.body.status) || tries > 200) return found
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    })()
    expect(record.body.status).toBe('success')
    const other = await stack.call('POST', `/templates/${template.templateId}/plan`, { clientId: client.body.id, targets: ['n8n'], instanceId: made.body.instanceId, variables: { token: `${canary}-3` }, replace: true })
    expect(other.status).toBe(200)
    answers = JSON.stringify([dry, made, plan, refused, record, other, await stack.call('GET', `/api/v1/plans/${plan.body.planId}`), await stack.call('GET', `/api/v1/deployments/${deployed.body.recordId}/logs`), await stack.call('GET', '/api/v1/audit?limit=100')])
    expect(answers).not.toContain(canary)
    expect(JSON.stringify(await stack.state('n8n'))).toContain(canary)

    const { rows: tables } = await sql<{ name: string }>`select table_name as name from information_schema.tables where table_schema = 'public'`.execute(stack.db)
    for (const { name } of tables) {
      const { rows } = await sql<{ text: string }>`select it::text as text from ${sql.table(name)} it`.execute(stack.db)
      for (const { text } of rows) expect({ name, leaks: text.includes(canary) || text.includes(Buffer.from(canary).toString('hex')) || text.includes(Buffer.from(canary).toString('base64').slice(0, 40)) }).toEqual({ name, leaks: false })
    }
    const list = JSON.parse(await stack.temporal('workflow', 'list', '-o', 'json')) as { execution: { workflowId: string; runId: string } }[]
    expect(list.length).toBeGreaterThan(4)
    const mine = list.filter(({ execution }) => execution.workflowId.includes(template.templateId) || execution.workflowId.includes(plan.body.planId))
    expect(mine.length).toBeGreaterThan(3)
    for (const { execution } of mine) {
      const history = await stack.temporal('workflow', 'show', '--workflow-id', execution.workflowId, '--run-id', execution.runId, '-o', 'json')
      const decoded = history.replace(/"data":\s*"([A-Za-z0-9+/=]+)"/g, (_, data: string) => Buffer.from(data, 'base64').toString())
      expect({ id: execution.workflowId, leaks: history.includes(canary) || decoded.includes(canary) }).toEqual({ id: execution.workflowId, leaks: false })
    }
  }, 120_000)
})

describe('knowledge-base documents', () => {
  const document = (ref: string, content: string) => stack.call<{ id: string }>('POST', '/api/v1/kb/documents', { ref, content })

  test('are read as kb.<ref>; one that is missing is named', async () => {
    const id = await withPrompt('Rules: ${{ kb.house_rules }} for ${{ variables.company }}')
    expect((await document('house_rules', 'Be kind. ${{ literal }}')).status).toBe(201)
    const body = { variables: { company: 'A' }, kbRefs: ['house_rules'] }
    expect((await preview(id, body)).resources['brain']?.spec['general_prompt']).toBe('Rules: Be kind. ${{ literal }} for A')
    expect((await customize<Problem>(id, { ...body, kbRefs: ['house_rules', 'missing_one'] })).body).toMatchObject({ code: '404.kb_document_not_found', detail: expect.stringContaining('missing_one') })
    expect((await customize<Problem>(id, { ...body, kbRefs: [] })).body).toMatchObject({ code: '422.render_failed' })
  })

  test('stay as they were for an instance, also when they are changed or deleted before it is deployed', async () => {
    const properties = { token: { type: 'string', writeOnly: true } }
    const { body: template } = await bring({ kind: 'project', name: fresh(), content: { variables: { type: 'object', properties }, resources: { flow: { provider: 'n8n', type: 'workflow', spec: { nodes: [{ name: 'a', type: 'n8n-nodes-base.set', parameters: { value: '${{ variables.token }}: ${{ kb.going }}' } }], connections: {} } } } } })
    const { body: { id: documentId } } = await document('going', 'first words')
    const { body: { instanceId } } = await customize(template.templateId, { variables: { token: 't0ken' }, kbRefs: ['going'] })
    expect((await stack.call('DELETE', `/api/v1/kb/documents/${documentId}`)).status).toBe(204)
    const client = await stack.call<{ id: string }>('POST', '/api/v1/clients', { name: fresh('client') })
    const plan = await stack.call<{ planId: string; changes: { action: string }[] }>('POST', `/templates/${template.templateId}/plan`, { clientId: client.body.id, targets: ['n8n'], instanceId })
    expect(plan).toMatchObject({ status: 201, body: { changes: [{ action: 'create' }] } })
    const deployed = await stack.call<{ recordId: string }>('POST', `/templates/${template.templateId}/deploy`, { planId: plan.body.planId })
    const record = await until(() => stack.call<{ status: string }>('GET', `/api/v1/deployments/${deployed.body.recordId}`), ({ body }) => ['success', 'failed'].includes(body.status))
    expect(record.body.status).toBe('success')
    expect(JSON.stringify(await stack.state('n8n'))).toContain('t0ken: first words')
  })

  test('make another instance when their content changes, and the old one when it is back', async () => {
    const id = await withPrompt('${{ kb.changing }} ${{ variables.company }}')
    const { body: { id: documentId } } = await document('changing', 'one')
    const body = { variables: { company: 'A' }, kbRefs: ['changing'] }
    const first = await customize(id, body)
    expect((await stack.call('PATCH', `/api/v1/kb/documents/${documentId}`, { content: 'two' })).status).toBe(200)
    const second = await customize(id, body)
    expect(second).toMatchObject({ status: 201 })
    expect(second.body.instanceId).not.toBe(first.body.instanceId)
    await stack.call('PATCH', `/api/v1/kb/documents/${documentId}`, { content: 'one' })
    expect(await customize(id, body)).toMatchObject({ status: 200, body: { instanceId: first.body.instanceId } })
  })
})

describe('texts by a language model', () => {
  const written = { 'x-llm': { instruction: 'Greet for ${{ variables.company }}', maxLength: 200 } }
  const calls = async () => (await stack.journal('llm')).filter(({ method }) => method === 'POST').length

  test('are stored with the instance: the same input asks the model once', async () => {
    const id = await withPrompt(written)
    const before = await calls()
    const first = await customize(id, { variables: { company: 'A' }, useLlm: true })
    expect(first.status).toBe(201)
    expect(await calls()).toBe(before + 1)
    expect(await customize(id, { variables: { company: 'A' }, useLlm: true })).toMatchObject({ status: 200, body: { instanceId: first.body.instanceId } })
    expect(await calls()).toBe(before + 1)
    const { rows } = await sql<{ texts: Record<string, string>; rendering: { resources: Record<string, { spec: JsonObject }> } }>`select texts, rendering from template_instances where id = ${first.body.instanceId}`.execute(stack.db)
    const text = rows[0]?.texts['/resources/brain/spec/general_prompt']
    expect(text).toMatch(/\w/)
    expect(rows[0]?.rendering.resources['brain']?.spec['general_prompt']).toBe(text)
    expect(JSON.stringify(await stack.state('llm'))).toContain('Greet for A')
  })

  test('are asked for without useLlm, which is refused at their place', async () => {
    const id = await withPrompt(written)
    expect(await customize<Problem>(id, { variables: { company: 'A' } })).toMatchObject({ status: 422, body: { code: '422.render_failed', errors: [{ pointer: '/resources/brain/spec/general_prompt' }] } })
  })

  test('an instruction that cannot be rendered is refused, not tried again', async () => {
    const id = await withPrompt({ 'x-llm': { instruction: 'Greet ${{ variables.seats | nope }}' } })
    const { status, body } = await customize<Problem>(id, { variables: { company: 'A' }, useLlm: true })
    expect({ status, code: body.code }).toEqual({ status: 422, code: '422.render_failed' })
  })

  test('a model that declines is 422, an account without quota 502, neither leaves an instance, and a server that fails is asked again', async () => {
    const id = await withPrompt(written)
    const count = async () => (await sql<{ n: number }>`select count(*) as n from template_instances where template_id = ${id}`.execute(stack.db)).rows[0]?.n
    await stack.faults('llm', { rate: 0, refusal: true })
    expect(await customize<Problem>(id, { variables: { company: 'A' }, useLlm: true })).toMatchObject({ status: 422, body: { code: '422.llm_failed' } })
    await stack.faults('llm', { rate: 0, refusal: false })
    const connection = (apiKey: string) => stack.call('POST', '/api/v1/connections', { provider: 'llm', baseUrl: 'sandbox:llm', config: { model: 'sandbox-1', structuredOutput: 'json_object' }, secrets: { apiKey } })
    expect((await connection('sk-no-quota')).status).toBe(200)
    expect(await customize<Problem>(id, { variables: { company: 'A' }, useLlm: true })).toMatchObject({ status: 502, body: { code: '502.provider_error_llm', detail: expect.stringContaining('quota') } })
    expect(await count()).toBe(0)
    await connection('sk-sandbox')
    await stack.faults('llm', { rate: 1, kinds: ['500'] })
    const before = await calls()
    const patient = customize(id, { variables: { company: 'A' }, useLlm: true })
    await until(calls, (made) => made > before, 10)
    await stack.faults('llm', { rate: 0 })
    expect((await patient).status).toBe(201)
  })

  test('a model that takes its time is waited for, and asked once', async () => {
    const id = await withPrompt(written)
    const before = await calls()
    await stack.faults('llm', { rate: 0, latencyMs: 7_500 })
    const { status } = await customize(id, { variables: { company: 'slow' }, useLlm: true })
    await stack.faults('llm', { rate: 0 })
    expect([status, (await calls()) - before]).toEqual([201, 1])
  })

  test('what a model has written is not asked for again when a later text fails', async () => {
    const leaf = (what: string) => ({ 'x-llm': { instruction: `${what} for \${{ variables.company }}` } })
    const llm = (what: string) => ({ provider: 'retell', type: 'llm', spec: { start_speaker: 'agent', general_prompt: leaf(what) } })
    const { body: { templateId } } = await bring<{ templateId: string }>({ kind: 'project', name: fresh(), content: { variables: { type: 'object', properties: { company: { type: 'string' } } }, resources: { one: llm('Greet'), two: llm('Book'), three: llm('Close') } } })
    const before = await calls()
    await stack.faults('llm', { rate: 0, latencyMs: 1_000 })
    const asked = customize(templateId, { variables: { company: 'kept' }, useLlm: true })
    await until(calls, (made) => made > before, 20)
    await stack.faults('llm', { rate: 1, kinds: ['500'] })
    await until(async () => (await stack.journal('llm')).at(-1)?.status, (status) => status === 500, 20)
    await stack.faults('llm', { rate: 0 })
    expect((await asked).status).toBe(201)
    const answered = (await stack.journal('llm')).filter(({ method }) => method === 'POST').slice(before).filter(({ status }) => status === 200)
    expect(answered).toHaveLength(3)
  })

  test('a model that stays busy is asked six times, since a person waits', async () => {
    const id = await withPrompt(written)
    const before = await calls()
    await stack.faults('llm', { rate: 1, kinds: ['429'], retryAfterMs: 10 })
    const { status, body } = await customize<Problem>(id, { variables: { company: 'A' }, useLlm: true })
    await stack.faults('llm', { rate: 0 })
    expect({ status, code: body.code, asked: (await calls()) - before }).toEqual({ status: 502, code: '502.provider_error_llm', asked: 6 })
  })
})
