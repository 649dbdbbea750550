import assert from 'node:assert/strict'
import { test } from 'node:test'
import { handlers } from '../src/handlers.ts'
import { delayMs, leaseMs, openInbox } from '../src/inbox.ts'
import { GiveUp, mostAttempts, startWorker, workOne } from '../src/worker.ts'

/** An inbox with a clock that stands still until it is moved. */
function setUp() {
  let time = 1_000_000
  const clock = () => time
  const inbox = openInbox(':memory:', clock)
  inbox.add('e1', 'known', '{"n": 1}')
  return { inbox, clock, pass: (ms: number) => { time += ms } }
}

test('a handled event is done, and not taken again', async () => {
  const { inbox, clock } = setUp()
  const seen: unknown[] = []
  assert.equal(await workOne(inbox, { known: async (payload, id) => { seen.push([payload, id]) } }, clock), true)
  assert.equal(await workOne(inbox, {}, clock), false)
  assert.deepEqual(seen, [[{ n: 1 }, 'e1']])
  assert.equal(inbox.list('done').length, 1)
})

test('an event without a handler is kept as ignored, whatever it is called', async () => {
  const { inbox, clock } = setUp()
  inbox.add('e2', 'constructor', '{}')
  while (await workOne(inbox, {}, clock));
  assert.deepEqual(inbox.list('ignored').map(({ id }) => id), ['e1', 'e2'])
})

test('a failing event waits, is tried as often as it may be, and is dead then', async () => {
  const { inbox, clock, pass } = setUp()
  const failing = { known: () => Promise.reject(new Error('the shop is closed')) }
  let tried = 0
  for (let n = 0; n < mostAttempts + 3; n++) {
    if (await workOne(inbox, failing, clock)) tried += 1
    pass(3_600_000)
  }
  assert.equal(tried, mostAttempts)
  assert.deepEqual(inbox.list('dead').map(({ id, error }) => [id, error]), [['e1', 'the shop is closed']])
  assert.equal(inbox.retry('e1'), true)
  assert.equal(await workOne(inbox, { known: async () => {} }, clock), true)
  assert.equal(inbox.list('done').length, 1)
})

test('before it is due it is not tried', async () => {
  const { inbox, clock, pass } = setUp()
  inbox.fail('e1', 'x', clock() + 1000)
  assert.equal(await workOne(inbox, {}, clock), false)
  pass(1001)
  assert.equal(await workOne(inbox, {}, clock), true)
})

test('where another attempt cannot help there is none', async () => {
  const { inbox, clock } = setUp()
  await workOne(inbox, { known: () => Promise.reject(new GiveUp('the order does not exist')) }, clock)
  assert.equal(inbox.list('dead').length, 1)
})

test('what a worker that died had taken is taken again after its lease', () => {
  const { inbox, pass } = setUp()
  assert.equal(inbox.take()?.attempts, 1)
  assert.equal(inbox.take(), undefined)
  pass(leaseMs + 1)
  assert.equal(inbox.take()?.attempts, 2)
})

test('delays double up to an hour', () => {
  assert.deepEqual([1, 2, 3, 30].map((n) => delayMs(n, () => 1)), [2000, 4000, 8000, 3_600_000])
  assert.equal(delayMs(1, () => 0), 1000)
})

test('a worker that is stopped brings what it has begun to its end', async () => {
  const { inbox } = setUp()
  let finish = () => {}
  const begun = Promise.withResolvers<void>()
  const worker = startWorker(inbox, { known: () => new Promise((resolve) => { finish = resolve; begun.resolve() }) }, 5)
  await begun.promise
  const stopped = worker.stop()
  finish()
  await stopped
  assert.equal(inbox.list('done').length, 1)
})

test('every event that was asked for has a handler', () => {
  assert.deepEqual(Object.keys(handlers), ${{ variables.events | json }})
})
