import { randomUUID } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { sql } from 'kysely'
import { insertRow, refusal, rowOf, seedTenant, tenantTables } from './seed.ts'
import type { Refusal, Row } from './seed.ts'
import { seededDatabase } from './seeded.ts'

const { database, ours } = await seededDatabase()
const theirs = await seedTenant(database.db, 'theirs')

/** Names of the constraints that a test has seen refuse something. */
const violated = new Set<string>()

/** Inserts our row of the table again, changed; answers the refusal. */
async function insert(table: string, patch: Row): Promise<Refusal> {
  const refused = await refusal(insertRow(table, { ...(await rowOf(database.db, table, ours.tenantId)), ...patch }).execute(database.db))
  if (refused.constraint !== undefined) violated.add(refused.constraint)
  return refused
}

const fresh = (): Row => ({ id: randomUUID() })

describe('document 000\'s tables', () => {
  test('have its columns', async () => {
    const { rows } = await sql<{ at: string }>`select table_name || '.' || column_name as at from information_schema.columns where table_schema = 'public'`.execute(database.db)
    const columns = rows.map(({ at }) => at)
    for (const [table, list] of Object.entries({
      template_artifacts: ['id', 'kind', 'name', 'content_ref', 'meta'],
      deployment_plans: ['id', 'template_id', 'client_id', 'targets', 'variables', 'created_by', 'created_at'],
      deployment_records: ['id', 'plan_id', 'status', 'logs_ref', 'started_at', 'finished_at', 'correlation_id'],
      provider_links: ['id', 'plan_id', 'provider', 'external_id', 'url'],
    })) for (const column of list) expect(columns).toContain(`${table}.${column}`)
  })

  test('template_artifacts: a kind is one of six, a name is once per kind', async () => {
    expect(await insert('template_artifacts', { ...fresh(), name: 'x', kind: 'zapier' })).toMatchObject({ code: '22P02', message: expect.stringContaining('template_kind') })
    expect(await insert('template_artifacts', fresh())).toMatchObject({ code: '23505', constraint: 'template_artifacts_tenant_id_name_kind_key' })
    await insertRow('template_artifacts', { ...(await rowOf(database.db, 'template_artifacts', ours.tenantId)), ...fresh(), kind: 'n8n' }).execute(database.db)
  })

  test('deployment_plans: one per template, client and targets, in whatever order they are listed', async () => {
    const constraint = 'deployment_plans_template_id_client_id_targets_key'
    expect(await insert('deployment_plans', fresh())).toMatchObject({ code: '23505', constraint })
    expect(await insert('deployment_plans', { ...fresh(), targets: ['retell', 'n8n'] })).toMatchObject({ code: '23505', constraint })
    await insertRow('deployment_plans', { ...(await rowOf(database.db, 'deployment_plans', ours.tenantId)), ...fresh(), targets: ['ghl'] }).execute(database.db)
  })

  test('deployment_plans: template and client exist, and are the same tenant\'s', async () => {
    for (const template_id of [randomUUID(), theirs.templateId]) expect(await insert('deployment_plans', { ...fresh(), template_id })).toMatchObject({ code: '23503', constraint: 'deployment_plans_tenant_id_template_id_fkey' })
    for (const client_id of [randomUUID(), theirs.clientId]) expect(await insert('deployment_plans', { ...fresh(), client_id })).toMatchObject({ code: '23503', constraint: 'deployment_plans_tenant_id_client_id_fkey' })
  })

  test('deployment_records: a status is one of four, a plan exists and is the same tenant\'s', async () => {
    for (const status of ['pending', 'completed', 'SUCCESS', '']) expect(await insert('deployment_records', { ...fresh(), status })).toMatchObject({ code: '22P02', message: expect.stringContaining('deployment_status') })
    for (const plan_id of [randomUUID(), theirs.planId]) expect(await insert('deployment_records', { ...fresh(), plan_id })).toMatchObject({ code: '23503', constraint: 'deployment_records_tenant_id_plan_id_fkey' })
    const { rows } = await sql<{ label: string }>`select unnest(enum_range(null::deployment_status))::text as label`.execute(database.db)
    expect(rows.map(({ label }) => label)).toEqual(['queued', 'running', 'success', 'failed'])
  })

  test('provider_links: an external id is once per plan and provider, the plan exists', async () => {
    expect(await insert('provider_links', fresh())).toMatchObject({ code: '23505', constraint: 'provider_links_tenant_id_plan_id_provider_external_id_key' })
    for (const plan_id of [randomUUID(), theirs.planId]) expect(await insert('provider_links', { ...fresh(), plan_id })).toMatchObject({ code: '23503', constraint: 'provider_links_tenant_id_plan_id_fkey' })
    await insertRow('provider_links', { ...(await rowOf(database.db, 'provider_links', ours.tenantId)), ...fresh(), provider: 'n8n' }).execute(database.db)
  })
})

test('array_sort orders by bytes and makes an empty list of an empty one', async () => {
  const { rows } = await sql<{ sorted: string[]; none: string[] }>`select public.array_sort(array['b', 'a', 'B', 'ä']) as sorted, public.array_sort('{}'::text[]) as none`.execute(database.db)
  expect(rows[0]).toEqual({ sorted: ['B', 'a', 'b', 'ä'], none: [] })
})

describe('every table', () => {
  test('refuses the same row twice', async () => {
    for (const table of await tenantTables(database.db)) expect(await insert(table, {})).toMatchObject({ code: '23505', constraint: `${table}_pkey` })
    await sql`insert into rate_buckets values ('k', 1, now())`.execute(database.db)
    expect(await refusal(sql`insert into rate_buckets values ('k', 1, now())`.execute(database.db))).toMatchObject({ constraint: 'rate_buckets_pkey' })
    expect(await refusal(sql`insert into tenants (id, name) values (${ours.tenantId}, 'x')`.execute(database.db))).toMatchObject({ constraint: 'tenants_pkey' })
    expect(await refusal(sql`insert into tenants (id, name) values (${randomUUID()}, 'ours')`.execute(database.db))).toMatchObject({ constraint: 'tenants_name_key' })
    expect(await refusal(sql`insert into tenants (id, name) values (${randomUUID()}, '')`.execute(database.db))).toMatchObject({ constraint: 'tenants_name_check' })
    const failure = sql`insert into login_failures (key, failures, updated_at) values ('k', 1, now())`
    await failure.execute(database.db)
    expect(await refusal(failure.execute(database.db))).toMatchObject({ constraint: 'login_failures_pkey' })
    for (const name of ['login_failures_pkey', 'rate_buckets_pkey', 'tenants_pkey', 'tenants_name_key', 'tenants_name_check']) violated.add(name)
  })

  test('refuses a reference to what is another tenant\'s, or nobody\'s', async () => {
    const { rows } = await sql<{ table: string; name: string; columns: string[]; target: string }>`
      select c.conrelid::regclass::text as table, c.conname as name, c.confrelid::regclass::text as target,
        (select array_agg(a.attname::text) from pg_attribute a where a.attrelid = c.conrelid and a.attnum = any(c.conkey)) as columns
      from pg_constraint c where c.contype = 'f' and c.connamespace = 'public'::regnamespace`.execute(database.db)
    expect(rows.length).toBeGreaterThan(20)
    for (const { table, name, columns, target } of rows) {
      const column = columns.find((one) => one !== 'tenant_id')
      const row = await rowOf(database.db, table, ours.tenantId)
      const apart: Row = { ...('id' in row ? { id: table === 'deployment_events' ? 1_000_000 : randomUUID() } : {}), ...('hash' in row ? { hash: randomUUID() } : {}), ...(name.includes('instance_id') && table === 'deployment_plans' ? { targets: ['other'] } : {}), ...(table === 'git_conflicts' ? { path: 'other' } : {}) }
      if (column === undefined) {
        expect(await insert(table, { ...apart, tenant_id: randomUUID(), ...(table === 'connections' ? { client_id: null } : {}) })).toMatchObject({ code: '23503', constraint: name })
        continue
      }
      const strange = await rowOf(database.db, target, theirs.tenantId)
      for (const id of [strange['id'], randomUUID()]) expect(await insert(table, { ...apart, [column]: id })).toMatchObject({ code: '23503', constraint: name })
    }
  })

  test('refuses null where a value must be', async () => {
    const { rows } = await sql<{ table: string; column: string }>`
      select table_name as table, column_name as column from information_schema.columns c
      where table_schema = 'public' and is_nullable = 'NO' and is_generated = 'NEVER' and exists (select from information_schema.columns t where t.table_schema = 'public' and t.table_name = c.table_name and t.column_name = 'tenant_id')`.execute(database.db)
    expect(rows.length).toBeGreaterThan(100)
    for (const { table, column } of rows) expect(await insert(table, { [column]: null })).toMatchObject({ code: '23502', column })
  })

  test.each<[string, Row]>([
    ['clients_tenant_id_name_key', {}],
    ['clients_name_check', { name: '' }],
    ['template_artifacts_name_check', { name: '' }],
    ['template_artifacts_content_ref_check', { name: 'x', content_ref: 'sha256:xyz' }],
    ['template_artifacts_status_check', { name: 'x', status: 'secret' }],
    ['template_artifacts_quality_score_check', { name: 'x', quality_score: 101 }],
    ['quality_policies_minimum_check', { minimum: -1 }],
    ['template_artifacts_check', { name: 'x', deleted_by: 'ada' }],
    ['template_versions_tenant_id_template_id_version_key', {}],
    ['template_versions_version_check', { version: 'v1' }],
    ['template_versions_content_ref_check', { version: '2.0.0', content_ref: 'a'.repeat(64) }],
    ['template_versions_status_check', { version: '2.0.0', status: 'secret' }],
    ['kb_documents_tenant_id_ref_key', {}],
    ['kb_documents_ref_check', { ref: '1st' }],
    ['connections_tenant_id_provider_client_id_key', {}],
    ['connections_provider_check', { provider: '' }],
    ['deployment_plans_targets_check', { targets: [] }],
    ['deployment_plans_revision_check', { targets: ['x'], revision: 0 }],
    ['deployment_plans_plan_hash_check', { targets: ['x'], plan_hash: 'A'.repeat(64) }],
    ['resource_plans_tenant_id_plan_id_key', {}],
    ['resource_plans_status_check', { status: 'queued' }],
    ['deployment_records_operation_check', { operation: 'redeploy' }],
    ['deployment_steps_attempts_check', { provider: 'x', attempts: -1 }],
    ['deployment_steps_failures_check', { provider: 'x', failures: -1 }],
    ['provider_links_external_id_check', { external_id: '' }],
    ['provider_links_url_check', { external_id: 'other', url: '' }],
    ['managed_resources_tenant_id_client_id_template_id_provider__key', {}],
    ['dead_letters_one_parked', {}],
    ['dead_letters_status_check', { status: 'lost' }],
    ['pipelines_status_check', { status: 'paused' }],
    ['workflow_definitions_tenant_id_name_key', {}],
    ['workflow_definitions_name_check', { name: 'On Board' }],
    ['workflow_definitions_version_check', { name: 'x', version: 0 }],
    ['workflow_runs_status_check', { status: 'queued' }],
    ['workflow_step_runs_item_check', { item: -2 }],
    ['workflow_step_runs_status_check', { item: 1, status: 'lost' }],
    ['users_tenant_id_email_key', {}],
    ['users_email_check', { email: 'Ada@agency.example' }],
    ['users_password_hash_check', { email: 'x@agency.example', password_hash: 'in clear' }],
    ['users_roles_check', { email: 'x@agency.example', roles: ['root'] }],
    ['api_keys_tenant_id_hash_key', {}],
    ['api_keys_name_check', { hash: 'other', name: '' }],
    ['api_keys_permissions_check', { hash: 'other', permissions: [] }],
    ['invitations_tenant_id_email_key', {}],
    ['invitations_email_check', { email: '' }],
    ['invitations_roles_check', { email: 'x@agency.example', roles: ['root'] }],
    ['template_commits_action_check', { action: 'rename' }],
    ['template_commits_sha_check', { sha: 'a'.repeat(39) }],
    ['template_commits_remote_sha_check', { remote_sha: 'x'.repeat(40) }],
    ['template_commits_position_check', { position: 0 }],
    ['template_commits_check', { sha: null, position: 1 }],
    ['git_conflicts_one_open', {}],
    ['git_conflicts_reason_check', { path: 'x', reason: 'because' }],
    ['git_conflicts_status_check', { path: 'x', status: 'closed', resolved_at: '2026-01-01' }],
    ['git_conflicts_resolution_check', { path: 'x', resolution: 'both' }],
    ['git_conflicts_check', { path: 'x', status: 'resolved' }],
  ])('%s holds', async (constraint, patch) => {
    const [table] = (await tenantTables(database.db)).filter((name) => constraint.startsWith(`${name}_`)).sort((a, b) => b.length - a.length)
    const row = await rowOf(database.db, table ?? '', ours.tenantId)
    expect(await insert(table ?? '', { ...('id' in row ? fresh() : {}), ...patch })).toMatchObject({ constraint })
  })

  test('allows one tenant-wide connection per provider, though its client is null', async () => {
    const row = { ...(await rowOf(database.db, 'connections', ours.tenantId)), client_id: null }
    await insertRow('connections', { ...row, ...fresh() }).execute(database.db)
    expect(await insert('connections', { ...fresh(), client_id: null })).toMatchObject({ constraint: 'connections_tenant_id_provider_client_id_key' })
  })

  test('lets two commits not have one place on the branch', async () => {
    const row = { ...(await rowOf(database.db, 'template_commits', ours.tenantId)), sha: 'a'.repeat(40), position: 1 }
    await insertRow('template_commits', { ...row, ...fresh() }).execute(database.db)
    expect(await insert('template_commits', { ...row, ...fresh() })).toMatchObject({ constraint: 'template_commits_tenant_id_position_key' })
  })

  test('allows a new dead letter once the last one is decided', async () => {
    await sql`update dead_letters set status = 'retried' where tenant_id = ${ours.tenantId}`.execute(database.db)
    await insertRow('dead_letters', { ...(await rowOf(database.db, 'dead_letters', ours.tenantId)), ...fresh(), status: 'parked' }).execute(database.db)
  })

  test('has no constraint that the tests above have not seen refuse something', async () => {
    const { rows } = await sql<{ name: string }>`
      select conname as name from pg_constraint where connamespace = 'public'::regnamespace and contype in ('c', 'f', 'p', 'u') and conrelid::regclass::text not like 'kysely%'
      union select c.relname from pg_index i join pg_class c on c.oid = i.indexrelid where i.indisunique and c.relnamespace = 'public'::regnamespace and c.relname not like 'kysely%'`.execute(database.db)
    expect(rows.map(({ name }) => name).filter((name) => !violated.has(name)).sort()).toEqual([])
  })
})
