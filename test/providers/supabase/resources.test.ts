import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { JsonObject } from '../../../contracts/json.ts'
import type { Account, Desired, ResourceType } from '../../../providers/provider.ts'
import { supabase } from '../../../providers/supabase/index.ts'
import { schemaSql } from '../../../providers/supabase/schema.ts'
import { writeStage } from '../../../providers/supabase/stage.ts'
import { startSandbox } from '../../../sandboxes/kernel.ts'
import type { RunningSandbox } from '../../../sandboxes/kernel.ts'
import { supabaseSandbox } from '../../../sandboxes/supabase.ts'
import { supabaseSchemaSql } from '../../../sandboxes/supabase/schema.ts'
import { accountOf, jwtSecret, secretKey, startProject } from './project.ts'
import type { Project } from './project.ts'

let project: Project
let sandbox: RunningSandbox
let account: Account<unknown>
const order = (path: string, body: object = {}) => fetch(sandbox.url + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
const state = async () => ((await (await fetch(`${sandbox.url}/__state`)).json()) as { resources: unknown[] }).resources

beforeAll(async () => {
  project = await startProject()
  sandbox = await startSandbox(supabaseSandbox({ target: project.restUrl, jwtSecret }))
})
afterAll(async () => {
  await sandbox.close()
  await project.stop()
})
beforeEach(async () => {
  await project.empty()
  account = accountOf(sandbox.url, { serviceKey: secretKey, databaseUrl: project.databaseUrl })
})

const typeOf = (type: string): ResourceType<unknown> => {
  const found = supabase.resources[type]
  if (!found) throw new Error(`no type ${type}`)
  return found
}
const desired = (type: string, spec: JsonObject): Desired => ({ name: 'greeting', marker: 'sw-0123456789ab', spec: typeOf(type).normalize?.(spec).spec ?? spec })

describe.each(['prompt', 'document'])('a %s', (type) => {
  const verbs = typeOf(type)
  const first = desired(type, { key: 'hello/world', content: 'Hello', metadata: { tone: 'warm' } })

  test('is looked for without making its table, and made with it', async () => {
    expect(await verbs.find(account, first)).toBeUndefined()
    expect((await project.sql(`select to_regclass('public.${type}s') as made`)).rows).toEqual([{ made: null }])
    const live = await verbs.create(account, first)
    expect(live.externalId).toBe('sw-0123456789ab/hello/world')
    expect(await verbs.get(account, live.externalId)).toEqual({ externalId: live.externalId, spec: first.spec, marked: true })
    expect(await verbs.find(account, first)).toEqual(await verbs.get(account, live.externalId))
    expect(live.externalId).toBe(verbs.naturalKey(first))
  })

  test('made twice is one row, changed is the same row, removed twice is gone', async () => {
    const live = await verbs.create(account, first)
    await verbs.create(account, first)
    const changed = desired(type, { key: 'hello/world', content: 'Good day' })
    expect(await verbs.update(account, live, changed)).toMatchObject({ externalId: live.externalId, spec: { content: 'Good day', metadata: {} } })
    expect(await state()).toMatchObject([{ type, id: live.externalId, name: 'hello/world', body: { content: 'Good day' } }])
    await verbs.remove(account, live.externalId, { force: false })
    await verbs.remove(account, live.externalId, { force: false })
    expect(await state()).toEqual([])
  })

  test('is no row of a stage with the same key, nor of its owner', async () => {
    const live = await verbs.create(account, first)
    await writeStage(account, { table: type === 'prompt' ? 'prompts' : 'documents', owner: 'acme/desk', rows: [{ key: 'hello/world', content: 'staged' }] })
    expect(await verbs.get(account, live.externalId)).toMatchObject({ spec: { content: 'Hello' } })
    expect(await state()).toHaveLength(2)
  })

  test('has a link', async () => {
    const live = await verbs.create(account, first)
    expect(verbs.url({ ...account.connection, baseUrl: 'https://abcdef.supabase.co' }, live)).toBe('https://supabase.com/dashboard/project/abcdef/editor')
    const url = verbs.url(account.connection, live)
    expect(await (await fetch(url, { headers: { apikey: secretKey } })).json()).toMatchObject([{ content: 'Hello' }])
  })

  test('is checked offline', () => {
    expect(verbs.validate({ key: '', metadata: 'x' }).map(({ pointer }) => pointer)).toEqual(['/key', '/content', '/metadata'])
    expect(verbs.validate(first.spec)).toEqual([])
    expect(verbs.normalize?.({ key: 'a', content: 'b', tone: 'warm' })).toEqual({
      spec: { key: 'a', content: 'b', metadata: { tone: 'warm' } },
      notes: [`tone is no column of ${type}s and is kept in the metadata`],
    })
  })
})

test('an outage is no missing row', async () => {
  await order('/__faults', { rate: 1, kinds: ['500'] })
  await expect(typeOf('prompt').get(account, 'sw-0123456789ab/x')).rejects.toMatchObject({ details: { retryable: true } })
  await expect(typeOf('prompt').remove(account, 'sw-0123456789ab/x', { force: false })).rejects.toMatchObject({ details: { retryable: true } })
  await order('/__faults', { rate: 0 })
})

test('a removal where there is no table is no error', async () => {
  await expect(typeOf('prompt').remove(account, 'sw-0123456789ab/x', { force: false })).resolves.toBeUndefined()
})

test('a write that was committed although the answer was a failure is repaired by repeating it', async () => {
  const stage = { table: 'prompts' as const, owner: 'acme/desk', rows: [{ key: 'a', content: 'x' }] }
  await writeStage(account, stage)
  await order('/__faults', { rate: 1, kinds: ['commit-then-fail'], times: 1, match: { method: 'POST' } })
  const changed = { ...stage, rows: [{ key: 'a', content: 'y' }, { key: 'b', content: 'z' }] }
  await expect(writeStage(account, changed)).rejects.toMatchObject({ details: { retryable: true } })
  expect(await writeStage(account, changed)).toEqual({ written: 2, deleted: 0 })
  expect(await state()).toMatchObject([{ id: 'acme/desk/a', body: { content: 'y' } }, { id: 'acme/desk/b', body: { content: 'z' } }])
})

test('the sandbox has the tables that the adapter makes', async () => {
  const catalog = async () => (await project.sql(`
    select table_name, column_name, data_type, is_nullable, column_default from information_schema.columns where table_name in ('prompts', 'documents')
    union all select conrelid::regclass::text, conname, pg_get_constraintdef(oid), '', '' from pg_constraint where conrelid in ('prompts'::regclass, 'documents'::regclass)
    order by 1, 2`)).rows as unknown[]
  await project.sql(schemaSql)
  const ours = await catalog()
  await project.sql('drop table prompts, documents')
  await project.sql(supabaseSchemaSql)
  expect(ours.length).toBeGreaterThan(10)
  expect(await catalog()).toEqual(ours)
})

describe('a connection', () => {
  const { secrets } = supabase.connection
  const anon = `eyJhbGciOiJIUzI1NiJ9.${Buffer.from('{"role":"anon"}').toString('base64url')}.x`

  test('is checked by the credentials alone, tables or not', async () => {
    expect(await supabase.check(account)).toEqual({ account: new URL(sandbox.url).host })
    expect(await supabase.check(accountOf(sandbox.url, { serviceKey: project.serviceRoleKey }))).toEqual({ account: new URL(sandbox.url).host })
    expect(await supabase.check(accountOf(`${sandbox.url}/rest/v1`, { serviceKey: secretKey }))).toEqual({ account: new URL(sandbox.url).host })
  })

  test('with a bad key is refused with the gateway\'s words', async () => {
    await expect(supabase.check(accountOf(sandbox.url, { serviceKey: 'sb_secret_revoked' }))).rejects.toMatchObject({
      message: 'supabase answered 401: Invalid API key',
      details: { retryable: false },
    })
  })

  test.each<[string, object, boolean]>([
    ['a secret key', { serviceKey: 'sb_secret_x' }, true],
    ['a publishable key', { serviceKey: 'sb_publishable_x' }, false],
    ['the anon key', { serviceKey: anon }, false],
    ['a direct connection', { serviceKey: 'sb_secret_x', databaseUrl: 'postgresql://postgres:p%40ss@db.abc.supabase.co:5432/postgres?sslmode=require' }, true],
    ['a direct connection that names a file', { serviceKey: 'sb_secret_x', databaseUrl: 'postgresql://a:b@db.example.com/postgres?sslrootcert=/etc/passwd' }, false],
    ['a direct connection that names another host', { serviceKey: 'sb_secret_x', databaseUrl: 'postgresql://a:b@db.example.com/postgres?host=/var/run' }, false],
    ['a direct connection that is no address', { serviceKey: 'sb_secret_x', databaseUrl: 'db.abc.supabase.co' }, false],
    ['a key of an unknown kind', { serviceKey: 'a.bnVsbA.c' }, true],
    ['a web address as direct connection', { serviceKey: 'sb_secret_x', databaseUrl: 'https://abc.supabase.co' }, false],
    ['no key', {}, false],
  ])('with %s is taken or refused', (_what, given, accepted) => {
    expect(secrets.safeParse(given).success).toBe(accepted)
  })
})
