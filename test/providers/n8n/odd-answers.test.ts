import { describe, expect, test } from '@jest/globals'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createHttp } from '../../../providers/http.ts'
import { n8n } from '../../../providers/n8n/index.ts'
import type { Account } from '../../../providers/provider.ts'
import { startSandbox } from '../../../sandboxes/kernel.ts'
import { createN8nSandbox } from '../../../sandboxes/n8n.ts'
import { atOddServer } from '../odd-server.ts'
import type { OddAnswer } from '../odd-server.ts'
import { desiredOf, openSandboxAccount, present, rejection, resourceType } from '../sandbox-account.ts'
import { exported, manualOnly } from './exports.ts'

const workflow = resourceType(n8n, 'workflow')
const credential = resourceType(n8n, 'credential')
const secrets = { apiKey: 'n8n-key' }
const desired = desiredOf(workflow.normalize(manualOnly).spec)

async function at(answer: (method: string, path: string) => OddAnswer, run: (account: Account<unknown>) => Promise<void>): Promise<void> {
  const { account, close } = await atOddServer(n8n, { secrets }, answer)
  await run(account).finally(close)
}

describe('an address without n8n\'s public API', () => {
  test('does not make a workflow pass for deleted or absent', () =>
    at(() => ({ status: 404, body: '<h1>Not here</h1>' }), async (account) => {
      const refusal = { details: { status: 404, retryable: false }, message: expect.stringContaining('N8N_PUBLIC_API_DISABLED') }
      expect(await rejection(workflow.get(account, 'x'))).toMatchObject(refusal)
      expect(await rejection(workflow.find(account, desired))).toMatchObject(refusal)
      expect(await rejection(credential.remove(account, 'x', { force: false }))).toMatchObject(refusal)
      expect(await rejection(n8n.check(account))).toMatchObject(refusal)
    }))

  test.each<[string, OddAnswer['body']]>([['pages', '<h1>Welcome</h1>'], ['objects of its own', { id: { length: { toString: 1 } } }]])('that answers %s is named', (_, body) =>
    at(() => ({ status: 200, body }), async (account) => {
      expect(await rejection(workflow.create(account, desired))).toMatchObject({ details: { retryable: false }, message: expect.stringContaining(account.connection.baseUrl) })
    }))
})

test('a member\'s key that may not list credentials is a final error that says whose key is needed', () =>
  at(() => ({ status: 403, body: { message: 'Forbidden' } }), async (account) => {
    expect(await rejection(credential.find(account, desired))).toMatchObject({ details: { status: 403, retryable: false }, message: expect.stringContaining('owner or an admin') })
  }))

test.each([500, 429])('a %i while credentials are listed stays what it is', (status) =>
  at(() => ({ status, body: {} }), async (account) => {
    expect(await rejection(credential.find(account, desired))).toMatchObject({ details: { status, retryable: true } })
  }))

test('a tag that is refused as a duplicate and is not there is the vendor\'s error', () =>
  at((method, path) => {
    if (path.includes('/tags')) return method === 'GET' ? { status: 200, body: { data: [] } } : { status: 409, body: { message: 'Tag already exists' } }
    return { status: 200, body: { id: 'w', name: 'By hand', active: false, nodes: [], connections: {} } }
  }, async (account) => {
    expect(await rejection(workflow.create(account, desired))).toMatchObject({ details: { status: 409, retryable: false }, message: expect.stringContaining('Tag already exists') })
  }))

test('a conflict whose holder n8n does not show names the workflow\'s own paths', () =>
  at((method, path) => {
    if (path.includes('/activate')) return { status: 409, body: { message: 'There is a conflict with one of the webhooks.' } }
    if (path.includes('/tags')) return { status: 200, body: method === 'GET' ? { data: [{ id: 't', name: 'slipway' }] } : [] }
    if (path.includes('active=true')) return { status: 500, body: {} }
    return { status: 200, body: { id: 'w', name: 'Intake', active: false, nodes: [], connections: {}, tags: [{ id: 't', name: 'slipway' }, { id: 'l', name: 'leads' }] } }
  }, async (account) => {
    const error = await rejection(workflow.create(account, desiredOf(exported('intake'))))
    expect(error).toMatchObject({ details: { status: 409, retryable: false }, message: expect.stringContaining('POST "intake"') })
  }))

test('a workflow that is gone when it is to be updated is looked for again', async () => {
  const box = await openSandboxAccount(n8n, createN8nSandbox(), { secrets })
  const live = await workflow.create(box.account, desired)
  await workflow.remove(box.account, live.externalId, { force: false })
  expect(await rejection(workflow.update(box.account, live, desired))).toMatchObject({ details: { retryable: true, status: 404 } })
  await box.close()
})

test('an archived workflow on a version that cannot unarchive is a final error with the place where a person can', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'n8n-'))
  const stateFile = join(folder, 'state.db')
  const open = async (version: '2.8' | '2.41') => {
    const sandbox = await startSandbox(createN8nSandbox({ version }), { stateFile })
    const connection = { id: 'c1', provider: 'n8n', baseUrl: sandbox.url, config: {}, secrets }
    const client = n8n.connect(connection, createHttp({ provider: 'n8n', timeoutMs: 2_000, allowPrivateAddresses: true }))
    return { sandbox, account: { client, connection, siblings: [] } }
  }
  const newer = await open('2.41')
  const { externalId } = await workflow.create(newer.account, desired)
  await fetch(`${newer.sandbox.url}/api/v1/workflows/${externalId}/archive`, { method: 'POST', headers: { 'x-n8n-api-key': 'n8n-key' } })
  await newer.sandbox.close()

  const older = await open('2.8')
  const live = present(await workflow.find(older.account, desired))
  expect(await rejection(workflow.update(older.account, live, desired))).toMatchObject({ details: { retryable: false }, message: expect.stringContaining(`${older.sandbox.url}/workflow/${externalId}`) })
  await older.sandbox.close()
  await rm(folder, { recursive: true })
})
