import type { PipelineStage } from '../contracts/pipelines.ts'
import type { StageName } from '../contracts/workflow.ts'
import type { Tx } from './client.ts'
import { clock } from './clock.ts'

export const freshStages: PipelineStage[] = (['import', 'customize', 'plan', 'resources', 'deploy'] as const).map((name) => ({ name, status: 'pending' }))

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
