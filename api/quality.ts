import { type ScoreInput, type ScoreResult, workflowIds } from '../contracts/workflow.ts'
import { newId } from '../db/ids.ts'
import type { Call } from './call.ts'
import type { ApiContext } from './context.ts'
import { runStage } from './temporal.ts'

type Asker = Pick<Call, 'tenantId' | 'actor' | 'correlationId'>

/** Scores in the worker: what a template and a tenant's rules cost is nothing that other requests should wait for. */
export async function scoreSubject(ctx: ApiContext, { tenantId, actor, correlationId }: Asker, workflowId: string, subject: Omit<ScoreInput, keyof Asker>, summary: string): Promise<ScoreResult> {
  const input: ScoreInput = { tenantId, actor, correlationId, ...subject }
  const { result } = await runStage<ScoreResult>(ctx, { type: 'scoreTemplate', workflowId, input, summary, ...(subject.templateId === undefined ? {} : { attributes: { SlipwayTemplate: subject.templateId } }) })
  if (subject.templateId !== undefined) await ctx.cache.forget(tenantId)
  return result
}

/** Each asks anew: rules may have changed since. */
export const scoreStored = (ctx: ApiContext, call: Asker, templateId: string, version: string | undefined): Promise<ScoreResult> =>
  scoreSubject(ctx, call, workflowIds.score(call.tenantId, newId()), { templateId, ...(version === undefined ? {} : { version }) }, `Score version ${version ?? 'newest'}`)

/** Throws 422.quality_insufficient, naming what fails, for a version that the tenant's policy keeps a draft. */
export async function checkGate(ctx: ApiContext, call: Asker, templateId: string, version: string): Promise<void> {
  await scoreSubject(ctx, call, workflowIds.score(call.tenantId, newId()), { templateId, version, gate: true }, `Publish version ${version}`)
}
