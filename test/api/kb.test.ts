import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type Harness, startHarness } from './harness.ts'

interface Document { id: string; ref: string; contentHash: string }
let api: Harness
beforeAll(async () => { api = await startHarness() })
afterAll(() => api.stop())

test('a document is stored, found by id and by ref, changed and deleted', async () => {
  const stored = await api.ask<Document>('POST', '/api/v1/kb/documents', { body: { ref: 'openingHours', content: 'Monday to Friday' } })
  expect(stored).toMatchObject({ status: 201, body: { ref: 'openingHours', title: 'openingHours', metadata: {}, createdBy: 'owner@agency.example' } })
  const { id, contentHash } = stored.body
  for (const name of [id, 'openingHours']) expect((await api.ask('GET', `/api/v1/kb/documents/${name}`)).body).toEqual(stored.body)
  const changed = await api.ask<Document>('PATCH', '/api/v1/kb/documents/openingHours', { body: { ref: 'hours', title: 'Hours', content: 'Always', metadata: { a: 1 } }, headers: { 'if-match': stored.headers.get('etag') ?? '' } })
  expect(changed).toMatchObject({ status: 200, body: { id, ref: 'hours', title: 'Hours', content: 'Always', metadata: { a: 1 } } })
  expect(changed.body.contentHash).not.toBe(contentHash)
  expect((await api.ask('PATCH', `/api/v1/kb/documents/${id}`, { body: { title: 'x' }, headers: { 'if-match': '"stale"' } })).status).toBe(412)
  expect((await api.ask<Document>('PATCH', `/api/v1/kb/documents/${id}`, { body: {} })).body).toMatchObject({ contentHash: changed.body.contentHash })
  expect((await api.ask('DELETE', '/api/v1/kb/documents/hours', { headers: { 'if-match': '"stale"' } })).status).toBe(412)
  expect((await api.ask('DELETE', '/api/v1/kb/documents/hours')).status).toBe(204)
  expect((await api.ask('GET', '/api/v1/kb/documents/hours')).body).toMatchObject({ code: '404.kb_document_not_found' })
  const actions = (await api.ask<{ items: { action: string }[] }>('GET', `/api/v1/audit?subject=${id}&sort=asc`)).body.items.map(({ action }) => action)
  expect(actions).toEqual(['kb_document.created', 'kb_document.updated', 'kb_document.updated', 'kb_document.deleted'])
})

test('a ref is taken once', async () => {
  await api.ask('POST', '/api/v1/kb/documents', { body: { ref: 'first', content: 'a' } })
  const other = await api.ask<Document>('POST', '/api/v1/kb/documents', { body: { ref: 'second', content: 'b' } })
  expect((await api.ask('POST', '/api/v1/kb/documents', { body: { ref: 'first', content: 'c' } })).body).toMatchObject({ code: '409.name_taken' })
  expect((await api.ask('PATCH', `/api/v1/kb/documents/${other.body.id}`, { body: { ref: 'first' } })).body).toMatchObject({ code: '409.name_taken' })
  expect((await api.ask<{ items: Document[] }>('GET', '/api/v1/kb/documents?ref=second')).body.items).toMatchObject([{ ref: 'second' }])
})

test('an editor may write documents and no clients', async () => {
  const token = await api.tokenOf('editor')
  expect((await api.ask('POST', '/api/v1/kb/documents', { body: { ref: 'byEditor', content: 'x' }, token })).status).toBe(201)
  expect((await api.ask('POST', '/api/v1/clients', { body: { name: 'x' }, token })).body).toMatchObject({ code: '403.forbidden', detail: expect.stringContaining('client:write') })
})
