import { randomUUID } from 'node:crypto'
import { type AddressInfo, type Socket, connect, createServer } from 'node:net'
import { afterEach, expect, test } from '@jest/globals'
import { sql } from 'kysely'
import { type Tx } from '../../db/client.ts'
import { addEvent, eventsAfter } from '../../db/deployment-events.ts'
import { aliveLock, openFeed } from '../../db/feed.ts'
import type { Feed } from '../../db/feed.ts'
import { keepConnected } from '../../db/feed-connection.ts'
import { claimKey, freeKey, keepAnswer } from '../../db/idempotency.ts'
import { createVault } from '../../db/vault.ts'
import { untilOneWaits } from '../support/database.ts'
import { until } from '../support/stack.ts'
import { seededDatabase } from './seeded.ts'

const { database, ours, here } = await seededDatabase()
const feeds: Feed[] = []
afterEach(async () => { for (const feed of feeds.splice(0)) await feed.close() })

const open = async (): Promise<Feed> => {
  const feed = openFeed(database.url)
  feeds.push(feed)
  await feed.ready
  return feed
}
const write = (tx: Tx, message: string) => addEvent(tx, { tenantId: ours.tenantId, recordId: ours.recordId, type: 'step', message })
const happen = () => here((tx) => write(tx, 'x'))
const counter = (feed: Feed, recordId: string) => {
  const heard = { times: 0, stop: () => undefined as void }
  heard.stop = feed.listen(recordId, () => { heard.times += 1 })
  return heard
}
const sessions = async () => (await sql<{ pid: number }>`select pid from pg_stat_activity where application_name = 'slipway feed' and datname = current_database()`.execute(database.db)).rows

test('an event wakes those who follow its record, until they stop', async () => {
  const feed = await open()
  const [one, two, other] = [counter(feed, ours.recordId), counter(feed, ours.recordId), counter(feed, randomUUID())]
  await happen()
  await until(() => Promise.resolve(one.times), (times) => times === 1, 5)
  expect([two.times, other.times]).toEqual([1, 0])
  one.stop()
  await happen()
  await until(() => Promise.resolve(two.times), (times) => times === 2, 5)
  expect(one.times).toBe(1)
  two.stop()
})

test('no event of a record appears after one with a higher id', async () => {
  const last = (await here((tx) => eventsAfter(tx, ours.recordId, 0, 100))).at(-1)?.event.id ?? 0
  let other: Promise<void> | undefined
  await here(async (tx) => {
    await write(tx, 'first')
    other = here((second) => write(second, 'third'))
    await untilOneWaits(database.db, 'advisory')
    await write(tx, 'second')
  })
  await other
  expect((await here((tx) => eventsAfter(tx, ours.recordId, last, 100))).map(({ event }) => event.message)).toEqual(['first', 'second', 'third'])
})

/** A way to the database that can be cut without a word: nothing is closed, and nothing arrives any more. */
async function openWay() {
  const target = new URL(database.url)
  const sockets = new Set<Socket>()
  let isCut = false
  const join = (from: Socket, to: Socket) => {
    sockets.add(from)
    from.on('data', (chunk) => { if (!isCut) to.write(chunk) })
    from.on('close', () => { if (!isCut) to.destroy() })
    from.on('error', () => undefined)
  }
  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname)
    join(near, far)
    join(far, near)
  })
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  const url = new URL(database.url)
  url.hostname = '127.0.0.1'
  url.port = String((server.address() as AddressInfo).port)
  return {
    url: url.href,
    cut(whether: boolean) { isCut = whether },
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

test('a connection that is dropped without a word stands no more, and is made again', async () => {
  const way = await openWay()
  let begun = 0
  const connection = keepConnected(way.url, { begin: async (client) => { await client.query('listen nothing'); begun += 1 }, hear: () => undefined, stand: () => undefined }, { everyMs: 100, answerMs: 2_000 })
  const stands = (whether: boolean) => until(() => Promise.resolve(connection.stands()), (standing) => standing === whether)
  try {
    await stands(true)
    way.cut(true)
    await stands(false)
    expect(begun).toBe(1)
    way.cut(false)
    await stands(true)
    expect(begun).toBe(2)
  } finally {
    await connection.close()
    await way.close()
  }
})

test('a lost connection comes back by itself and wakes everybody, for what was missed', async () => {
  const feed = await open()
  const heard = counter(feed, ours.recordId)
  await sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'slipway feed' and datname = current_database()`.execute(database.db)
  await until(() => Promise.resolve(heard.times), (times) => times >= 1, 10)
  const before = heard.times
  await happen()
  await until(() => Promise.resolve(heard.times), (times) => times > before, 5)
})

test('a database that cannot be reached is tried again until the feed is closed', async () => {
  const feed = openFeed('postgres://nobody@127.0.0.1:1/none')
  let ready = false
  void feed.ready.then(() => { ready = true })
  await new Promise((resolve) => setTimeout(resolve, 900))
  await feed.close()
  expect(ready).toBe(false)
})

test('closing ends the session, and with it the lock that shows life', async () => {
  const feed = await open()
  const free = async () => (await sql<{ free: boolean }>`select pg_try_advisory_xact_lock(${aliveLock}::integer, ${feed.holder}::integer) as free`.execute(database.db)).rows[0]?.free
  expect(await free()).toBe(false)
  await feed.close()
  await until(sessions, (list) => list.length === 0, 5)
  expect(await free()).toBe(true)
})

test('a key is whose process lives, and its answer everybody\'s', async () => {
  const vault = createVault({ key: Buffer.alloc(32, 1).toString('base64'), oldKeys: [] })
  const [first, second] = [await open(), await open()]
  const claim = (holder: number, requestHash = 'a') => here((tx) => claimKey(tx, vault, { tenantId: ours.tenantId, key: 'one', requestHash, holder }))
  const mine = await claim(first.holder)
  expect(mine).toMatchObject({ state: 'mine' })
  expect(await claim(second.holder)).toEqual({ state: 'running' })
  // Whoever asks for a key of its own has lost track of the request that had it.
  expect(await claim(first.holder)).toEqual(mine)
  expect(await claim(second.holder, 'b')).toEqual({ state: 'reused' })
  await first.close()
  expect(await until(() => claim(second.holder), ({ state }) => state === 'mine', 5)).toEqual(mine)
  await here((tx) => keepAnswer(tx, vault, { tenantId: ours.tenantId, key: 'one' }, { status: 201, headers: { location: '/x' }, body: '{"id":1}' }))
  expect(await claim(second.holder)).toEqual({ state: 'answered', status: 201, headers: expect.objectContaining({ location: '/x' }), body: '{"id":1}' })
  await here((tx) => freeKey(tx, 'one'))
  expect(await claim(second.holder)).toMatchObject({ state: 'answered' })
  await sql`update idempotency_keys set created_at = now() - interval '25 hours'`.execute(database.db)
  expect(await claim(second.holder, 'b')).toMatchObject({ state: 'mine' })
  await here((tx) => freeKey(tx, 'one'))
  const other = await claim(second.holder, 'c')
  expect(other).toMatchObject({ state: 'mine', seed: expect.not.stringContaining((mine as { seed: string }).seed) })
  await here((tx) => freeKey(tx, 'one'))
  expect(await claim(second.holder, 'c')).toEqual(other)
})
