import { sql } from 'kysely'
import type { Selectable } from 'kysely'
import { DomainError } from '../contracts/errors.ts'
import type { Json, JsonObject } from '../contracts/json.ts'
import type { StepRun, WorkflowDefinition, WorkflowRun } from '../contracts/workflows.ts'
import type { Tx } from './client.ts'
import { clock } from './clock.ts'
import { type Page, type PageRequest, readPage } from './page.ts'
import type { Database, RunStatus, StepRunStatus } from './schema.ts'
import { errorOf } from './stored-error.ts'

type Row = Selectable<Database['workflow_runs']>
type StepRow = Selectable<Database['workflow_step_runs']>
export type RunSummary = Omit<WorkflowRun, 'input' | 'steps'>

/** Stands for the step itself, beside its items. */
export const wholeStep = -1

export interface NewRun {
  tenantId: string
  runId: string
  workflowId: string
  version: number
  definition: WorkflowDefinition
  input: JsonObject
  rerunOf?: string | undefined
  /** Steps of that run which are not carried out again. */
  kept: readonly string[]
  correlationId: string
  actor: string
}

const toSummary = (row: Row): RunSummary => ({
  id: row.id, workflowId: row.workflow_id, version: row.version, status: row.status, ...errorOf(row), rerunOf: row.rerun_of, correlationId: row.correlation_id, createdBy: row.created_by,
  createdAt: row.created_at.toISOString(), finishedAt: row.finished_at?.toISOString() ?? null,
})

/** Made by the API that started the run or by the run, whoever comes first. What is kept comes with its outputs. */
export async function openWorkflowRun(tx: Tx, run: NewRun): Promise<void> {
  const made = await tx.insertInto('workflow_runs')
    .values({
      tenant_id: run.tenantId, id: run.runId, workflow_id: run.workflowId, version: run.version, definition: JSON.stringify(run.definition), input: JSON.stringify(run.input), status: 'running',
      rerun_of: run.rerunOf ?? null, correlation_id: run.correlationId, created_by: run.actor, created_at: clock,
    })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'id']).doNothing()).returning('id').executeTakeFirst()
  if (!made) return
  if (run.rerunOf !== undefined && run.kept.length > 0) {
    await sql`insert into workflow_step_runs (tenant_id, run_id, step_id, item, status, kept, items, output, error_code, error_message, started_at, finished_at)
      select tenant_id, ${run.runId}::uuid, step_id, item, status, true, items, output, error_code, error_message, started_at, finished_at
      from workflow_step_runs where run_id = ${run.rerunOf} and step_id = any(${run.kept}::text[])`.execute(tx)
  }
  await tx.insertInto('workflow_step_runs').values(run.definition.steps.map(({ id }) => ({ tenant_id: run.tenantId, run_id: run.runId, step_id: id, status: 'pending' as const })))
    .onConflict((conflict) => conflict.columns(['tenant_id', 'run_id', 'step_id', 'item']).doNothing()).execute()
}

export interface StoredRun {
  id: string
  workflowId: string
  version: number
  definition: WorkflowDefinition
  input: JsonObject
  status: RunStatus
}

/** What a run works on. Throws 404.workflow_run_not_found. */
export async function getStoredRun(tx: Tx, id: string): Promise<StoredRun> {
  const row = await tx.selectFrom('workflow_runs').select(['id', 'workflow_id', 'version', 'definition', 'input', 'status']).where('id', '=', id).executeTakeFirst()
  if (!row) throw new DomainError('404.workflow_run_not_found', `No run of a workflow has the id ${id}`)
  return { id: row.id, workflowId: row.workflow_id, version: row.version, definition: row.definition, input: row.input, status: row.status }
}

export async function findRunStatus(tx: Tx, id: string): Promise<RunStatus | undefined> {
  return (await tx.selectFrom('workflow_runs').select('status').where('id', '=', id).executeTakeFirst())?.status
}

export async function listWorkflowRuns(tx: Tx, workflowId: string, filter: { status?: RunStatus | undefined }, page: PageRequest): Promise<Page<RunSummary>> {
  let query = tx.selectFrom('workflow_runs').selectAll().select(sql<string>`created_at::text`.as('cursor_at')).where('workflow_id', '=', workflowId)
  if (filter.status !== undefined) query = query.where('status', '=', filter.status)
  return readPage(query, 'created_at', 'id', page, toSummary)
}

interface Counts { step_id: string; success: number; failed: number; waiting: number[] }

function toStep({ id, uses }: { id: string; uses: string }, row: StepRow | undefined, counts: Counts | undefined): StepRun {
  const total = Array.isArray(row?.items) ? row.items.length : undefined
  return {
    id, uses, status: row?.status ?? 'pending', ...(row?.kept ? { kept: true } : {}),
    ...(total === undefined ? {} : { items: { total, success: counts?.success ?? 0, failed: counts?.failed ?? 0, waiting: counts?.waiting ?? [] } }),
    ...(row?.output === null || row?.output === undefined ? {} : { output: row.output }), ...(row ? errorOf(row) : {}),
    startedAt: row?.started_at?.toISOString() ?? null, finishedAt: row?.finished_at?.toISOString() ?? null,
  }
}

/** With its steps in the definition's order. Throws 404.workflow_run_not_found. */
export async function getWorkflowRun(tx: Tx, id: string): Promise<WorkflowRun> {
  const row = await tx.selectFrom('workflow_runs').selectAll().where('id', '=', id).executeTakeFirst()
  if (!row) throw new DomainError('404.workflow_run_not_found', `No run of a workflow has the id ${id}`)
  const steps = new Map((await tx.selectFrom('workflow_step_runs').selectAll().where('run_id', '=', id).where('item', '=', wholeStep).execute()).map((step) => [step.step_id, step]))
  const { rows } = await sql<Counts>`
    select step_id, (count(*) filter (where status = 'success'))::int as success, (count(*) filter (where status = 'failed'))::int as failed,
      coalesce((array_agg(item order by item) filter (where status = 'waiting'))[1:100], '{}') as waiting
    from workflow_step_runs where run_id = ${id} and item >= 0 group by step_id`.execute(tx)
  const counts = new Map(rows.map((one) => [one.step_id, one]))
  return { ...toSummary(row), input: row.input, steps: row.definition.steps.map((step) => toStep(step, steps.get(step.id), counts.get(step.id))) }
}

export interface StepKey { runId: string; step: string; item?: number | undefined }

const isThe = ({ runId, step, item = wholeStep }: StepKey) => sql<boolean>`run_id = ${runId} and step_id = ${step} and item = ${item}`

export interface StoredStep { id: string; status: StepRunStatus; output: Json; items: Json[] | undefined; error: { code: string; message: string } | null }

/** Steps as wholes. */
export async function readSteps(tx: Tx, runId: string, ids?: readonly string[]): Promise<StoredStep[]> {
  let query = tx.selectFrom('workflow_step_runs').selectAll().where('run_id', '=', runId).where('item', '=', wholeStep)
  if (ids) query = query.where('step_id', 'in', [...ids, ''])
  return (await query.execute()).map((row) => ({ id: row.step_id, status: row.status, output: row.output, items: Array.isArray(row.items) ? row.items : undefined, error: errorOf(row).error ?? null }))
}

/** It is at work, since its first start. */
export async function beginStepRun(tx: Tx, tenantId: string, key: StepKey, { status = 'running', items }: { status?: 'running' | 'waiting'; items?: Json[] } = {}): Promise<void> {
  const list = items === undefined ? {} : { items: JSON.stringify(items) }
  await tx.insertInto('workflow_step_runs').values({ tenant_id: tenantId, run_id: key.runId, step_id: key.step, item: key.item ?? wholeStep, status, started_at: clock, ...list })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'run_id', 'step_id', 'item']).doUpdateSet({ status, started_at: sql`coalesce(workflow_step_runs.started_at, ${clock})`, ...list })).execute()
}

export async function saveOutput(tx: Tx, key: StepKey, output: Json): Promise<void> {
  await tx.updateTable('workflow_step_runs').set({ output: JSON.stringify(output) }).where(isThe(key)).execute()
}

export interface StepEnd { status: 'success' | 'failed' | 'skipped' | 'cancelled'; output?: Json; error?: { code: string; message: string } }

/** What became of it. Without an output it keeps what it has put out. An item that could not even begin, its values not fitting, is not on record before. */
export async function endStepRun(tx: Tx, tenantId: string, { runId, step, item = wholeStep }: StepKey, { status, output, error }: StepEnd): Promise<void> {
  const end = { status, finished_at: clock, error_code: error?.code ?? null, error_message: error?.message ?? null, ...(output === undefined ? {} : { output: JSON.stringify(output) }) }
  await tx.insertInto('workflow_step_runs').values({ tenant_id: tenantId, run_id: runId, step_id: step, item, ...end })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'run_id', 'step_id', 'item']).doUpdateSet(end)).execute()
}

export async function skipStepRuns(tx: Tx, runId: string, steps: readonly string[]): Promise<void> {
  await tx.updateTable('workflow_step_runs').set({ status: 'skipped', finished_at: clock }).where('run_id', '=', runId).where('step_id', 'in', steps).where('item', '=', wholeStep).execute()
}

/** Items of a step by their state, and what they put out, in order. */
export const readItems = (tx: Tx, { runId, step }: StepKey): Promise<{ item: number; status: StepRunStatus; output: Json }[]> =>
  tx.selectFrom('workflow_step_runs').select(['item', 'status', 'output']).where('run_id', '=', runId).where('step_id', '=', step).where('item', '>', wholeStep).orderBy('item').execute()

/** The run ends; what of it has not, is cancelled. False when it had ended. */
export async function endWorkflowRunRow(tx: Tx, runId: string, status: 'success' | 'failed', error?: { code: string; message: string }): Promise<boolean> {
  const ended = await tx.updateTable('workflow_runs').set({ status, error_code: error?.code ?? null, error_message: error?.message ?? null, finished_at: clock }).where('id', '=', runId).where('status', '=', 'running').returning('id').executeTakeFirst()
  if (!ended) return false
  await tx.updateTable('workflow_step_runs').set({ status: 'cancelled', finished_at: clock }).where('run_id', '=', runId).where('status', 'in', ['pending', 'running', 'waiting']).execute()
  return true
}
