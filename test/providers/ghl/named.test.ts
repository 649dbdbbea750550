import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { ghl } from '../../../providers/ghl/index.ts'
import type { Desired } from '../../../providers/provider.ts'
import { unknownYet } from '../../../providers/provider.ts'
import type { JsonObject } from '../../../contracts/json.ts'
import { attempt, desiredOf, present, rejection, resourceType } from '../sandbox-account.ts'
import { locationId, openLocation } from './location.ts'
import type { Location } from './location.ts'

const kinds: [string, JsonObject, JsonObject, RegExp, string][] = [
  ['customField', { name: 'Lead source', dataType: 'SINGLE_OPTIONS', options: ['Web', 'Phone'], position: 3 }, { options: ['Web'] }, /\/customFields$/, '/settings/fields'],
  ['customValue', { name: 'Company name', value: 'Acme' }, { value: 'Bolt' }, /\/customValues$/, '/settings/custom_values'],
  ['tag', { name: 'Hot Lead' }, { name: 'Cold lead' }, /\/tags$/, '/settings/tags'],
  ['pipeline', { name: 'Sales', stages: [{ name: 'New' }, { name: 'Won' }] }, { stages: [{ name: 'New' }, { name: 'Talked' }, { name: 'Won' }] }, /\/pipelines$/, '/opportunities/pipeline'],
  ['calendar', { name: 'Consultation', slotDuration: 45 }, { slotDuration: 60 }, /\/calendars\/$/, '/settings/calendars'],
]

describe.each(kinds)('a %s', (kind, spec, change, collection, page) => {
  const type = resourceType(ghl, kind)
  const desiring = (more: JsonObject = {}): Desired => desiredOf(type.normalize({ ...spec, ...more }).spec)
  let box: Location
  beforeEach(async () => { box = await openLocation() })
  afterEach(() => box.close())

  test('is created with a body that the vendor takes, and does not differ afterwards', async () => {
    const live = await type.create(box.account, desiring())
    expect(live).toMatchObject({ externalId: expect.stringMatching(/^[A-Za-z0-9]{20}$/), marked: true })
    expect(await box.rows(kind)).toMatchObject([{ id: live.externalId }])
    expect(type.diff(live, desiring())).toEqual([])
    expect(type.diff(present(await type.get(box.account, live.externalId)), desiring())).toEqual([])
    expect(type.diff(present(await type.find(box.account, desiring())), desiring())).toEqual([])
    expect(type.url(box.account.connection, live)).toBe(`https://app.gohighlevel.com/v2/location/${locationId}${page}`)
  })

  test('that a stranger made is found by its name in any case, without being ours', async () => {
    await type.create(box.account, { ...desiring({ name: String(spec['name']).toUpperCase() }), marker: 'sw-ffffffffffff' })
    const found = present(await type.find(box.account, desiring()))
    expect(found.marked).toBe(false)
    await type.update(box.account, found, desiring())
    expect(await box.rows(kind)).toHaveLength(1)
    expect(type.diff(present(await type.get(box.account, found.externalId)), desiring())).toEqual([])
  })

  test('whose name has spaces around it does not differ afterwards', async () => {
    const desired = desiring({ name: ` ${String(spec['name'])} ` })
    const live = await type.create(box.account, desired)
    expect(type.diff(live, desired)).toEqual([])
    expect(type.diff(present(await type.get(box.account, live.externalId)), desired)).toEqual([])
  })

  test('is changed in place', async () => {
    const live = await type.create(box.account, desiring())
    expect(type.diff(live, desiring(change))).not.toEqual([])
    const updated = await type.update(box.account, live, desiring(change))
    expect(updated.externalId).toBe(live.externalId)
    expect(type.diff(present(await type.get(box.account, live.externalId)), desiring(change))).toEqual([])
  })

  test('whose create was carried out but not answered is made once', async () => {
    await box.order({ rate: 1, kinds: ['commit-then-fail'], match: { method: 'POST' }, times: 1 })
    expect(await rejection(attempt(type, box.account, desiring()))).toMatchObject({ details: { retryable: true } })
    const live = await attempt(type, box.account, desiring())
    expect(await box.rows(kind)).toMatchObject([{ id: live.externalId }])
    expect(await box.count('POST', collection)).toBe(1)
  })

  test('whose create was not answered, and that the list does not show yet, is made once', async () => {
    await box.order({ rate: 1, kinds: ['commit-then-fail'], match: { method: 'POST' }, times: 1, listLagMs: 60_000 })
    await rejection(attempt(type, box.account, desiring()))
    const second = await attempt(type, box.account, desiring()).catch((error: unknown) => error)
    expect(await box.rows(kind)).toHaveLength(1)
    // Custom fields say what holds the name; the others are to be looked for again.
    if (kind === 'customField') expect(second).toMatchObject({ externalId: expect.any(String) })
    else expect(second).toMatchObject({ details: { retryable: true, status: 400, retryAfterMs: 25_000 }, message: expect.stringContaining('does not show it yet') })
    await box.heal()
    const live = await attempt(type, box.account, desiring())
    expect(await box.rows(kind)).toMatchObject([{ id: live.externalId }])
    expect(type.diff(live, desiring())).toEqual([])
  })

  test('that two make at the same time is made once', async () => {
    const lives = await Promise.all([type.create(box.account, desiring()), type.create(box.account, desiring())])
    expect(await box.rows(kind)).toHaveLength(1)
    expect(new Set(lives.map(({ externalId }) => externalId)).size).toBe(1)
  })

  test('that is gone is no error to remove, and is not there', async () => {
    const live = await type.create(box.account, desiring())
    await type.remove(box.account, live.externalId, { force: false })
    expect(await box.rows(kind)).toEqual([])
    await type.remove(box.account, live.externalId, { force: false })
    expect(await type.get(box.account, live.externalId)).toBeUndefined()
  })

  test('exported from GoHighLevel loses what only the vendor writes', () => {
    const { spec: written, notes } = type.normalize({ ...spec, id: 'x', locationId, dateAdded: 'y' })
    expect(written).toEqual(type.normalize(spec).spec)
    expect(notes).toHaveLength(3)
    expect(type.validate({ ...spec, id: 'x', locationId })).toEqual([])
  })

  test('needs a name', () => {
    const { name: _, ...nameless } = spec
    expect(type.validate(nameless)).toContainEqual({ pointer: '/name', message: 'is missing', certain: true })
    expect(type.validate({ ...spec, name: 7 })).toMatchObject([{ pointer: '/name' }])
  })

  test('whose name only the deployment will know does not differ', async () => {
    const live = await type.create(box.account, desiring())
    const desired = desiring()
    expect(type.diff(live, { ...desired, spec: { ...desired.spec, name: unknownYet } })).toEqual([])
  })
})

describe('keys that the vendor does not know', () => {
  test.each(['customField', 'customValue', 'tag', 'pipeline', 'workflow', 'manual'])('are a problem of a %s', (kind) => {
    expect(resourceType(ghl, kind).validate({ nme: 'x' })).toContainEqual(expect.objectContaining({ pointer: '/nme', certain: true }))
  })
})

describe('a custom field', () => {
  const type = resourceType(ghl, 'customField')
  const desiring = (spec: JsonObject) => desiredOf(type.normalize(spec).spec)
  let box: Location
  beforeEach(async () => { box = await openLocation() })
  afterEach(() => box.close())

  test('of another data type or model has to be replaced', async () => {
    const live = await type.create(box.account, desiring({ name: 'Age', dataType: 'TEXT' }))
    expect(type.immutable).toEqual(['dataType', 'model'])
    expect(type.diff(live, desiring({ name: 'Age', dataType: 'NUMERICAL' })).map(({ field }) => field)).toEqual(['/dataType'])
    expect(type.diff(live, desiring({ name: 'Age', dataType: 'TEXT', model: 'opportunity' })).map(({ field }) => field)).toEqual(['/model'])
  })

  test('that is taken by one of another data type is not passed off as made', async () => {
    await box.order({ listLagMs: 60_000 })
    await type.create(box.account, desiring({ name: 'Age', dataType: 'TEXT' }))
    expect(await rejection(type.create(box.account, desiring({ name: 'age', dataType: 'NUMERICAL' })))).toMatchObject({ details: { retryable: true, status: 400 } })
    expect(await box.rows('customField')).toMatchObject([{ body: { dataType: 'TEXT' } }])
  })

  test('of the same name belongs to contacts or to opportunities', async () => {
    const ofContacts = await type.create(box.account, desiring({ name: 'Source', dataType: 'TEXT' }))
    const ofOpportunities = desiring({ name: 'source', dataType: 'TEXT', model: 'opportunity' })
    expect(await type.find(box.account, ofOpportunities)).toBeUndefined()
    const other = await type.create(box.account, ofOpportunities)
    expect(other.externalId).not.toBe(ofContacts.externalId)
    expect(type.naturalKey(ofOpportunities)).toBe('opportunity/source')
  })

  test('is found by its key when its name was changed, and a key that differs is remarked', async () => {
    const live = await type.create(box.account, desiring({ name: 'Lead source', dataType: 'TEXT', fieldKey: 'origin' }))
    await box.call('PUT', `/locations/${locationId}/customFields/${live.externalId}`, { name: 'Where from' })
    const wanted = desiring({ name: 'Lead source', dataType: 'TEXT', fieldKey: 'contact.origin' })
    const found = present(await type.find(box.account, wanted))
    expect(found.externalId).toBe(live.externalId)
    expect(type.diff(found, wanted)).toEqual([{ field: '/name', from: 'Where from', to: 'Lead source' }])
    expect(await type.remarks(box.account, wanted, found)).toEqual([])
    expect(await type.remarks(box.account, desiring({ name: 'Where from', dataType: 'TEXT', fieldKey: 'other' }), found)).toEqual([expect.stringContaining('contact.origin')])
    expect(await type.remarks(box.account, desiring({ name: 'New', dataType: 'TEXT' }), undefined)).toEqual([])
  })

  test('keeps what the vendor answers under other names', async () => {
    const spec = { name: 'File', dataType: 'FILE_UPLOAD', isMultipleFile: true, maxNumberOfFiles: 2, acceptedFormat: ['.pdf'] }
    const live = await type.create(box.account, desiring(spec))
    expect(live.spec).toMatchObject({ isMultipleFile: true, maxNumberOfFiles: 2 })
    expect(type.unreadable).toContain('acceptedFormat')
    await type.update(box.account, live, desiring({ ...spec, parentId: 'folder', fieldKey: 'file' }))
  })
})

describe('a custom value', () => {
  const type = resourceType(ghl, 'customValue')

  test('whose name gives the same merge key is the one that is meant', async () => {
    const box = await openLocation()
    const { externalId } = await type.create(box.account, desiredOf({ name: 'Company Name!', value: 'Acme' }))
    const live = await attempt(type, box.account, desiredOf({ name: 'Company name', value: 'Bolt' }))
    expect(live).toMatchObject({ externalId, spec: { name: 'Company name', value: 'Bolt' } })
    expect(type.normalize({ name: 'a', value: 'b', fieldKey: '{{ custom_values.a }}' })).toEqual({ spec: { name: 'a', value: 'b' }, notes: [expect.stringContaining('fieldKey')] })
    await box.close()
  })
})

describe('a calendar', () => {
  const type = resourceType(ghl, 'calendar')
  let box: Location
  beforeEach(async () => { box = await openLocation() })
  afterEach(() => box.close())

  test('has a link of its own, by which it is known for ours', async () => {
    const desired = desiredOf({ name: 'Consultation (30 min)' })
    const { externalId } = await type.create(box.account, desired)
    expect(await box.rows('calendar')).toMatchObject([{ body: { slug: 'consultation-30-min-0123456789ab', locationId } }])
    expect(await type.find(box.account, desired)).toMatchObject({ externalId, marked: true })
  })

  test('of another type has to be replaced, and an update sends neither type nor location', async () => {
    const live = await type.create(box.account, desiredOf({ name: 'A', calendarType: 'event', slotBufferUnit: 'mins' }))
    expect(type.immutable).toEqual(['calendarType'])
    expect(type.diff(live, desiredOf({ name: 'A', calendarType: 'round_robin' })).map(({ field }) => field)).toEqual(['/calendarType'])
    await type.update(box.account, live, desiredOf({ name: 'B', calendarType: 'event', slotBufferUnit: 'hours' }))
    expect(await box.rows('calendar')).toMatchObject([{ name: 'B', body: { calendarType: 'event' } }])
  })

  test('whose link another calendar has is refused for good', async () => {
    await type.create(box.account, desiredOf({ name: 'Other', slug: 'book' }, 'other', 'sw-ffffffffffff'))
    expect(await rejection(type.create(box.account, desiredOf({ name: 'Mine', slug: 'book' })))).toMatchObject({ details: { retryable: false, status: 400 }, message: expect.stringContaining('already taken') })
  })
})
