import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, test } from 'node:test'
import { openInbox } from '../src/inbox.ts'
import type { Inbox } from '../src/inbox.ts'
import { createReceiver } from '../src/receiver.ts'
import { signedHeaders } from '../src/signature.ts'

const [oldSecret, secret] = ['whsec_b2xkc2VjcmV0b2xkc2VjcmV0', 'whsec_bmV3c2VjcmV0bmV3c2VjcmV0']
const type = '${{ variables.events[0] }}'
let inbox: Inbox
let server: ReturnType<typeof createReceiver>
beforeEach(async () => {
  inbox = openInbox(':memory:')
  server = createReceiver(inbox, [secret, oldSecret]).listen(0)
  await once(server, 'listening')
})
afterEach(() => {
  server.close()
  server.closeAllConnections()
  inbox.close()
})

const now = () => Math.floor(Date.now() / 1000)
const send = (headers: Record<string, string>, body: Buffer) => fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks`, { method: 'POST', headers, body: new Uint8Array(body) })
const event = (id: string, more: object = {}) => Buffer.from(JSON.stringify({ id, type, ...more }))
const signedWith = (key: string, id: string, body = event(id), seconds = now()) => send(signedHeaders(id, seconds, body, key), body)

test('a signed event is kept, and answered with 202', async () => {
  assert.equal((await signedWith(secret, 'e1')).status, 202)
  assert.deepEqual(inbox.list('waiting').map((one) => [one.id, one.type]), [['e1', type]])
})

test('an event that comes twice is kept once', async () => {
  assert.deepEqual([(await signedWith(secret, 'e1')).status, (await signedWith(secret, 'e1')).status], [202, 202])
  assert.equal(inbox.list('waiting').length, 1)
})

test('while a secret is replaced both are good', async () => {
  assert.equal((await signedWith(oldSecret, 'e1')).status, 202)
})

test('what nobody signed is refused, and not kept', async () => {
  const body = event('e1')
  const good = signedHeaders('e1', now(), body, secret)
  const answers = [
    await signedWith('whsec_d3JvbmdzZWNyZXQ=', 'e1'),
    await send(good, event('e1', { amount: 1_000_000 })),
    await send({}, body),
    await send(Object.fromEntries(Object.entries(good).map(([key, value]) => [key, key.includes('signature') ? 'v1,,,=' : value])), body),
  ]
  assert.deepEqual(answers.map(({ status }) => status), [401, 401, 401, 401])
  assert.equal(inbox.list('waiting').length, 0)
})
${% if variables.scheme != "github" %}
test('a recorded request cannot be sent again later', async () => {
  assert.equal((await signedWith(secret, 'e1', event('e1'), now() - ${{ variables.toleranceSeconds }} - 60)).status, 401)
  assert.equal((await signedWith(secret, 'e1', event('e1'), now() + ${{ variables.toleranceSeconds }} + 60)).status, 401)
})
${% endif %}
test('a signed body that is no event is refused', async () => {
  assert.equal((await signedWith(secret, 'e1', Buffer.from('no json'))).status, 400)
})

test('a body that is too large is refused', async () => {
  assert.equal((await signedWith(secret, 'e1', Buffer.alloc(1024 * 1024 + 1, 'a'))).status, 413)
})

test('an inbox that cannot be written makes the sender try again', async (context) => {
  context.mock.method(console, 'error', () => {})
  inbox.close()
  assert.equal((await signedWith(secret, 'e1')).status, 503)
  inbox = openInbox(':memory:')
})
