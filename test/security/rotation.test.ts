import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { rotateKeys } from '../../db/rotate-keys.ts'
import { createVault } from '../../db/vault.ts'
import { spawnProduct } from '../support/processes.ts'
import type { Processes } from '../support/processes.ts'
import { startStack, until } from '../support/stack.ts'
import type { TestStack } from '../support/stack.ts'

const newKey = randomBytes(32).toString('base64')
const content = {
  variables: { type: 'object', required: ['token'], properties: { token: { type: 'string', writeOnly: true } } },
  resources: {
    brain: { provider: 'retell', type: 'llm', spec: { start_speaker: 'agent', general_prompt: 'Say ${{ variables.token }}' } },
    key: { provider: 'n8n', type: 'credential', spec: { name: 'rotated key', type: 'httpHeaderAuth', data: { name: 'X-Key', value: '${{ variables.token }}' } } },
  },
}

let stack: TestStack
let product: Processes | undefined
beforeAll(async () => { stack = await startStack({ supabase: false }) }, 60_000)
afterAll(async () => {
  await product?.stop()
  await stack.close()
})

type Call = TestStack['call']
const deploy = async (call: Call, planId: string, planHash: string): Promise<string> => {
  const { status, body } = await call<{ recordId: string }>('POST', '/templates/rotated/deploy', { planId, planHash })
  expect({ status, body }).toMatchObject({ status: 202 })
  const ended = await until(() => call<{ status: string }>('GET', `/api/v1/deployments/${body.recordId}`), (record) => ['success', 'failed'].includes(record.body.status))
  return ended.body.status
}
const things = async () => (await Promise.all(['retell', 'n8n'].map((vendor) => stack.state(vendor)))).flat().map(({ type, id, body }) => ({ type, id, secret: JSON.stringify(body).includes('the token') }))

test('after a rotation the new key alone deploys the same plan again: same hash, same resources, same secrets', async () => {
  await stack.call('POST', '/templates/import', { kind: 'project', name: 'rotated', content })
  const { body: client } = await stack.call<{ id: string }>('POST', '/api/v1/clients', { name: 'Rotated' })
  const variables = { token: 'the token' }
  const { body: instance } = await stack.call<{ instanceId: string }>('POST', '/templates/rotated/customize', { variables })
  const order = { clientId: client.id, targets: ['n8n', 'retell'], instanceId: instance.instanceId }
  const { body: planned } = await stack.call<{ planId: string; planHash: string }>('POST', '/templates/rotated/plan', order)
  expect(await deploy(stack.call, planned.planId, planned.planHash)).toBe('success')
  const before = await things()
  expect(before).toHaveLength(2)
  // n8n shows no credential's data, Retell shows its prompt.
  expect(before.filter(({ secret }) => secret).map(({ type }) => type)).toEqual(['llm'])

  const rotated = await rotateKeys(stack.db, createVault({ key: newKey, oldKeys: [stack.config.encryption.key] }))
  expect(rotated.map(({ table, resealed, unreadable }) => ({ table, some: resealed > 0, unreadable }))).toEqual([
    { table: 'connections', some: true, unreadable: {} }, { table: 'template_instances', some: true, unreadable: {} }, { table: 'blobs', some: true, unreadable: {} }, { table: 'idempotency_keys', some: false, unreadable: {} },
  ])
  const renewed = await spawnProduct(stack, { JWT_SECRET: 'a secret for signing tokens in tests, long enough', ENCRYPTION_KEY: newKey })

  product = renewed
  const call: Call = (method, path, body) => renewed.call(method, path, body)
  expect((await call('POST', '/templates/rotated/plan', order))).toMatchObject({ status: 200, body: { planId: planned.planId, planHash: planned.planHash } })
  expect(await deploy(call, planned.planId, planned.planHash)).toBe('success')
  expect(await things()).toEqual(before)

  // Fingerprints of secrets hang on the key that was dropped: the same variables are another instance from now on, with its own plan hash.
  const again = await call<{ instanceId: string }>('POST', '/templates/rotated/customize', { variables })
  expect(again.status).toBe(201)
  expect(again.body.instanceId).not.toBe(instance.instanceId)
  const replanned = await call<{ planId: string; planHash: string; revision: number }>('POST', '/templates/rotated/plan', { ...order, instanceId: again.body.instanceId, replace: true })
  expect(replanned).toMatchObject({ status: 200, body: { planId: planned.planId, revision: 2 } })
  expect(await deploy(call, planned.planId, replanned.body.planHash)).toBe('success')
  expect(await things()).toEqual(before)
}, 120_000)
