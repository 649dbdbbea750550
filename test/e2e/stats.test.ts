import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { z } from 'zod'
import type { adminStats } from '../../contracts/stats.ts'
import { ensureTenant } from '../../db/tenants.ts'
import { secondApi } from '../cache/second-api.ts'
import { openStreams } from '../streams/client.ts'
import { testWith } from '../support/platform.ts'
import { redis, startRedis } from '../support/redis.ts'
import { deploy, deployUntilParked, importSmall, planFor, quickRetries, settled } from '../support/small-plan.ts'
import { startStack, until } from '../support/stack.ts'
import type { TestStack } from '../support/stack.ts'
import { cloneOf, startGitRemote } from './git-server.ts'
import type { GitRemote } from './git-server.ts'
import { content } from './repositories.ts'

type Stats = z.output<typeof adminStats>

let stack: TestStack
let remote: GitRemote
beforeAll(async () => {
  stack = await startStack({ supabase: false, env: { ...quickRetries, PROVIDER_ATTEMPTS: '1', GIT_SCHEDULE_SECONDS: '1' } })
  remote = await startGitRemote({ token: 'glpat-secret' })
})
afterAll(async () => {
  await stack.close()
  await remote.close()
})

const read = async (token?: string): Promise<Stats> => {
  const { status, body } = await stack.call<Stats>('GET', '/api/v1/admin/stats', undefined, token === undefined ? {} : { token })
  expect(status).toBe(200)
  return body
}
const bring = async (name: string, meta: object, kind = 'retell'): Promise<string> => {
  const { status, body } = await stack.call<{ templateId: string }>('POST', '/templates/import', { kind, name, content: content(), meta })
  expect(status).toBe(201)
  return body.templateId
}
const metric = async (sample: string, api = stack.api): Promise<number | undefined> => {
  const line = (await (await fetch(`${api}/metrics`)).text()).split('\n').find((one) => one.startsWith(`${sample} `))
  return line === undefined ? undefined : Number(line.split(' ').at(-1))
}

test('of a tenant with nothing, every figure is nothing', async () => {
  const { id: tenantId } = await ensureTenant(stack.db, 'nobody')
  expect(await read(await stack.token('owner', { tenantId }))).toEqual({
    totals: { templates: 0, versions: 0, instances: 0, clients: 0, plans: 0, deployments: 0, workflows: 0, workflowRuns: 0 },
    templates: { byCategory: [], byKind: [] }, deployments: { queued: 0, running: 0, success: 0, failed: 0 }, cache: { in: 'process', hits: 0, misses: 0, hitRatio: null },
    git: { head: null, remote: null, lag: { unwritten: 0, unpushed: 0 }, lastSync: null, conflicts: 0 }, streams: null,
  })
})

test('templates count by category and kind, versions and workflows beside them, and what is deleted does not', async () => {
  const before = await read()
  const gone = await bring('gone', { category: 'voice' })
  await bring('desk', { category: 'voice' })
  await bring('bench', { category: 'voice' })
  await bring('flow', {}, 'n8n')
  await stack.call('PUT', '/api/v1/templates/desk', { meta: { category: 'front desk' } })
  await stack.call('DELETE', `/api/v1/templates/${gone}`)
  await stack.call('POST', '/api/v1/workflows', { definition: { name: 'rest', steps: [{ id: 'a', uses: 'sleep', with: { seconds: 0 } }] } })
  const { body: { runId } } = await stack.call<{ runId: string }>('POST', '/api/v1/workflows/rest/execute', {})
  const after = await read()
  expect(after.totals).toEqual({ ...before.totals, templates: 3, versions: 5, workflows: 1, workflowRuns: 1 })
  expect(after.templates).toEqual({ byCategory: [{ category: 'front desk', count: 1 }, { category: 'voice', count: 1 }, { category: null, count: 1 }], byKind: [{ kind: 'retell', count: 2 }, { kind: 'n8n', count: 1 }] })
  await until(async () => (await stack.call<{ status: string }>('GET', `/api/v1/workflows/runs/${runId}`)).body.status, (status) => status === 'success')
  expect(await metric('templates_total{kind="retell",category="voice"}')).toBe(1)
  expect(await metric('templates_total{kind="n8n",category="none"}')).toBe(1)
  expect((await stack.call<{ templates_count: number }>('GET', '/health')).body.templates_count).toBe(3)
})

test('deployments count by status, with the clients, instances and plans that they need', async () => {
  const before = await read()
  const templateId = await importSmall(stack)
  expect((await settled(stack, await deploy(stack, await planFor(stack, templateId, 'one')))).status).toBe('success')
  await stack.faults('ghl', { rate: 1, kinds: ['500'] })
  await deployUntilParked(stack, await planFor(stack, templateId, 'two')).finally(() => stack.faults('ghl', { rate: 0 }))
  const after = await read()
  expect(after.deployments).toEqual({ queued: 0, running: 0, success: 1, failed: 1 })
  expect(after.totals).toMatchObject({ clients: before.totals.clients + 2, instances: 2, plans: 2, deployments: 2 })
})

test('the cache tells how often it had the answer, to each tenant of its own reads', async () => {
  const before = (await read()).cache
  const { id: tenantId } = await ensureTenant(stack.db, 'readers')
  const token = await stack.token('owner', { tenantId })
  await bring('read often', {})
  for (let n = 0; n < 4; n++) expect((await stack.call('GET', '/api/v1/templates/read often')).status).toBe(200)
  expect((await stack.call('GET', '/api/v1/templates/read often', undefined, { token })).status).toBe(404)
  const { cache } = await read()
  expect([cache.hits - before.hits, cache.misses - before.misses]).toEqual([3, 1])
  expect(cache.hitRatio).toBeCloseTo(cache.hits / (cache.hits + cache.misses))
  expect((await read(token)).cache).toEqual({ in: 'process', hits: 0, misses: 1, hitRatio: 0 })
  const [hits = 0, misses = 0] = [await metric('template_cache_hits_total'), await metric('template_cache_misses_total')]
  expect(await metric('template_cache_hit_ratio')).toBeCloseTo(hits / (hits + misses))
})

test('git tells what is not pushed, what disagrees and how the last synchronization ended, and so do the metrics', async () => {
  const sync = () => stack.call('POST', '/api/v1/admin/git/sync')
  await stack.call('POST', '/api/v1/connections', { provider: 'git', baseUrl: remote.url, secrets: { token: 'glpat-secret' } })
  const { git } = await until(read, ({ git: { lag } }) => lag.unwritten === 0 && lag.unpushed > 0)
  expect(git).toMatchObject({ remote: { url: remote.url, branch: 'main', sha: null }, lastSync: null })
  expect(await metric('git_sync_status{status="waiting"}')).toBe(1)
  expect(await metric('git_sync_lag{state="unpushed"}')).toBe(git.lag.unpushed)
  expect(await metric('git_sync_age_seconds')).toBeUndefined()

  expect((await sync()).status).toBe(200)
  expect((await read()).git).toMatchObject({ head: git.head, remote: { sha: git.head }, lag: { unwritten: 0, unpushed: 0 }, lastSync: { by: 'owner@test', error: null }, conflicts: 0 })
  expect([await metric('git_sync_status{status="synced"}'), await metric('git_sync_lag{state="unpushed"}'), await metric('git_conflicts_open')]).toEqual([1, 0, 0])
  expect(await metric('git_sync_age_seconds')).toBeGreaterThanOrEqual(0)

  const clone = cloneOf(remote)
  clone.push('Break it', { 'retell/bench/template.yaml': 'kind: [' })
  clone.close()
  expect((await sync()).status).toBe(200)
  expect([(await read()).git.conflicts, await metric('git_conflicts_open')]).toEqual([1, 1])
  remote.refuse(503)
  expect((await sync()).status).toBe(502)
  remote.refuse(undefined)
  expect((await read()).git.lastSync).toMatchObject({ succeededAt: expect.any(String), error: { code: '502.provider_error_git' } })
  expect([await metric('git_sync_status{status="synced"}'), await metric('git_sync_status{status="failed"}')]).toEqual([0, 1])
})

test('requests and refusals are counted by route, with their times and codes', async () => {
  const of = async () => ({ all: await metric('http_requests_total{method="GET",route="/api/v1/clients/{id}",status="404"}'), times: await metric('http_request_duration_ms_count{method="GET",route="/api/v1/clients/{id}",status="404"}'), refused: await metric('http_errors_total{route="/api/v1/clients/{id}",code="404.client_not_found"}') })
  expect(await of()).toEqual({})
  for (let n = 0; n < 2; n++) await stack.call('GET', '/api/v1/clients/0b6f0b9a-35b3-8f5a-8d0e-8f4b8f6d3a01')
  expect(await until(of, ({ refused }) => refused === 2)).toEqual({ all: 2, times: 2, refused: 2 })
})

testWith(redis, 'the lag of the streams is what nobody has taken and what nobody has answered; nothing where there are no consumers or no Redis', async () => {
  const server = await startRedis()
  const api = await secondApi(stack, { ...stack.config, redis: { url: server.url, prefix: 'slipway' } })
  const streams = await openStreams(server.url)
  const streamed = async () => (await api.call<Stats>('GET', '/api/v1/admin/stats')).body
  try {
    await until(async () => (await api.call<{ redis: string }>('GET', '/health')).body.redis, (state) => state === 'connected')
    expect((await streamed()).streams).toBeNull()
    const { client, names } = streams
    await client.xGroupCreate(names.requests, 'slipway', '0', { MKSTREAM: true })
    expect((await streamed()).streams).toEqual({ lag: 0, undelivered: 0, pending: 0 })
    for (let n = 0; n < 3; n++) await streams.sendRaw({ operation: 'retrieve' })
    await client.xReadGroup('slipway', 'slow', { key: names.requests, id: '>' }, { COUNT: 1 })
    expect(await streamed()).toMatchObject({ streams: { lag: 3, undelivered: 2, pending: 1 }, cache: { in: 'redis' } })
    await server.stop()
    expect((await streamed()).streams).toBeNull()
  } finally {
    streams.close()
    await api.close()
    await server.close()
  }
})
