import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import { inTenant } from '../../db/client.ts'
import { up } from '../../db/migrations/0006_repository.ts'
import { Outdated, assertUnchanged, hasPending, pendingCommits, recordWritten, repositoriesDue } from '../../db/repository.ts'
import { repositoryStatus } from '../../db/repository-status.ts'
import { insertVersion, setDeleted } from '../../db/templates.ts'
import { ensureTenant } from '../../db/tenants.ts'
import { cloneDatabase } from '../support/database.ts'
import type { TestDatabase } from '../support/database.ts'

let database: TestDatabase
let tenantId: string
beforeAll(async () => {
  database = await cloneDatabase()
  tenantId = (await ensureTenant(database.db, 'ours')).id
})
afterAll(() => database.drop())

const hash = `sha256:${'a'.repeat(64)}`
const add = (name: string, version: string, draft = false) => inTenant(database.db, tenantId, (tx) => insertVersion(tx, {
  tenantId, artifact: { kind: 'retell', name, version, meta: {}, variables: {}, resources: {}, initialization: { prompts: [], documents: [] } }, contentRef: hash, source: null, createdBy: 'ada', quality: null, draft,
}))
const inOurs = <T>(work: Parameters<typeof inTenant<T>>[2]) => inTenant(database.db, tenantId, work)
const pending = () => inOurs(async (tx) => (await pendingCommits(tx, 100)).map(({ message, actor, changes }) => [message, actor, changes.map(({ path, artifact }) => `${path} ${artifact?.version ?? 'gone'}`)]))

test('what is published before there is a repository is put down for it, in its order', async () => {
  await add('desk', '1.0.0')
  const { templateId } = await add('gone', '1.0.0')
  await add('desk', '1.0.1')
  await add('desk', '1.0.2', true)
  await add('only a draft', '1.0.0', true)
  await inOurs((tx) => setDeleted(tx, templateId, 'bob'))
  const before = await pending()
  for (const statement of ['drop table template_commits, git_conflicts, repositories', 'drop function repositories_due']) await sql.raw(statement).execute(database.db)
  // A migration knows no tables.
  await up(database.db as unknown as Kysely<unknown>)
  expect(await pending()).toEqual(before)
  expect(before).toEqual([
    ['Create template: desk', 'ada', ['retell/desk/template.yaml 1.0.0']],
    ['Create template: gone', 'ada', ['retell/gone/template.yaml 1.0.0']],
    ['Update template: desk', 'ada', ['retell/desk/template.yaml 1.0.1']],
    ['Delete template: gone', 'bob', ['retell/gone/template.yaml gone']],
  ])
})

test('of two writers that made the same commit, one is told that the other was first', async () => {
  const [first] = await inOurs((tx) => pendingCommits(tx, 1))
  const written = { id: first?.id ?? '', position: 1, sha: 'c'.repeat(40), paths: [] }
  await inOurs((tx) => recordWritten(tx, [written]))
  await expect(inOurs((tx) => recordWritten(tx, [{ ...written, position: 2 }]))).rejects.toThrow('Another worker has written')
  const [second] = await inOurs((tx) => pendingCommits(tx, 1))
  await expect(inOurs((tx) => recordWritten(tx, [{ ...written, id: second?.id ?? '' }]))).rejects.toMatchObject({ code: '23505' })
})

test('a template that is at another version, or not yet in the repository, is outdated', async () => {
  const { templateId } = await add('busy', '1.0.0')
  await expect(inOurs((tx) => assertUnchanged(tx, templateId, '1.0.0'))).rejects.toThrow(Outdated)
  await inOurs(async (tx) => recordWritten(tx, (await pendingCommits(tx, 100)).map(({ id }, index) => ({ id, position: 10 + index, sha: 'd'.repeat(40), paths: [] }))))
  await inOurs((tx) => assertUnchanged(tx, templateId, '1.0.0'))
  await expect(inOurs((tx) => assertUnchanged(tx, templateId, null))).rejects.toThrow(Outdated)
  await expect(inOurs((tx) => assertUnchanged(tx, templateId, '0.9.0'))).rejects.toThrow(Outdated)
})

test('a status that is read while the last commits are noted down is of one moment', async () => {
  await add('moment', '1.0.0')
  const [last] = await inOurs((tx) => pendingCommits(tx, 1))
  const position = 1_000
  const statusWhile = (write: () => Promise<void>) => inOurs((tx) => repositoryStatus(tx.withPlugin({
    transformQuery: ({ node }) => node,
    transformResult: async ({ result }) => write().then(() => result),
  }) as typeof tx))
  let writing: Promise<void> | undefined
  const before = await inOurs(repositoryStatus)
  expect(before.lag).toEqual({ unwritten: 1, unpushed: expect.any(Number) })
  expect(await statusWhile(() => (writing ??= inOurs((tx) => recordWritten(tx, [{ id: last?.id ?? '', position, sha: 'e'.repeat(40), paths: [] }]))))).toEqual(before)
  expect(await inOurs(repositoryStatus)).toMatchObject({ head: 'e'.repeat(40), lag: { unwritten: 0, unpushed: position } })
})

test('whose repository has something to do is told, and nothing else of anybody', async () => {
  expect(await inOurs(hasPending)).toBe(false)
  expect(await repositoriesDue(database.db)).toEqual([])
  const connect = (syncMinutes: string) => sql`insert into connections (tenant_id, id, provider, name, config, secrets, created_by) values (${tenantId}, gen_random_uuid(), 'git', 'git', ${JSON.stringify({ syncMinutes })}, 'x', 'ada')
    on conflict (tenant_id, provider, client_id) do update set config = excluded.config`.execute(database.db)
  await connect('often')
  expect(await repositoriesDue(database.db)).toEqual([])
  await connect('5')
  expect(await repositoriesDue(database.db)).toEqual([{ tenantId, sync: true }])
  await sql`insert into repositories (tenant_id, tried_at) values (${tenantId}, clock_timestamp())`.execute(database.db)
  expect(await repositoriesDue(database.db)).toEqual([])
  await add('desk', '1.0.3')
  expect(await repositoriesDue(database.db)).toEqual([{ tenantId, sync: false }])
})
