import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import type { JsonObject } from '../../../contracts/json.ts'
import { unknownYet } from '../../../providers/provider.ts'
import { accountAt, changes, marker, openRetell, resourceType } from './account.ts'
import type { RetellFixture } from './account.ts'

let retell: RetellFixture
const type = 'knowledge-base'
const kb = resourceType(type)
const hours = { title: 'Hours', text: 'Open from 8 to 17.' }
const prices = { title: 'Prices', text: 'A cleaning is 80.' }
const spec: JsonObject = { knowledge_base_name: 'Clinic', knowledge_base_texts: [hours, prices], knowledge_base_urls: ['https://example.com/faq'] }

beforeAll(async () => { retell = await openRetell() })
afterAll(() => retell.close())
beforeEach(() => retell.reset())

interface Source { type: string; title?: string; text?: string; url?: string }
const sources = async (): Promise<string[]> =>
  ((await retell.only(type)).body['knowledge_base_sources'] as Source[]).map(({ title, text, url }) => url ?? `${title ?? ''}: ${text ?? ''}`).sort()

test('is created with its sources, and waited for until it is indexed', async () => {
  const live = await retell.attempt(type, retell.desired(spec))
  expect(await retell.only(type)).toMatchObject({ name: `Clinic [${marker}]`, body: { status: 'complete' } })
  expect(await sources()).toEqual(['Hours: Open from 8 to 17.', 'Prices: A cleaning is 80.', 'https://example.com/faq'])
  expect(live).toMatchObject({ marked: true, spec: { knowledge_base_name: 'Clinic' }, facts: { status: 'complete' } })
  expect(await retell.count('GET', '/get-knowledge-base')).toBeGreaterThan(1)
})

test('an unchanged one is neither made again nor written to', async () => {
  const { externalId: id } = await retell.attempt(type, retell.desired(spec))
  const wanted = retell.desired({ ...spec, knowledge_base_texts: [prices, hours], enable_auto_refresh: false, max_chunk_size: 2000 })
  expect((await retell.attempt(type, wanted, { id })).externalId).toBe(id)
  expect(await retell.count('POST', '/')).toBe(1 + (await retell.count('POST', '/__')))
})

test('whose create lost its answer is found while it is still being indexed, and waited for', async () => {
  await retell.faults({ rate: 1, times: 1, kinds: ['commit-then-fail'], match: { method: 'POST', path: '/create-knowledge-base' } })
  await expect(retell.attempt(type, retell.desired(spec))).rejects.toMatchObject({ details: { retryable: true } })
  const found = await kb.find(retell.account(), retell.desired(spec))
  expect(found?.facts).toMatchObject({ status: 'in_progress' })
  expect(found && changes(type, found, retell.desired(spec))).toEqual([{ field: '/status', from: 'in_progress', to: 'complete' }])
  const live = await retell.attempt(type, retell.desired(spec))
  expect(live.facts).toMatchObject({ status: 'complete' })
  expect(await sources()).toHaveLength(3)
  expect(await retell.rows(type)).toHaveLength(1)
})

test('a change of sources adds and deletes sources in place', async () => {
  const { externalId: id } = await retell.attempt(type, retell.desired(spec))
  const wanted = retell.desired({ ...spec, knowledge_base_texts: [hours], knowledge_base_urls: ['https://example.com/news'] })
  const live = await kb.get(retell.account(), id)
  expect(live && changes(type, live, wanted).map(({ field }) => field)).toEqual(['/knowledge_base_sources', '/knowledge_base_urls'])
  expect((await retell.attempt(type, wanted, { id })).externalId).toBe(id)
  expect(await sources()).toEqual(['Hours: Open from 8 to 17.', 'https://example.com/news'])
})

test('a text that changed under its title is written anew; kept URLs are not indexed again', async () => {
  const live = await retell.attempt(type, retell.desired(spec))
  const wanted = retell.desired({ ...spec, knowledge_base_texts: [{ ...hours, text: 'Open from 9.' }, prices] })
  // Retell does not show texts: the caller knows by its fingerprint, and says so by calling update.
  expect(changes(type, live, wanted)).toEqual([])
  expect(kb.unreadable).toContain('knowledge_base_texts')
  const urlBefore = ((await retell.only(type)).body['knowledge_base_sources'] as (Source & { source_id: string })[]).find(({ url }) => url)
  await kb.update(retell.account(), live, wanted)
  expect(await sources()).toEqual(['Hours: Open from 9.', 'Prices: A cleaning is 80.', 'https://example.com/faq'])
  expect((await retell.only(type)).body['knowledge_base_sources']).toContainEqual(urlBefore)
})

test('a crash in the middle of a rewrite leaves nothing twice', async () => {
  const live = await retell.attempt(type, retell.desired(spec))
  const wanted = retell.desired({ ...spec, knowledge_base_texts: [{ ...hours, text: 'Open from 9.' }] })
  await retell.faults({ rate: 1, times: 1, kinds: ['500'], match: { method: 'DELETE', path: '/delete-knowledge-base-source' } })
  await expect(kb.update(retell.account(), live, wanted)).rejects.toMatchObject({ details: { retryable: true } })
  await retell.attempt(type, wanted, { id: live.externalId })
  expect(await sources()).toEqual(['Hours: Open from 9.', 'https://example.com/faq'])
})

test('sources that the spec does not speak of are left alone', async () => {
  const { externalId: id } = await retell.attempt(type, retell.desired(spec))
  await retell.attempt(type, retell.desired({ knowledge_base_name: 'Clinic', knowledge_base_urls: [] }), { id })
  expect(await sources()).toEqual(['Hours: Open from 8 to 17.', 'Prices: A cleaning is 80.'])
})

test('name, refreshing and chunk sizes cannot be changed in place', async () => {
  const live = await retell.attempt(type, retell.desired(spec))
  const wanted = retell.desired({ ...spec, knowledge_base_name: 'Other', max_chunk_size: 1000, enable_auto_refresh: true })
  const keys = changes(type, live, wanted).map(({ field }) => field.slice(1))
  expect(keys.sort()).toEqual(['enable_auto_refresh', 'knowledge_base_name', 'max_chunk_size'])
  expect(keys.every((key) => kb.immutable?.includes(key))).toBe(true)
})

test('a source that nobody can reach is a final failure, and mending the URL mends it', async () => {
  const broken = retell.desired({ ...spec, knowledge_base_urls: ['https://nowhere.invalid/'] })
  await expect(retell.attempt(type, broken)).rejects.toMatchObject({ message: expect.stringContaining('could not index'), details: { retryable: false } })
  const live = await retell.attempt(type, retell.desired(spec))
  expect(live.facts).toMatchObject({ status: 'complete' })
  expect(await retell.rows(type)).toHaveLength(1)
  expect(await sources()).toEqual(['Hours: Open from 8 to 17.', 'Prices: A cleaning is 80.', 'https://example.com/faq'])
})

test('is found by its marker alone, not by its name', async () => {
  await retell.attempt(type, retell.desired(spec, { marker: 'sw-ba9876543210' }))
  expect(await kb.find(retell.account(), retell.desired(spec))).toBeUndefined()
})

test('what only the deployment will know is no difference', async () => {
  const live = await retell.attempt(type, retell.desired(spec))
  expect(changes(type, live, retell.desired({ ...spec, knowledge_base_urls: [unknownYet], knowledge_base_texts: [{ title: unknownYet, text: unknownYet }] }))).toEqual([])
})

test('one that was deleted by hand is gone, not an error', async () => {
  const { externalId: id } = await retell.attempt(type, retell.desired(spec))
  await kb.remove(retell.account(), id, { force: false })
  await kb.remove(retell.account(), id, { force: false })
  expect(await kb.get(retell.account(), id)).toBeUndefined()
  expect(await retell.rows(type)).toEqual([])
})

test('a name is cut between characters, and not in the middle of one', async () => {
  const normal = kb.normalize?.({ ...spec, knowledge_base_name: 'Zahnarzt Praxis Nord😀 FAQ' })
  expect(normal?.spec['knowledge_base_name']).toBe('Zahnarzt Praxis Nord')
  const wanted = retell.desired(normal?.spec ?? {})
  const live = await retell.attempt(type, wanted)
  expect(changes(type, live, wanted)).toEqual([])
})

test('one exported from another deployment is made under our marker alone, and never found as the other one', async () => {
  const normal = kb.normalize?.({ ...spec, knowledge_base_name: 'Clinic [sw-ba9876543210]' })
  expect(normal).toEqual({ spec, notes: [expect.stringContaining('marker of another deployment')] })
  await retell.attempt(type, retell.desired({ ...spec, knowledge_base_name: '[sw-ba9876543210]' }))
  expect((await retell.only(type)).name).toBe(`[sw-ba9876543210] [${marker}]`)
  expect(await kb.find(retell.account(), retell.desired(spec, { marker: 'sw-ba9876543210' }))).toBeUndefined()
  expect(await kb.find(retell.account(), retell.desired(spec))).toBeDefined()
})

test('an explicit null says as little as its absence', async () => {
  const given: JsonObject = { ...spec, knowledge_base_urls: null, enable_auto_refresh: null, max_chunk_size: null, min_chunk_size: null }
  expect(kb.validate(given)).toEqual([])
  const wanted = retell.desired(kb.normalize?.(given).spec ?? {})
  const { externalId: id } = await retell.attempt(type, wanted)
  const live = await kb.get(retell.account(), id)
  expect(live && changes(type, live, wanted)).toEqual([])
})

test('a long name is cut to leave room for the marker, with a note, and stays equal', async () => {
  const long = { ...spec, knowledge_base_name: 'Bright Smiles Dental Clinic of Ulm' }
  const normal = kb.normalize?.(long)
  expect(normal).toEqual({ spec: { ...spec, knowledge_base_name: 'Bright Smiles Dental' }, notes: [expect.stringContaining('Bright Smiles Dental')] })
  const wanted = retell.desired(normal?.spec ?? {})
  const live = await retell.attempt(type, wanted)
  expect((await retell.only(type)).name.length).toBeLessThan(40)
  expect(changes(type, live, wanted)).toEqual([])
  expect(kb.url(accountAt(retell.url).connection, live)).toContain(live.externalId)
})
