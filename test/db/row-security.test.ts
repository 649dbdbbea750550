import { randomUUID } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { sql } from 'kysely'
import pg from 'pg'
import { inTenant, outsideTenants } from '../../db/client.ts'
import { countParked, countTemplates, sweepExpired } from '../../db/counts.ts'
import { migrate } from '../../db/migrate.ts'
import { searchTemplates } from '../../db/template-search.ts'
import { findTenantNamed, tenantExists } from '../../db/tenants.ts'
import { insertRow, openTables, refusal, rowOf, searchTables, seedTenant } from './seed.ts'
import { seededDatabase } from './seeded.ts'

const { database, ours, here } = await seededDatabase()
const theirs = await seedTenant(database.db, 'theirs')
const tables = await openTables(database.db)

const tenantsSeen = async (table: string, run: typeof inTenant = inTenant): Promise<string[]> =>
  run(database.db, ours.tenantId, async (tx) => (await sql<{ tenant_id: string }>`select tenant_id from ${sql.table(table)}`.execute(tx)).rows.map(({ tenant_id }) => tenant_id))

describe('every table with a tenant', () => {
  test('is guarded by row-level security and known to these tests', async () => {
    expect(tables.length).toBeGreaterThanOrEqual(23)
    const { rows } = await sql<{ name: string }>`
      select c.relname as name from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm') and not c.relrowsecurity order by 1`.execute(database.db)
    expect(rows.map(({ name }) => name)).toEqual(['kysely_migration', 'kysely_migration_lock', 'login_failures', 'rate_buckets'])
    const { rows: policies } = await sql<{ name: string; policy: string; forced: boolean }>`
      select p.tablename as name, p.policyname as policy, c.relforcerowsecurity as forced from pg_policies p join pg_class c on c.oid = p.tablename::regclass where p.schemaname = 'public'`.execute(database.db)
    const guarded = (policy: string) => policies.filter((one) => one.policy === policy && one.forced).map(({ name }) => name).toSorted()
    expect({ tenant: guarded('tenant'), upkeep: guarded('upkeep') }).toEqual({ tenant: [...tables, 'tenants'].toSorted(), upkeep: [...tables, 'tenants'].toSorted() })
  })

  test('of the search is closed to requests, which reach it through functions alone', async () => {
    for (const table of searchTables) {
      for (const statement of [`select * from ${table}`, `delete from ${table}`, `insert into ${table} select * from ${table}`, `update ${table} set tenant_id = tenant_id`]) {
        expect({ statement, code: (await refusal(here((tx) => sql.raw(statement).execute(tx)))).code }).toEqual({ statement, code: '42501' })
      }
    }
    for (const call of [`index_template_of('${theirs.tenantId}', '${theirs.templateId}')`, "search_query('desk')", "meant_words('desk')", "is_word_beginning('desk')"]) {
      expect((await refusal(here((tx) => sql.raw(`select ${call}`).execute(tx)))).code).toBe('42501')
    }
    const found = async (tenantId: string) => (await inTenant(database.db, tenantId, (tx) => searchTemplates(tx, { query: 'desk', filters: {}, limit: 10 }))).items.map(({ id }) => id)
    expect([await found(ours.tenantId), await found(theirs.tenantId), await found(randomUUID())]).toEqual([[ours.templateId], [theirs.templateId], []])
    await here((tx) => sql`select index_template(${theirs.templateId})`.execute(tx))
    expect(await found(theirs.tenantId)).toEqual([theirs.templateId])
  })

  test('shows a tenant its own rows only', async () => {
    for (const table of tables) {
      await rowOf(database.db, table, theirs.tenantId)
      const seen = await tenantsSeen(table)
      expect({ table, mine: seen.length > 0, others: seen.filter((id) => id !== ours.tenantId) }).toEqual({ table, mine: true, others: [] })
    }
    expect(await here(async (tx) => tx.selectFrom('tenants').select('name').execute())).toEqual([{ name: 'ours' }])
  })

  test('shows nothing without a tenant, or with one that does not exist', async () => {
    for (const table of tables) {
      expect(await outsideTenants(database.db, async (tx) => (await sql`select 1 from ${sql.table(table)}`.execute(tx)).rows)).toEqual([])
      expect(await inTenant(database.db, randomUUID(), async (tx) => (await sql`select 1 from ${sql.table(table)}`.execute(tx)).rows)).toEqual([])
    }
    expect(await tenantExists(database.db, ours.tenantId)).toBe(true)
    expect(await tenantExists(database.db, randomUUID())).toBe(false)
  })

  test('takes no row for another tenant', async () => {
    for (const table of tables) {
      const row = await rowOf(database.db, table, theirs.tenantId)
      expect({ table, ...(await refusal(here((tx) => insertRow(table, row).execute(tx)))) }).toMatchObject({ table, code: '42501', message: expect.stringContaining('row-level security') })
    }
  })

  test('lets no row of another tenant be changed, moved or deleted', async () => {
    for (const table of tables.filter((name) => name !== 'audit_events')) {
      const touched = await here(async (tx) => [
        (await sql`update ${sql.table(table)} set tenant_id = tenant_id where tenant_id = ${theirs.tenantId}`.execute(tx)).numAffectedRows,
        (await sql`delete from ${sql.table(table)} where tenant_id = ${theirs.tenantId}`.execute(tx)).numAffectedRows,
      ])
      expect(touched).toEqual([0n, 0n])
      expect((await refusal(here((tx) => sql`update ${sql.table(table)} set tenant_id = ${theirs.tenantId}`.execute(tx)))).code).toBe('42501')
    }
  })
})

describe('the role of the requests', () => {
  const as = <T>(statement: string) => here((tx) => sql.raw<T>(statement).execute(tx))

  test('can neither change nor delete what is in the audit', async () => {
    for (const statement of ["update audit_events set actor = 'nobody'", 'delete from audit_events', 'truncate audit_events']) expect(await refusal(as(statement))).toMatchObject({ code: '42501', message: expect.stringContaining('audit_events') })
  })

  test('cannot log in, own, bypass or make roles, databases or tables', async () => {
    const { rows } = await sql`select rolcanlogin, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolinherit, rolreplication from pg_roles where rolname = 'slipway_app'`.execute(database.db)
    expect(rows).toEqual([{ rolcanlogin: false, rolsuper: false, rolbypassrls: false, rolcreaterole: false, rolcreatedb: false, rolinherit: false, rolreplication: false }])
    const { rows: owned } = await sql`select 1 from pg_class where relowner = 'slipway_app'::regrole`.execute(database.db)
    expect(owned).toEqual([])
    const url = new URL(database.url)
    const client = new pg.Client({ host: url.hostname, port: Number(url.port), database: url.pathname.slice(1), user: 'slipway_app', password: 'test' })
    await expect(client.connect()).rejects.toThrow(/not permitted to log in|password authentication failed/)
  })

  test.each([
    ['turn the policies off', 'alter table clients disable row level security'],
    ['drop a policy', 'drop policy tenant on clients'],
    ['make a table', 'create table public.mine (a int)'],
    ['make a tenant', "insert into tenants (id, name) values (gen_random_uuid(), 'mine')"],
    ['rename a tenant', "update tenants set name = 'mine'"],
    ['see the migrations', 'select * from kysely_migration'],
  ])('cannot %s', async (_, statement) => {
    expect((await refusal(as(statement))).code).toBe('42501')
  })

  test('cannot bypass row security by turning it off for its session', async () => {
    const seen = here(async (tx) => {
      await sql`set local row_security = off`.execute(tx)
      return sql`select * from clients`.execute(tx)
    })
    expect((await refusal(seen)).code).toBe('42501')
  })

  test('ends with the transaction: the next query of the connection is the owner\'s again', async () => {
    await here(async (tx) => { expect((await sql<{ r: string }>`select current_user as r`.execute(tx)).rows[0]?.r).toBe('slipway_app') })
    const names = await Promise.all(Array.from({ length: 20 }, async () => (await sql<{ r: string; t: string }>`select current_user as r, current_setting('app.tenant', true) as t`.execute(database.db)).rows[0]))
    expect(names.every((row) => row?.r !== 'slipway_app' && (row?.t ?? '') === '')).toBe(true)
  })

  test('counts over all tenants without seeing any', async () => {
    expect(await countTemplates(database.db)).toEqual([{ kind: 'retell', category: 'none', count: 2 }])
    expect(await countParked(database.db)).toEqual([{ provider: 'retell', count: 2 }])
  })

  test('sweeps what is past its time, of all tenants', async () => {
    await sql`insert into rate_buckets values ('k', 1, now())`.execute(database.db)
    await sql`insert into login_failures values ('k', 1, now(), now()), ('l', 1, null, now())`.execute(database.db)
    await sweepExpired(database.db)
    for (const table of ['refresh_tokens', 'invitations', 'login_failures']) expect([table, (await sql`select 1 from ${sql.table(table)}`.execute(database.db)).rows.length]).toEqual([table, 2])
    expect((await sql`select 1 from blobs`.execute(database.db)).rows).toHaveLength(2)
    await sweepExpired(database.db, 2 * 24 * 3_600_000)
    expect((await sql`select 1 from idempotency_keys`.execute(database.db)).rows).toHaveLength(0)
    for (const table of ['refresh_tokens', 'invitations', 'rate_buckets', 'login_failures']) expect([table, (await sql`select 1 from ${sql.table(table)}`.execute(database.db)).rows.length]).toEqual([table, 0])
    expect((await sql`select 1 from blobs`.execute(database.db)).rows).toHaveLength(2)
    await sweepExpired(database.db, 8 * 24 * 3_600_000)
    expect((await sql`select 1 from blobs`.execute(database.db)).rows).toHaveLength(0)
  })
})

describe('what a login may ask without a tenant', () => {
  const asApp = <T>(statement: string) => outsideTenants(database.db, (tx) => sql.raw<T>(statement).execute(tx))

  test("is a tenant's id by its exact name, and no row of it", async () => {
    expect(await outsideTenants(database.db, (tx) => findTenantNamed(tx, 'theirs'))).toBe(theirs.tenantId)
    for (const name of ['their', 'their%', 'Theirs', '']) expect(await outsideTenants(database.db, (tx) => findTenantNamed(tx, name))).toBeUndefined()
    expect((await asApp('select tenant_named(\'theirs\'), (select count(*)::int from users) as users, (select count(*)::int from tenants) as tenants')).rows).toMatchObject([{ users: 0, tenants: 0 }])
  })

  test('is asked by the role of the requests alone', async () => {
    const { rows } = await sql<{ name: string }>`select proname as name from pg_proc where pronamespace = 'public'::regnamespace and proname in ('tenant_named', 'make_tenant') and has_function_privilege('public', oid, 'execute')`.execute(database.db)
    expect(rows).toEqual([])
  })
})

test('migrating again changes nothing, also from several processes at once', async () => {
  const results = await Promise.all([migrate(database.db), migrate(database.db), migrate(database.db)])
  expect(results).toEqual([[], [], []])
})
