import { sql } from 'kysely'
import type { ExpressionBuilder, Selectable } from 'kysely'
import type { DeploymentRecord } from '../contracts/api.ts'
import type { Tx } from './client.ts'
import { clock } from './clock.ts'
import type { Database, DeploymentStatus } from './schema.ts'
import { errorOf } from './stored-error.ts'

type RecordRow = Selectable<Database['deployment_records']>
type StepRow = Selectable<Database['deployment_steps']>
type LinkRow = Selectable<Database['provider_links']>
export type Where = ExpressionBuilder<Database, 'deployment_records'>

const isoOrNull = (date: Date | null): string | null => date?.toISOString() ?? null

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

export async function withSteps(tx: Tx, rows: readonly RecordRow[]): Promise<DeploymentRecord[]> {
  if (rows.length === 0) return []
  // As text: whoever waits for a deployment asks again and again, and building these queries took a third of the answer.
  const { rows: steps } = await sql<StepRow>`select * from deployment_steps where record_id = any(${rows.map(({ id }) => id)}::uuid[]) order by provider`.execute(tx)
  const { rows: links } = await sql<LinkRow>`select * from provider_links where plan_id = any(${[...new Set(rows.map((row) => row.plan_id))]}::uuid[]) order by type, name`.execute(tx)
  return rows.map((row) => toRecord(row, steps, links))
}

export const parkedStep = ({ exists, selectFrom }: Where) =>
  exists(selectFrom('deployment_steps as step').select('step.provider').whereRef('step.record_id', '=', 'deployment_records.id').where('step.status', '=', 'parked'))

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

/** The record's state for whoever follows it: `final` when nothing more will happen to it by itself or by an order. */
export async function readProgress(tx: Tx, recordId: string): Promise<{ status: DeploymentStatus; final: boolean } | undefined> {
  const row = await tx.selectFrom('deployment_records').select(['status', 'superseded_by']).select((where) => parkedStep(where).as('parked'))
    .where('id', '=', recordId).executeTakeFirst()
  return row && { status: row.status, final: row.status === 'success' || (row.status === 'failed' && (row.superseded_by !== null || !row.parked)) }
}
