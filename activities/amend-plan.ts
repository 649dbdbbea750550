import { DomainError } from '../contracts/errors.ts'
import type { Json } from '../contracts/json.ts'
import type { DeployInput } from '../contracts/workflow.ts'
import type { Tx } from '../db/client.ts'
import { inTenant } from '../db/client.ts'
import { correctRequest, lockDeploymentsOf } from '../db/deployments.ts'
import { getInstance } from '../db/instances.ts'
import { getPlanOfRun, revisePlan } from '../db/plans.ts'
import { getVersionById } from '../db/template-versions.ts'
import { secretVariables } from '../domain/variables.ts'
import type { ActivityContext } from './context.ts'
import { storeInstance } from './customize-template.ts'
import { mergedCustomization } from './plan-instance.ts'
import { planHashOf } from './plan-hash.ts'

/** An order stays readable in the run's history, so it may carry no secret. */
async function refuseSecrets(tx: Tx, instanceId: string, input: Record<string, Json>): Promise<void> {
  const { versionId } = await getInstance(tx, instanceId)
  const secret = [...secretVariables((await getVersionById(tx, versionId)).artifact.variables)].find((name) => name in input)
  if (secret !== undefined) throw new DomainError('422.variables_invalid', `${secret} is a secret and cannot be part of a retry: plan again with it (replace: true) and deploy that`)
}

/**
 * A retry with corrected variables: the plan gets the instance that has them, and its next revision; its record goes on with that.
 * Repeating it changes nothing. Throws 422 when the variables do not fit, 409.plan_stale when somebody else replaced the plan.
 */
export async function amendPlan(ctx: ActivityContext, run: DeployInput, input: Record<string, Json>): Promise<void> {
  const { plan, blobRef } = await inTenant(ctx.db, run.tenantId, async (tx) => {
    const found = await getPlanOfRun(tx, run)
    await refuseSecrets(tx, found.instanceId, input)
    return { plan: found, blobRef: await mergedCustomization(ctx, tx, run.tenantId, await getInstance(tx, found.instanceId), input) }
  })
  const made = await storeInstance(ctx, { ...run, templateId: plan.templateId, blobRef })
  if ('texts' in made) throw new DomainError('422.variables_invalid', 'A language model writes texts of this template: change its variables with a new plan (replace: true) and deploy that')
  if (made.instanceId === plan.instanceId) return
  await inTenant(ctx.db, run.tenantId, async (tx) => {
    const instance = await getInstance(tx, made.instanceId)
    const corrected = { instanceId: instance.id, variables: instance.variables, planHash: await planHashOf(ctx, tx, run.tenantId, plan, instance) }
    await lockDeploymentsOf(tx, plan.id)
    await getPlanOfRun(tx, run)
    await correctRequest(tx, run.recordId, { ...corrected, revision: await revisePlan(tx, plan.id, corrected) })
  })
}
