import { sql } from 'kysely'
import type { PipelineStage } from '../contracts/api.ts'
import { DomainError } from '../contracts/errors.ts'
import type { StageName } from '../contracts/workflow.ts'
import type { Tx } from './client.ts'
import { clock, clockIn } from './clock.ts'

export interface Pipeline {
  id: string
  status: 'running' | 'success' | 'failed'
  stages: PipelineStage[]
  error?: { code: string; message: string }
  correlationId: string
  createdBy: string
  createdAt: string
  finishedAt: string | null
}

export async function getPipeline(tx: Tx, id: string): Promise<Pipeline> {
  const row = await tx.selectFrom('pipelines').selectAll().where('id', '=', id).executeTakeFirst()
  if (!row) throw new DomainError('404.pipeline_not_found', `There is no pipeline ${id}`)
  return {
    id: row.id,
    status: row.status,
    stages: row.stages,
    ...(row.error_code === null ? {} : { error: { code: row.error_code, message: row.error_message ?? '' } }),
    correlationId: row.correlation_id,
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
  }
}

/** False when it still ran that long ago, and while its row is not written yet. */
export async function wasOver(tx: Tx, id: string, agoMs: number): Promise<boolean> {
  const row = await tx.selectFrom('pipelines').select('id').where('id', '=', id).where('finished_at', '<=', clockIn(-agoMs)).executeTakeFirst()
  return row !== undefined
}

const fresh: PipelineStage[] = (['import', 'customize', 'plan', 'resources', 'deploy'] as const).map((name) => ({ name, status: 'pending' }))

/** Made by the API that started the run or by the run, whoever comes first. */
export async function openPipeline(tx: Tx, pipeline: { tenantId: string; pipelineId: string; correlationId: string; actor: string }): Promise<void> {
  await tx.insertInto('pipelines')
    .values({ tenant_id: pipeline.tenantId, id: pipeline.pipelineId, status: 'running', stages: JSON.stringify(fresh), correlation_id: pipeline.correlationId, created_by: pipeline.actor })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'id']).doNothing()).execute()
}

/** What becomes of a stage, while its pipeline runs: a try that outlives it says no more. Its error stays as long as it is said; its times are those of its first start and first end, by the database's clock. */
export async function saveStage(tx: Tx, id: string, name: StageName, patch: StagePatch): Promise<void> {
  const row = await tx.selectFrom('pipelines').select(['stages', clock.as('at')]).where('id', '=', id).where('status', '=', 'running').forUpdate().executeTakeFirst()
  if (!row) return
  const at = row.at.toISOString()
  const stages = row.stages.map((stage) => (stage.name === name ? patched(stage, patch, at) : stage))
  await tx.updateTable('pipelines').set({ stages: JSON.stringify(stages) }).where('id', '=', id).execute()
}

export type StagePatch = Omit<PipelineStage, 'name' | 'startedAt' | 'finishedAt'>

const patched = ({ error: _, ...stage }: PipelineStage, patch: StagePatch, at: string): PipelineStage => ({
  ...stage, ...patch,
  ...(patch.status === 'running' ? { startedAt: stage.startedAt ?? at } : { finishedAt: stage.finishedAt ?? at }),
})

/** A stage that runs still, of a pipeline that was cancelled, ends with it. */
export async function finishPipeline(tx: Tx, id: string, status: 'success' | 'failed', error?: { code: string; message: string }): Promise<void> {
  if (error) {
    const { stages } = await getPipeline(tx, id)
    for (const stage of stages) if (stage.status === 'running') await saveStage(tx, id, stage.name, { status: 'failed', error })
  }
  await tx.updateTable('pipelines').set({ status, error_code: error?.code ?? null, error_message: error?.message ?? null, finished_at: sql<Date>`coalesce(finished_at, ${clock})` }).where('id', '=', id).execute()
}
