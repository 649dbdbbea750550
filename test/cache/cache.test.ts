import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { createClient } from '@redis/client'
import { type TestStack, startStack, until } from '../support/stack.ts'
import { describeWith } from '../support/platform.ts'
import { type RedisServer, startRedis, redis as withRedis } from '../support/redis.ts'
import { secondApi } from './second-api.ts'
import { content } from '../e2e/agency.ts'
import { inTenant } from '../../db/client.ts'
import { setDeleted } from '../../db/templates.ts'
import { ensureTenant } from '../../db/tenants.ts'
import { conforming } from '../api/conform.ts'

interface Imported { templateId: string; version: string }
interface Template { id: string; version: string; meta: { title?: string } }

const artifact = { kind: 'project', ...content() }
const at = (id: string) => `/api/v1/templates/${encodeURIComponent(id)}`

/** What holds with either cache. `other` is a second API process over the same servers. */
function shared(open: () => { stack: TestStack; other: TestStack['call'] }, cacheIn: string) {
  const call: TestStack['call'] = (...given) => conforming(open().stack)(...given)
  const make = async (name = `Cached ${randomUUID()}`): Promise<string> => {
    const made = await call<Imported>('POST', '/api/v1/templates', { kind: 'project', name, content: { ...artifact, meta: { title: 'First' } } })
    expect(made.status).toBe(201)
    return made.body.templateId
  }
  const counted = async (): Promise<{ hits: number; misses: number }> => {
    const text = String((await call<string>('GET', '/metrics')).body)
    const of = (name: string) => Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1])
    return { hits: of('template_cache_hits_total'), misses: of('template_cache_misses_total') }
  }
  const titleAt = async (id: string, ask = call) => (await ask<Template>('GET', at(id))).body.meta?.title
  /** Reads until it comes from the cache: an answer while another change is heard is not kept. */
  const warm = async (path: string) => {
    await until(async () => {
      const before = await counted()
      await call('GET', path)
      return (await counted()).hits - before.hits
    }, (hits) => hits === 1)
  }

  test('a second read is answered by the cache, in the same words, with the same ETag, and 304 to whoever has it', async () => {
    const id = await make()
    for (const path of [at(id), `${at(id)}/versions/1.0.0`]) {
      const first = await call('GET', path)
      await warm(path)
      const before = await counted()
      const second = await call('GET', path)
      expect(second).toMatchObject({ status: 200, body: first.body })
      for (const header of ['etag', 'content-type', 'content-length', 'cache-control']) expect([header, second.headers.get(header)]).toEqual([header, first.headers.get(header)])
      expect((await open().stack.call('GET', path, undefined, { headers: { 'If-None-Match': first.headers.get('etag') ?? '' } })).status).toBe(304)
      expect(await counted()).toEqual({ hits: before.hits + 2, misses: before.misses })
    }
  })

  test('a rendered instance is read, and read again, without its secret', async () => {
    const id = await make()
    const { body: { instanceId } } = await call<{ instanceId: string }>('POST', `${at(id)}/customize`, { variables: { company: 'Acme', secret: 'canary-in-the-cache' } })
    const first = await call<{ rendering: { resources: Record<string, { spec: unknown }> } }>('GET', `/api/v1/instances/${instanceId}`)
    expect(first).toMatchObject({ status: 200, body: { instanceId, templateId: id, version: '1.0.0', variables: { company: 'Acme' }, rendering: { resources: { tag: { provider: 'ghl', type: 'tag', spec: { name: 'Acme caller' } } } } } })
    await warm(`/api/v1/instances/${instanceId}`)
    expect((await call('GET', `/api/v1/instances/${instanceId}`)).body).toEqual(first.body)
    expect(JSON.stringify(first.body)).not.toContain('canary-in-the-cache')
    expect((await call('GET', `/api/v1/instances/${randomUUID()}`)).body).toMatchObject({ code: '404.instance_not_found' })
  })

  test('each change is seen by the very next read of who made it, and soon in every other process', async () => {
    const { other } = open()
    const id = await make()
    const both = async (title: string | undefined) => {
      expect(await titleAt(id)).toBe(title)
      await until(() => titleAt(id, other), (seen) => seen === title)
    }
    await both('First')
    await call('PUT', at(id), { meta: { title: 'Second' } })
    await both('Second')
    expect((await call('POST', `${at(id)}/rollback`, { version: '1.0.0' })).status).toBe(201)
    await both('First')
    const draft = await call<Imported>('PUT', at(id), { meta: { title: 'Draft' } }, { token: await open().stack.token('editor') })
    await both('First')
    await call('POST', `${at(id)}/publish`, { version: draft.body.version })
    await both('Draft')
    expect((await call('DELETE', at(id))).status).toBe(204)
    await both(undefined)
    await call('POST', `${at(id)}/restore`)
    await both('Draft')
  })

  test('what another program changes in the database is seen too', async () => {
    const { stack } = open()
    const id = await make()
    await warm(at(id))
    await inTenant(stack.db, stack.tenantId, (tx) => setDeleted(tx, id, 'somebody'))
    await until(() => call('GET', at(id)), ({ status }) => status === 404)
  })

  test('a refusal is not kept', async () => {
    const name = `Later ${randomUUID()}`
    expect((await call('GET', at(name))).status).toBe(404)
    await make(name)
    expect((await call('GET', at(name))).status).toBe(200)
  })

  test('tenants do not read from each other, by id or by name', async () => {
    const { stack } = open()
    const name = `Ours ${randomUUID()}`
    const id = await make(name)
    await warm(at(id))
    await warm(at(name))
    const { id: tenantId } = await ensureTenant(stack.db, 'neighbours')
    const token = await stack.token('owner', { tenantId })
    for (const path of [at(id), at(name)]) expect((await call('GET', path, undefined, { token })).status).toBe(404)
    const theirs = await call<Imported>('POST', '/api/v1/templates', { kind: 'project', name, content: { ...artifact, meta: { title: 'Theirs' } } }, { token })
    expect(theirs.body.templateId).not.toBe(id)
    expect((await call<Template>('GET', at(name), undefined, { token })).body.meta.title).toBe('Theirs')
    expect(await titleAt(name)).toBe('First')
  })

  test('clearing forgets what the tenant has, is audited, and is for admins', async () => {
    const { stack } = open()
    const id = await make()
    await warm(at(id))
    const cleared = await call<{ cache: string; entries: number }>('POST', '/api/v1/admin/cache/clear', undefined, { token: await stack.token('admin') })
    expect(cleared).toMatchObject({ status: 200, body: { cache: cacheIn } })
    expect(cleared.body.entries).toBeGreaterThan(0)
    const before = await counted()
    expect(await titleAt(id)).toBe('First')
    expect((await counted()).misses).toBe(before.misses + 1)
    expect((await call<{ items: object[] }>('GET', '/api/v1/audit?action=cache.cleared')).body.items).toContainEqual(expect.objectContaining({ actor: 'admin@test', subjectType: 'cache' }))
    expect((await call('POST', '/api/v1/admin/cache/clear', undefined, { token: await stack.token('operator') })).status).toBe(403)
  })
}

describe('in the process', () => {
  let stack: TestStack
  let second: Awaited<ReturnType<typeof secondApi>>
  beforeAll(async () => {
    stack = await startStack({ supabase: false })
    second = await secondApi(stack)
  })
  afterAll(async () => {
    await second.close()
    await stack.close()
  })
  shared(() => ({ stack, other: second.call }), 'process')

  test('with a lifetime of 0 nothing is kept', async () => {
    const off = await secondApi(stack, { ...stack.config, cacheSeconds: 0 })
    const id = (await stack.call<Imported>('POST', '/api/v1/templates', { kind: 'project', name: randomUUID(), content: artifact })).body.templateId
    const [first, second] = [await off.call('GET', at(id)), await off.call('GET', at(id))]
    expect(second).toMatchObject({ status: 200, body: first.body })
    expect((await off.call<string>('GET', '/metrics')).body).toMatch(/^template_cache_hits_total 0$/m)
    expect([await off.api.ctx.cache.clear(stack.tenantId), off.api.ctx.cacheIn]).toEqual([0, 'off'])
    await off.api.ctx.cache.forget()
    await off.close()
  })

  test('/health says that no Redis is configured', async () => {
    expect((await stack.call('GET', '/health')).body).toMatchObject({ redis: 'not configured' })
  })
})

describeWith(withRedis, 'in Redis', () => {
  let redis: RedisServer
  let stack: TestStack
  let second: Awaited<ReturnType<typeof secondApi>>
  beforeAll(async () => {
    redis = await startRedis({ saved: true })
    stack = await startStack({ supabase: false, env: { REDIS_URL: redis.url } })
    second = await secondApi(stack)
  })
  afterAll(async () => {
    await second.close()
    await stack.close()
    await redis.close()
  })
  shared(() => ({ stack, other: second.call }), 'redis')

  const health = async () => (await stack.call<{ redis: string; status: string }>('GET', '/health')).body
  const make = async () => (await stack.call<Imported>('POST', '/api/v1/templates', { kind: 'project', name: randomUUID(), content: { ...artifact, meta: { title: 'First' } } })).body.templateId
  const titleAt = async (id: string) => (await stack.call<Template>('GET', at(id))).body.meta.title

  test('what one process has read, another finds', async () => {
    const id = await make()
    await until(async () => {
      await stack.call('GET', at(id))
      const hits = async () => Number(/^template_cache_hits_total (\d+)$/m.exec(String((await second.call<string>('GET', '/metrics')).body))?.[1])
      const before = await hits()
      await second.call('GET', at(id))
      return (await hits()) - before
    }, (hits) => hits === 1)
  })

  test('holds no secret in clear', async () => {
    const client = createClient({ url: redis.url })
    await client.connect()
    const keys = await client.keys('*')
    expect(keys.filter((key) => key.startsWith('slipway:cache:value:')).every((key) => /^slipway:cache:value:[0-9a-f-]{36}:[0-9a-f]{32}$/.test(key))).toBe(true)
    for (const key of keys) expect(await client.get(key)).not.toContain('canary-in-the-cache')
    for (const key of keys.filter((one) => one.includes(':value:'))) expect(await client.ttl(key)).toBeGreaterThan(0)
    client.destroy()
  })

  test('a Redis that is gone is said in /health, the database answers, and its return is used, without what it held from before', async () => {
    const id = await make()
    expect(await health()).toMatchObject({ redis: 'connected' })
    await stack.call('GET', at(id))
    await redis.stop()
    await until(health, (one) => one.redis === 'unavailable' && one.status === 'degraded')
    expect(await titleAt(id)).toBe('First')
    await stack.call('PUT', at(id), { meta: { title: 'While it was away' } })
    expect(await titleAt(id)).toBe('While it was away')
    await redis.start()
    await until(health, (one) => one.redis === 'connected')
    for (let read = 0; read < 5; read++) expect(await titleAt(id)).toBe('While it was away')
  })

  test('a Redis that hangs is not waited for', async () => {
    const id = await make()
    redis.freeze()
    try {
      expect(await titleAt(id)).toBe('First')
      await stack.call('PUT', at(id), { meta: { title: 'While it hung' } })
      expect(await titleAt(id)).toBe('While it hung')
      expect(await health()).toMatchObject({ redis: 'unavailable' })
    } finally {
      redis.thaw()
    }
    await until(health, (one) => one.redis === 'connected')
    expect(await titleAt(id)).toBe('While it hung')
  })
})
