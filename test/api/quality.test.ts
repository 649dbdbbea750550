import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { type TestStack, startStack } from '../support/stack.ts'
import { conforming } from './conform.ts'

interface Imported { templateId: string; version: string; status: string; quality?: { score: number; passed: boolean; recommendations: string[] } }
interface Score { template_id: string; quality_score: number; checks: Record<string, string>; points: Record<string, { points: number; of: number }>; recommendations: string[]; passed: boolean; minimum: number; valid?: boolean; errors?: { pointer: string; message: string }[] }
interface Problem { code: string; detail: string; errors?: { pointer: string; message: string }[] }

let stack: TestStack
let call: TestStack['call']
beforeAll(async () => {
  stack = await startStack({ supabase: false })
  call = conforming(stack)
})
afterAll(() => stack.close())

const readme = `# A service\n\n${'It answers requests of a small shop and keeps what was ordered. '.repeat(4)}\n\n## Usage\n\nRun it.\n`
const file = (path: string, content: string, more: object = {}) => ({ path, content, ...more })
const meta = { description: 'A service for a small shop', category: 'backend_developer', author: 'Ann', tags: ['api'] }
const whole = (more: object = {}) => ({ kind: 'project', meta, files: [file('README.md', readme), file('main.py', 'print(1)\n'), file('examples/run.sh', 'python main.py', { templateOnly: true })], ...more })
const bare = { kind: 'project', files: [file('main.py', 'print(1)\n')] }
const flow = { kind: 'n8n', nodes: [{ name: 'Start', type: 'n8n-nodes-base.manualTrigger', parameters: {} }], connections: {} }
const fresh = (what: string) => `${what} ${randomUUID().slice(0, 8)}`
const at = (id: string) => `/api/v1/templates/${id}`
const bring = async (kind: string, content: object, more: object = {}, options?: { token: string }) => (await call<Imported>('POST', '/api/v1/templates', { kind, name: fresh('Quality'), content, ...more }, options)).body
const ask = async (what: 'score' | 'validate', body: object) => call<Score>('POST', `/api/v1/quality/${what}`, body)
const setPolicy = (policy: object) => call<Problem>('PUT', '/api/v1/quality/policy', { minimum: 70, gated: ['project'], rules: [], ...policy })

describe('a score', () => {
  test('of a stored template has the document\'s words, and stays with the template', async () => {
    const { templateId } = await bring('project', whole({ files: [...whole().files, file('requirements.txt', 'fastapi\n')], dependencies: [{ pytest: '^8' }] }))
    const { status, body } = await ask('score', { templateId })
    expect({ status, body }).toEqual({ status: 200, body: {
      template_id: templateId, version: '1.0.0', quality_score: 85, minimum: 70, passed: true, rules: [],
      checks: { documentation: 'pass', examples: 'pass', metadata: 'pass', structure: 'pass', dependencies: 'warning' },
      points: { documentation: { points: 30, of: 30 }, examples: { points: 20, of: 20 }, metadata: { points: 20, of: 20 }, structure: { points: 15, of: 15 }, dependencies: { points: 0, of: 15 } },
      recommendations: ['Declare under dependencies in manifest.yaml: fastapi'],
    } })
    expect((await call<{ qualityScore: number }>('GET', at(templateId))).body.qualityScore).toBe(85)
    expect((await call<{ items: { qualityScore: number }[] }>('GET', `${at(templateId)}/versions`)).body.items.map(({ qualityScore }) => qualityScore)).toEqual([85])
  })

  test('of a whole artifact stores nothing', async () => {
    const name = fresh('Only looked at')
    expect((await ask('score', { ...whole(), name, version: '3.0.0' })).body).toMatchObject({ template_id: name, version: '3.0.0', quality_score: 100 })
    expect((await ask('score', { ...flow, name })).body).toMatchObject({ template_id: name, quality_score: 50, passed: false })
    expect((await call<{ items: object[] }>('GET', `/api/v1/templates?name=${encodeURIComponent(name)}`)).body.items).toEqual([])
  })

  test('of another version is that version\'s', async () => {
    const { templateId } = await bring('project', whole())
    await call('PUT', at(templateId), { content: bare }, { token: await stack.token('editor') })
    expect((await ask('score', { templateId, version: '1.0.1' })).body).toMatchObject({ version: '1.0.1', quality_score: 30 })
    expect((await ask('score', { templateId })).body).toMatchObject({ version: '1.0.0', quality_score: 100 })
    expect((await call<{ qualityScore: number }>('GET', at(templateId))).body.qualityScore).toBe(100)
  })

  test.each<[string, object, string, string]>([
    ['an unknown template', { templateId: randomUUID() }, '404.template_not_found', ''],
    ['an unknown kind', { kind: 'fax' }, '400.artifact_schema_invalid', '/kind'],
    ['an artifact that cannot be imported', { kind: 'retell', name: 'x', resources: { a: { provider: 'mars', type: 'x', spec: {} } } }, '400.artifact_schema_invalid', '/resources/a/type'],
    ['both', { templateId: 'x', kind: 'retell' }, '400.request_invalid', ''],
    ['a list', [], '400.request_invalid', ''],
  ])('of %s is refused', async (_what, body, code, pointer) => {
    const answer = await call<Problem>('POST', '/api/v1/quality/score', body)
    expect(answer.body).toMatchObject({ code, ...(code === '404.template_not_found' ? {} : { errors: [{ pointer }] }) })
  })
})

test('validating says what is wrong instead of refusing', async () => {
  expect((await ask('validate', { ...whole(), name: 'x' })).body).toMatchObject({ valid: true, errors: [], quality_score: 100 })
  expect((await ask('validate', { ...bare, name: 'x' })).body).toMatchObject({ valid: false, errors: [], quality_score: 30 })
  const { body } = await ask('validate', { kind: 'retell', name: 'broken', resources: { a: { provider: 'mars', type: 'x', spec: {} } } })
  expect(body).toEqual({ template_id: 'broken', valid: false, errors: [{ pointer: '/resources/a/type', message: expect.stringContaining('mars') }] })
  expect((await ask('validate', { kind: 'retell', nmae: 'x' })).body).toMatchObject({ template_id: '', valid: false, errors: expect.arrayContaining([expect.objectContaining({ pointer: '/nmae' })]) })
})

describe('a project template that does not pass', () => {
  test('stays a draft, whoever brings it, and is published once it passes', async () => {
    const { templateId, status, quality } = await bring('project', bare)
    expect({ status, quality }).toEqual({ status: 'draft', quality: { score: 30, passed: false, recommendations: expect.arrayContaining(['Add a README.md']) } })
    const refused = await call<Problem>('POST', `${at(templateId)}/publish`, {})
    expect(refused).toMatchObject({ status: 422, body: { code: '422.quality_insufficient', detail: expect.stringContaining('documentation (fail), examples (fail), metadata (fail)'), errors: expect.arrayContaining([{ pointer: '', message: 'Add a README.md' }]) } })
    expect((await call<{ status: string }>('GET', at(templateId))).body.status).toBe('draft')
    expect((await call<Imported>('PUT', at(templateId), { content: whole() })).body).toMatchObject({ status: 'published', quality: { score: 100, passed: true } })
  })

  test('is instantiated by its author alone; others hear what fails', async () => {
    const { templateId } = await bring('project', bare)
    const make = (options?: { token: string }) => call<Problem>('POST', `${at(templateId)}/instantiate`, { projectName: 'shop' }, options)
    expect((await make()).status).toBe(200)
    for (const token of [await stack.token('viewer'), await stack.token('owner', { subject: 'somebody else' })]) {
      expect((await make({ token })).body).toMatchObject({ code: '422.quality_insufficient', detail: expect.stringContaining('documentation (fail)'), version: '1.0.0' })
    }
    await call('PUT', at(templateId), { content: whole() })
    expect((await make({ token: await stack.token('viewer') })).status).toBe(200)
  })

  test('is not published by importing it again', async () => {
    const name = fresh('Again')
    for (let n = 0; n < 2; n++) expect((await call<Imported>('POST', '/templates/import', { kind: 'project', name, version: '1.0.0', content: bare, force: true })).body.status).toBe('draft')
  })

  test('is published once the tenant asks for less', async () => {
    const { templateId } = await bring('project', bare)
    expect((await setPolicy({ minimum: 30 })).status).toBe(200)
    expect((await call('POST', `${at(templateId)}/publish`, {})).body).toMatchObject({ status: 'published' })
    await setPolicy({})
  })
})

test('the project template that ships is as good as we ask others to be', async () => {
  const { body } = await call<Imported>('POST', '/api/v1/templates', { kind: 'project', name: fresh('Shipped'), contentRef: 'projects/fastapi-service' })
  expect(body).toMatchObject({ status: 'published', quality: { score: 100, recommendations: [] } })
})

test('so is the sample that is deployed at the first start', async () => {
  expect((await call<Imported>('POST', '/api/v1/templates', { kind: 'retell', name: fresh('Sample'), contentRef: 'samples/dental-receptionist.yaml' })).body.quality).toEqual({ score: 100, passed: true, recommendations: [] })
})

test('what is deployed is scored and warned of, and stays deployable', async () => {
  expect(await bring('n8n', flow)).toMatchObject({ status: 'published', quality: { score: 50, passed: false, recommendations: expect.arrayContaining(['Say in meta.description what the template is for']) } })
  await setPolicy({ gated: ['project', 'n8n'] })
  expect(await bring('n8n', flow)).toMatchObject({ status: 'draft' })
  await setPolicy({})
})

describe('the policy', () => {
  const licence = { name: 'licence', message: 'Choose a licence', condition: "artifact.meta.license != nil" }
  test('is read and written with its ETag, and its rules hold from then on', async () => {
    const { headers } = await call('GET', '/api/v1/quality/policy')
    const tag = headers.get('etag') ?? ''
    const written = await call('PUT', '/api/v1/quality/policy', { minimum: 70, gated: ['project'], rules: [licence] }, { headers: { 'If-Match': tag } })
    expect(written).toMatchObject({ status: 200, body: { rules: [{ ...licence, severity: 'fail' }] } })
    expect((await call('PUT', '/api/v1/quality/policy', { minimum: 0, gated: [], rules: [] }, { headers: { 'If-Match': tag } })).body).toMatchObject({ code: '412.precondition_failed' })
    expect((await call('GET', '/api/v1/quality/policy')).body).toEqual(written.body)
    expect(await bring('project', whole())).toMatchObject({ status: 'draft', quality: { score: 100, passed: false, recommendations: ['Choose a licence'] } })
    expect(await bring('project', whole({ meta: { ...meta, license: 'MIT' } }))).toMatchObject({ status: 'published' })
    expect((await call<{ items: { action: string }[] }>('GET', '/api/v1/audit?action=quality.policy')).body.items.length).toBeGreaterThan(0)
    await setPolicy({})
  })

  test.each<[string, object, string]>([
    ['a condition that cannot be read', { rules: [{ name: 'x', message: 'X', condition: 'a | nothing' }] }, '/rules/0/condition'],
    ['a condition that brings tags', { rules: [{ name: 'x', message: 'X', condition: '1 %}{% endif %}{% for i in (1..100000000) %}{% endfor %}{% if 1' }] }, '/rules/0/condition'],
    ['a schema that is none', { rules: [{ name: 'x', message: 'X', schema: { type: 'strnig' } }] }, '/rules/0/schema'],
    ['a rule with both', { rules: [{ ...licence, schema: {} }] }, '/rules/0/schema'],
    ['a rule twice', { rules: [licence, licence] }, '/rules'],
    ['a minimum of more than all', { minimum: 101 }, '/minimum'],
    ['a kind that there is not', { gated: ['fax'] }, '/gated/0'],
  ])('with %s is refused at its place', async (_what, policy, pointer) => {
    expect((await setPolicy(policy)).body).toMatchObject({ code: '400.request_invalid', errors: [{ pointer }] })
  })

  test('is the admins\' to write', async () => {
    for (const role of ['operator', 'editor', 'approver', 'viewer'] as const) {
      expect((await call('PUT', '/api/v1/quality/policy', { minimum: 0, gated: [], rules: [] }, { token: await stack.token(role) })).body).toMatchObject({ code: '403.forbidden' })
      expect((await call('GET', '/api/v1/quality/policy', undefined, { token: await stack.token(role) })).status).toBe(200)
    }
  })

  test('whose rule takes too long is said to be at fault', async () => {
    const both = (name: string) => ({ anyOf: [{ $ref: `#/$defs/${name}` }, { $ref: `#/$defs/${name}` }], minProperties: 1 })
    const schema = { $defs: { ...Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`a${String(n)}`, both(`a${String(n + 1)}`)])), a40: { required: ['nothing'] } }, $ref: '#/$defs/a0' }
    expect((await setPolicy({ rules: [{ name: 'endless', message: 'X', schema }] })).status).toBe(200)
    expect((await ask('score', { ...whole(), name: 'x' })).body).toMatchObject({ quality_score: 100, passed: false, rules: [{ name: 'endless', status: 'fail', message: 'The rules of the policy take too long' }] })
    expect(await bring('n8n', flow)).toMatchObject({ status: 'published', quality: { passed: false } })
    expect(await bring('project', whole())).toMatchObject({ status: 'draft' })
    await setPolicy({})
  })
})

describe('the report', () => {
  interface Report { total: number; scored: number; average: number; passing: number; minimum: number; distribution: { from: number; count: number }[]; worst: { name: string; quality_score: number; recommendations: string[] }[]; trend: { templateId: string; versions: { version: string; quality_score: number }[] }[] }
  const category = fresh('reported')
  const report = async (query = '') => (await call<Report>('GET', `/api/v1/quality/report?category=${encodeURIComponent(category)}${query}`)).body

  test('counts how many are how good, names the worst, and shows how they developed', async () => {
    expect(await report()).toMatchObject({ total: 0, scored: 0, average: null, passing: 0, worst: [], trend: [] })
    const { templateId } = await bring('project', whole({ meta: { category } }), { name: `${category} a` })
    await call('PUT', at(templateId), { content: whole({ meta: { ...meta, category } }) })
    await bring('n8n', flow, { name: `${category} b`, meta: { category } })
    const { body: { templateId: gone } } = await call<Imported>('POST', '/api/v1/templates', { kind: 'n8n', name: `${category} c`, content: flow, meta: { category } })
    await call('DELETE', at(gone))
    const found = await report()
    expect(found).toMatchObject({ total: 2, scored: 2, average: 75, passing: 1, minimum: 70, worst: [{ name: `${category} b`, quality_score: 50, recommendations: expect.arrayContaining(['Set meta.title']) }, { name: `${category} a`, quality_score: 100 }] })
    expect(found.distribution.map(({ from, count }) => [from, count])).toEqual([[0, 0], [50, 1], [70, 0], [85, 1]])
    expect(found.trend.find((one) => one.templateId === templateId)?.versions.map(({ version, quality_score }) => [version, quality_score])).toEqual([['1.0.0', 80], ['1.0.1', 100]])
    expect(await report('&kind=n8n')).toMatchObject({ total: 1, trend: [{ versions: [{ quality_score: 50 }] }] })
    expect(await report(`&templateId=${templateId}`)).toMatchObject({ total: 1, average: 100 })
  })

  test('is what the list is sorted and narrowed by, too', async () => {
    const names = async (query: string) => (await call<{ items: { name: string }[]; nextCursor: string | null }>('GET', `/api/v1/templates?category=${encodeURIComponent(category)}&${query}`)).body.items.map(({ name }) => name.at(-1))
    expect(await names('sort=-quality')).toEqual(['a', 'b'])
    expect(await names('sort=quality')).toEqual(['b', 'a'])
    expect(await names('quality=70')).toEqual(['a'])
    const { body } = await call<{ nextCursor: string }>('GET', `/api/v1/templates?category=${encodeURIComponent(category)}&sort=-quality&limit=1`)
    expect(await names(`sort=-quality&cursor=${body.nextCursor}`)).toEqual(['b'])
    expect((await call('GET', `/api/v1/templates?sort=quality&cursor=${Buffer.from(`["many","${randomUUID()}"]`).toString('base64url')}`)).body).toMatchObject({ code: '400.request_invalid' })
  })
})
