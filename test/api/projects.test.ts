import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { ensureTenant } from '../../db/tenants.ts'
import type { JsonObject } from '../../contracts/json.ts'
import { type TestStack, startStack } from '../support/stack.ts'
import { entriesOf, filesOf } from '../support/tar.ts'
import { conforming } from './conform.ts'

interface Imported { templateId: string; version: string; contentRef: string; created: boolean }
interface Problem { code: string; detail: string; errors: { pointer: string; message: string }[] }

let stack: TestStack
let call: TestStack['call']
beforeAll(async () => {
  stack = await startStack({ supabase: false })
  call = conforming(stack)
})
afterAll(() => stack.close())

const fresh = (): string => `project ${randomUUID()}`
const bring = <T = Imported>(content: JsonObject, name = fresh()) => call<T>('POST', '/templates/import', { kind: 'project', name, content })
const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0xff, 0xfe])

const service = (rest: JsonObject = {}): JsonObject => ({
  version: '1.2.0',
  meta: { description: 'A small service', category: 'backend_developer', author: 'Ada', tags: ['api', 'rest'], title: 'Service' },
  variables: {
    type: 'object', required: ['database'],
    properties: { database: { type: 'string', enum: ['postgresql', 'sqlite'] }, port: { type: 'integer', default: 8080 }, module: { type: 'string', 'x-default': "${{ variables.projectName | downcase | replace: '-', '_' }}" }, token: { type: 'string', writeOnly: true, default: 'none' } },
  },
  dependencies: [{ fastapi: '^0.104.0' }],
  files: [
    { path: 'README.md', content: '# ${{ variables.projectName }}\n' },
    { path: 'src/${{ variables.module }}/main.py', content: 'PORT = ${{ variables.port }}\n${% if variables.database == "sqlite" %}FILE = "app.db"\n${% endif %}' },
    { path: "${% if variables.database == 'sqlite' %}schema.sql${% endif %}", content: 'create table t (id int);\n' },
    { path: 'logo.png', content: png.toString('base64'), encoding: 'base64' },
    { path: '.github/ci.yml', content: 'key: ${{ secrets.KEY }}\n', literal: true },
    { path: 'run.sh', content: '#!/bin/sh\nexec run\n', executable: true },
    { path: 'examples/small.json', content: '{"projectName":"small","parameters":{"database":"sqlite"}}', templateOnly: true },
  ],
  ...rest,
})
/** A project template of one file. */
const file = (path: string, content = 'x', rest: JsonObject = {}): JsonObject => ({ variables: { type: 'object', properties: { name: { type: 'string' } } }, files: [{ path, content, ...rest }] })

interface Made { status: number; headers: Headers; bytes: Buffer; problem: Problem }
async function ask(method: string, path: string, body?: object, { headers = {}, token = undefined as string | undefined } = {}): Promise<Made> {
  const answer = await fetch(`${stack.api}/api/v1${path}`, { method, headers: { authorization: `Bearer ${token ?? await stack.token()}`, 'content-type': 'application/json', ...headers }, ...(body ? { body: JSON.stringify(body) } : {}) })
  const bytes = Buffer.from(await answer.arrayBuffer())
  return { status: answer.status, headers: answer.headers, bytes, problem: (/json/.test(answer.headers.get('content-type') ?? '') && bytes.length > 0 ? JSON.parse(bytes.toString()) : {}) as Problem }
}
const instantiate = (id: string, body: object, options?: Parameters<typeof ask>[3]) => ask('POST', `/templates/${encodeURIComponent(id)}/instantiate`, body, options)

describe('a project', () => {
  test('is made of rendered names and contents, copied bytes, and no more than belongs to it', async () => {
    const { status, body } = await bring(service())
    expect(status).toBe(201)
    const made = await instantiate(body.templateId, { projectName: 'Orders-API', parameters: { database: 'postgresql' } })
    expect(made.status).toBe(200)
    expect(made.headers.get('content-type')).toBe('application/x-tar')
    expect(made.headers.get('content-disposition')).toBe("attachment; filename*=UTF-8''Orders-API.tar")
    const entries = await entriesOf(made.bytes)
    expect(entries.map(({ name, text }) => [name, text])).toEqual([
      ['Orders-API/.github/ci.yml', 'key: ${{ secrets.KEY }}\n'],
      ['Orders-API/README.md', '# Orders-API\n'],
      ['Orders-API/logo.png', png.toString()],
      ['Orders-API/run.sh', '#!/bin/sh\nexec run\n'],
      ['Orders-API/src/orders_api/main.py', 'PORT = 8080\n'],
    ])
    expect(entries.find(({ name }) => name.endsWith('logo.png'))?.bytes).toEqual(png)
    expect(entries.map(({ header: { mode, mtime, uid, uname } }) => [mode, mtime?.toISOString(), uid, uname])).toEqual(entries.map(({ name }) => [name.endsWith('.sh') ? 0o755 : 0o644, '2000-01-01T00:00:00.000Z', 0, '']))
  })

  test('has the same bytes each time, and others with other parameters', async () => {
    const { body } = await bring(service())
    const order = (port: number) => instantiate(body.templateId, { projectName: 'a', parameters: { database: 'sqlite', port } })
    const [one, same, other] = [await order(1), await order(1), await order(2)]
    expect(one.bytes.equals(same.bytes)).toBe(true)
    expect(one.bytes.equals(other.bytes)).toBe(false)
    expect(await filesOf(other.bytes)).toMatchObject({ 'a/schema.sql': 'create table t (id int);\n', 'a/src/a/main.py': 'PORT = 2\nFILE = "app.db"\n' })
  })

  test('is of the version that is asked for, and found by name', async () => {
    const name = fresh()
    await bring({ ...service(file('a.txt', 'old')), version: '1.0.0' }, name)
    await call('POST', '/templates/import', { kind: 'project', name, version: '2.0.0', content: service(file('a.txt', 'new')), force: true })
    expect(await filesOf((await instantiate(name, { projectName: 'p' })).bytes)).toEqual({ 'p/a.txt': 'new' })
    expect(await filesOf((await instantiate(name, { projectName: 'p', version: '1.0.0' })).bytes)).toEqual({ 'p/a.txt': 'old' })
    expect((await instantiate(name, { projectName: 'p', version: '3.0.0' })).problem.code).toBe('404.version_not_found')
    expect((await instantiate(randomUUID(), { projectName: 'p' })).problem.code).toBe('404.template_not_found')
  })

  test('answers an Idempotency-Key with the same bytes, though the template has changed', async () => {
    const name = fresh()
    const { body } = await bring(file('a.txt', 'first'), name)
    const headers = { 'idempotency-key': randomUUID() }
    const first = await instantiate(body.templateId, { projectName: 'p' }, { headers })
    await call('POST', '/templates/import', { kind: 'project', name, content: file('a.txt', 'second'), force: true })
    const again = await instantiate(body.templateId, { projectName: 'p' }, { headers })
    expect([again.headers.get('idempotency-replayed'), again.bytes.equals(first.bytes)]).toEqual(['true', true])
    expect(again.headers.get('content-type')).toBe('application/x-tar')
  })

  test('may be made by whoever may read templates, and by no other tenant', async () => {
    const readme = `# A text\n\n${'It makes one text of no use to anybody but tests. '.repeat(5)}\n\n## Usage\n\nRead it.\n`
    const { body } = await bring({ meta: { description: 'One text', category: 'tests', author: 'Ada', tags: ['a'] }, files: [{ path: 'a.txt', content: 'x' }, { path: 'README.md', content: readme }, { path: 'examples/any.json', content: '{}', templateOnly: true }] })
    expect((await instantiate(body.templateId, { projectName: 'p' }, { token: await stack.token('viewer') })).status).toBe(200)
    const other = await ensureTenant(stack.db, `other ${randomUUID()}`)
    expect((await instantiate(body.templateId, { projectName: 'p' }, { token: await stack.token('owner', { tenantId: other.id }) })).problem.code).toBe('404.template_not_found')
  })

  test('leaves nothing but its audit-free blob: no instance, and secrets nowhere in clear', async () => {
    const canary = `canary-${randomUUID()}`
    const { body } = await bring(service({ files: [{ path: 'token.txt', content: '${{ variables.token }}' }] }))
    const made = await instantiate(body.templateId, { projectName: 'p', parameters: { database: 'sqlite', token: canary } })
    expect(await filesOf(made.bytes)).toEqual({ 'p/token.txt': canary })
    const { rows: tables } = await sql<{ name: string }>`select table_name as name from information_schema.tables where table_schema = 'public'`.execute(stack.db)
    for (const { name } of tables) {
      const { rows } = await sql<{ text: string }>`select it::text as text from ${sql.table(name)} it`.execute(stack.db)
      expect([name, rows.some(({ text }) => text.includes(canary) || text.includes(Buffer.from(canary).toString('hex')))]).toEqual([name, false])
    }
    const list = JSON.parse(await stack.temporal('workflow', 'list', '-o', 'json', '--query', `SlipwayTemplate = "${body.templateId}"`)) as { execution: { workflowId: string } }[]
    const [run] = list.filter(({ execution }) => execution.workflowId.startsWith('instantiate:'))
    const history = await stack.temporal('workflow', 'show', '--workflow-id', run?.execution.workflowId ?? '', '-o', 'json')
    expect(history.replace(/"data":\s*"([A-Za-z0-9+/=]+)"/g, (_, data: string) => Buffer.from(data, 'base64').toString())).not.toContain(canary)
    const refused = await bring(service({ files: [{ path: 'a', content: '${{ variables.token | number }}' }] }))
    const { problem } = await instantiate(refused.body.templateId, { projectName: 'p', parameters: { database: 'sqlite', token: canary } })
    expect(problem.code).toBe('422.render_failed')
    expect(JSON.stringify(problem)).not.toContain(canary)
  })
})

describe('parameters', () => {
  test.each<[string, object, string[]]>([
    ['a missing one', {}, ['/parameters/database']],
    ['one out of its choices', { database: 'oracle' }, ['/parameters/database']],
    ['an unknown one', { database: 'sqlite', colour: 'red' }, ['/parameters/colour']],
    ['one of another type', { database: 'sqlite', port: '80' }, ['/parameters/port']],
    ['the project\'s name among them', { database: 'sqlite', projectName: 'x' }, ['/parameters/projectName']],
  ])('%s is refused at its place', async (_, parameters, pointers) => {
    const { body } = await bring(service())
    const { status, problem } = await instantiate(body.templateId, { projectName: 'p', parameters })
    expect([status, problem.code, problem.errors.map(({ pointer }) => pointer)]).toEqual([422, '422.variables_invalid', pointers])
  })

  test.each(['', '..', 'a/b', '.hidden', 'a\\b', 'a ', 'x'.repeat(101), 'a\nb', '-rf'])('the project name %j is refused', async (projectName) => {
    const { body } = await bring(file('a'))
    expect((await instantiate(body.templateId, { projectName })).problem).toMatchObject({ code: '400.request_invalid', errors: [{ pointer: '/projectName' }] })
  })

  test.each(['CON', 'nul.txt', 'Aux'])('the project name %s, a device on Windows, is refused', async (projectName) => {
    const { body } = await bring(file('a'))
    expect((await instantiate(body.templateId, { projectName })).problem).toMatchObject({ code: '422.variables_invalid', errors: [{ pointer: '/projectName' }] })
  })
})

describe('a rendered name', () => {
  const at = (path: string) => bring(file(path))
  const named = async (path: string, name: string) => (await instantiate((await at(path)).body.templateId, { projectName: 'p', parameters: { name } }))

  test.each(['..', '../../etc/passwd', 'a/../../b', '/etc/passwd', '.', 'a/./b', 'C:x', 'a\\..\\b', 'con', 'a/nul.txt', '.git/hooks', '.GIT', 'git~1', 'a:b', 'a\u0001b', 'a.', 'a ', 'a//b', 'ä'.repeat(200), Array.from({ length: 40 }, () => 'a').join('/')])('that is %j is refused', async (name) => {
    expect((await named('d/${{ variables.name }}/f', name)).problem).toMatchObject({ code: '422.render_failed', errors: [{ pointer: '/files/0/path' }] })
  })

  test('may add folders, and drops its file where a part of it is empty', async () => {
    expect(await filesOf((await named('${{ variables.name }}/f', 'com/example/app')).bytes)).toEqual({ 'p/com/example/app/f': 'x' })
    expect((await named('${{ variables.name }}/f', '')).problem).toMatchObject({ code: '422.render_failed', errors: [{ pointer: '/files' }] })
  })

  test.each([['a.txt', 'a.txt'], ['A.TXT', 'a.txt'], ['a.txt/b', 'a.txt'], ['\u00e9', 'e\u0301']])('%j that meets %j is refused', async (name, other) => {
    const { body } = await bring({ variables: { type: 'object', properties: { name: {} } }, files: [{ path: '${{ variables.name }}', content: '' }, { path: other, content: '' }] })
    expect((await instantiate(body.templateId, { projectName: 'p', parameters: { name } })).problem).toMatchObject({ code: '422.render_failed', errors: [{ pointer: expect.stringMatching(/^\/files\/\d\/path$/) }] })
  })
})

describe('an import', () => {
  const refusedAt = async (content: JsonObject): Promise<string[]> => {
    const { status, body } = await bring<Problem>(content)
    expect([status, body.code]).toEqual([400, '400.artifact_schema_invalid'])
    return body.errors.map(({ pointer }) => pointer)
  }
  const files = (...paths: string[]): JsonObject => ({ files: paths.map((path) => ({ path, content: '' })) })

  test.each<[string, JsonObject, string[]]>([
    ['a path out of the project', files('a', '../b'), ['/files/1/path']],
    ['an absolute path', files('/etc/passwd'), ['/files/0/path']],
    ['a drive', files('C:/x'), ['/files/0/path']],
    ['a backslash', files('a\\b'), ['/files/0/path']],
    ['a device of Windows', files('docs/AUX.md'), ['/files/0/path']],
    ['Git\'s own folder', files('.git/config'), ['/files/0/path']],
    ['the same path twice', files('a', 'b', 'a'), ['/files/2/path']],
    ['paths that differ in case', files('Readme.md', 'README.md'), ['/files/1/path']],
    ['a file where a folder is', files('a', 'a/b'), ['/files/1/path']],
    ['a path that is too deep', files(Array.from({ length: 40 }, () => 'a').join('/')), ['/files/0/path']],
    ['the manifest among its files', files('manifest.yaml'), ['/files/0/path']],
    ['no base64', { files: [{ path: 'a', content: '***', encoding: 'base64' }] }, ['/files/0/content']],
    ['an expression that cannot be parsed', { files: [{ path: 'a', content: '\n${% if %}' }] }, ['/files/0/content']],
    ['a variable that is not declared', { files: [{ path: '${{ variables.who }}', content: '${{ variables.what }} ${{ env.HOME }}' }] }, ['/files/0/path', '/files/0/content', '/files/0/content']],
    ['resources beside files', { ...files('a'), resources: { tag: { provider: 'ghl', type: 'tag', spec: { name: 'x' } } } }, ['/resources']],
    ['a derived default that needs itself', { ...files('a'), variables: { type: 'object', properties: { a: { 'x-default': '${{ variables.b }}' }, b: { 'x-default': '${{ variables.a }}' } } } }, ['/variables/properties/a']],
    ['a rule that cannot be read', { ...files('a'), variables: { type: 'object', properties: { a: { 'x-default': 7 }, b: { 'x-when': '${{ variables.nobody }}' }, c: { 'x-validate': '${{ | }}' }, d: { 'x-default': '${{ kb.x }}' } } } }, ['/variables/properties/a/x-default', '/variables/properties/b/x-when', '/variables/properties/c/x-validate', '/variables/properties/d/x-default']],
    ['delimiters that begin alike', { ...files('a'), delimiters: { output: ['{{', '}}'], tag: ['{{%', '%}}'] } }, ['/delimiters']],
    ['a dependency of two names', { ...files('a'), dependencies: [{ a: '1', b: '2' }] }, ['/dependencies/0']],
    ['dependencies without files', { dependencies: [{ a: '1' }] }, ['/files']],
    ['an unknown key of a file', { files: [{ path: 'a', content: '', mode: 7 }] }, ['/files/0/mode']],
    ['2,001 files', files(...Array.from({ length: 2_001 }, (_, at) => `f${String(at)}`)), ['/files']],
    ['a file of more than 2 MB', { files: [{ path: 'a', content: 'ä'.repeat(1_000_001) }] }, ['/files/0/content']],
    ['more than 10 MB', { files: Array.from({ length: 6 }, (_, at) => ({ path: String(at), content: 'x'.repeat(1_900_000) })) }, ['/files']],
  ])('of %s is refused at its place', async (_, content, pointers) => {
    expect(await refusedAt(content)).toEqual(pointers)
  })

  test('of another kind takes no files', async () => {
    expect(await call('POST', '/templates/import', { kind: 'service', name: fresh(), content: service() })).toMatchObject({ status: 400, body: { errors: [{ pointer: '/files' }, { pointer: '/dependencies' }] } })
  })

  test('takes the most that is allowed, and makes a project of it', async () => {
    const { status, body } = await bring({ files: Array.from({ length: 5 }, (_, at) => ({ path: `${String(at)}.txt`, content: `\${{ variables.projectName }}${'x'.repeat(1_999_000)}` })) })
    expect(status).toBe(201)
    const made = await instantiate(body.templateId, { projectName: 'p' })
    expect((await entriesOf(made.bytes)).map(({ header }) => header.size)).toEqual(Array.from({ length: 5 }, () => 1_999_001))
  }, 60_000)
})

test('files that would render for ever are refused within seconds', async () => {
  const { body } = await bring(file('a', '${% for i in (1..10000) %}${% for j in (1..10000) %}x${% endfor %}${% endfor %}'))
  expect((await instantiate(body.templateId, { projectName: 'p' })).problem).toMatchObject({ code: '422.render_failed', errors: [{ pointer: expect.stringMatching(/^\/files/) }] })
}, 30_000)

test('whoever hangs up in the middle of a project harms nobody', async () => {
  const { body } = await bring({ files: Array.from({ length: 5 }, (_, at) => ({ path: String(at), content: 'x'.repeat(1_900_000) })) })
  const gone = new AbortController()
  const answer = await fetch(`${stack.api}/api/v1/templates/${body.templateId}/instantiate`, { method: 'POST', headers: { authorization: `Bearer ${await stack.token()}`, 'content-type': 'application/json' }, body: '{"projectName":"p"}', signal: gone.signal })
  await answer.body?.getReader().read()
  gone.abort()
  expect((await entriesOf((await instantiate(body.templateId, { projectName: 'p' })).bytes)).length).toBe(5)
})

test('what has files is not customized, planned or deployed, and what has none is no project', async () => {
  const { body } = await bring(service())
  expect(await call('POST', `/templates/${body.templateId}/customize`, { variables: {} })).toMatchObject({ status: 422, body: { code: '422.kind_unsupported' } })
  expect(await call('POST', `/templates/${body.templateId}/customize?dryRun=true`, { variables: {} })).toMatchObject({ status: 422, body: { code: '422.kind_unsupported' } })
  const client = await call<{ id: string }>('POST', '/api/v1/clients', { name: fresh() })
  expect(await call('POST', `/templates/${body.templateId}/plan`, { clientId: client.body.id, targets: ['ghl'] })).toMatchObject({ status: 422, body: { code: '422.kind_unsupported' } })
  const deployed = await bring({ resources: { tag: { provider: 'ghl', type: 'tag', spec: { name: 'x' } } } })
  expect((await instantiate(deployed.body.templateId, { projectName: 'p' })).problem.code).toBe('422.kind_unsupported')
})

describe('an export', () => {
  test('is a tar of the directory, with its manifest, and knows when a reader has it already', async () => {
    const name = fresh()
    const { body } = await bring(service(), name)
    const exported = await ask('GET', `/templates/${body.templateId}/export`)
    expect([exported.status, exported.headers.get('content-type')]).toEqual([200, 'application/x-tar'])
    const found = await filesOf(exported.bytes)
    const at = `${name}-1.2.0`
    expect(Object.keys(found)).toEqual(['.github/ci.yml', "${% if variables.database == 'sqlite' %}schema.sql${% endif %}", 'README.md', 'examples/small.json', 'logo.png', 'manifest.yaml', 'run.sh', 'slipway.yaml', 'src/${{ variables.module }}/main.py'].sort().map((path) => `${at}/${path}`))
    expect(found[`${at}/manifest.yaml`]).toBe(`name: ${name}\nversion: 1.2.0\ndescription: A small service\ncategory: backend_developer\nauthor: Ada\ntags:\n  - api\n  - rest\ndependencies:\n  - fastapi: ^0.104.0\nfiles:\n${["${% if variables.database == 'sqlite' %}schema.sql${% endif %}", '.github/', 'README.md', 'logo.png', 'run.sh', 'src/'].map((path) => `  - ${path}\n`).join('')}`)
    const etag = exported.headers.get('etag') ?? ''
    expect((await ask('GET', `/templates/${body.templateId}/export`, undefined, { headers: { 'if-none-match': etag } })).status).toBe(304)
    const head = await ask('HEAD', `/templates/${body.templateId}/export`)
    expect([head.status, head.bytes.length, head.headers.get('content-type')]).toEqual([200, 0, 'application/x-tar'])
  })
})
