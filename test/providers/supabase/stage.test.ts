import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { JsonObject } from '../../../contracts/json.ts'
import type { ProviderError } from '../../../providers/provider.ts'
import { readStage, removeOwner, writeStage } from '../../../providers/supabase/stage.ts'
import { schemaSql } from '../../../providers/supabase/schema.ts'
import { ensureTables } from '../../../providers/supabase/tables.ts'
import { accountOf, secretKey, startProject } from './project.ts'
import type { Project } from './project.ts'

let project: Project
beforeAll(async () => { project = await startProject() })
afterAll(() => project.stop())
beforeEach(() => project.empty())

const failure = async (work: Promise<unknown>): Promise<ProviderError> => {
  const error: unknown = await work.then(() => undefined, (reason: unknown) => reason)
  expect(error).toMatchObject({ name: 'ProviderError' })
  return error as ProviderError
}

const withDdl = () => accountOf(project.url, { serviceKey: project.serviceRoleKey, databaseUrl: project.databaseUrl })
const withoutDdl = () => accountOf(project.url, { serviceKey: secretKey })

const rows = (...keys: string[]): JsonObject[] => keys.map((key) => ({ key, content: `about ${key}` }))
const stored = async (table: string) => (await project.sql(`select owner, key from ${table} order by owner, key`)).rows as unknown[]

describe('a stage', () => {
  test('creates the tables over the direct connection and writes its rows', async () => {
    const written = await writeStage(withDdl(), { table: 'prompts', owner: 'acme/desk', rows: [{ key: 'greeting', content: 'Hello', version: 3, metadata: { tone: 'warm' }, language: 'en' }] })
    expect(written).toEqual({ written: 1, deleted: 0 })
    const { rows: [row] } = await project.sql('select * from prompts')
    expect(row).toMatchObject({ owner: 'acme/desk', key: 'greeting', content: 'Hello', version: 3, metadata: { tone: 'warm', language: 'en' } })
  })

  test('replaces an owner\'s rows and leaves other owners alone', async () => {
    const account = withDdl()
    await writeStage(account, { table: 'documents', owner: 'acme/desk', rows: rows('a', 'b', 'c') })
    await writeStage(account, { table: 'documents', owner: 'zeta/desk', rows: rows('a') })
    const again = await writeStage(account, { table: 'documents', owner: 'acme/desk', rows: [{ key: 'b', content: 'new' }, ...rows('d')] })
    expect(again).toEqual({ written: 2, deleted: 2 })
    expect(await readStage(account, 'documents', 'acme/desk')).toEqual([{ key: 'b', content: 'new', metadata: {} }, { key: 'd', content: 'about d', metadata: {} }])
    expect(await readStage(account, 'documents', 'zeta/desk')).toHaveLength(1)
  })

  test("takes over the rows of what the owner was called before, embeddings included, and ends the former's where both have rows", async () => {
    const account = withDdl()
    await writeStage(account, { table: 'documents', owner: 'acme/desk', rows: [{ key: 'a', content: 'x', embedding: [0.5, 1] }, ...rows('b')] })
    await writeStage(account, { table: 'documents', owner: 'zeta/desk', rows: rows('a') })
    const stage = { table: 'documents' as const, owner: 'acme/retell/desk', former: 'acme/desk', rows: rows('a', 'c') }
    expect(await writeStage(account, stage)).toEqual({ written: 2, deleted: 1 })
    expect(await readStage(account, 'documents', stage.owner)).toEqual([{ key: 'a', content: 'about a', metadata: {}, embedding: [0.5, 1] }, { key: 'c', content: 'about c', metadata: {} }])
    await writeStage(account, { table: 'documents', owner: 'acme/desk', rows: rows('a', 'd') })
    expect(await writeStage(account, stage)).toEqual({ written: 2, deleted: 0 })
    expect(await stored('documents')).toEqual([{ owner: 'acme/retell/desk', key: 'a' }, { owner: 'acme/retell/desk', key: 'c' }, { owner: 'zeta/desk', key: 'a' }])
  })

  test('written twice is the same as written once, and moves updated_at', async () => {
    const account = withDdl()
    await writeStage(account, { table: 'prompts', owner: 'o/t', rows: rows('a', 'b') })
    const first = (await project.sql('select min(updated_at) as at from prompts')).rows[0] as { at: Date }
    expect(await writeStage(account, { table: 'prompts', owner: 'o/t', rows: rows('a', 'b') })).toEqual({ written: 2, deleted: 0 })
    const second = (await project.sql('select min(updated_at) as at from prompts')).rows[0] as { at: Date }
    expect(await stored('prompts')).toHaveLength(2)
    expect(second.at.getTime()).toBeGreaterThan(first.at.getTime())
  })

  test('an empty stage deletes what was there', async () => {
    const account = withDdl()
    await writeStage(account, { table: 'prompts', owner: 'o/t', rows: rows('a') })
    expect(await writeStage(account, { table: 'prompts', owner: 'o/t', rows: [] })).toEqual({ written: 0, deleted: 1 })
  })

  test('more rows than a batch go in batches of 500, and deletes in addresses that gateways take', async () => {
    const account = withDdl()
    // Only a write waits until PostgREST knows a new table.
    await writeStage(account, { table: 'documents', owner: 'first', rows: rows('a') })
    const keys = Array.from({ length: 1_201 }, (_, index) => `key-${String(index).padStart(5, '0')}`)
    project.requests.length = 0
    await writeStage(account, { table: 'documents', owner: 'o/t', rows: rows(...keys) })
    const sizes = project.requests.filter(({ method, url }) => method === 'POST' && url.includes('on_conflict=owner%2Ckey')).map(({ headers }) => Number(headers['content-length']))
    // A server that still learns the new table may refuse a batch or two; the write then begins anew.
    const [full = 0, rest = 0] = [...new Set(sizes)]
    expect(sizes.slice(-3)).toEqual([full, full, rest])
    expect(rest / full).toBeCloseTo(201 / 500, 2)
    expect(await readStage(account, 'documents', 'o/t')).toHaveLength(1_201)
    expect(await writeStage(account, { table: 'documents', owner: 'o/t', rows: rows('key-00000') })).toEqual({ written: 1, deleted: 1_200 })
    expect(Math.max(...project.requests.map(({ url }) => url.length))).toBeLessThan(8_000)
  })

  test('long rows go in bodies of about a megabyte', async () => {
    await ensureTables(withDdl())
    const long = Array.from({ length: 5 }, (_, index) => ({ key: `long-${index}`, content: 'x'.repeat(450_000) }))
    await writeStage(withDdl(), { table: 'documents', owner: 'o/t', rows: long })
    const sizes = project.requests.filter(({ method }) => method === 'POST').map(({ headers }) => Number(headers['content-length']))
    expect(sizes.slice(-3)).toEqual([expect.closeTo(900_000, -5), expect.closeTo(900_000, -5), expect.closeTo(450_000, -5)])
  })

  test('a project that cuts its answers at a number of rows hides none', async () => {
    await writeStage(withDdl(), { table: 'prompts', owner: 'o/t', rows: rows(...'abcdefgh') })
    await project.sql(`alter role authenticator set pgrst.db_max_rows = '3'; notify pgrst, 'reload config'`)
    try {
      // It is told, and cuts a moment later: until then all eight come in two pages.
      for (const deadline = Date.now() + 30_000; ;) {
        project.requests.length = 0
        expect(await readStage(withDdl(), 'prompts', 'o/t')).toHaveLength(8)
        const pages = project.requests.filter(({ method, url }) => method === 'GET' && url.includes('select=*')).length
        if (pages === 4) break
        expect({ pages, late: Date.now() > deadline }).toEqual({ pages: 2, late: false })
      }
      expect(await writeStage(withDdl(), { table: 'prompts', owner: 'o/t', rows: rows('z') })).toEqual({ written: 1, deleted: 8 })
    } finally {
      await project.sql(`alter role authenticator reset pgrst.db_max_rows; notify pgrst, 'reload config'`)
    }
  })

  test('keys with quotes, commas, backslashes and letters of other scripts are deleted as they are', async () => {
    const account = withDdl()
    await writeStage(account, { table: 'prompts', owner: 'o,(t)/"x"', rows: rows('say "hi"', 'a,b', '(c)', 'd\\e', 'ключ', 'a.b:*', 'plain') })
    expect(await writeStage(account, { table: 'prompts', owner: 'o,(t)/"x"', rows: rows('plain') })).toEqual({ written: 1, deleted: 6 })
    expect(await stored('prompts')).toEqual([{ owner: 'o,(t)/"x"', key: 'plain' }])
  })

  test('a key that stands twice is a final error naming it, and nothing is written', async () => {
    const account = withDdl()
    await ensureTables(account)
    const error = await failure(writeStage(account, { table: 'prompts', owner: 'o/t', rows: rows('a', 'greeting', 'greeting') }))
    expect(error.message).toContain('"greeting" stands twice')
    expect(error.details.retryable).toBe(false)
    expect(await stored('prompts')).toEqual([])
  })

  test.each<[string, JsonObject, string]>([
    ['no key', { content: 'x' }, 'key must be a text'],
    ['no content', { key: 'a' }, 'content must be a text'],
    ['a metadata that is a list', { key: 'a', content: 'x', metadata: [] }, 'metadata must be an object'],
    ['a version with a fraction', { key: 'a', content: 'x', version: 1.5 }, 'version must be a whole number'],
  ])('a row with %s is refused before anything is sent', async (_what, row, said) => {
    const error = await failure(writeStage(withDdl(), { table: 'prompts', owner: 'o/t', rows: [row] }))
    expect(error.message).toContain(said)
    expect(error.details.retryable).toBe(false)
    expect(project.requests).toEqual([])
  })

  test('an embedding is stored, and a later stage without it leaves it', async () => {
    const account = withDdl()
    await writeStage(account, { table: 'documents', owner: 'o/t', rows: [{ key: 'a', content: 'x', embedding: [0.5, 1] }, ...rows('b')] })
    await writeStage(account, { table: 'documents', owner: 'o/t', rows: rows('a', 'b') })
    expect(await readStage(account, 'documents', 'o/t')).toEqual([
      { key: 'a', content: 'about a', metadata: {}, embedding: [0.5, 1] },
      { key: 'b', content: 'about b', metadata: {} },
    ])
  })

  test('removing an owner empties both tables of it alone', async () => {
    const account = withDdl()
    for (const owner of ['o/t', 'p/t']) {
      await writeStage(account, { table: 'prompts', owner, rows: rows('a') })
      await writeStage(account, { table: 'documents', owner, rows: rows('a', 'b') })
    }
    expect(await removeOwner(account, 'o/t')).toEqual({ deleted: 3 })
    expect(await removeOwner(account, 'o/t')).toEqual({ deleted: 0 })
    expect(await stored('documents')).toEqual([{ owner: 'p/t', key: 'a' }, { owner: 'p/t', key: 'b' }])
  })
})

describe('tables', () => {
  test('a missing table without a direct connection is final and says which SQL to run where', async () => {
    const error = await failure(writeStage(withoutDdl(), { table: 'prompts', owner: 'o/t', rows: rows('a') }))
    expect(error.details).toMatchObject({ retryable: false, status: 404 })
    expect(error.message).toMatch(/docs\/providers\.md#tables-in-supabase.*SQL editor.*databaseUrl/)
    expect(await readStage(withoutDdl(), 'prompts', 'o/t')).toEqual([])
    expect(await removeOwner(withoutDdl(), 'o/t')).toEqual({ deleted: 0 })
  })

  test('six workers that create them at once all succeed', async () => {
    await Promise.all(Array.from({ length: 6 }, () => ensureTables(withDdl())))
    expect(await stored('prompts')).toEqual([])
  })

  test('the SQL is safe to run by hand, twice', async () => {
    await project.sql(schemaSql)
    await project.sql(schemaSql)
    expect((await project.sql(`select relrowsecurity from pg_class where relname in ('prompts', 'documents')`)).rows).toEqual([{ relrowsecurity: true }, { relrowsecurity: true }])
  })

  test('a table without our unique key is final, with the SQL that is missing', async () => {
    await ensureTables(withDdl())
    await project.sql('alter table prompts drop constraint prompts_pkey')
    const error = await failure(writeStage(withDdl(), { table: 'prompts', owner: 'o/t', rows: rows('a') }))
    expect(error.details).toMatchObject({ retryable: false, vendorCode: '42P10' })
    expect(error.message).toContain('alter table public.prompts add unique (owner, key);')
    await project.sql('alter table public.prompts add unique (owner, key);')
    expect(await writeStage(withDdl(), { table: 'prompts', owner: 'o/t', rows: rows('a') })).toEqual({ written: 1, deleted: 0 })
  })

  test('a table of other columns is final and names ours', async () => {
    await project.sql(`create table documents (id bigserial primary key, content text); grant all on documents to service_role; notify pgrst, 'reload schema'`)
    await new Promise((resolve) => setTimeout(resolve, 500))
    const error = await failure(writeStage(withoutDdl(), { table: 'documents', owner: 'o/t', rows: rows('a') }))
    expect(error.details.retryable).toBe(false)
    expect(error.message).toContain('other columns than ours')
  })

  test('a wrong password of the database is final, a database that is away is retried', async () => {
    const wrong = accountOf(project.url, { serviceKey: secretKey, databaseUrl: project.databaseUrl.replace(':owner@', ':other@') })
    expect((await failure(ensureTables(wrong))).details).toMatchObject({ retryable: false, vendorCode: '28P01' })
    const away = accountOf(project.url, { serviceKey: secretKey, databaseUrl: 'postgresql://a:b@127.0.0.1:9/postgres' })
    expect((await failure(ensureTables(away))).details).toMatchObject({ retryable: true })
  })

  test('a name that does not resolve is retried, a database user without the right is final', async () => {
    const nowhere = accountOf(project.url, { serviceKey: secretKey, databaseUrl: 'postgresql://a:b@nowhere.invalid/postgres' })
    expect((await failure(ensureTables(nowhere))).details.retryable).toBe(true)
    const reader = accountOf(project.url, { serviceKey: secretKey, databaseUrl: project.databaseUrl.replace('slipway:owner', 'authenticator:gate') })
    expect((await failure(ensureTables(reader))).details).toMatchObject({ retryable: false, vendorCode: '42501' })
    expect((await failure(writeStage(reader, { table: 'prompts', owner: 'o/t', rows: rows('a') }))).details).toMatchObject({ retryable: false, vendorCode: '42501' })
  })

  test('without a direct connection they are not made, and the hosted project\'s editor is named', async () => {
    const error = await failure(ensureTables(accountOf('https://abcdef.supabase.co', { serviceKey: secretKey })))
    expect(error.message).toContain('https://supabase.com/dashboard/project/abcdef/sql/new')
    expect(error.details.retryable).toBe(false)
  })

  test('a database in a private network is refused where private addresses are, before a socket opens', async () => {
    const account = accountOf('https://abc.supabase.co', { serviceKey: secretKey, databaseUrl: project.databaseUrl }, false)
    expect((await failure(ensureTables(account))).details).toMatchObject({ retryable: false, vendorCode: 'EPRIVATE' })
    expect((await project.sql('select to_regclass(\'public.prompts\') as made')).rows).toEqual([{ made: null }])
  })

  test('a table that PostgREST does not see soon after its creation is asked for again later', async () => {
    await ensureTables(withDdl())
    const unseen = { status: 404, body: '{"code":"PGRST205","message":"Could not find the table"}' }
    project.answers.push(...Array.from({ length: 22 }, () => unseen))
    const error = await failure(writeStage(withDdl(), { table: 'prompts', owner: 'o/t', rows: rows('a') }))
    expect(error.details).toMatchObject({ retryable: true, retryAfterMs: 5_000, vendorCode: 'PGRST205' })
  })
})

describe('answers', () => {
  beforeEach(async () => {
    await writeStage(withDdl(), { table: 'prompts', owner: 'o/t', rows: rows('a') })
    await writeStage(withDdl(), { table: 'documents', owner: 'o/t', rows: [] })
    await project.known('prompts')
  })
  const write = () => writeStage(withoutDdl(), { table: 'prompts', owner: 'o/t', rows: rows('a') })

  test.each<[string, { status: number; body: string; headers?: Record<string, string> }, object, string]>([
    ['a gateway\'s own refusal', { status: 401, body: '{"message":"Invalid API key"}' }, { retryable: false, status: 401 }, 'Invalid API key'],
    ['an empty 404, which the client takes for success,', { status: 404, body: '' }, { retryable: false, status: 404 }, 'Not Found'],
    ['a limit', { status: 429, body: '', headers: { 'retry-after': '7' } }, { retryable: true, retryAfterMs: 7_000 }, 'Too Many Requests'],
    ['an outage', { status: 503, body: '{"code":"PGRST000","message":"Database connection error."}' }, { retryable: true, vendorCode: 'PGRST000' }, 'Database connection error'],
    ['a page of a gateway', { status: 502, body: '<html>bad gateway</html>' }, { retryable: true, status: 502 }, 'bad gateway'],
    ['a statement that cannot be right, even as 500,', { status: 500, body: '{"code":"21000","message":"cannot affect row a second time"}' }, { retryable: false }, 'second time'],
    ['a statement that ran out of time', { status: 500, body: '{"code":"57014","message":"canceling statement"}' }, { retryable: true }, 'canceling'],
    ['an expired key', { status: 401, body: '{"code":"PGRST303","message":"JWT expired"}' }, { retryable: false }, 'Check the service key'],
  ])('%s is classified by status and code', async (_what, answer, details, said) => {
    project.answers.push(answer)
    const error = await failure(write())
    expect(error.details).toMatchObject(details)
    expect(error.message).toContain(said)
  })

  test('a 200 that is a web page is final and doubts the address', async () => {
    project.answers.push({ status: 201, body: '' }, { status: 200, body: '<html>hello</html>' })
    const error = await failure(write())
    expect(error.details.retryable).toBe(false)
    expect(error.message).toContain('is the address the project\'s')
  })

  test.each([200, 500])('a %i whose body breaks off is retried', async (status) => {
    project.answers.push({ status, body: '[{"key":', cut: true })
    expect((await failure(readStage(withoutDdl(), 'prompts', 'o/t'))).details.retryable).toBe(true)
  })

  test('what is no missing table is passed on from reading and removing', async () => {
    const down = { status: 503, body: '{"code":"PGRST002","message":"no schema cache yet"}' }
    project.answers.push(down)
    expect((await failure(readStage(withoutDdl(), 'prompts', 'o/t'))).details).toMatchObject({ retryable: true, vendorCode: 'PGRST002' })
    project.answers.push(down)
    expect((await failure(removeOwner(withoutDdl(), 'o/t'))).details).toMatchObject({ retryable: true, vendorCode: 'PGRST002' })
  })

  test('a body that is no object is shown as it is', async () => {
    project.answers.push({ status: 400, body: '["odd"]' })
    expect((await failure(write())).message).toBe('supabase answered 400: ["odd"]')
  })

  test('another provider\'s account is a mistake of ours', async () => {
    const account = withoutDdl()
    await expect(readStage({ ...account, connection: { ...account.connection, provider: 'n8n' } }, 'prompts', 'o/t')).rejects.toThrow('needs a supabase connection, not n8n')
  })

  test('no answer at all is retried', async () => {
    const error = await failure(writeStage(accountOf('http://127.0.0.1:9', { serviceKey: secretKey }), { table: 'prompts', owner: 'o/t', rows: rows('a') }))
    expect(error.details.retryable).toBe(true)
  })

  test('a secret key goes as apikey alone, a service_role JWT also as Bearer', async () => {
    await write()
    expect(project.requests.at(-1)?.headers).toMatchObject({ apikey: secretKey })
    expect(project.requests.at(-1)?.headers).not.toHaveProperty('authorization')
    await readStage(withDdl(), 'prompts', 'o/t')
    expect(project.requests.at(-1)?.headers).toMatchObject({ apikey: project.serviceRoleKey, authorization: `Bearer ${project.serviceRoleKey}` })
  })
})
