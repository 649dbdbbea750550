import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { Db } from '../../db/client.ts'
import { ensureTenant } from '../../db/tenants.ts'

export interface Seed {
  tenantId: string
  clientId: string
  templateId: string
  versionId: string
  instanceId: string
  planId: string
  recordId: string
  userId: string
  apiKeyId: string
  invitationId: string
  workflowId: string
  workflowRunId: string
}

const hash = 'a'.repeat(64)
const soon = new Date(Date.now() + 3_600_000)

/** One row in every table for a tenant of this name, written by the database's owner. */
export async function seedTenant(db: Db, name: string): Promise<Seed> {
  const { id: tenantId } = await ensureTenant(db, name)
  const ids = { clientId: randomUUID(), templateId: randomUUID(), versionId: randomUUID(), instanceId: randomUUID(), planId: randomUUID(), recordId: randomUUID(), userId: randomUUID(), apiKeyId: randomUUID(), invitationId: randomUUID(), workflowId: randomUUID(), workflowRunId: randomUUID() }
  const { clientId, templateId, versionId, instanceId, planId, recordId, userId, apiKeyId, invitationId, workflowId, workflowRunId } = ids
  const own = { tenant_id: tenantId }
  await db.insertInto('clients').values({ ...own, id: clientId, name: 'Bright', metadata: '{}', created_by: 'ada' }).execute()
  await db.insertInto('template_artifacts').values({ ...own, id: templateId, kind: 'retell', name: 'desk', content_ref: `sha256:${hash}`, meta: '{}', version: '1.0.0', created_by: 'ada' }).execute()
  await db.insertInto('template_versions').values({ ...own, id: versionId, template_id: templateId, version: '1.0.0', content_ref: `sha256:${hash}`, artifact: '{}', source: null, created_by: 'ada' }).execute()
  await db.insertInto('kb_documents').values({ ...own, id: randomUUID(), ref: 'policies', title: 'Policies', content: 'Be kind.', content_hash: hash, metadata: '{}', created_by: 'ada' }).execute()
  await db.insertInto('template_instances').values({ ...own, id: instanceId, template_id: templateId, version_id: versionId, variables: '{}', secret_variables: null, variables_hash: hash, kb_refs: [], use_llm: false, texts: '{}', rendering: '{}', created_by: 'ada' }).execute()
  await db.insertInto('connections').values({ ...own, id: randomUUID(), client_id: clientId, provider: 'retell', name: 'main', base_url: null, config: '{}', secrets: Buffer.from('x'), created_by: 'ada' }).execute()
  await db.insertInto('deployment_plans').values({ ...own, id: planId, template_id: templateId, client_id: clientId, instance_id: instanceId, targets: ['n8n', 'retell'], variables: '{}', plan_hash: hash, changes: '[]', created_by: 'ada' }).execute()
  await db.insertInto('resource_plans').values({ ...own, id: randomUUID(), plan_id: planId, instance_id: instanceId, status: 'success', stages: '[]', correlation_id: 'c' }).execute()
  await db.insertInto('deployment_records').values({ ...own, id: recordId, plan_id: planId, operation: 'deploy', status: 'success', request: '{}', logs_ref: '/logs', correlation_id: 'c', requested_by: 'ada' }).execute()
  await db.insertInto('deployment_rejections').values({ ...own, record_id: randomUUID(), in_favour_of: recordId }).execute()
  await db.insertInto('deployment_steps').values({ ...own, record_id: recordId, provider: 'retell', status: 'success', manual_steps: '[]' }).execute()
  await db.insertInto('deployment_events').values({ ...own, record_id: recordId, type: 'queued', provider: null, message: 'accepted', data: '{}' }).execute()
  await db.insertInto('provider_links').values({ ...own, id: randomUUID(), plan_id: planId, record_id: recordId, provider: 'retell', type: 'agent', name: 'desk', external_id: 'agent_1', url: 'https://x' }).execute()
  await db.insertInto('managed_resources').values({ ...own, id: randomUUID(), client_id: clientId, template_id: templateId, provider: 'retell', type: 'agent', name: 'desk', natural_key: 'k', sought: '{}', external_id: null, url: null, sent_hash: null, adopted: false, position: 0 }).execute()
  await db.insertInto('dead_letters').values({ ...own, id: randomUUID(), record_id: recordId, plan_id: planId, provider: 'retell', code: '502.provider_error_retell', message: 'no', fingerprint: 'f', attempts: 6 }).execute()
  await db.insertInto('pipelines').values({ ...own, id: randomUUID(), status: 'running', stages: '[]', correlation_id: 'c', created_by: 'ada' }).execute()
  await db.insertInto('audit_events').values({ ...own, id: randomUUID(), actor: 'ada', action: 'template.import', subject_type: 'template', subject_id: templateId, correlation_id: 'c', data: '{}' }).execute()
  await db.insertInto('blobs').values({ ...own, ref: 'r', content: Buffer.from('x') }).execute()
  await db.insertInto('idempotency_keys').values({ ...own, key: 'k', request_hash: hash, status: null, headers: null, body: null }).execute()
  await db.insertInto('quality_policies').values({ ...own, minimum: 70, gated: ['project'], rules: '[]', updated_by: 'ada' }).execute()
  await sql`select index_template_of(${tenantId}, ${templateId})`.execute(db)
  await db.insertInto('users').values({ ...own, id: userId, email: 'ada@agency.example', name: 'Ada', password_hash: '$argon2id$of-nothing', roles: ['owner'], created_by: 'ada' }).execute()
  await db.insertInto('refresh_tokens').values({ ...own, hash, family: randomUUID(), user_id: userId, expires_at: soon }).execute()
  await db.insertInto('api_keys').values({ ...own, id: apiKeyId, name: 'ci', hash, permissions: ['template:read'], created_by: 'ada', expires_at: soon }).execute()
  await db.insertInto('invitations').values({ ...own, id: invitationId, email: 'bob@agency.example', roles: ['viewer'], hash, created_by: 'ada', expires_at: soon }).execute()
  await db.insertInto('template_commits').values({ ...own, id: randomUUID(), template_id: templateId, version_id: versionId, action: 'create', actor: 'ada', message: 'Create template: desk', sha: 'b'.repeat(40), position: null, pulled_by: null, remote_sha: null }).execute()
  await db.insertInto('git_conflicts').values({ ...own, id: randomUUID(), template_id: templateId, path: 'retell/desk/template.yaml', reason: 'invalid', problems: '[]', base: null, theirs: 'x', remote_sha: 'a'.repeat(40), author: 'ada', resolution: null, resolved_by: null }).execute()
  await db.insertInto('repositories').values({ ...own, remote_sha: null, error_code: null, error_message: null, tried_by: null }).execute()
  const definition = JSON.stringify({ name: 'onboard', steps: [] })
  await db.insertInto('workflow_definitions').values({ ...own, id: workflowId, name: 'onboard', definition, created_by: 'ada' }).execute()
  await db.insertInto('workflow_runs').values({ ...own, id: workflowRunId, workflow_id: workflowId, version: 1, definition, input: '{}', status: 'running', error_code: null, error_message: null, rerun_of: null, correlation_id: 'c', created_by: 'ada' }).execute()
  await db.insertInto('workflow_step_runs').values({ ...own, run_id: workflowRunId, step_id: 'review', status: 'waiting' }).execute()
  return { tenantId, ...ids }
}

/** Read by functions alone, which look for the transaction's tenant; nobody else has a right on them. */
export const searchTables = ['template_search', 'template_words']

/** Every table that has a tenant, as the database has them now. */
export async function tenantTables(db: Db): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`select table_name as name from information_schema.columns where table_schema = 'public' and column_name = 'tenant_id' order by 1`.execute(db)
  return rows.map(({ name }) => name)
}

/** Those that requests read and write themselves. */
export const openTables = async (db: Db): Promise<string[]> => (await tenantTables(db)).filter((name) => !searchTables.includes(name))

export type Row = Record<string, unknown>

/** A row as it is given, but for what PostgreSQL makes of it. */
export const insertRow = (table: string, row: Row) => ({
  async execute(db: Db): Promise<void> {
    const { rows } = await sql<{ name: string }>`select attname as name from pg_attribute where attrelid = ${table}::regclass and attnum > 0 and not attisdropped and attgenerated = ''`.execute(db)
    const columns = sql.join(rows.map(({ name }) => sql.ref(name)))
    await sql`insert into ${sql.table(table)} (${columns}) overriding system value select ${columns} from jsonb_populate_record(null::${sql.table(table)}, ${JSON.stringify(row)}::jsonb)`.execute(db)
  },
})

/** The tenant's row of a table, as JSON. */
export async function rowOf(db: Db, table: string, tenantId: string): Promise<Row> {
  const { rows } = await sql<{ row: Row }>`select to_jsonb(it) as row from ${sql.table(table)} it where tenant_id = ${tenantId} limit 1`.execute(db)
  if (!rows[0]) throw new Error(`seed a row of ${table}`)
  return rows[0].row
}

export interface Refusal { code: string; constraint?: string; column?: string; message: string }

/** What PostgreSQL said against it; fails when it did not. */
export async function refusal(work: Promise<unknown>): Promise<Refusal> {
  try {
    await work
  } catch (error) {
    const { code, constraint, column, message } = error as Refusal
    return { code, message, ...(constraint === undefined ? {} : { constraint }), ...(column === undefined ? {} : { column }) }
  }
  throw new Error('PostgreSQL accepted it')
}
