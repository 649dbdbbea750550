import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { inTenant } from '../../db/client.ts'
import { insertUser } from '../../db/users.ts'
import { secondApi } from '../cache/second-api.ts'
import { openStreams } from '../streams/client.ts'
import { testWith } from '../support/platform.ts'
import { redis, startRedis } from '../support/redis.ts'
import type { RedisServer } from '../support/redis.ts'
import { startStack, until } from '../support/stack.ts'
import type { TestStack } from '../support/stack.ts'
import { cloneOf, startGitRemote } from './git-server.ts'
import type { GitRemote } from './git-server.ts'

/** Source document 002, row by row: each endpoint and stream as the document spells it, its effect read back by another request. */

interface Template { id: string; name: string; version: string; kind: string; meta: Record<string, unknown> }
interface Page<T> { items: T[]; nextCursor: string | null }

const manifest = { description: 'REST API backend template', category: 'backend_developer', author: 'Maestro Team', tags: ['api', 'rest', 'fastapi', 'postgresql'] }
const content = {
  variables: { type: 'object', properties: { database: { type: 'string', default: 'postgresql', description: 'The database', examples: ['postgresql'] } } },
  dependencies: [{ fastapi: '^0.104.0' }, { sqlalchemy: '^2.0.0' }],
  files: [
    { path: 'README.md', content: '# ${{ variables.projectName }}\n' }, { path: 'src/main.py', content: 'DATABASE = "${{ variables.database }}"\n' },
    { path: 'tests/test_main.py', content: 'def test_nothing():\n    pass\n' }, { path: 'examples/minimal.yaml', content: 'database: postgresql\n', templateOnly: true },
  ],
}
const definition = { name: 'rest-a-while', steps: [{ id: 'rest', uses: 'sleep', with: { seconds: 0 } }] }

let server: RedisServer | undefined
let stack: TestStack
let remote: GitRemote
let templateId: string
beforeAll(async () => {
  server = redis.isMet ? await startRedis() : undefined
  stack = await startStack({ supabase: false, env: { GIT_SCHEDULE_SECONDS: '1', ...(server ? { REDIS_URL: server.url } : {}) } })
  remote = await startGitRemote({ token: 'glpat-secret' })
  const { status, body } = await call<{ templateId: string }>('POST', '/api/v1/templates', { kind: 'project', name: 'backend-api-template', version: '1.0.0', meta: manifest, content })
  expect(status).toBe(201)
  templateId = body.templateId
}, 120_000)
afterAll(async () => {
  await stack.close()
  await remote.close()
  await server?.close()
})

const call = <T = Record<string, unknown>>(method: string, path: string, body?: unknown) => stack.call<T>(method, path, body)
const good = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
  const answer = await call<T>(method, path, body)
  if (answer.status > 299) throw new Error(`${method} ${path}: ${String(answer.status)} ${JSON.stringify(answer.body)}`)
  return answer.body
}
const one = (id = templateId) => good<Template>('GET', `/api/v1/templates/${id}`)
const create = async (name = `made ${randomUUID()}`): Promise<string> => (await good<{ templateId: string }>('POST', '/api/v1/templates', { kind: 'project', name, meta: manifest, content })).templateId

describe('template operations', () => {
  test('GET /api/v1/templates lists all templates, by category and tag too', async () => {
    const names = async (query = '') => (await good<Page<Template>>('GET', `/api/v1/templates${query}`)).items.map(({ name }) => name)
    expect(await names()).toContain('backend-api-template')
    expect(await names('?category=backend_developer&tag=fastapi')).toContain('backend-api-template')
    expect(await names('?category=frontend_developer')).toEqual([])
  })

  test('POST /api/v1/templates makes one, which is there', async () => {
    const id = await create('made by post')
    expect(await one(id)).toMatchObject({ id, name: 'made by post', version: '1.0.0', meta: manifest })
  })

  test('GET /api/v1/templates/{id} reads it, by its id or its name', async () => {
    expect(await one()).toMatchObject({ id: templateId, name: 'backend-api-template', kind: 'project', version: '1.0.0', meta: manifest })
    expect(await one('backend-api-template')).toEqual(await one())
  })

  test('PUT /api/v1/templates/{id} changes it', async () => {
    const id = await create()
    expect((await call('PUT', `/api/v1/templates/${id}`, { meta: { category: 'solution_architect' } })).status).toBe(201)
    expect(await one(id)).toMatchObject({ version: '1.0.1', meta: { category: 'solution_architect' } })
  })

  test('DELETE /api/v1/templates/{id} takes it away', async () => {
    const id = await create()
    expect((await call('DELETE', `/api/v1/templates/${id}`)).status).toBe(204)
    expect((await call('GET', `/api/v1/templates/${id}`)).status).toBe(404)
  })

  test('POST /api/v1/templates/search finds by words, category and tags', async () => {
    const search = async (body: object) => (await good<{ items: Template[] }>('POST', '/api/v1/templates/search', body)).items.map(({ id }) => id)
    expect(await search({ query: 'backend', filters: { category: 'backend_developer', tags: ['api', 'fastapi'] } })).toContain(templateId)
    expect(await search({ query: 'backend', filters: { tags: ['api', 'django'] } })).toEqual([])
  })

  test('GET /api/v1/templates/{id}/versions tells its history, with the commits', async () => {
    const id = await create('with a history')
    await good('PUT', `/api/v1/templates/${id}`, { meta: { category: 'changed' } })
    const versions = () => good<Page<{ version: string; sha: string | null; message: string }>>('GET', `/api/v1/templates/${id}/versions`)
    const { items } = await until(versions, (page) => page.items.every(({ sha }) => sha !== null))
    expect(items.map(({ version, message }) => [version, message])).toEqual([['1.0.1', 'Update template: with a history'], ['1.0.0', 'Create template: with a history']])
  })
})

describe('workflow operations', () => {
  test('POST /api/v1/workflows makes one, GET /api/v1/workflows lists it, and GET /api/v1/workflows/{id} reads it', async () => {
    const made = await call<{ id: string }>('POST', '/api/v1/workflows', { definition })
    expect(made.status).toBe(201)
    expect((await good<Page<{ id: string }>>('GET', '/api/v1/workflows')).items.map(({ id }) => id)).toContain(made.body.id)
    expect(await good('GET', `/api/v1/workflows/${made.body.id}`)).toMatchObject({ id: made.body.id, name: definition.name, definition: { steps: [{ id: 'rest', uses: 'sleep' }] } })
  })

  test('POST /api/v1/workflows/{id}/execute runs it', async () => {
    const { id } = await good<{ id: string }>('POST', '/api/v1/workflows', { definition: { ...definition, name: 'run-me' } })
    const executed = await call<{ runId: string }>('POST', `/api/v1/workflows/${id}/execute`, {})
    expect(executed.status).toBe(202)
    const run = () => good<{ status: string; steps: { status: string }[] }>('GET', `/api/v1/workflows/runs/${executed.body.runId}`)
    expect(await until(run, ({ status }) => status !== 'running')).toMatchObject({ status: 'success', steps: [{ status: 'success' }] })
  })
})

describe('quality operations', () => {
  const shape = { template_id: expect.any(String), quality_score: expect.any(Number), checks: { documentation: expect.any(String), examples: expect.any(String), metadata: expect.any(String), structure: expect.any(String), dependencies: expect.any(String) }, recommendations: expect.any(Array) }

  test('POST /api/v1/quality/validate says whether it passes', async () => {
    expect(await good('POST', '/api/v1/quality/validate', { templateId })).toMatchObject({ ...shape, valid: true, passed: true, errors: [], minimum: 70 })
    expect(await good('POST', '/api/v1/quality/validate', { artifact: { kind: 'project', name: 'empty', files: [{ path: 'a.txt', content: '${{ variables.missing' }] } })).toMatchObject({ valid: false })
  })

  test('POST /api/v1/quality/score scores it, and the template has the score from then on', async () => {
    const scored = await good<{ quality_score: number }>('POST', '/api/v1/quality/score', { templateId })
    expect(scored).toMatchObject(shape)
    expect((await one() as Template & { qualityScore: number }).qualityScore).toBe(scored.quality_score)
  })

  test('GET /api/v1/quality/report reports on all', async () => {
    const { quality_score: score } = await good<{ quality_score: number }>('POST', '/api/v1/quality/score', { templateId })
    const report = await good<{ total: number; passing: number; trend: { templateId: string; versions: { quality_score: number }[] }[] }>('GET', `/api/v1/quality/report?templateId=${templateId}`)
    expect(report).toMatchObject({ total: 1, passing: 1, trend: [{ templateId, versions: [{ quality_score: score }] }] })
  })
})

describe('admin operations', () => {
  const stats = () => good<{ totals: { templates: number }; cache: { misses: number }; git: { lag: { unwritten: number; unpushed: number } } }>('GET', '/api/v1/admin/stats')

  test('GET /api/v1/admin/stats counts what there is', async () => {
    const before = (await stats()).totals.templates
    await create()
    expect((await stats()).totals.templates).toBe(before + 1)
  })

  test('POST /api/v1/admin/cache/clear makes the next read come from the database', async () => {
    await one()
    const before = (await stats()).cache.misses
    expect(await good('POST', '/api/v1/admin/cache/clear')).toEqual({ cache: redis.isMet ? 'redis' : 'process', entries: expect.any(Number) })
    await one()
    expect((await stats()).cache.misses).toBe(before + 1)
  })

  test('POST /api/v1/admin/git/sync pulls and pushes', async () => {
    await good('POST', '/api/v1/connections', { provider: 'git', baseUrl: remote.url, secrets: { token: 'glpat-secret' } })
    await until(stats, ({ git }) => git.lag.unwritten === 0)
    expect(await good('POST', '/api/v1/admin/git/sync')).toMatchObject({ head: expect.any(String), conflicts: 0 })
    const clone = cloneOf(remote)
    expect(clone.git('log', '--format=%s')).toContain('Create template: backend-api-template')
    clone.close()
    expect((await stats()).git.lag).toEqual({ unwritten: 0, unpushed: 0 })
  })
})

describe('monitoring', () => {
  const health = () => good<Record<string, unknown>>('GET', '/health')

  testWith(redis, 'GET /health answers what the document shows', async () => {
    await until(health, (answer) => answer['status'] === 'healthy')
    const { temporal, ...documented } = await health()
    expect(documented).toEqual({ status: 'healthy', service: 'slipway', version: expect.stringMatching(/^\d+\.\d+\.\d+/), database: 'connected', redis: 'connected', templates_count: expect.any(Number) })
    expect(temporal).toBe('connected')
  })

  test('GET /health counts a template more once it is made', async () => {
    const before = Number((await health())['templates_count'])
    await create()
    expect((await health())['templates_count']).toBe(before + 1)
  })

  test('GET /docs is a page for people', async () => {
    const docs = await fetch(`${stack.api}/docs`)
    expect([docs.status, docs.headers.get('content-type')]).toEqual([200, expect.stringContaining('text/html')])
  })

  test.each(['templates_total', 'http_requests_total', 'http_request_duration_ms', 'http_errors_total', 'template_cache_hit_ratio', 'git_sync_status'])('/metrics has %s', async (name) => {
    expect(await good<string>('GET', '/metrics')).toContain(`# TYPE ${name} `)
  })
})

testWith(redis, 'a request to maestro:streams:templates:requests is answered in …:results and noted in …:usage', async () => {
  const userId = randomUUID()
  await inTenant(stack.db, stack.tenantId, (tx) => insertUser(tx, { tenantId: stack.tenantId, id: userId, email: 'user-456@agency.example', roles: ['editor'], passwordHash: '$argon2id$none', createdBy: 'test' }))
  const [api, streams] = [await secondApi(stack), await openStreams(server?.url ?? '')]
  try {
    api.api.takeRequests()
    const ask = async (operation: string, template_id: string | null, parameters: object = {}) => {
      const sent = await streams.client.xAdd('maestro:streams:templates:requests', '*', { template_id: JSON.stringify(template_id), operation, tenant_id: stack.tenantId, user_id: userId, parameters: JSON.stringify(parameters), timestamp: '2025-10-26T12:00:00Z' })
      const results = await until(async () => ((await streams.client.xRange('maestro:streams:templates:results', '-', '+')) ?? []).map(({ message }) => message), (all) => all.some(({ request_id: id }) => id === JSON.stringify(sent)))
      return Object.fromEntries(Object.entries(results.find(({ request_id: id }) => id === JSON.stringify(sent)) ?? {}).map(([name, text]) => [name, JSON.parse(text) as unknown]))
    }
    const created = await ask('create', null, { kind: 'project', name: 'streamed', meta: manifest, content })
    expect(created).toEqual({ request_id: expect.any(String), template_id: expect.any(String), status: 'success', result: expect.any(Object), error: null, duration_ms: expect.any(Number) })
    const id = String(created['template_id'])
    expect(await one(id)).toMatchObject({ name: 'streamed' })
    expect(await ask('retrieve', id)).toMatchObject({ template_id: id, status: 'success', result: await one(id) })
    expect(await ask('update', id, { meta: { category: 'streamed' } })).toMatchObject({ status: 'success' })
    expect((await good<Page<{ version: string }>>('GET', `/api/v1/templates/${id}/versions`)).items.map(({ version }) => version)).toEqual(['1.0.1', '1.0.0'])
    expect(await ask('delete', id)).toMatchObject({ status: 'success' })
    expect((await call('GET', `/api/v1/templates/${id}`)).status).toBe(404)
    expect(await ask('retrieve', id)).toMatchObject({ status: 'error', result: null, error: { code: '404.template_not_found' } })
    const usage = ((await streams.client.xRange('maestro:streams:templates:usage', '-', '+')) ?? []).map(({ message }) => JSON.parse(message['operation'] ?? '') as unknown)
    expect(usage).toEqual(['create', 'retrieve', 'update', 'delete'])
  } finally {
    streams.close()
    await api.close()
  }
})
