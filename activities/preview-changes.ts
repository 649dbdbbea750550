import { DomainError } from '../contracts/errors.ts'
import type { Change } from '../contracts/plan.ts'
import { inTenant } from '../db/client.ts'
import { getInstance } from '../db/instances.ts'
import { getPlan, saveChanges } from '../db/plans.ts'
import { storable } from '../domain/hostile.ts'
import { withNewReferences } from '../domain/references.ts'
import { preview } from '../providers/preview.ts'
import { cancellation, describeFailure, withoutSecrets } from './failures.ts'
import type { ActivityContext } from './context.ts'
import { createEngine } from './engine.ts'
import { secretsBefore } from './secrets-before.ts'
import { loadStep } from './steps.ts'

/** One provider's part of the change list, stored with the plan. A provider that cannot be asked makes its rows `unknown`. */
export async function previewProvider(ctx: ActivityContext, input: { tenantId: string; planId: string; provider: string }): Promise<void> {
  const changes = await changesAt(ctx, input)
  await inTenant(ctx.db, input.tenantId, async (tx) => {
    await tx.selectFrom('deployment_plans').select('id').where('id', '=', input.planId).forUpdate().execute()
    const plan = await getPlan(tx, input.planId)
    const others = plan.changes.filter(({ provider }) => provider !== input.provider && plan.targets.includes(provider))
    // Live values and notes are the vendor's words.
    await saveChanges(tx, input.planId, storable([...others, ...changes]).sort((a, b) => (a.provider < b.provider ? -1 : a.provider > b.provider ? 1 : 0)))
  })
}

/** Completes the change list once every provider has been asked. */
export async function settleChanges(ctx: ActivityContext, input: { tenantId: string; planId: string }): Promise<void> {
  await inTenant(ctx.db, input.tenantId, async (tx) => {
    await tx.selectFrom('deployment_plans').select('id').where('id', '=', input.planId).forUpdate().execute()
    const plan = await getPlan(tx, input.planId)
    await saveChanges(tx, input.planId, withNewReferences(plan.changes, (await getInstance(tx, plan.instanceId)).rendering.resources))
  })
}

async function changesAt(ctx: ActivityContext, input: { tenantId: string; planId: string; provider: string }): Promise<Change[]> {
  const step = await loadStep(ctx, input)
  step.secrets.push(...(await secretsBefore(ctx, step)))
  try {
    const engine = createEngine(ctx, step, { ...cancellation(), timeoutMs: Math.min(ctx.providers.timeoutMs, 5_000) })
    return await withoutSecrets(engine.redact, () => preview(engine, step.wanted('preview'), step.unwanted, step.made))
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    const reason = describeFailure(input.provider, error).message
    return step.wanted('preview').map(({ name, type }) => ({ provider: input.provider, type, name, action: 'unknown', reason }))
  }
}
