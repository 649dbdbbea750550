import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { createReceiver } from '../src/receiver.mjs'
import { createVendor, eventTypes, history } from '../src/vendor.mjs'

const secret = process.env.WEBHOOK_SECRET ?? 'whsec_test'
const receiver = createReceiver({ secret })
const accepted = (status) => assert.ok(status >= 200 && status < 300, `answered ${status}`)
let url, vendor

before(async () => {
  url = process.env.RECEIVER_URL ?? await receiver.start()
  vendor = createVendor({ url, secret })
})
after(() => process.env.RECEIVER_URL ? undefined : receiver.stop())

const stateOf = async ({ subject }) => (await (await fetch(process.env.RECEIVER_URL ? `${url}/state` : url)).json())[subject]

describe(${{ variables.vendor | json }}, () => {
  test('a history in order ends at its last event', async () => {
    const events = history()
    for (const event of events) accepted((await vendor.deliver(event)).status)
    const { status, applied } = await stateOf(events[0])
    assert.deepEqual({ status, applied }, { status: eventTypes.at(-1), applied: events.length })
  })

  for (const fault of ['forged', 'unsigned', 'replayed', 'tampered']) {
    test(`a delivery that is ${fault} is refused and changes nothing`, async () => {
      const [event] = history()
      assert.equal((await vendor[fault](event)).status, 401)
      assert.equal(await stateOf(event), undefined)
    })
  }

  test('an event that comes five times at once is applied once, and accepted each time', async () => {
    const [event] = history()
    for (const { status } of await vendor.duplicated(event)) accepted(status)
    assert.equal((await stateOf(event)).applied, 1)
  })

  test('a truncated body is the sender\'s fault: 400', async () => {
    const [event] = history()
    assert.equal((await vendor.truncated(event)).status, 400)
  })

  test('an unknown type is accepted and ignored', async () => {
    const event = { ...history()[0], type: 'something.new' }
    accepted((await vendor.deliver(event)).status)
    assert.equal(await stateOf(event), undefined)
  })

  test('the answer comes within two seconds', async () => {
    const [event] = history()
    const { milliseconds } = await vendor.deliver(event)
    assert.ok(milliseconds < 2_000, `took ${milliseconds} ms: accept first, work afterwards`)
  })
${%- if variables.ordered %}

  test('a late event does not overwrite a newer one', async () => {
    const events = history()
    for (const event of events.toReversed()) accepted((await vendor.deliver(event)).status)
    assert.equal((await stateOf(events[0])).status, eventTypes.at(-1))
  })
${%- endif %}
})

test('what is answered 503 is delivered again and applied once', async (t) => {
  const flaky = createReceiver({ secret, failing: 2 })
  const address = await flaky.start()
  t.after(() => flaky.stop())
  const [event] = history()
  const { status, attempt } = await createVendor({ url: address, secret }).persistent(event)
  accepted(status)
  assert.equal(attempt, 3)
  assert.equal((await (await fetch(address)).json())[event.subject].applied, 1)
})
