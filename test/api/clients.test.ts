import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { type Harness, startHarness } from './harness.ts'

interface Client { id: string; name: string; metadata: object; createdAt: string }
interface Page { items: Client[]; nextCursor: string | null }
interface Events { items: { action: string; subjectId: string; actor: string; correlationId: string; data: object }[]; nextCursor: string | null }
let api: Harness
beforeAll(async () => { api = await startHarness() })
afterAll(() => api.stop())

const make = async (name: string) => (await api.ask<Client>('POST', '/api/v1/clients', { body: { name } })).body

test('a client is made, read, changed and deleted, and each step but reading is audited', async () => {
  const correlation = { 'x-correlation-id': `chain-${randomUUID()}` }
  const made = await api.ask<Client>('POST', '/api/v1/clients', { body: { name: '  Bright Smile ', metadata: { city: 'Reno' } }, headers: correlation })
  expect(made).toMatchObject({ status: 201, body: { name: 'Bright Smile', metadata: { city: 'Reno' }, createdBy: 'owner@agency.example' } })
  const at = `/api/v1/clients/${made.body.id}`
  expect(made.headers.get('location')).toBe(at)
  expect((await api.ask('GET', at)).body).toEqual(made.body)
  expect((await api.ask('PATCH', at, { body: { name: 'Brighter Smile' }, headers: correlation })).body).toMatchObject({ name: 'Brighter Smile', metadata: { city: 'Reno' } })
  expect((await api.ask('PATCH', at, { body: { metadata: {} }, headers: correlation })).body).toMatchObject({ name: 'Brighter Smile', metadata: {} })
  expect((await api.ask('DELETE', at, { headers: correlation })).status).toBe(204)
  expect((await api.ask('GET', at)).body).toMatchObject({ code: '404.client_not_found' })
  expect((await api.ask('PATCH', at, { body: { name: 'x' } })).body).toMatchObject({ code: '404.client_not_found' })
  const audit = await api.ask<Events>('GET', `/api/v1/audit?correlationId=${correlation['x-correlation-id']}&sort=asc`)
  expect(audit.body.items).toMatchObject(['client.created', 'client.updated', 'client.updated', 'client.deleted'].map((action) => ({ action, actor: 'owner@agency.example', subjectType: 'client', subjectId: made.body.id })))
})

test('a name is taken once: by creating and by renaming', async () => {
  const first = await make('Taken')
  const other = await make('Free')
  expect((await api.ask('POST', '/api/v1/clients', { body: { name: 'Taken' } })).body).toMatchObject({ code: '409.name_taken' })
  expect((await api.ask('PATCH', `/api/v1/clients/${other.id}`, { body: { name: 'Taken' } })).body).toMatchObject({ code: '409.name_taken' })
  expect((await api.ask('PATCH', `/api/v1/clients/${first.id}`, { body: { name: 'Taken' } })).status).toBe(200)
})

test('of two renames to one name at once, one is refused', async () => {
  const [first, second] = [await make('Racer one'), await make('Racer two')]
  const answers = await Promise.all([first, second].map(({ id }) => api.ask('PATCH', `/api/v1/clients/${id}`, { body: { name: 'Winner' } })))
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
})

test('an id is the same in capitals', async () => {
  const made = await make('Capital')
  expect((await api.ask('GET', `/api/v1/clients/${made.id.toUpperCase()}`)).body).toEqual(made)
})

test('an ETag that is not current is 412, and nothing changes', async () => {
  const { id } = await make('Tagged')
  const at = `/api/v1/clients/${id}`
  const read = await api.ask('GET', at)
  const etag = read.headers.get('etag') ?? ''
  expect(etag).toMatch(/^"[0-9a-f]{32}"$/)
  const unchanged = await api.ask('GET', at, { headers: { 'if-none-match': `W/${etag}` } })
  expect([unchanged.status, unchanged.text, unchanged.headers.get('etag')]).toEqual([304, '', etag])
  const changed = await api.ask('PATCH', at, { body: { metadata: { a: 1 } }, headers: { 'if-match': `"other", ${etag}` } })
  expect(changed.status).toBe(200)
  expect((await api.ask('GET', at, { headers: { 'if-none-match': etag } })).status).toBe(200)
  for (const ask of [() => api.ask('PATCH', at, { body: { metadata: { a: 2 } }, headers: { 'if-match': etag } }), () => api.ask('DELETE', at, { headers: { 'if-match': etag } })]) {
    expect((await ask()).body).toMatchObject({ code: '412.precondition_failed', detail: expect.stringContaining(changed.headers.get('etag') ?? '?') })
  }
  expect((await api.ask('GET', at)).body).toEqual(changed.body)
  expect((await api.ask('DELETE', at, { headers: { 'if-match': '*' } })).status).toBe(204)
})

test('a client with a plan is in use, and the problem names the plan', async () => {
  const { id } = await make('In use')
  const [template, version, instance, plan] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()]
  const [t, ref] = [api.tenant, `sha256:${'0'.repeat(64)}`]
  await sql`insert into template_artifacts (tenant_id, id, kind, name, content_ref, version, created_by) values (${t}, ${template}, 'n8n', 'used', ${ref}, '1.0.0', 'test')`.execute(api.db)
  await sql`insert into template_versions (tenant_id, id, template_id, version, content_ref, artifact, created_by) values (${t}, ${version}, ${template}, '1.0.0', ${ref}, '{}', 'test')`.execute(api.db)
  await sql`insert into template_instances (tenant_id, id, template_id, version_id, variables, variables_hash, rendering, created_by) values (${t}, ${instance}, ${template}, ${version}, '{}', '0', '{}', 'test')`.execute(api.db)
  await sql`insert into deployment_plans (tenant_id, id, template_id, client_id, instance_id, targets, variables, plan_hash, created_by) values (${t}, ${plan}, ${template}, ${id}, ${instance}, '{n8n}', '{}', ${'0'.repeat(64)}, 'test')`.execute(api.db)
  expect((await api.ask('DELETE', `/api/v1/clients/${id}`)).body).toMatchObject({ code: '409.in_use', planId: plan })
})

test('a list goes page by page without gaps or repetitions, both ways, also when rows share a microsecond', async () => {
  const names = Array.from({ length: 7 }, (_, index) => `page ${String(index)}`)
  await api.inTenant(async (tx) => { for (const name of names) await sql`insert into clients (tenant_id, id, name, created_by, created_at) values (${api.tenant}, ${randomUUID()}, ${name}, 'page', '2020-01-01T00:00:00.000123Z')`.execute(tx) })
  const walk = async (sort: string): Promise<string[]> => {
    const seen: string[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: { body: Page } = await api.ask<Page>('GET', `/api/v1/clients?limit=2&sort=${sort}${cursor === '' ? '' : `&cursor=${cursor}`}`)
      expect(page.body.items.length).toBeGreaterThan(0)
      seen.push(...page.body.items.map(({ name }) => name))
      cursor = page.body.nextCursor
    }
    return seen
  }
  const up = await walk('asc')
  expect(new Set(up).size).toBe(up.length)
  expect(up.slice(0, 7).sort()).toEqual(names)
  expect(await walk('desc')).toEqual([...up].reverse())
  expect((await api.ask<Page>('GET', '/api/v1/clients?name=page%203')).body.items).toMatchObject([{ name: 'page 3' }])
  for (const cursor of [Buffer.from('["x","y"]').toString('base64url'), Buffer.from('{}').toString('base64url')]) {
    expect((await api.ask('GET', `/api/v1/clients?cursor=${cursor}`)).body).toMatchObject({ errors: [{ pointer: '/query/cursor' }] })
  }
})

test('the audit trail is filtered by actor, action, subject, kind and time', async () => {
  const token = await api.tokenOf('operator')
  const { body } = await api.ask<Client>('POST', '/api/v1/clients', { body: { name: 'Audited' }, token })
  const find = async (query: string) => (await api.ask<Events>('GET', `/api/v1/audit?${query}`)).body.items.map(({ subjectId }) => subjectId)
  for (const query of ['actor=operator@agency.example', `subject=${body.id}`, `subject=${body.id}&action=client.created`, `subject=${body.id}&subjectType=client`, `subject=${body.id}&from=2020-01-01T00:00:00Z&to=2100-01-01T00:00:00%2B01:00`]) expect([query, ...(await find(query))]).toEqual([query, body.id])
  for (const query of ['actor=nobody', `subject=${body.id}&action=client.deleted`, `subject=${body.id}&subjectType=plan`, `subject=${body.id}&from=2100-01-01T00:00:00Z`, `subject=${body.id}&to=2020-01-01T00:00:00Z`]) expect(await find(query)).toEqual([])
})

test('what was audited can be neither changed nor deleted by the role that requests run as', async () => {
  for (const attempt of [sql`update audit_events set actor = 'nobody'`, sql`delete from audit_events`]) {
    await expect(api.inTenant((tx) => attempt.execute(tx))).rejects.toThrow('permission denied')
  }
})
