import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { type TestStack, startStack, until } from '../support/stack.ts'
import { describeWith } from '../support/platform.ts'
import { type RedisServer, startRedis, redis as withRedis } from '../support/redis.ts'
import { secondApi } from '../cache/second-api.ts'
import { content } from '../e2e/agency.ts'
import { loadConfig } from '../../config.ts'
import { inTenant } from '../../db/client.ts'
import { ensureTenant } from '../../db/tenants.ts'
import { insertUser, updateUser } from '../../db/users.ts'
import { type Streams, openStreams } from './client.ts'

const artifact = { kind: 'project', ...content() }
const unanswered = { deliveries: 3, claimMs: 400 }

describeWith(withRedis, 'streams of requests', () => {
  let redis: RedisServer
  let stack: TestStack
  let streams: Streams
  let api: Awaited<ReturnType<typeof secondApi>>
  const users: Record<string, string> = {}
  beforeAll(async () => {
    redis = await startRedis({ saved: true })
    stack = await startStack({ supabase: false, env: { REDIS_URL: redis.url, STREAM_DELIVERIES: String(unanswered.deliveries), STREAM_CLAIM_MS: String(unanswered.claimMs) } })
    streams = await openStreams(redis.url)
    api = await secondApi(stack)
    api.api.takeRequests()
    for (const role of ['viewer', 'editor', 'operator'] as const) {
      users[role] = randomUUID()
      await inTenant(stack.db, stack.tenantId, (tx) => insertUser(tx, { tenantId: stack.tenantId, id: users[role] ?? '', email: `${role}@agency.example`, roles: [role], passwordHash: '$argon2id$none', createdBy: 'test' }))
    }
  }, 120_000)
  afterAll(async () => {
    streams.close()
    await api.close()
    await stack.close()
    await redis.close()
  })

  const answerTo = async (id: string) => (await until(streams.results, (all) => all.some((one) => one['request_id'] === id))).filter((one) => one['request_id'] === id)
  const message = (operation: string, template_id: string | null, parameters: object = {}, more: object = {}) =>
    ({ template_id, operation, tenant_id: stack.tenantId, user_id: users['operator'], parameters, timestamp: '2025-10-26T12:00:00Z', ...more })
  const ask = async (...given: Parameters<typeof message>) => (await answerTo(await streams.send(message(...given))))[0]
  const creation = (name = `Streamed ${randomUUID()}`) => ({ kind: 'project', name, content: artifact })
  const create = async (name?: string) => String((await ask('create', null, creation(name)))?.['template_id'])
  const usageOf = async (templateId: string) => (await streams.usage()).filter((one) => one['template_id'] === templateId)
  const auditOf = async (id: string) => (await stack.call<{ items: { action: string; actor: string; correlationId: string }[] }>('GET', `/api/v1/audit?subject=${id}&sort=asc`)).body.items
  const versionsOf = async (id: string) => (await stack.call<{ items: { version: string }[] }>('GET', `/api/v1/templates/${id}/versions`)).body.items.map(({ version }) => version)

  test('create, retrieve, update and delete do what the API does, are answered and noted as usage', async () => {
    const name = `Whole life ${randomUUID()}`
    const made = await ask('create', null, creation(name))
    const id = String(made?.['template_id'])
    expect(made).toEqual({ request_id: expect.stringMatching(/^\d+-\d+$/), template_id: expect.any(String), status: 'success', result: expect.objectContaining({ templateId: id, version: '1.0.0', contentRef: expect.any(String), status: 'published', created: true }), error: null, duration_ms: expect.any(Number) })
    const read = await ask('retrieve', id)
    expect(read).toMatchObject({ template_id: id, status: 'success', result: (await stack.call<object>('GET', `/api/v1/templates/${id}`)).body })
    expect(await ask('retrieve', name)).toMatchObject({ template_id: id, status: 'success' })
    expect(await ask('update', id, { meta: { title: 'Changed' } })).toMatchObject({ status: 'success', template_id: id, result: { version: '1.0.1', created: true } })
    expect(await ask('retrieve', id, { version: '1.0.1' })).toMatchObject({ status: 'success', template_id: id, result: { version: '1.0.1', artifact: { meta: { title: 'Changed' } } } })
    expect(await ask('delete', id, { force: true })).toMatchObject({ status: 'success', template_id: id, result: { templateId: id, version: '1.0.1' } })
    expect(await ask('retrieve', id)).toMatchObject({ status: 'error', template_id: id, result: null, error: { code: '404.template_not_found' } })
    expect((await usageOf(id)).map(({ operation, version, tenant_id, user_id, duration_ms, timestamp }) => [operation, version, tenant_id, user_id, typeof duration_ms, Date.parse(String(timestamp)) > 0])).toEqual(
      [['create', '1.0.0'], ['retrieve', '1.0.0'], ['retrieve', '1.0.0'], ['update', '1.0.1'], ['retrieve', '1.0.1'], ['delete', '1.0.1']].map((one) => [...one, stack.tenantId, users['operator'], 'number', true]))
    expect((await auditOf(id)).map(({ action, actor }) => `${actor} ${action}`)).toEqual(['operator@agency.example template.import', 'operator@agency.example template.import', 'operator@agency.example template.deleted'])
  })

  test('fields may be written without the quotes of JSON, and carry marks of other systems', async () => {
    const id = await create()
    const sent = await streams.sendRaw({ template_id: id, operation: 'retrieve', tenant_id: stack.tenantId, user_id: 'Viewer@agency.example', parameters: '{}', traceId: 'abc' })
    expect((await answerTo(sent))[0]).toMatchObject({ status: 'success', template_id: id })
  })

  test.each([
    ['nothing', {}, ['/operation', '/tenant_id', '/user_id']],
    ['an unknown operation', { operation: '"drop"' }, ['/operation']],
    ['no template', { template_id: 'null', operation: '"update"' }, ['/template_id']],
    ['a tenant that is no id', { tenant_id: '"tenant-123"' }, ['/tenant_id']],
    ['parameters that are no JSON', { parameters: '{' }, ['/parameters']],
    ['unknown parameters', { parameters: '{"versoin":"1.0.0"}' }, ['/parameters/versoin']],
    ['a version that is none', { parameters: '{"version":"newest"}' }, ['/parameters/version']],
    ['a body that does not fit', { operation: '"create"', parameters: '{"kind":"project","nmae":"x"}' }, ['/parameters/nmae']],
  ])('%s is answered with each place that is wrong', async (what, wrong, pointers) => {
    const right = { template_id: '"x"', operation: '"retrieve"', tenant_id: JSON.stringify(stack.tenantId), user_id: '"operator@agency.example"' }
    const sent = await streams.sendRaw(what === 'nothing' ? { x: 'y' } : { ...right, ...wrong })
    const [answer] = await answerTo(sent)
    expect(answer).toMatchObject({ status: 'error', result: null, error: { code: '400.request_invalid', message: expect.any(String) } })
    expect((answer?.['error'] as { errors: { pointer: string }[] }).errors.map(({ pointer }) => pointer)).toEqual(expect.arrayContaining(pointers))
  })

  test('a user may do here what they may do in the API, in their tenant alone', async () => {
    const id = await create()
    const refused = { status: 'error', error: { code: '403.forbidden' } }
    expect(await ask('retrieve', id, {}, { user_id: users['viewer'] })).toMatchObject({ status: 'success' })
    for (const operation of ['create', 'update', 'delete']) expect(await ask(operation, id, operation === 'delete' ? {} : { meta: {} }, { user_id: users['viewer'] })).toMatchObject(refused)
    expect(await ask('create', null, creation(), { user_id: users['editor'] })).toMatchObject({ status: 'success', result: { status: 'draft' } })
    expect(await ask('retrieve', id, {}, { user_id: 'nobody@agency.example' })).toMatchObject(refused)
    await inTenant(stack.db, stack.tenantId, (tx) => updateUser(tx, users['viewer'] ?? '', { disabled: true }))
    expect(await ask('retrieve', id, {}, { user_id: users['viewer'] })).toMatchObject(refused)
    expect(await ask('retrieve', id, {}, { tenant_id: randomUUID() })).toMatchObject({ status: 'error', error: { code: '401.unauthenticated' } })
    const { id: neighbours } = await ensureTenant(stack.db, 'neighbours')
    await inTenant(stack.db, neighbours, (tx) => insertUser(tx, { tenantId: neighbours, id: randomUUID(), email: 'operator@agency.example', roles: ['owner'], passwordHash: '$argon2id$none', createdBy: 'test' }))
    expect(await ask('retrieve', id, {}, { tenant_id: neighbours, user_id: 'operator@agency.example' })).toMatchObject({ status: 'error', error: { code: '404.template_not_found' } })
    expect(await ask('retrieve', id, {}, { tenant_id: neighbours, user_id: users['operator'] })).toMatchObject(refused)
  })

  test('a message that is delivered again is done once, and answered with what was done', async () => {
    const id = await create()
    const { client, names } = streams
    const sent = await streams.send(message('update', id, { meta: { title: 'Once' } }))
    expect((await answerTo(sent))[0]).toMatchObject({ result: { version: '1.0.1', created: true } })
    expect(await ask('update', id, { meta: { title: 'After' } })).toMatchObject({ result: { version: '1.0.2' } })
    // As if the consumer had died between the work and the answer: another group's life in this one.
    await client.xGroupSetId(names.requests, 'slipway', `${String(Number(sent.split('-')[0]) - 1)}-0`)
    const again = await until(() => answerTo(sent), (all) => all.length === 2)
    expect(again[1]).toMatchObject({ status: 'success', result: { version: '1.0.1', created: true } })
    expect(await versionsOf(id)).toEqual(['1.0.2', '1.0.1', '1.0.0'])
  })

  test('what a dead consumer has left is claimed, and what it had done is not done again', async () => {
    const { client, names } = streams
    const id = await create()
    await api.close()
    const [update, remove] = [await streams.send(message('update', id, { meta: { title: 'Left' } })), await streams.send(message('retrieve', id))]
    await client.xReadGroup('slipway', 'dead', { key: names.requests, id: '>' }, { COUNT: 10 })
    api = await secondApi(stack)
    api.api.takeRequests()
    expect(await answerTo(update)).toMatchObject([{ status: 'success', result: { version: '1.0.1' } }])
    expect(await answerTo(remove)).toMatchObject([{ status: 'success' }])
    expect((await client.xPending(names.requests, 'slipway')).pending).toBe(0)
  })

  test('what fails each time goes to the dead letters, and its sender is told', async () => {
    await stack.worker.stop()
    const sent = await streams.send(message('create', null, creation('Poison')))
    const workflowId = `stream:${streams.names.requests}:${stack.tenantId}:${sent}`
    await until(() => stack.temporal('workflow', 'terminate', '--workflow-id', workflowId).then(() => true, () => false), Boolean)
    await stack.startWorker()
    const [answer] = await answerTo(sent)
    expect(answer).toMatchObject({ status: 'error', error: { code: '500.internal', message: expect.stringContaining('delivered 3 times') } })
    const letters = (await streams.dead()).filter((one) => one['request_id'] === sent)
    expect(letters).toMatchObject([{ deliveries: unanswered.deliveries, message: { operation: '"create"', user_id: JSON.stringify(users['operator']) }, error: { code: '500.internal' } }])
    const metrics = String((await api.call<string>('GET', '/metrics')).body)
    expect(metrics).toMatch(/stream_dead_letters_total 1\n/)
    expect(metrics).toMatch(/stream_messages_total\{operation="create",status="dead"\} 1\n/)
    expect(metrics).toMatch(/stream_messages_total\{operation="create",status="failed"\} \d/)
    expect(metrics).toMatch(/stream_lag 0\n/)
    expect(metrics).toMatch(/stream_pending 0\n/)
  })

  test('of a request that was removed from the stream while nobody answered it, the dead letters keep the id', async () => {
    const { client, names } = streams
    await api.close()
    const sent = await streams.send(message('create', null, creation()))
    await client.xReadGroup('slipway', 'dead', { key: names.requests, id: '>' }, { COUNT: 10 })
    await client.xDel(names.requests, sent)
    api = await secondApi(stack)
    api.api.takeRequests()
    expect(await answerTo(sent)).toMatchObject([{ status: 'error', error: { code: '500.internal' } }])
    expect((await streams.dead()).filter((one) => one['request_id'] === sent)).toMatchObject([{ message: null }])
  })

  test('a Redis that comes back is gone on with', async () => {
    const id = await create()
    await redis.stop()
    await redis.start()
    expect(await ask('retrieve', id)).toMatchObject({ status: 'success' })
  })

  test('while Temporal is away a request waits, which counts as no delivery, and goes on where it is there', async () => {
    await api.close()
    const away = await secondApi(stack, { ...stack.config, temporal: { ...stack.config.temporal, address: '127.0.0.1:1' } })
    away.api.takeRequests()
    const sent = await streams.send(message('create', null, creation()))
    await until(() => streams.client.xPendingRange(streams.names.requests, 'slipway', sent, sent, 1), (all) => all.length === 1)
    // Much longer than it takes to be given up: its consumer holds on to it.
    await new Promise((resolve) => setTimeout(resolve, unanswered.claimMs * (unanswered.deliveries + 2)))
    expect(await streams.client.xPendingRange(streams.names.requests, 'slipway', sent, sent, 1)).toMatchObject([{ deliveriesCounter: 1 }])
    await away.close()
    api = await secondApi(stack)
    api.api.takeRequests()
    expect(await answerTo(sent)).toMatchObject([{ status: 'success' }])
  }, 120_000)

  test('a stream that was deleted is made again', async () => {
    await streams.client.del(streams.names.requests)
    const id = await create()
    expect(await ask('retrieve', id)).toMatchObject({ status: 'success' })
  })

  test('without the setting a process takes none, and users unknown here have the roles of the configuration', async () => {
    await api.close()
    const env = (more: Record<string, string>) => ({ ...stack.config, streams: loadConfig({ DATABASE_URL: 'postgres://x/x', JWT_SECRET: 'x'.repeat(32), ENCRYPTION_KEY: stack.config.encryption.key, ...more }).streams })
    const off = await secondApi(stack, env({ STREAM_REQUESTS: 'false' }))
    off.api.takeRequests()
    const sent = await streams.send(message('create', null, creation(), { user_id: 'machine-7' }))
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect((await streams.results()).some((one) => one['request_id'] === sent)).toBe(false)
    await off.close()
    api = await secondApi(stack, env({ STREAM_ROLES: 'operator', STREAM_CLAIM_MS: '400' }))
    api.api.takeRequests()
    expect((await answerTo(sent))[0]).toMatchObject({ status: 'success', result: { status: 'published' } })
  })
})
