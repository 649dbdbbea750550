import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createBroker } from '../src/broker.mjs'
import { createConsumer, createStore } from '../src/consumer.mjs'
import { handlers } from '../src/handlers.mjs'
import { createRandom } from '../src/random.mjs'

const runs = ${{ variables.runs }}
const firstSeed = Number(process.env.SEED ?? Math.floor(Math.random() * 1e9))
const types = Object.keys(handlers)
const poison = { amount: 'much' }

/** Tries a property on many histories; a failure names the seed that repeats it. */
const property = (name, check) => test(name, async () => {
  for (let seed = firstSeed; seed < firstSeed + runs; seed += 1) {
    try {
      await check(createRandom(seed))
    } catch (error) {
      throw new Error(`fails with SEED=${seed}: ${error.message}`, { cause: error })
    }
  }
})

const historyOf = (random, over = () => ({})) => Array.from({ length: 1 + random.below(15) }, (_, index) => ({
  id: `m${index}`, key: `k${random.below(3)}`, type: random.pick(types), amount: random.below(100), ...over(index),
}))

async function run(random, messages, options = {}) {
  const store = createStore()
  const broker = createBroker({ random, ...options })
  messages.forEach(broker.send)
  await broker.drain(createConsumer({ store, handlers }))
  return { store, broker }
}

const exactlyOnce = (messages) => messages.reduce((state, message) => handlers[message.type](state, message), {})
/** Crashes alone must set nothing aside here. */
const patient = { maxAttempts: 1_000 }

property('the outcome is that of each message handled exactly once', async (random) => {
  const messages = historyOf(random)
  const { store } = await run(random, messages, patient)
  assert.deepEqual(store.state, exactlyOnce(messages))
})

property('every message is handled or set aside, and none is lost', async (random) => {
  const messages = historyOf(random, (index) => (index % 4 === 3 ? poison : {}))
  const { store, broker } = await run(random, messages)
  const found = new Set([...store.inbox, ...broker.dead.map(({ id }) => id)])
  assert.deepEqual([...found].sort(), messages.map(({ id }) => id).sort())
})

property('a poison message holds up no other', async (random) => {
  const messages = [{ id: 'bad', key: 'k0', type: types[0], ...poison }, ...historyOf(random)]
  const { store, broker } = await run(random, messages, { faults: { repeat: 0.2, lostAck: 0.2, crash: 0 } })
  assert.deepEqual(broker.dead.map(({ id }) => id), ['bad'])
  assert.equal(store.inbox.size, messages.length - 1)
})

property('a dead letter that is put back after a fix is handled once', async (random) => {
  const store = createStore()
  const broker = createBroker({ random, faults: { repeat: 0.3, lostAck: 0.3, crash: 0 } })
  broker.send({ id: 'late', key: 'k0', type: types[0], amount: 7 })
  await broker.drain(async () => { throw new Error('the handler has a fault') })
  assert.equal(broker.dead.length, 1)
  broker.redrive()
  await broker.drain(createConsumer({ store, handlers }))
  assert.deepEqual([store.order, broker.dead], [['late'], []])
})
${% if variables.keyed %}
property('messages of one key are handled in the order in which they were sent', async (random) => {
  const messages = historyOf(random)
  const { store } = await run(random, messages, patient)
  for (const key of ['k0', 'k1', 'k2']) {
    const sent = messages.filter((one) => one.key === key).map(({ id }) => id)
    assert.deepEqual(store.order.filter((id) => sent.includes(id)), sent)
  }
})
${% else %}
property('the outcome does not depend on the order', async (random) => {
  const messages = historyOf(random)
  const [one, other] = [await run(random, messages, patient), await run(random, messages.toReversed(), patient)]
  assert.deepEqual(Object.entries(one.store.state).sort(), Object.entries(other.store.state).sort())
})
${% endif %}
test('a consumer without an inbox is found out', async () => {
  const random = createRandom(7)
  let sum = 0
  const broker = createBroker({ random, ...patient })
  for (let index = 0; index < 50; index += 1) broker.send({ id: `m${index}`, key: `k${index}`, type: types[0], amount: 1 })
  await broker.drain(async ({ amount }) => { sum += amount })
  assert.ok(sum > 50, 'the broker repeats too little to prove anything')
})

test('a message that has no handler is set aside, not swallowed', async () => {
  const { broker } = await run(createRandom(1), [{ id: 'new', key: 'k', type: 'from-the-future' }])
  assert.equal(broker.dead.length, 1)
})
