import { readFile } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { JsonObject } from '../../../contracts/json.ts'
import { schemaSql } from '../../../providers/supabase/schema.ts'
import type { Desired } from '../../../providers/provider.ts'
import { attempt, desiredOf, openSandboxAccount } from '../sandbox-account.ts'
import type { SandboxAccount } from '../sandbox-account.ts'
import { providersWithExample } from './registry.ts'
import { statuspagesSandbox } from './sandbox.ts'

const provider = providersWithExample.get('statuspages')
const component = provider.resources['component']
if (!component) throw new Error('the example has no component')

let vendor: SandboxAccount
const waits: string[] = []
beforeEach(async () => {
  waits.length = 0
  vendor = await openSandboxAccount(provider, statuspagesSandbox, {
    secrets: { apiKey: 'sp_good' },
    take: async ({ key }) => { waits.push(key); return Promise.resolve(0) },
  })
})
afterEach(() => vendor.close())

const desired = (spec: JsonObject, marker = 'sw-0123456789ab'): Desired => desiredOf(component.normalize?.(spec).spec ?? spec, 'site', marker)
const website = desired({ name: 'Website', group: 'Public', labels: ['web'] })

test('one folder and one line make it a target like the others', () => {
  expect(providersWithExample.targets()).toEqual(expect.arrayContaining(['supabase', 'statuspages']))
})

describe('a component', () => {
  test('is made once, found by its marker behind other pages, and shown without it', async () => {
    for (const at of [1, 2, 3]) await component.create(vendor.account, desired({ name: `Other ${at}` }, `sw-00000000000${at}`))
    const made = await attempt(component, vendor.account, website)
    expect(await attempt(component, vendor.account, website)).toEqual(made)
    expect(await component.find(vendor.account, website)).toEqual({ externalId: made.externalId, marked: true, spec: { name: 'Website', description: '', group: 'Public', labels: ['web'] } })
    expect(await vendor.rows('component')).toHaveLength(4)
    expect((await vendor.rows('component')).at(-1)?.body['labels']).toEqual(['web', 'slipway:sw-0123456789ab'])
  })

  test('is not made twice when the vendor failed after it had made it', async () => {
    await vendor.order({ rate: 1, kinds: ['commit-then-fail'], times: 1, match: { method: 'POST' } })
    await expect(attempt(component, vendor.account, website)).rejects.toMatchObject({ details: { retryable: true } })
    await attempt(component, vendor.account, website)
    expect(await vendor.rows('component')).toHaveLength(1)
  })

  test('is changed in place and removed; a second removal is no error', async () => {
    const made = await component.create(vendor.account, website)
    expect(await component.update(vendor.account, made, desired({ name: 'Site', group: 'Public' }))).toMatchObject({ externalId: made.externalId, spec: { name: 'Site', labels: [] } })
    await component.remove(vendor.account, made.externalId, { force: false })
    await component.remove(vendor.account, made.externalId, { force: false })
    expect(await component.get(vendor.account, made.externalId)).toBeUndefined()
    expect(component.url(vendor.account.connection, made)).toBe(`${vendor.url}/app/components/${made.externalId}`)
  })

  test('is checked offline', () => {
    expect(component.validate({ name: 'Website' })).toEqual([])
    expect(component.validate({ name: '', colour: 'red' })).toMatchObject([{ pointer: '/name' }, { pointer: '/colour', certain: true }])
  })
})

test('a bad key is final with the vendor\'s words, a limit is not', async () => {
  const other = await openSandboxAccount(provider, statuspagesSandbox, { secrets: { apiKey: 'sp_bad' } })
  await expect(provider.check(other.account)).rejects.toMatchObject({ message: 'statuspages answered 401: bad API key', details: { retryable: false } })
  await other.close()
  expect(await provider.check(vendor.account)).toEqual({ account: 'Acme' })
  await vendor.order({ rate: 1, kinds: ['429'] })
  await expect(provider.check(vendor.account)).rejects.toMatchObject({ details: { status: 429, retryable: true } })
})

test('every request takes from the account\'s budget', async () => {
  await provider.check(vendor.account)
  await component.find(vendor.account, website)
  expect(waits).toEqual(['c1', 'c1'])
})

describe('the guide', () => {
  const root = new URL('../../../', import.meta.url)
  const blocks = async () => [...(await readFile(new URL('docs/providers.md', root), 'utf8')).matchAll(/```(?:ts|sql)\n([\s\S]*?)```/g)].map(([, code]) => code ?? '')

  test('shows the example\'s adapter as it is', async () => {
    const file = (await readFile(new URL('./statuspages/index.ts', import.meta.url), 'utf8')).replaceAll('../../../../domain/', '../../domain/').replaceAll('../../../../providers/', '../')
    expect(await blocks()).toContain(file)
  })

  test('shows only lines that the contract has', async () => {
    const contract = (await readFile(new URL('providers/provider.ts', root), 'utf8')).split('\n').map((line) => line.trim())
    const shown = (await blocks()).find((code) => code.includes('interface ResourceType'))?.split('\n').map((line) => line.trim()) ?? []
    expect(shown.length).toBeGreaterThan(10)
    expect(shown.filter((line) => !contract.includes(line))).toEqual([])
  })

  test('shows the SQL of the Supabase tables as it is', async () => {
    expect(await blocks()).toContain(schemaSql)
  })
})
