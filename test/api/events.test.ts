import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { mintToken } from '../../bin/stack/token-mint.ts'
import { content, openCase, without } from '../e2e/agency.ts'
import { type TestStack, startStack, until } from '../support/stack.ts'

interface Event { id?: string; event: string; data: { id?: number; at?: string; type?: string; status?: string; message?: string } }
let stack: TestStack
beforeAll(async () => { stack = await startStack({ supabase: false, env: { PROVIDER_ATTEMPTS: '1' } }) })
afterAll(() => stack.close())
afterEach(() => stack.faults('ghl', { rate: 0 }))

const toGhl = async () => {
  const one = await openCase(stack, content({ resources: without('brain', 'agent', 'key', 'flow') }))
  return { one, plan: await one.plan({ targets: ['ghl'] }) }
}

/** Reads until the stream ends or `enough` says so. */
async function follow(recordId: string, { lastEventId, token, enough = () => false }: { lastEventId?: string; token?: string; enough?: (events: Event[]) => boolean } = {}) {
  const stop = new AbortController()
  const answer = await fetch(`${stack.api}/api/v1/deployments/${recordId}/events`, {
    headers: { authorization: `Bearer ${token ?? (await stack.token('viewer'))}`, ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }) },
    signal: AbortSignal.any([stop.signal, AbortSignal.timeout(45_000)]),
  })
  const events: Event[] = []
  let text = ''
  for await (const chunk of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk
    const blocks = text.split('\n\n')
    text = blocks.pop() ?? ''
    for (const block of blocks) {
      const fields = Object.fromEntries(block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]))
      if (fields['event'] !== undefined) events.push({ event: fields['event'], data: JSON.parse(fields['data'] ?? '{}') as Event['data'], ...(fields['id'] === undefined ? {} : { id: fields['id'] }) })
    }
    if (enough(events)) {
      stop.abort()
      break
    }
  }
  return { answer, events }
}
const logs = async (recordId: string) => (await stack.call<{ items: object[] }>('GET', `/api/v1/deployments/${recordId}/logs?limit=100`)).body.items

test('every event comes live and in order, then the end', async () => {
  const { one, plan } = await toGhl()
  const recordId = await one.start(plan.planId)
  const { answer, events } = await follow(recordId)
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8'])
  expect(events.at(-1)).toEqual({ event: 'end', data: { status: 'success' } })
  expect(events.slice(0, -1).map(({ data }) => data)).toEqual(await logs(recordId))
  for (const { id, event, data } of events.slice(0, -1)) expect([id, event]).toEqual([String(data.id), data.type])
})

test('a reader that was cut off goes on after its last event; one that saw all hears only the end', async () => {
  const { one, plan } = await toGhl()
  const { id } = await one.deploy(plan.planId)
  const all = (await follow(id)).events
  const second = all[1]
  expect((await follow(id, { lastEventId: second?.id ?? '' })).events).toEqual(all.slice(2))
  expect((await follow(id, { lastEventId: all.at(-2)?.id ?? '' })).events).toEqual([all.at(-1)])
  expect((await follow(id, { lastEventId: 'nonsense' })).events).toEqual(all)
})

test('the stream stays open while a step is parked, and ends when it is decided', async () => {
  const { one, plan } = await toGhl()
  await stack.faults('ghl', { rate: 1, kinds: ['500'] })
  const record = await one.settled(await one.start(plan.planId))
  expect(record.status).toBe('failed')
  let ended = false
  const reading = follow(record.id).then((all) => { ended = true; return all.events })
  await sleep(1_000)
  expect(ended).toBe(false)
  await stack.faults('ghl', { rate: 0 })
  await stack.call('POST', `/api/v1/deployments/${record.id}/retry`, {})
  expect((await reading).at(-1)).toEqual({ event: 'end', data: { status: 'success' } })
})

test('a stream ends when its key is revoked or its token expires, and no other does', async () => {
  const { one, plan } = await toGhl()
  await stack.faults('ghl', { rate: 1, kinds: ['500'] })
  const { id } = await one.settled(await one.start(plan.planId))
  const { body } = await stack.call<{ id: string; key: string }>('POST', '/api/v1/api-keys', { name: 'reader', permissions: ['deployment:read'] })
  const brief = await mintToken({ secret: stack.config.auth.secret ?? '', tenant: stack.tenantId, roles: ['viewer'], subject: 'brief', ttlSeconds: 8 })
  const [heard, ended] = [new Set<string>(), new Set<string>()]
  const reading = (['key', 'token', 'other'] as const).map(async (who) => {
    const enough = () => { heard.add(who); return false }
    const { events } = await follow(id, { enough, ...(who === 'other' ? {} : { token: who === 'key' ? body.key : brief }) })
    ended.add(who)
    return events.at(-1)?.event
  })
  await until(() => Promise.resolve(heard.size), (size) => size === 3)
  await stack.call('DELETE', `/api/v1/api-keys/${body.id}`)
  expect(await Promise.all(reading.slice(0, 2))).toEqual(['failed', 'failed'])
  expect([...ended].sort()).toEqual(['key', 'token'])
  await stack.faults('ghl', { rate: 0 })
  await stack.call('POST', `/api/v1/deployments/${id}/retry`, {})
  expect(await reading[2]).toBe('end')
}, 90_000)

test('ten readers of one record all hear the same', async () => {
  const { one, plan } = await toGhl()
  const recordId = await one.start(plan.planId)
  const all = await Promise.all(Array.from({ length: 10 }, () => follow(recordId)))
  for (const { events } of all) expect(events).toEqual(all[0]?.events)
})

test('after the database was away from the listener, what was written meanwhile is heard', async () => {
  const { one, plan } = await toGhl()
  await stack.faults('ghl', { rate: 1, kinds: ['500'] })
  const { id } = await one.settled(await one.start(plan.planId))
  const known = (await logs(id)).length
  const reading = follow(id, { enough: (events) => events.some(({ data }) => data.message === 'written while nobody listened') })
  await sleep(300)
  await sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'slipway feed' and datname = current_database()`.execute(stack.db)
  await sql`insert into deployment_events (tenant_id, record_id, type, message) values (${stack.tenantId}, ${id}, 'note', 'written while nobody listened')`.execute(stack.db)
  const before = Date.now()
  const { events } = await reading
  expect(events.length).toBeGreaterThan(known)
  expect(Date.now() - before).toBeLessThan(5_000)
})

test('HEAD answers the headers and ends; an unknown record is 404', async () => {
  const { one, plan } = await toGhl()
  const recordId = await one.start(plan.planId)
  const head = await fetch(`${stack.api}/api/v1/deployments/${recordId}/events`, { method: 'HEAD', headers: { authorization: `Bearer ${await stack.token()}` } })
  expect([head.status, head.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8'])
  expect((await stack.call('GET', `/api/v1/deployments/${randomUUID()}/events`)).body).toMatchObject({ code: '404.deployment_not_found' })
  await one.settled(recordId)
})

test('more events than one reading holds all come', async () => {
  const { one, plan } = await toGhl()
  const { id } = await one.deploy(plan.planId)
  await sql`insert into deployment_events (tenant_id, record_id, at, type, message) select ${stack.tenantId}, ${id}, now() - interval '1 hour', 'note', 'note ' || n from generate_series(1, 450) as n`.execute(stack.db)
  const { events } = await follow(id)
  expect(events.filter(({ event }) => event === 'note').map(({ data }) => data.message)).toEqual(Array.from({ length: 450 }, (_, index) => `note ${String(index + 1)}`))
})

test('a stream that fails is cut off, so that its reader comes back', async () => {
  const { one, plan } = await toGhl()
  await stack.faults('ghl', { rate: 1, kinds: ['500'] })
  const { id } = await one.settled(await one.start(plan.planId))
  const reading = follow(id)
  await sleep(300)
  await sql`alter table deployment_events rename to deployment_events_away`.execute(stack.db)
  await sql`notify slipway_events, ${sql.lit(id)}`.execute(stack.db)
  await expect(reading).rejects.toThrow('terminated')
  await sql`alter table deployment_events_away rename to deployment_events`.execute(stack.db)
  expect((await follow(id, { enough: (events) => events.length > 1 })).events.length).toBeGreaterThan(1)
})
