import { beforeEach, expect, test } from '@jest/globals'
import { sql } from 'kysely'
import { saveStep } from '../../db/deployment-steps.ts'
import { createLedger } from '../../db/ledger.ts'
import { unsettledMs } from '../../db/managed-resources.ts'
import { seededDatabase } from './seeded.ts'

const { database, ours, here: within } = await seededDatabase()
beforeEach(async () => {
  await within((tx) => tx.deleteFrom('managed_resources').execute())
  await begin(1)
})

/** A worker begins its try of the step. */
const begin = (attempts: number) => within((tx) => saveStep(tx, { tenantId: ours.tenantId, recordId: ours.recordId, provider: 'n8n' }, { status: 'running', attempts }))
const ledgerOf = (attempts: number) => createLedger(database.db, ours, 'n8n', { recordId: ours.recordId, attempts })
const intent = { type: 'workflow', name: 'flow', naturalKey: 'sw-1', sought: {}, externalId: null, adopted: false, position: 0 }
const unsettled = () => within((tx) => unsettledMs(tx, { planId: ours.planId, provider: 'n8n', withinMs: 60_000 }))

test('a try that was given up for dead begins nothing once the next has begun', async () => {
  const [first, second] = [ledgerOf(1), ledgerOf(2)]
  await first.intend(intent)
  await begin(2)
  await expect(first.intend({ ...intent, name: 'late' })).rejects.toThrow('Another try of this step has begun')
  await expect(first.intend({ ...intent, externalId: 'w9', adopted: true })).rejects.toThrow('Another try')
  await second.intend({ ...intent, sought: { by: 'second' } })
  expect(await second.load()).toMatchObject([{ name: 'flow', externalId: null, sought: { by: 'second' } }])
})

test('a try that was given up for dead does not forget, or set aside, what the next has begun', async () => {
  const [first, second] = [ledgerOf(1), ledgerOf(2)]
  const { id } = await first.intend(intent)
  await begin(2)
  await second.intend(intent)
  await expect(first.forget(id)).rejects.toThrow('Another try of this step has begun')
  await expect(first.setAside(id)).rejects.toThrow('Another try of this step has begun')
  expect(await second.load()).toMatchObject([{ name: 'flow' }])
  await second.forget(id)
  expect(await second.load()).toEqual([])
})

test('a try that begins while the one before writes its intent waits for that, and sees it', async () => {
  const seen = await within(async (tx) => {
    // The earlier one's intent, not committed yet, holds the step's row.
    await sql`select attempts from deployment_steps where record_id = ${ours.recordId} and provider = 'n8n' for share`.execute(tx)
    const next = begin(2).then(() => 'next')
    const first = await Promise.race([next, new Promise<string>((resolve) => { setTimeout(() => { resolve('held') }, 300) })])
    return { first, next }
  })
  expect([seen.first, await seen.next]).toEqual(['held', 'next'])
})

test('an intent alone may be a create under way, for as long as a create takes; what is made or old is settled', async () => {
  const ledger = ledgerOf(1)
  const { id } = await ledger.intend(intent)
  const left = await unsettled()
  expect(left).toBeGreaterThan(0)
  expect(left).toBeLessThanOrEqual(60_000)
  await sql`update managed_resources set updated_at = now() - interval '61 seconds' where id = ${id}`.execute(database.db)
  expect(await unsettled()).toBe(0)
  await ledger.intend(intent)
  await ledger.record(id, { externalId: 'w1', url: 'https://n8n/w1', sentHash: 'a'.repeat(64) })
  expect(await unsettled()).toBe(0)
})

test('what is handed over goes to who has it in the same account, and from nobody who was given up for dead', async () => {
  const [first, second] = [ledgerOf(1), ledgerOf(2)]
  const { id } = await first.intend({ ...intent, externalId: 'w1' })
  const elsewhere = createLedger(database.db, ours, 'n8n', undefined, 'https://other')
  const twin = await elsewhere.intend({ ...intent, name: 'twin', externalId: 'w1', adopted: true })
  await within((tx) => tx.updateTable('managed_resources').set({ account: 'https://ours' }).where('id', '=', id).execute())
  expect(await first.handOver(id, 'w1')).toBe(false)
  await within((tx) => tx.updateTable('managed_resources').set({ account: 'https://ours' }).where('id', '=', twin.id).execute())
  await begin(2)
  await expect(first.handOver(id, 'w1')).rejects.toThrow('Another try')
  expect(await second.handOver(id, 'w1')).toBe(true)
  expect(await second.load()).toMatchObject([{ name: 'twin', adopted: false }])
})

test('what may have been made unheard is set aside too, and its name is free', async () => {
  const ledger = ledgerOf(1)
  const { id } = await ledger.intend(intent)
  const name = await ledger.setAside(id)
  expect(name).toMatch(/^flow@[0-9a-f]{8}$/)
  await ledger.intend({ ...intent, externalId: 'w2' })
  expect((await ledger.load()).map((one) => [one.name, one.externalId]).sort()).toEqual([['flow', 'w2'], [name, null]])
})
