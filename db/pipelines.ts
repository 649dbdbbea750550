import { sql } from 'kysely'
import type { z } from 'zod'
import type { pipeline } from '../contracts/pipelines.ts'
import { DomainError } from '../contracts/errors.ts'
import type { Tx } from './client.ts'
import { clock, clockIn } from './clock.ts'
import { freshStages, saveStage } from './pipeline-stages.ts'
import { errorOf } from './stored-error.ts'

export type Pipeline = z.infer<typeof pipeline>

export async function getPipeline(tx: Tx, id: string): Promise<Pipeline> {
  const row = await tx.selectFrom('pipelines').selectAll().where('id', '=', id).executeTakeFirst()
  if (!row) throw new DomainError('404.pipeline_not_found', `There is no pipeline ${id}`)
  return {
    id: row.id, status: row.status, stages: row.stages, ...errorOf(row), correlationId: row.correlation_id, createdBy: row.created_by,
    createdAt: row.created_at.toISOString(), finishedAt: row.finished_at?.toISOString() ?? null,
  }
}

export async function pipelineExists(tx: Tx, id: string): Promise<boolean> {
  return (await tx.selectFrom('pipelines').select('id').where('id', '=', id).executeTakeFirst()) !== undefined
}

/** False when it still ran that long ago, and while its row is not written yet. */
export async function wasOver(tx: Tx, id: string, agoMs: number): Promise<boolean> {
  return (await tx.selectFrom('pipelines').select('id').where('id', '=', id).where('finished_at', '<=', clockIn(-agoMs)).executeTakeFirst()) !== undefined
}

/** Whether it runs, and none of its stages has begun or ended for so long. */
export async function isQuiet(tx: Tx, { status, createdAt, stages }: Pipeline, forMs: number): Promise<boolean> {
  if (status !== 'running') return false
  const times = [createdAt, ...stages.flatMap(({ startedAt = createdAt, finishedAt = createdAt }) => [startedAt, finishedAt])]
  const { rows } = await sql<{ quiet: boolean }>`select ${times.sort().at(-1)}::timestamptz <= ${clockIn(-forMs)} as quiet`.execute(tx)
  return rows[0]?.quiet === true
}

/** Made by the API that started the run or by the run, whoever comes first. */
export async function openPipeline(tx: Tx, run: { tenantId: string; pipelineId: string; correlationId: string; actor: string }): Promise<void> {
  await tx.insertInto('pipelines')
    .values({ tenant_id: run.tenantId, id: run.pipelineId, status: 'running', stages: JSON.stringify(freshStages), correlation_id: run.correlationId, created_by: run.actor })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'id']).doNothing()).execute()
}

/** A stage that runs still, of a pipeline that was cancelled, ends with it. */
export async function finishPipeline(tx: Tx, id: string, status: 'success' | 'failed', error?: { code: string; message: string }): Promise<void> {
  if (error) {
    const { stages } = await getPipeline(tx, id)
    for (const stage of stages) if (stage.status === 'running') await saveStage(tx, id, stage.name, { status: 'failed', error })
  }
  await tx.updateTable('pipelines').set({ status, error_code: error?.code ?? null, error_message: error?.message ?? null, finished_at: sql<Date>`coalesce(finished_at, ${clock})` }).where('id', '=', id).execute()
}

/** The run is over and has not said so. What it said meanwhile stands. */
export async function closePipeline(tx: Tx, id: string, error: { code: string; message: string }): Promise<void> {
  const open = await tx.selectFrom('pipelines').select('id').where('id', '=', id).where('status', '=', 'running').forUpdate().executeTakeFirst()
  if (open) await finishPipeline(tx, id, 'failed', error)
}
