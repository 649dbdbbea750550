import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { n8n } from '../../../providers/n8n/index.ts'
import { createN8nSandbox } from '../../../sandboxes/n8n.ts'
import { attempt, desiredOf, openSandboxAccount, present, rejection, resourceType } from '../sandbox-account.ts'
import type { SandboxAccount } from '../sandbox-account.ts'

const credential = resourceType(n8n, 'credential')
const spec = { name: 'Key', type: 'httpHeaderAuth', data: { name: 'X-Key', value: 'secret' } }

describe.each(['2.8', '2.41'] as const)('n8n %s', (version) => {
  let box: SandboxAccount
  beforeEach(async () => { box = await openSandboxAccount(n8n, createN8nSandbox({ version }), { secrets: { apiKey: 'n8n-key' } }) })
  afterEach(() => box.close())

  test('a credential is created with an id of ours where the version takes one, and is found by id and by name', async () => {
    const live = await credential.create(box.account, desiredOf(spec))
    expect(live).toMatchObject({ spec: { name: 'Key', type: 'httpHeaderAuth' }, marked: true })
    expect(live.externalId === 'sw-0123456789ab').toBe(version === '2.41')
    expect(await box.rows('credential')).toMatchObject([{ id: live.externalId, name: 'Key [sw-0123456789ab]' }])
    expect(await credential.find(box.account, desiredOf(spec))).toEqual(live)
    expect(await credential.get(box.account, live.externalId)).toEqual(live)
    expect(credential.url(box.account.connection, live)).toBe(`${box.url}/home/credentials`)
  })

  test('its data is neither shown nor part of what can be compared', async () => {
    const live = await credential.create(box.account, desiredOf(spec))
    expect(JSON.stringify(live)).not.toContain('secret')
    expect(credential.unreadable).toEqual(['data'])
    expect(credential.immutable).toEqual(['type'])
  })

  test('however often the answer to a create is lost, one credential is made', async () => {
    await box.order({ rate: 0.6, seed: 7, kinds: ['commit-then-fail'] })
    const outcomes: boolean[] = []
    while (!outcomes.includes(true) && outcomes.length < 50) {
      outcomes.push(await attempt(credential, box.account, desiredOf(spec)).then(() => true, () => false))
    }
    expect(outcomes).toContain(false)
    expect(outcomes).toContain(true)
    expect(await box.rows('credential')).toHaveLength(1)
  })

  test('an update sends the data anew', async () => {
    const live = await credential.create(box.account, desiredOf(spec))
    const changed = await credential.update(box.account, live, desiredOf({ ...spec, name: 'Other key', data: { name: 'X-Key', value: 'new' } }))
    expect(changed).toMatchObject({ externalId: live.externalId, spec: { name: 'Other key' } })
    expect(await box.rows('credential')).toHaveLength(1)
  })

  test.each([
    ['too long', `${'k'.repeat(109)}😀 key`, 'k'.repeat(109)],
    ['marked by another deployment', 'Key [sw-aaaaaaaaaaaa]', 'Key'],
  ])('a name that is %s is shortened with a note, and does not differ afterwards', async (_what, name, shorter) => {
    const normal = credential.normalize({ ...spec, name })
    expect(normal).toEqual({ spec: { ...spec, name: shorter }, notes: [expect.stringContaining('name: ')] })
    const { externalId } = await credential.create(box.account, desiredOf(normal.spec))
    const live = present(await credential.get(box.account, externalId))
    expect(credential.diff(live, desiredOf(normal.spec)).filter(({ field }) => field !== '/data')).toEqual([])
    expect(await box.rows('credential')).toMatchObject([{ name: `${shorter} [sw-0123456789ab]` }])
  })

  test('data that the type does not know is a final error', async () => {
    const error = await rejection(credential.create(box.account, desiredOf({ ...spec, data: { nope: 1 } })))
    expect(error).toMatchObject({ details: { status: 400, retryable: false }, message: expect.stringContaining('additional property "nope"') })
    expect(await box.rows('credential')).toEqual([])
  })

  test('one that is gone is no error to remove', async () => {
    const live = await credential.create(box.account, desiredOf(spec))
    await credential.remove(box.account, live.externalId, { force: false })
    await credential.remove(box.account, live.externalId, { force: false })
    expect(await credential.get(box.account, live.externalId)).toBeUndefined()
  })
})

test('a second create with the id of the first updates it', async () => {
  const box = await openSandboxAccount(n8n, createN8nSandbox({ version: '2.41' }), { secrets: { apiKey: 'n8n-key' } })
  await credential.create(box.account, desiredOf(spec))
  const live = await credential.create(box.account, desiredOf({ ...spec, name: 'Newer' }))
  expect(live).toMatchObject({ externalId: 'sw-0123456789ab', spec: { name: 'Newer' } })
  expect(await box.rows('credential')).toMatchObject([{ name: 'Newer [sw-0123456789ab]' }])
  await box.close()
})

test('name, type and data are needed; what an export adds is dropped with a note', () => {
  expect(credential.validate({ type: 7, data: [] })).toEqual([
    { pointer: '/name', message: 'is missing', certain: true },
    { pointer: '/type', message: 'must be a text' },
    { pointer: '/data', message: 'must be an object' },
  ])
  expect(credential.validate({ name: 'Key', type: 'x' })).toMatchObject([{ pointer: '/data', certain: true }])
  expect(credential.normalize({ ...spec, id: '1', createdAt: 'x' })).toEqual({ spec, notes: [expect.stringContaining('id'), expect.stringContaining('createdAt')] })
})
