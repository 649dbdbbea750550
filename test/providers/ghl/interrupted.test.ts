import { describe, expect, test } from '@jest/globals'
import { ghl } from '../../../providers/ghl/index.ts'
import { deploying, memoryLedger, removing, want } from '../interruptions.ts'
import type { Loss } from '../interruptions.ts'
import { locationId, openLocation } from './location.ts'

const wanted = [
  want(ghl, 'customField', 'source', { name: 'Lead source', dataType: 'TEXT', description: 'Where from' }),
  want(ghl, 'customValue', 'company', { name: 'Company', value: 'Acme' }, 1),
  want(ghl, 'tag', 'hot', { name: 'Hot Lead' }, 2),
  want(ghl, 'pipeline', 'sales', { name: 'Sales', stages: [{ name: 'New' }, { name: 'Won' }] }, 3),
  want(ghl, 'calendar', 'booking', { name: 'Consultation' }, 4),
  want(ghl, 'workflow', 'nurture', { name: 'Lead Nurture' }, 5),
  want(ghl, 'workflow', 'welcome', { name: 'Welcome' }, 6),
  want(ghl, 'manual', 'snapshot', { title: 'Snapshot', instructions: 'Load it' }, 7),
]
const types = ['customField', 'customValue', 'tag', 'pipeline', 'calendar']
const limits = { burst: 100_000, windowMs: 10_000, daily: 1_000_000 }

describe.each<Loss>(['before it arrives', 'after it was carried out'])('a request lost %s', (loss) => {
  test('wherever that happens, a deployment ends with one of each, and removing them with none', async () => {
    const box = await openLocation({ limits })
    const { connection } = box.account
    const counts = async () => Promise.all(types.map(async (type) => (await box.rows(type)).length))
    let [deployed, removed] = [true, true]
    for (let n = 1; deployed || removed; n += 1) {
      const ledger = memoryLedger()
      ;({ lost: deployed } = await deploying(ghl, connection, ledger, wanted, loss, n))
      expect(await counts()).toEqual([1, 1, 1, 1, 1])

      const before = (await box.journal()).length
      const again = await deploying(ghl, connection, ledger, wanted, loss, 0)
      expect(again.outcomes.map(({ action }) => action)).toEqual(['unchanged', 'unchanged', 'unchanged', 'unchanged', 'unchanged', 'unchanged', 'manual', 'manual'])
      expect((await box.journal()).slice(before).every(({ method }) => method === 'GET')).toBe(true)

      ;({ lost: removed } = await removing(ghl, connection, ledger, loss, n))
      expect(await counts()).toEqual([0, 0, 0, 0, 0])
      expect(n).toBeLessThan(60)
    }
    await box.close()
  })
})

test('what was there before is changed, and stays when the deployment is removed', async () => {
  const box = await openLocation({ limits })
  await box.call('POST', `/locations/${locationId}/customFields`, { name: 'lead SOURCE', dataType: 'TEXT' })
  await box.call('POST', `/locations/${locationId}/tags`, { name: 'hot lead' })
  await box.call('POST', '/calendars/', { locationId, name: 'consultation' })
  const ledger = memoryLedger()
  const { outcomes } = await deploying(ghl, box.account.connection, ledger, wanted.slice(0, 5), 'before it arrives', 0)
  expect(outcomes.map(({ action }) => action)).toEqual(['adopted', 'created', 'adopted', 'created', 'adopted'])
  expect((await box.rows('customField')).map(({ name }) => name)).toEqual(['Lead source'])
  await removing(ghl, box.account.connection, ledger, 'before it arrives', 0)
  expect(await Promise.all(types.map(async (type) => (await box.rows(type)).length))).toEqual([1, 0, 1, 0, 1])
  await box.close()
})

test('a name that a stranger took while its list was late is adopted, though taking it over failed at first', async () => {
  const box = await openLocation({ limits })
  const { connection } = box.account
  const ledger = memoryLedger()
  await box.call('POST', `/locations/${locationId}/customFields`, { name: 'Lead source', dataType: 'TEXT' })
  for (const kind of ['500', '429']) {
    await box.order({ rate: 1, kinds: [kind], match: { method: 'PUT' }, listLagMs: 60_000 })
    await expect(deploying(ghl, connection, ledger, wanted.slice(0, 1), 'before it arrives', 0)).rejects.toMatchObject({ details: { status: Number(kind), unmade: true } })
  }
  await box.heal()
  const { outcomes } = await deploying(ghl, connection, ledger, wanted.slice(0, 1), 'before it arrives', 0)
  expect(outcomes.map(({ action }) => action)).toEqual(['adopted'])
  await removing(ghl, connection, ledger, 'before it arrives', 0)
  expect(await box.rows('customField')).toHaveLength(1)
  await box.close()
})

test('what was refused, or a person was asked for, is not ours when it is there later', async () => {
  const box = await openLocation({ limits, token: `pit-noscope-${locationId}` })
  const { connection } = box.account
  const ledger = memoryLedger()
  await expect(deploying(ghl, connection, ledger, [want(ghl, 'customField', 'source', { name: 'Lead source', dataType: 'NONE' })], 'before it arrives', 0)).rejects.toMatchObject({ details: { retryable: false, unmade: true } })
  const sales = wanted.slice(3, 4)
  expect((await deploying(ghl, connection, ledger, sales, 'before it arrives', 0)).outcomes).toMatchObject([{ action: 'manual' }])
  expect(await ledger.load()).toEqual([])

  await box.call('POST', '/opportunities/pipelines', { locationId, name: 'Sales', stages: [{ name: 'New', position: 0 }, { name: 'Won', position: 1 }] })
  expect((await deploying(ghl, connection, ledger, sales, 'before it arrives', 0)).outcomes).toMatchObject([{ action: 'adopted' }])
  expect((await removing(ghl, connection, ledger, 'before it arrives', 0)).outcomes).toMatchObject([{ action: 'kept' }])
  expect(await box.rows('pipeline')).toHaveLength(1)
  await box.close()
})

test('a field that has to be replaced is, unless it was there before', async () => {
  const box = await openLocation({ limits })
  const ledger = memoryLedger()
  const as = (dataType: string) => [want(ghl, 'customField', 'source', { name: 'Lead source', dataType })]
  await deploying(ghl, box.account.connection, ledger, as('TEXT'), 'before it arrives', 0)
  const { outcomes } = await deploying(ghl, box.account.connection, ledger, as('NUMERICAL'), 'before it arrives', 0)
  expect(outcomes.map(({ action }) => action)).toEqual(['replaced'])
  expect(await box.rows('customField')).toMatchObject([{ body: { dataType: 'NUMERICAL' } }])
  await expect(deploying(ghl, box.account.connection, memoryLedger(), as('TEXT'), 'before it arrives', 0)).rejects.toMatchObject({ details: { retryable: false } })
  await box.close()
})
