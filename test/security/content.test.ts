import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { JsonObject } from '../../contracts/json.ts'
import { startStack } from '../support/stack.ts'
import type { TestStack } from '../support/stack.ts'

interface Problem { code: string; detail: string; correlationId: string; errors?: { pointer: string; message: string }[] }
interface Preview { resources: Record<string, { spec: JsonObject }> }

let stack: TestStack
beforeAll(async () => { stack = await startStack({ supabase: false }) }, 60_000)
afterAll(() => stack.close())

const fresh = (): string => `attack ${randomUUID().slice(0, 8)}`
const bring = <T = Problem>(content: unknown, more: object = {}) => stack.call<T>('POST', '/api/v1/templates/import', { kind: 'retell', name: fresh(), content, ...more })
const bringRef = (contentRef: string) => stack.call<Problem>('POST', '/api/v1/templates/import', { kind: 'retell', name: fresh(), contentRef })
const brain = (prompt: unknown = 'Hello', more: JsonObject = {}): JsonObject => ({ provider: 'retell', type: 'llm', spec: { start_speaker: 'agent', general_prompt: prompt as string, ...more } })
const artifact = (more: JsonObject = {}): JsonObject => ({ variables: { type: 'object', properties: { company: { type: 'string' }, v: {} } }, resources: { brain: brain() }, ...more })

const made = async (content: unknown): Promise<string> => {
  const { status, body } = await bring<{ templateId: string }>(content)
  expect({ status, body }).toMatchObject({ status: 201 })
  return body.templateId
}
const customize = <T = Problem>(id: string, variables: unknown, more: object = {}) => stack.call<T>('POST', `/api/v1/templates/${id}/customize`, { variables, dryRun: true, ...more })

const refused = (code: string, pointer?: string) => ({ status: Number(code.slice(0, 3)), body: { code, detail: expect.any(String), correlationId: expect.any(String), ...(pointer === undefined ? {} : { errors: expect.arrayContaining([{ pointer, message: expect.any(String) }]) }) } })
const untouched = () => { expect([({} as { polluted?: unknown }).polluted, Object.keys(Object.prototype), Object.keys(Function.prototype)]).toEqual([undefined, [], []]) }


describe('YAML', () => {
  const laughs = ['a: &a [x, x, x, x, x, x, x, x, x, x]', ...'bcdefghij'.split('').map((name, at) => `${name}: &${name} [${Array(10).fill(`*${'abcdefghij'[at] ?? ''}`).join(', ')}]`)].join('\n')

  test.each<[string, string, string, string]>([
    ['a billion laughs', laughs, '400.content_unreadable', '/content'],
    ['a billion laughs of version 1.1', `%YAML 1.1\n---\n${laughs}`, '400.content_unreadable', '/content'],
    ['an alias of itself', 'a: &a [*a]\n', '400.artifact_schema_invalid', ''],
    ['a hundred thousand open brackets', `a: ${'['.repeat(100_000)}`, '400.', ''],
    ['a key that stands twice', 'resources: {}\nresources: {}\n', '400.content_unreadable', '/content'],
    ['half a million keys, each compared with each', Array.from({ length: 500_000 }, (_, at) => `k${String(at)}: 1`).join('\n'), '400.artifact_schema_invalid', ''],
    ['__proto__', 'resources:\n  a:\n    __proto__: { polluted: true }\n', '400.artifact_schema_invalid', '/resources/a/__proto__'],
    ['__proto__ by a merge key', 'base: &base\n  __proto__: { polluted: true }\nresources:\n  <<: *base\n', '400.artifact_schema_invalid', '/base/__proto__'],
    ['__proto__ by a merge key of version 1.1', '%YAML 1.1\n---\nbase: &base\n  __proto__: { polluted: true }\nresources:\n  <<: *base\n', '400.artifact_schema_invalid', '/base/__proto__'],
    ['a merge key, which is a key like others here', 'resources: { a: &a { provider: retell, type: llm, spec: {} }, b: { <<: *a } }\n', '400.artifact_schema_invalid', '/resources/b/<<'],
    ['an endless number', 'meta:\n  title: x\n  size: .inf\n', '400.artifact_schema_invalid', '/meta/size'],
    ['no number', 'meta:\n  size: .nan\n', '400.artifact_schema_invalid', '/meta/size'],
  ])('with %s is refused at its place', async (_, text, code, pointer) => {
    const { status, body } = await bring(text)
    expect({ status, code: body.code, pointers: body.errors?.map((one) => one.pointer.slice(0, pointer.length)) }).toEqual({ status: 400, code: expect.stringContaining(code), pointers: expect.arrayContaining([pointer]) })
    untouched()
  })

  test('with tags of programming languages makes no objects but texts', async () => {
    const id = await made('%YAML 1.1\n---\nmeta:\n  title: !!js/function "function () { return 1 }"\n  when: 2001-01-01\n  raw: !!binary aGVsbG8=\n  yes: yes\nresources:\n  brain: { provider: retell, type: llm, spec: { start_speaker: agent } }\n')
    expect((await stack.call<{ meta: JsonObject }>('GET', `/api/v1/templates/${id}`)).body.meta).toEqual({ title: 'function () { return 1 }', when: '2001-01-01', raw: 'aGVsbG8=', yes: 'yes' })
  })
})

describe('prototypes', () => {
  test.each<[string, string, string]>([
    ['at the top', '{"__proto__":{"polluted":true},"resources":{}}', '/__proto__'],
    ['among the resources', '{"resources":{"__proto__":{"provider":"retell"}}}', '/resources/__proto__'],
    ['in a spec', '{"resources":{"a":{"provider":"retell","type":"llm","spec":{"x":[{"__proto__":{"polluted":true}}]}}}}', '/resources/a/spec/x/0/__proto__'],
    ['in the schema of the variables', '{"variables":{"properties":{"__proto__":{"type":"string"}}},"resources":{}}', '/variables/properties/__proto__'],
    ['in the meta', '{"meta":{"__proto__":{"polluted":true}},"resources":{}}', '/meta/__proto__'],
    ['by an escape', '{"resources":{"\\u005f\\u005fproto\\u005f\\u005f":{}}}', '/resources/__proto__'],
  ])('__proto__ %s is refused as text and as JSON, never dropped', async (_, raw, pointer) => {
    expect(await bring(raw)).toMatchObject(refused('400.artifact_schema_invalid', pointer))
    const answer = await fetch(`${stack.api}/api/v1/templates/import`, { method: 'POST', headers: { authorization: `Bearer ${await stack.token()}`, 'content-type': 'application/json' }, body: `{"kind":"retell","name":"x","content":${raw}}` })
    expect({ status: answer.status, body: await answer.json() }).toMatchObject(refused('400.request_invalid', `/content${pointer}`))
    untouched()
  })

  test('__proto__ among variables, in a pipeline, in metadata and in a connection is refused', async () => {
    const id = await made(artifact())
    const posts: [string, string, string][] = [
      [`/api/v1/templates/${id}/customize`, '{"variables":{"__proto__":{"polluted":true}}}', '/variables/__proto__'],
      ['/api/v1/pipelines', `{"templateId":"${id}","client":{"name":"x"},"targets":["retell"],"variables":{"v":{"__proto__":1}}}`, '/variables/v/__proto__'],
      ['/api/v1/kb/documents', '{"ref":"a","content":"b","metadata":{"__proto__":1}}', '/metadata/__proto__'],
      ['/api/v1/connections', '{"provider":"retell","secrets":{"__proto__":"x"}}', '/secrets/__proto__'],
    ]
    for (const [path, body, pointer] of posts) {
      const answer = await fetch(`${stack.api}${path}`, { method: 'POST', headers: { authorization: `Bearer ${await stack.token()}`, 'content-type': 'application/json' }, body })
      expect({ path, status: answer.status, body: await answer.json() }).toMatchObject({ path, ...refused('400.request_invalid', pointer) })
    }
    untouched()
  })

  test('constructor, prototype and their like are names and data: they come back as they were', async () => {
    const data = { constructor: { prototype: { polluted: true } }, prototype: { polluted: true }, hasOwnProperty: 'x', valueOf: 1 }
    const flow = await made({ variables: { type: 'object', properties: { constructor: { type: 'object' } } }, resources: { constructor: { provider: 'n8n', type: 'workflow', spec: { nodes: [{ name: 'a', type: 't', parameters: { ...data, more: '${{ variables.constructor }}' } }], connections: {} } } } })
    const { body } = await customize<Preview>(flow, { constructor: data })
    expect(body.resources['constructor']?.spec).toEqual({ nodes: [{ name: 'a', type: 't', parameters: { ...data, more: data } }], connections: {} })
    untouched()
  })

  describe('a length that cannot be made a number', () => {
    const odd = { length: { toString: 1, valueOf: null } }

    test('comes back as it was where it is data', async () => {
      const flow = { name: 'n', nodes: [{ name: 'a', type: 't', parameters: odd }], connections: {}, ...odd }
      for (const content of [flow, JSON.stringify(flow)]) {
        const { body } = await stack.call<{ templateId: string }>('POST', '/api/v1/templates/import', { kind: 'n8n', name: `length ${typeof content}`, content })
        expect((await customize<Preview>(body.templateId, {})).body.resources['workflow']?.spec).toEqual(flow)
      }
    })

    test.each<[string, JsonObject, string]>([
      ['a voice', { resources: { a: { provider: 'retell', type: 'agent', spec: { voice_id: odd } } } }, '/resources/a/spec/voice_id/length'],
      ["a row's key", { initialization: { prompts: [{ key: odd, content: 'x' }] } }, '/initialization/prompts/0/key/length'],
    ])('is refused in the place of %s', async (_, more, pointer) => {
      for (const given of [artifact(more), JSON.stringify(artifact(more))]) expect(await bring(given)).toMatchObject(refused('400.artifact_schema_invalid', pointer))
    })

    test.each<[string, string, JsonObject, string, string]>([
      ['a name', 'templates/import', { kind: 'n8n', name: odd, content: 'x' }, '400.request_invalid', '/name/length'],
      ['a document', 'kb/documents', { ref: 'a', content: odd }, '400.request_invalid', '/content/length'],
      ["a step's action", 'workflows', { definition: { name: 'w', steps: [{ id: 'a', uses: odd }] } }, '400.workflow_invalid', '/steps/0/uses/length'],
      ["a step's input", 'workflows', { definition: { name: 'w', steps: [{ id: 'a', uses: 'approval.wait', with: { message: odd } }] } }, '400.workflow_invalid', '/steps/0/with/message/length'],
    ])('is refused in the place of %s', async (_, path, body, code, pointer) => {
      expect(await stack.call('POST', `/api/v1/${path}`, body)).toMatchObject(refused(code, pointer))
    })
  })

  test.each(['constructor', 'toString', 'hasOwnProperty', 'valueOf'])('a resource of the type %s, or of such a provider, is unknown', async (name) => {
    expect(await bring(artifact({ resources: { a: { provider: 'retell', type: name, spec: {} } } }))).toMatchObject(refused('400.artifact_schema_invalid', '/resources/a/type'))
    expect(await bring(artifact({ resources: { a: { provider: 'constructor', type: name, spec: {} } } }))).toMatchObject(refused('400.artifact_schema_invalid', '/resources/a/type'))
    expect(await stack.call('POST', '/api/v1/connections', { provider: 'retell', baseUrl: `sandbox:${name}`, secrets: { apiKey: 'x' } })).toMatchObject(refused('400.request_invalid', '/baseUrl'))
  })
})

describe('JSON text', () => {
  test.each<[string, string]>([
    ['with a member that stands twice', '{"resources":{"a":{"provider":"retell","provider":"n8n","type":"llm","spec":{}}}}'],
    ['with an endless number', '{"resources":{},"meta":{"n":1e999}}'],
    ['nested a hundred thousand deep', `{"resources":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}}`],
    ['of a million empty lists', `{"resources":{},"x":[${'[],'.repeat(1_000_000)}[]]}`],
  ])('%s is 400', async (_, text) => {
    const { status, body } = await bring(text)
    expect({ status, code: body.code, errors: body.errors?.length }).toEqual({ status: 400, code: expect.stringMatching(/^400\.(content_unreadable|artifact_schema_invalid)$/), errors: expect.any(Number) })
  })
})

describe('expressions', () => {
  test.each([
    '${{ process.env.JWT_SECRET }}', '${{ global.process }}', '${{ this.constructor }}', '${{ require }}', '${{ constructor.constructor }}', '${{ kb }}${{ scope }}',
    '${% include "/etc/passwd" %}', '${% render "../../package.json" %}', '${% layout "x" %}', '${% include variables.v %}', '${% render variables.company %}', '${% render "constructor" %}', '${% layout "toString" %}', '${% block x %}${% endblock %}', '${% constructor %}', '${{ 1 | valueOf }}', '${{ 1 | constructor }}', '${% raw %}', '${% for x in %}', '${{ variables.company | nonsense }}', '${{', '${% if', '${% capture %}',
    '${{ resources.brain.constructor }}', '${{ resources.__proto__.id }}', '${{ variables.__proto__ }}', '${{ variables.constructor }}', '${{ variables["constructor"] }}',
  ])('%s is refused when it is imported', async (text) => {
    expect(await bring(artifact({ resources: { brain: brain(text) } }))).toMatchObject(refused('400.artifact_schema_invalid', '/resources/brain/spec/general_prompt'))
  })

  test.each([
    '${{ variables.company.constructor }}', '${{ variables.company.constructor.constructor }}', '${{ variables.v.__proto__ }}', '${{ variables.v["constructor"] }}', '${{ variables.v.toString }}', '${{ variables[variables.company] }}',
    '${{ variables.v | where_exp: "x", "x.constructor.constructor" | first }}', '${% for i in (1..10000) %}${% for j in (1..10000) %}x${% endfor %}${% endfor %}', '${{ (1..100000000) | join }}',
    '${% assign s = "aaaaaaaaaa" %}${% for i in (1..60) %}${% assign s = s | append: s %}${% endfor %}${{ s }}',
  ])('%s is refused when it is rendered', async (text) => {
    const { status, body } = await bring<{ templateId: string } & Problem>(artifact({ resources: { brain: brain(text) } }))
    if (status === 400) expect(body.code).toBe('400.artifact_schema_invalid')
    else expect(await customize(body.templateId, { company: 'constructor', v: { a: 1 } })).toMatchObject({ status: 422, body: { code: '422.render_failed', errors: [{ pointer: expect.stringMatching(/^\/resources/) }] } })
  }, 30_000)

  test.each(['${{ variables.v | map: "constructor" | join }}', '${{ variables.v | map: "__proto__" | join }}', '${{ variables.v | group_by: "constructor" | size }}', '${{ variables.v | sort: "__proto__" | size }}', '${{ variables.v | sum: "constructor" }}', '${{ variables.company | json }}', '${{ variables.v | inspect }}'])('%s shows nothing of the engine', async (text) => {
    const id = await made(artifact({ resources: { brain: brain(text) } }))
    const { status, body } = await customize<Preview & Problem>(id, { company: 'A', v: [{ a: 1 }] })
    expect([200, 422]).toContain(status)
    expect(JSON.stringify(body)).not.toMatch(/function|native code|\[object|process|node:/)
  })

  test('what a variable says is no expression: it comes out as it went in', async () => {
    const id = await made(artifact({ resources: { brain: brain('For ${{ variables.company }}') } }))
    const company = '${{ variables.v }} ${% include "x" %} {{7*7}} <%= 7*7 %> #{7*7}'
    expect((await customize<Preview>(id, { company, v: 'secret' })).body.resources['brain']?.spec['general_prompt']).toBe(`For ${company}`)
  })
})

describe('schemas of variables', () => {
  const properties = (v: JsonObject, more: JsonObject = {}): JsonObject => artifact({ variables: { type: 'object', properties: { v }, ...more } })
  const doubling = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`d${String(at)}`, at === 39 ? { type: 'string' } : { allOf: [{ $ref: `#/$defs/d${String(at + 1)}` }, { $ref: `#/$defs/d${String(at + 1)}` }] }]))

  test.each<[string, JsonObject, unknown]>([
    ['references that double forty times', properties({ $ref: '#/$defs/d0' }, { $defs: doubling as JsonObject }), 'x'],
    ['a tree compared branch by branch', properties({ $ref: '#/$defs/t' }, { $defs: { t: { properties: { n: { anyOf: [{ $ref: '#/$defs/t', required: ['no'] }, { $ref: '#/$defs/t', required: ['no'] }, { $ref: '#/$defs/t', required: ['no'] }] } } } } }), Array.from({ length: 40 }).reduce<JsonObject>((n) => ({ n }), {})],
    ['a hundred thousand items, each compared with each', properties({ type: 'array', uniqueItems: true }), Array.from({ length: 100_000 }, (_, at) => ({ at }))],
    ['a choice of a thousand for each of a hundred thousand', properties({ type: 'array', items: { enum: Array.from({ length: 1_000 }, (_, at) => ({ choice: { at } })) } }), Array.from({ length: 100_000 }, () => ({ choice: { at: -1 } }))],
  ])('with %s end in 422 within seconds, and the worker goes on', async (_, content, v) => {
    const id = await made(content)
    expect(await customize(id, { v })).toMatchObject({ status: 422, body: { code: '422.variables_invalid', errors: expect.arrayContaining([{ pointer: expect.stringMatching(/^\/variables/), message: expect.any(String) }]) } })
    expect((await customize(id, { nothing: 1 })).status).toBe(422)
  }, 30_000)

  test('a reference that leads to itself is refused when it is imported', async () => {
    expect(await bring(properties({ $ref: '#/$defs/a' }, { $defs: { a: { $ref: '#/$defs/a' } } }))).toMatchObject({ status: 400, body: { code: '400.artifact_schema_invalid', errors: [{ pointer: expect.any(String), message: expect.any(String) }] } })
  })

  test.each(['^(a+)+$', '^(a|a)*$', '^(a|aa)+$', '(.*a){12}!$', '^(([a-z])+.)+[A-Z]([a-z])+$', '^(\\w+\\s?)*$', '([a-zA-Z]+)*1', '^(?:a?){30}a{30}b$'])('the pattern %s takes linear time: 422', async (pattern) => {
    const id = await made(properties({ type: 'string', pattern }))
    expect(await customize(id, { v: `${'a'.repeat(30_000)}!?` })).toMatchObject({ status: expect.any(Number) })
    expect((await customize(id, { v: 1 })).body.code).toBe('422.variables_invalid')
  })

  test.each(['(?=a)a', '(?<!a)b', '(a)\\1', '((a{1,1000}){1,1000}){1,1000}', 'a{1000000}', '(', '['])('the pattern %s, which linear time cannot do, is refused when it is imported', async (pattern) => {
    expect(await bring(properties({ type: 'string', pattern }))).toMatchObject(refused('400.artifact_schema_invalid', '/variables'))
  })

  test.each(['http://169.254.169.254/schema.json', 'file:///etc/passwd', 'https://example.com/s.json', '../x.json', 'urn:x'])('a reference to %s is not followed: 400', async ($ref) => {
    expect(await bring(properties({ $ref }))).toMatchObject(refused('400.artifact_schema_invalid', '/variables'))
  })
})

describe('numbers of things', () => {
  const many = (count: number, one: (at: number) => JsonObject | JsonObject[]): JsonObject => Object.fromEntries(Array.from({ length: count }, (_, at) => [`k${String(at)}`, one(at)])) as JsonObject

  test.each<[string, JsonObject, string]>([
    ['1,001 resources', artifact({ resources: many(1_001, () => brain()) }), '/resources'],
    ['1,001 variables', artifact({ variables: { type: 'object', properties: many(1_001, () => ({ type: 'string' })) } }), '/variables/properties'],
    ['10,001 rows', artifact({ initialization: { documents: Array.from({ length: 10_001 }, (_, at) => ({ key: String(at), content: 'x' })) } }), '/initialization/documents'],
    ['a meta of more than 64 KiB', artifact({ meta: { description: 'x'.repeat(70_000) } }), '/meta'],
    ['a delimiter of 13 characters', artifact({ delimiters: { output: ['x'.repeat(13), '}}'] } }), '/delimiters/output/0'],
    ['a resource\'s name of 65 characters', artifact({ resources: { ['a'.repeat(65)]: brain() } }), `/resources/${'a'.repeat(65)}`],
    ['a version of 65 characters', artifact({ version: `1.0.0-${'a'.repeat(60)}` }), '/version'],
  ])('%s are refused', async (_, content, pointer) => {
    expect(await bring(content)).toMatchObject(refused('400.artifact_schema_invalid', pointer))
  })

  test.each<[string, string, object, string]>([
    ['a contentRef of 2,001 characters', 'templates/import', { kind: 'n8n', contentRef: 'x'.repeat(2_001) }, '/contentRef'],
    ['101 documents', 'templates/x/customize', { variables: {}, kbRefs: Array.from({ length: 101 }, (_, at) => `d${String(at)}`) }, '/kbRefs'],
    ['a ref of 65 characters', 'templates/x/customize', { variables: {}, kbRefs: ['x'.repeat(65)] }, '/kbRefs/0'],
    ['17 targets', 'templates/x/plan', { clientId: randomUUID(), targets: Array.from({ length: 17 }, (_, at) => `t${String(at)}`) }, '/targets'],
    ['a client\'s name of 201 characters', 'clients', { name: 'x'.repeat(201) }, '/name'],
    ['metadata of more than 64 KiB', 'clients', { name: fresh(), metadata: { x: 'x'.repeat(70_000) } }, '/metadata'],
    ['a document of two million characters and one', 'kb/documents', { ref: 'large', content: 'x'.repeat(2_000_001) }, '/content'],
    ['a secret of 8,001 characters', 'connections', { provider: 'retell', secrets: { apiKey: 'x'.repeat(8_001) } }, '/secrets/apiKey'],
    ['a template\'s name of 201 characters', 'pipelines', { templateId: 'x'.repeat(201), client: { name: 'x' }, targets: ['n8n'] }, '/templateId'],
  ])('%s are 400 at their place', async (_, path, body, pointer) => {
    expect(await stack.call('POST', `/api/v1/${path}`, body)).toMatchObject(refused('400.request_invalid', pointer))
  })
})

describe('contentRef', () => {
  test.each([
    '%2e%2e/package.json', '..%2fpackage.json', '/etc/passwd', '/proc/self/environ.json', 'samples/%2e%2e/%2e%2e/package.json', 'samples\\..\\..\\package.json', './../package.json', 'samples/./../../config.json', 'samples//..//..//package.json', '\u2025/package.json', '~/.npmrc.json', 'C:\\x.json', '\\\\host\\share\\x.json',
    'git+file:///etc#passwd', 'git+ssh://git@127.0.0.1/x#a.yaml', 'git+ssh://-oProxyCommand=touch%20x/x#a.yaml', 'ssh://-oProxyCommand=id/x#a.yaml', 'ext::sh -c id% >&2', 'git+ext::sh -c id#a.yaml', 'git+http+ext://x#a', 'git+https://-oProxyCommand=id/x.git#a.yaml', 'git+https://--upload-pack=id/x.git#a.yaml',
    'git+https://127.0.0.1:1/x.git#../../etc/passwd', 'git+https://127.0.0.1:1/x.git#/etc/passwd', 'git+https://127.0.0.1:1/x.git#a/../../b', 'git+https://127.0.0.1:1/x.git#a.yaml@--output=x', 'git+https://127.0.0.1:1/x.git#a.yaml@$(id)', 'git+https://user:secret@127.0.0.1:1/x.git#a.yaml', 'git+https://', 'git+https://#', 'data:text/yaml,x', 'http://127.0.0.1/x.yaml',
  ])('%s is unreadable', async (ref) => {
    const answer = await bringRef(ref)
    expect(answer).toMatchObject(refused('400.content_unreadable', '/contentRef'))
    expect(JSON.stringify(answer.body)).not.toMatch(/root:|uid=|slipway-git-/)
  })
})

describe('connections', () => {
  test.each(['http://', 'http://[::1', 'https://user:secret@example.com', 'http://user@example.com', 'ftp://example.com', 'file:///etc/passwd', 'javascript:alert(1)', 'gopher://127.0.0.1', 'sandbox:../retell', 'sandbox:', ' http://example.com', 'http://example.com:99999', `http://${'x'.repeat(500)}.example`])('a base URL of %j is 400', async (baseUrl) => {
    const { status, body } = await stack.call<Problem>('POST', '/api/v1/connections', { provider: 'n8n', baseUrl, secrets: { apiKey: 'x' } })
    expect({ status, body }).toMatchObject(refused('400.request_invalid', '/baseUrl'))
    expect(body.detail).not.toContain('secret@')
  })

  test('a link of a resolved step is http(s): a console would open any other', async () => {
    for (const url of ['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd']) {
      expect(await stack.call('POST', `/api/v1/deployments/${randomUUID()}/resolve`, { provider: 'n8n', reason: 'x', links: [{ name: 'a', external_id: '1', url }] })).toMatchObject(refused('400.request_invalid', '/links/0/url'))
    }
  })
})

describe('names in Temporal', () => {
  test.each([`' or SlipwayTenant = '`, `x" AND ExecutionStatus="Running`, 'deploy:a:b', `${'日'.repeat(200)}`, `${'🦷'.repeat(100)}`, 'a\u202eb', '<img src=x onerror=alert(1)>', '[x](javascript:alert(1))', '${jndi:ldap://x}'])('%j is a name like any other: found by it, in ids and attributes only as text', async (name) => {
    const imported = await stack.call<{ templateId: string }>('POST', '/api/v1/templates/import', { kind: 'retell', name, content: artifact() })
    if (/[/]/.test(name)) {
      expect(imported).toMatchObject(refused('400.request_invalid', '/name'))
      return
    }
    expect(imported.status).toBe(201)
    const { templateId } = imported.body
    const { body: client } = await stack.call<{ id: string }>('POST', '/api/v1/clients', { name })
    expect((await stack.call('POST', `/api/v1/templates/${templateId}/plan`, { clientId: client.id, targets: ['retell'], variables: { company: name } })).status).toBe(201)
    expect((await stack.call('POST', '/api/v1/pipelines', { templateId, clientId: client.id, targets: ['retell'], variables: { company: name } })).status).toBe(202)
    const listed = JSON.parse(await stack.temporal('workflow', 'list', '-o', 'json', '--query', `SlipwayTemplate = "${templateId}"`)) as unknown[]
    expect(listed.length).toBeGreaterThan(0)
    const other = await stack.token('owner', { tenantId: randomUUID() })
    expect((await stack.call('GET', `/api/v1/templates/${encodeURIComponent(name)}`, undefined, { token: other })).status).toBe(401)
  })
})

test('nothing of all this has ended the worker: it still makes an instance', async () => {
  const id = await made(artifact())
  expect((await stack.call('POST', `/api/v1/templates/${id}/customize`, { variables: { company: 'A' } })).status).toBe(201)
  untouched()
})
