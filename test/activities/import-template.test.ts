import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { MockActivityEnvironment } from '@temporalio/testing'
import type { ActivityContext } from '../../activities/context.ts'
import { storeImport } from '../../activities/import-template.ts'
import { loadConfig } from '../../config.ts'
import type { ImportInput, ImportResult } from '../../contracts/workflow.ts'
import { putBlob } from '../../db/blobs.ts'
import { inTenant } from '../../db/client.ts'
import { listVersions } from '../../db/template-versions.ts'
import { ensureTenant } from '../../db/tenants.ts'
import { activityContext } from '../support/activity-context.ts'
import { cloneDatabase } from '../support/database.ts'
import type { TestDatabase } from '../support/database.ts'

let database: TestDatabase
let ctx: ActivityContext
let tenantId: string
beforeAll(async () => {
  database = await cloneDatabase()
  ctx = activityContext(database.db, loadConfig({ NODE_ENV: 'test', DATABASE_URL: database.url, TEMPORAL_ADDRESS: '127.0.0.1:1', JWT_SECRET: 'a secret of more than thirty-two characters', ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64') }))
  tenantId = (await ensureTenant(database.db, 'default')).id
})
afterAll(() => database.drop())

/** A request's input; they all have one correlation id, which is the caller's to choose. */
async function request(name: string, prompt: string, more: { force?: boolean; version?: string } = { force: true }, changes?: ImportInput['changes']): Promise<ImportInput> {
  const content = `resources: { brain: { provider: retell, type: llm, spec: { start_speaker: agent, general_prompt: ${prompt} } } }`
  const blobRef = await inTenant(database.db, tenantId, (tx) => putBlob(tx, ctx.vault, tenantId, { kind: 'retell', name, content, ...more }))
  return { tenantId, actor: 'ada', correlationId: 'mine', blobRef, draft: false, ...(changes ? { changes } : {}) }
}
/** Carries out what a run asks for. */
async function store(input: ImportInput, runId: string = randomUUID()): Promise<ImportResult> {
  const result: ImportResult | { fetch: true } = await new MockActivityEnvironment({ workflowExecution: { workflowId: 'import', runId } }).run(() => storeImport(ctx, input))
  if ('fetch' in result) throw new Error('nothing is to be fetched')
  return result
}
/** Twice for one run, as when a worker dies after its work and before Temporal hears of it. */
async function twice(input: ImportInput): Promise<[ImportResult, ImportResult]> {
  const runId = randomUUID()
  return [await store(input, runId), await store(input, runId)]
}
const versions = async ({ templateId }: ImportResult) => (await inTenant(database.db, tenantId, (tx) => listVersions(tx, templateId))).map(({ version }) => version).sort()

test.each<[string, { force?: boolean; version?: string }, string]>([
  ['next', { force: true }, '1.0.1'],
  ['numbered', { force: true, version: '3.0.0' }, '3.0.0'],
])('a run that stores the %s version twice stores it once, and hears the same', async (name, more, version) => {
  await store(await request(name, 'first'))
  const [first, second] = await twice(await request(name, 'second', more))
  expect(first).toMatchObject({ version, status: 'published', created: true })
  expect(second).toEqual(first)
  expect(await versions(first)).toEqual(['1.0.0', version])
})

test('a run that stores a new template twice, without force, has made it', async () => {
  const [first, second] = await twice(await request('new', 'first', {}))
  expect(first).toMatchObject({ version: '1.0.0', created: true })
  expect(second).toEqual(first)
})

test('a run that changes what somebody has seen does not stand in its own way', async () => {
  const { contentRef } = await store(await request('seen', 'first'))
  const [first, second] = await twice(await request('seen', 'second', { force: true }, { contentRef }))
  expect(first).toMatchObject({ version: '1.0.1', created: true })
  expect(second).toEqual(first)
})

test('a draft that is stored twice is one draft', async () => {
  await store(await request('drafted', 'first'))
  const [first, second] = await twice({ ...(await request('drafted', 'second')), draft: true })
  expect(first).toMatchObject({ version: '1.0.1', status: 'draft', created: true })
  expect(second).toEqual(first)
  expect(await versions(first)).toEqual(['1.0.0', '1.0.1'])
})

test('a change that ends as a draft, sent again by another request, is the draft that it was', async () => {
  const change = async (prompt: string, { contentRef }: ImportResult) => store({ ...(await request('sent again', prompt, { force: true }, { contentRef })), draft: true })
  const published = await store(await request('sent again', 'first'))
  const first = await change('second', published)
  expect(first).toMatchObject({ version: '1.0.1', status: 'draft', created: true })
  expect(await change('second', published)).toEqual({ ...first, created: false })
  expect(await change('third', published)).toMatchObject({ version: '1.0.2', status: 'draft', created: true })
  expect(await change('second', published)).toMatchObject({ version: '1.0.3', status: 'draft', created: true })
  // What was published since is in between.
  expect(await change('second', await store(await request('sent again', 'fourth')))).toMatchObject({ version: '1.0.5', status: 'draft', created: true })
})

test('two requests with the same content are two versions, though they share a correlation id', async () => {
  const input = await request('again', 'first')
  const [first, second] = [await store(input), await store(input)]
  expect([first, second]).toMatchObject([{ version: '1.0.0', created: true }, { version: '1.0.1', created: true }])
  const told = await database.db.selectFrom('audit_events').select('data').where('subject_id', '=', first.templateId).execute()
  expect(told.map(({ data }) => data['version']).sort()).toEqual(['1.0.0', '1.0.1'])
})
