import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { inTenant } from '../../db/client.ts'
import { sha256 } from '../../db/ids.ts'
import { insertVersion } from '../../db/templates.ts'
import { templateArtifact } from '../../contracts/artifact.ts'
import type { Kind } from '../../contracts/artifact.ts'
import { type Harness, startHarness } from './harness.ts'

interface Found {
  items: { id: string; name: string; score: number }[]
  total: number
  facets: Record<'kind' | 'category' | 'tag', { value: string; count: number }[]>
  corrected: Record<string, string[]>
  nextCursor: string | null
}
let api: Harness
beforeAll(async () => {
  api = await startHarness()
  await store('Dental receptionist', { meta: { description: 'Answers the phone of a dentist and books appointments', category: 'healthcare', tags: ['voice', 'booking'], author: 'ann' } })
  await store('Clinic reminders', { kind: 'n8n', meta: { title: 'Appointment reminders by text message', category: 'healthcare', tags: ['sms', 'booking'], author: 'bob' } })
  await store('Lead qualifier', { meta: { category: 'real estate', tags: ['voice'], author: 'ann' }, prompt: 'You qualify buyers of houses, and never talk about a dentist.' })
  await store('Zahnärztin in Köln', { kind: 'ghl', meta: { description: 'Praxis für Kinder', category: 'healthcare' } })
  await store('Unfinished', { meta: { category: 'real estate' }, draft: true })
  await store('Dental secrets', { tenantId: api.otherTenant })
})
afterAll(() => api.stop())

interface Given { kind?: Kind; meta?: object; prompt?: string; draft?: boolean; tenantId?: string; version?: string; content?: object }
async function store(name: string, { kind = 'retell', meta = {}, prompt = 'Be kind.', draft = false, tenantId = api.tenant, version = '1.0.0', content }: Given): Promise<string> {
  const artifact = { ...templateArtifact.parse({ kind, name, meta, resources: { brain: { provider: 'retell', type: 'llm', spec: content ?? { general_prompt: prompt } } } }), version }
  return (await inTenant(api.db, tenantId, (tx) => insertVersion(tx, { tenantId, artifact, contentRef: `sha256:${sha256(name)}`, source: null, createdBy: 'ann', draft, quality: null }))).templateId
}
const search = async (body: object): Promise<Found> => {
  const answer = await api.ask<Found>('POST', '/api/v1/templates/search', { body })
  expect(answer.status).toBe(200)
  return answer.body
}
const names = async (query: string, filters: object = {}): Promise<string[]> => (await search({ query, filters })).items.map(({ name }) => name)

describe('a search', () => {
  test.each<[string, string, string[]]>([
    ['a name', 'dental receptionist', ['Dental receptionist']],
    ['the beginning of a word', 'recep', ['Dental receptionist']],
    ['another form of a word', 'appointment', ['Clinic reminders', 'Dental receptionist']],
    ['a form that only shares the stem', 'remind', ['Clinic reminders']],
    ['a tag', 'sms', ['Clinic reminders']],
    ['a category', 'healthcare booking', ['Clinic reminders', 'Dental receptionist']],
    ['the content', 'buyers', ['Lead qualifier']],
    ['a word without its accents', 'zahnarztin koln', ['Zahnärztin in Köln']],
    ['words that say nothing beside one that does', 'the phone of a dentist', ['Dental receptionist']],
    ['a mistyped word', 'dentl receptionst', ['Dental receptionist']],
    ['a mistyped word of the content', 'byuers', ['Lead qualifier']],
    ['the mistyped beginning of a word', 'receptoin', ['Dental receptionist']],
    ['a word that is like none', 'helicoptre', []],
    ['a phrase', '"text message"', ['Clinic reminders']],
    ['a phrase that nobody has', '"message text"', []],
    ['a word but for another', 'dentist -buyers', ['Dental receptionist']],
    ['letters in another case', 'LEAD', ['Lead qualifier']],
    ['nothing that exists', 'helicopter', []],
    ['no word at all', '!!! &|:*', []],
    ['what another tenant has', 'secrets', []],
  ])('for %s', async (_what, query, expected) => { expect((await names(query)).sort()).toEqual([...expected].sort()) })

  test('puts what is in the name before what is in the description, and that before the content', async () => {
    await store('Plumber', { meta: { description: 'A helper' } })
    await store('Helper one', { meta: { description: 'For a plumber' } })
    await store('Helper two', { prompt: 'You answer for a plumber' })
    expect(await names('plumber')).toEqual(['Plumber', 'Helper one', 'Helper two'])
    expect((await search({ query: 'plumber' })).items.at(-1)?.score).toBe(0)
  })

  test('says which words it looked for instead', async () => {
    expect((await search({ query: 'dentl receptionist' })).corrected).toEqual({ dentl: expect.arrayContaining(['dental']) })
    expect((await search({ query: 'dental' })).corrected).toEqual({})
  })

  test.each<[object, string[]]>([
    [{ kind: 'n8n' }, ['Clinic reminders']], [{ kind: ['n8n', 'ghl'] }, ['Clinic reminders', 'Zahnärztin in Köln']], [{ category: 'real estate', status: 'published' }, ['Lead qualifier']],
    [{ tags: ['booking', 'voice'] }, ['Dental receptionist']], [{ tags: 'booking' }, ['Clinic reminders', 'Dental receptionist']], [{ author: 'bob' }, ['Clinic reminders']], [{ status: 'draft' }, ['Unfinished']],
    [{ updatedFrom: '2999-01-01T00:00:00Z' }, []], [{ updatedTo: '2000-01-01T00:00:00+02:00' }, []], [{ kind: 'n8n', author: 'ann' }, []],
  ])('keeps to the filters %j', async (filters, expected) => { expect((await search({ filters })).items.map(({ name }) => name).sort()).toEqual(expected) })

  test('without words shows the latest first, and counts all', async () => {
    const id = await store('Latest of all', {})
    const { items, total, facets } = await search({ limit: 2 })
    expect(items[0]).toMatchObject({ id, score: 0, status: 'published' })
    expect(items).toHaveLength(2)
    expect(facets.kind.reduce((sum, { count }) => sum + count, 0)).toBe(total)
  })

  test('counts kinds, categories and tags of all that match; its own filter does not narrow a facet', async () => {
    const { total, facets } = await search({ query: 'dentist appointment reminders booking clinic OR phone', filters: {} })
    expect({ total, facets }).toEqual({ total: 0, facets: { kind: [], category: [], tag: [] } })
    const booking = await search({ query: 'booking' })
    expect(booking).toMatchObject({ total: 2, facets: { kind: [{ value: 'n8n', count: 1 }, { value: 'retell', count: 1 }], category: [{ value: 'healthcare', count: 2 }], tag: [{ value: 'booking', count: 2 }, { value: 'sms', count: 1 }, { value: 'voice', count: 1 }] } })
    const narrowed = await search({ query: 'booking', filters: { kind: 'n8n' } })
    expect(narrowed).toMatchObject({ total: 1, facets: { kind: [{ value: 'n8n', count: 1 }, { value: 'retell', count: 1 }], tag: [{ value: 'booking', count: 1 }, { value: 'sms', count: 1 }] } })
  })

  test('goes page by page through all, each once', async () => {
    for (let n = 0; n < 5; n++) await store(`Paged ${String(n)}`, { meta: { title: n % 2 === 0 ? 'paged paged' : 'once' } })
    for (const query of ['paged', undefined]) {
      const whole = await search({ query, limit: 100 })
      const seen: string[] = []
      for (let cursor: string | null | undefined; cursor !== null;) {
        const page: Found = await search({ query, limit: 2, ...(cursor === undefined ? {} : { cursor }) })
        expect(page.total).toBe(whole.total)
        seen.push(...page.items.map(({ id }) => id))
        cursor = page.nextCursor
      }
      expect(seen).toEqual(whole.items.map(({ id }) => id))
    }
  })

  test('finds the newest version alone', async () => {
    await store('Changing', { prompt: 'An armadillo' })
    await store('Changing', { version: '1.0.1', prompt: 'A badger' })
    expect(await names('armadillo')).toEqual([])
    expect(await names('badger')).toEqual(['Changing'])
    await store('Changing', { version: '1.0.2', prompt: 'A chinchilla', draft: true })
    expect(await names('chinchilla')).toEqual([])
  })

  test('takes templates of any size and content', async () => {
    const words = Array.from({ length: 60_000 }, (_, n) => `w${n.toString(36)}x`).join(' ')
    await store('Enormous', { content: { text: words, more: 'ä'.repeat(500_000), deep: { list: ['pangolin', { x: 'Ünïcödé' }] }, file: Buffer.from('z'.repeat(3000)).toString('base64') } })
    expect(await names('enormous')).toEqual(['Enormous'])
    expect(await names('w2x')).toEqual(['Enormous'])
    await store("O'Neil <b>'s $1", { meta: { title: '::: & | ! ( ) \' " \\', tags: ["it's", 'a&b'] }, prompt: '$$ \' \\ %s ${x}' })
    expect(await names("o'neil")).toEqual(["O'Neil <b>'s $1"])
  })
})

test.each<[string, object, string]>([
  ['a filter that there is not', { filters: { colour: 'red' } }, '/filters'],
  ['an empty query', { query: '' }, '/query'],
  ['too long a query', { query: 'x'.repeat(501) }, '/query'],
  ['too large a page', { limit: 101 }, '/limit'],
  ['a kind that there is not', { filters: { kind: ['fax'] } }, '/filters/kind'],
  ['a cursor of something else', { cursor: 'x' }, '/cursor'],
  ['a cursor with a made-up score', { cursor: `1;drop~${Buffer.from(`["2026-01-01 00:00:00+00","${randomUUID()}"]`).toString('base64url')}` }, '/cursor'],
])('%s is refused at its place', async (_what, body, pointer) => {
  const answer = await api.ask<{ code: string; errors: { pointer: string }[] }>('POST', '/api/v1/templates/search', { body })
  expect(answer.body).toMatchObject({ code: '400.request_invalid' })
  expect(answer.body.errors[0]?.pointer.startsWith(pointer)).toBe(true)
})
