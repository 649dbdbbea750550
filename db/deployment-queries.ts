import { sql } from 'kysely'
import type { ExpressionBuilder, Selectable } from 'kysely'
import type { DeploymentEvent, DeploymentRecord } from '../contracts/api.ts'
import type { Tx } from './client.ts'
import { clock } from './clock.ts'
import { type Page, type PageRequest, readPage } from './page.ts'
import type { Database, DeploymentStatus } from './schema.ts'

export interface DeploymentFilter {
  status?: DeploymentStatus | undefined
  planId?: string | undefined
  clientId?: string | undefined
  templateId?: string | undefined
  provider?: string | undefined
  correlationId?: string | undefined
  operation?: 'deploy' | 'undeploy' | undefined
  parked?: boolean | undefined
  /** Goes on, though a step has failed and is tried again. */
  failing?: boolean | undefined
  from?: string | undefined
  to?: string | undefined
}

type RecordRow = Selectable<Database['deployment_records']>
type StepRow = Selectable<Database['deployment_steps']>
type LinkRow = Selectable<Database['provider_links']>
type Where = ExpressionBuilder<Database, 'deployment_records'>

const isoOrNull = (date: Date | null): string | null => date?.toISOString() ?? null

const errorOf = (row: { error_code: string | null; error_message: string | null }) =>
  row.error_code === null ? {} : { error: { code: row.error_code, message: row.error_message ?? '' } }

/** A provider's links show in the record while its step stands as done. */
const done = (step: StepRow): boolean => step.status === 'success' || step.status === 'resolved'

const toProvider = (record: RecordRow, step: StepRow, links: LinkRow[]): DeploymentRecord['providers'][number] => ({
  provider: step.provider,
  status: step.status,
  attempts: step.attempts,
  ...(step.next_retry_at ? { nextRetryAt: step.next_retry_at.toISOString() } : {}),
  ...errorOf(step),
  ...(step.manual_steps.length > 0 ? { manualSteps: step.manual_steps } : {}),
  links: (record.operation === 'deploy' && done(step) ? links : [])
    .filter((link) => link.plan_id === record.plan_id && link.provider === step.provider)
    .map(({ provider, external_id, url, type, name, plan_id, deployed_at }) => ({ provider, external_id, url, type, name, plan_id, deployed_at: deployed_at.toISOString() })),
})

const toRecord = (row: RecordRow, steps: StepRow[], links: LinkRow[]): DeploymentRecord => ({
  id: row.id,
  planId: row.plan_id,
  operation: row.operation,
  status: row.status,
  request: row.request,
  providers: steps.filter((step) => step.record_id === row.id).map((step) => toProvider(row, step, links)),
  ...errorOf(row),
  ...(row.superseded_by === null ? {} : { supersededBy: row.superseded_by }),
  correlationId: row.correlation_id,
  requestedBy: row.requested_by,
  createdAt: row.created_at.toISOString(),
  startedAt: isoOrNull(row.started_at),
  finishedAt: isoOrNull(row.finished_at),
  logsRef: row.logs_ref,
})

async function withSteps(tx: Tx, rows: readonly RecordRow[]): Promise<DeploymentRecord[]> {
  if (rows.length === 0) return []
  // As text: whoever waits for a deployment asks again and again, and building these queries took a third of the answer.
  const { rows: steps } = await sql<StepRow>`select * from deployment_steps where record_id = any(${rows.map(({ id }) => id)}::uuid[]) order by provider`.execute(tx)
  const { rows: links } = await sql<LinkRow>`select * from provider_links where plan_id = any(${[...new Set(rows.map((row) => row.plan_id))]}::uuid[]) order by type, name`.execute(tx)
  return rows.map((row) => toRecord(row, steps, links))
}

const parkedStep = ({ exists, selectFrom }: Where) =>
  exists(selectFrom('deployment_steps as step').select('step.provider').whereRef('step.record_id', '=', 'deployment_records.id').where('step.status', '=', 'parked'))

/** A step keeps the error of its last try until one succeeds. */
const failingStep = ({ exists, selectFrom }: Where) =>
  exists(selectFrom('deployment_steps as step').select('step.provider').whereRef('step.record_id', '=', 'deployment_records.id').where('step.status', 'in', ['running', 'retrying']).where('step.error_code', 'is not', null))

export async function listDeployments(tx: Tx, filter: DeploymentFilter, page: PageRequest): Promise<Page<DeploymentRecord>> {
  const { status, planId, clientId, templateId, provider, correlationId, operation, parked, failing, from, to } = filter
  let query = tx.selectFrom('deployment_records').selectAll().select(sql<string>`created_at::text`.as('cursor_at'))
  if (status !== undefined) query = query.where('status', '=', status)
  if (planId !== undefined) query = query.where('plan_id', '=', planId)
  if (correlationId !== undefined) query = query.where('correlation_id', '=', correlationId)
  if (operation !== undefined) query = query.where('operation', '=', operation)
  if (from !== undefined) query = query.where('created_at', '>=', new Date(from))
  if (to !== undefined) query = query.where('created_at', '<', new Date(to))
  if (provider !== undefined)
    query = query.where(({ exists, selectFrom }) => exists(selectFrom('deployment_steps as at').select('at.provider').whereRef('at.record_id', '=', 'deployment_records.id').where('at.provider', '=', provider)))
  if (clientId !== undefined || templateId !== undefined)
    query = query.where('plan_id', 'in', ({ selectFrom }) =>
      selectFrom('deployment_plans').select('id')
        .$if(clientId !== undefined, (plans) => plans.where('client_id', '=', clientId ?? ''))
        .$if(templateId !== undefined, (plans) => plans.where('template_id', '=', templateId ?? '')))
  if (parked !== undefined)
    query = query.where((where) => {
      const waits = where.and([parkedStep(where), where('superseded_by', 'is', null)])
      return parked ? waits : where.not(waits)
    })
  if (failing !== undefined)
    query = query.where((where) => {
      const tries = where.and([where('status', 'in', ['queued', 'running']), failingStep(where)])
      return failing ? tries : where.not(tries)
    })
  const { items, nextCursor } = await readPage(query, 'created_at', 'id', page, (row) => row)
  return { items: await withSteps(tx, items), nextCursor }
}

export async function findDeployment(tx: Tx, id: string): Promise<DeploymentRecord | undefined> {
  const { rows } = await sql<RecordRow>`select * from deployment_records where id = ${id}`.execute(tx)
  return (await withSteps(tx, rows))[0]
}

/** The newest record of a plan for this operation that is queued or running. */
export async function findRunningRecord(tx: Tx, planId: string, operation: 'deploy' | 'undeploy'): Promise<string | undefined> {
  const row = await tx.selectFrom('deployment_records').select('id')
    .where('plan_id', '=', planId).where('operation', '=', operation).where('status', 'in', ['queued', 'running'])
    .orderBy('created_at', 'desc').limit(1).executeTakeFirst()
  return row?.id
}

/** The newest record of a plan for this operation, its state, and how long ago it was opened. */
export async function findLatestRecord(tx: Tx, planId: string, operation: 'deploy' | 'undeploy'): Promise<{ id: string; status: DeploymentStatus; ageMs: number } | undefined> {
  return tx.selectFrom('deployment_records').select(['id', 'status']).select(sql<number>`(extract(epoch from ${clock} - created_at) * 1000)::float8`.as('ageMs'))
    .where('plan_id', '=', planId).where('operation', '=', operation).orderBy('created_at', 'desc').limit(1).executeTakeFirst()
}

const toEvent = (row: Selectable<Database['deployment_events']>): DeploymentEvent => ({
  id: row.id,
  at: row.at.toISOString(),
  type: row.type,
  ...(row.provider === null ? {} : { provider: row.provider }),
  message: row.message,
  data: row.data,
})

/** One page of a record's events; oldest first unless asked otherwise. */
export async function listEvents(tx: Tx, recordId: string, filter: { provider?: string | undefined }, { sort = 'asc', ...page }: PageRequest): Promise<Page<DeploymentEvent>> {
  let query = tx.selectFrom('deployment_events').selectAll().select(sql<string>`at::text`.as('cursor_at')).where('record_id', '=', recordId)
  if (filter.provider !== undefined) query = query.where('provider', '=', filter.provider)
  return readPage(query, 'at', 'id', { ...page, sort }, toEvent)
}

/** Events after an id, oldest first, with how long ago each was written. */
export async function eventsAfter(tx: Tx, recordId: string, id: number, limit: number): Promise<{ event: DeploymentEvent; ageMs: number }[]> {
  const rows = await tx.selectFrom('deployment_events').selectAll().select(sql<number>`(extract(epoch from ${clock} - at) * 1000)::float8`.as('age')).where('record_id', '=', recordId).where('id', '>', id).orderBy('id').limit(limit).execute()
  return rows.map((row) => ({ event: toEvent(row), ageMs: row.age }))
}

/** The record's state for whoever follows it: `final` when nothing more will happen to it by itself or by an order. */
export async function readProgress(tx: Tx, recordId: string): Promise<{ status: DeploymentStatus; final: boolean } | undefined> {
  const row = await tx.selectFrom('deployment_records').select(['status', 'superseded_by']).select((where) => parkedStep(where).as('parked'))
    .where('id', '=', recordId).executeTakeFirst()
  return row && { status: row.status, final: row.status === 'success' || (row.status === 'failed' && (row.superseded_by !== null || !row.parked)) }
}
