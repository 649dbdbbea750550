import { DomainError } from '../contracts/errors.ts'
import type { PlanInput, PlanResult } from '../contracts/workflow.ts'
import { writeAudit } from '../db/audit.ts'
import { inTenant } from '../db/client.ts'
import type { Tx } from '../db/client.ts'
import { findRunningRecord } from '../db/deployment-queries.ts'
import { lockDeploymentsOf } from '../db/deployments.ts'
import { derivedId, newId } from '../db/ids.ts'
import { getInstance } from '../db/instances.ts'
import { listManaged } from '../db/managed-resources.ts'
import { insertPlan, lockPlanFor, revisePlan } from '../db/plans.ts'
import { isDraft } from '../db/template-versions.ts'
import type { ActivityContext } from './context.ts'
import { planHashOf } from './plan-hash.ts'

/** A run that is under way keeps the plan that it began with. One that is parked gives way: it can no longer be retried, only deployed anew. */
async function refuseRunning(tx: Tx, planId: string): Promise<void> {
  const recordId = (await findRunningRecord(tx, planId, 'deploy')) ?? (await findRunningRecord(tx, planId, 'undeploy'))
  if (recordId !== undefined) throw new DomainError('409.deployment_in_progress', `Deployment ${recordId} of plan ${planId} is in progress: wait for it, or cancel it, then replace the plan`, { extra: { recordId } })
}

/** Stores the plan, or finds it. The change list comes from `previewProvider` afterwards. */
export async function storePlan(ctx: ActivityContext, input: PlanInput, instanceId: string): Promise<PlanResult> {
  return inTenant(ctx.db, input.tenantId, async (tx) => {
    const targets = [...input.targets].sort()
    const instance = await getInstance(tx, instanceId)
    if (await isDraft(tx, instance.versionId)) throw new DomainError('409.version_draft', 'The version is a draft: publish it first')
    const managed = await listManaged(tx, input)
    const used = new Set([...Object.values(instance.rendering.resources), ...managed].map(({ provider }) => provider))
    const unsupported = targets.filter((target) => !used.has(target))
    if (unsupported.length > 0) throw new DomainError('422.target_unsupported', `The template has no resource for ${unsupported.join(', ')}`, { errors: unsupported.map((target) => ({ pointer: `/targets/${String(input.targets.indexOf(target))}`, message: 'has no resource in the template' })) })

    const planHash = await planHashOf(ctx, tx, input.tenantId, { clientId: input.clientId, targets }, instance)
    const found = await lockPlanFor(tx, { tenantId: input.tenantId, templateId: input.templateId, clientId: input.clientId, targets })
    const existing = found && (await lockDeploymentsOf(tx, found.id))
    if (existing?.instanceId === instanceId) return { planId: existing.id, revision: existing.revision, planHash: existing.planHash, created: false }
    if (existing && !input.replace) throw new DomainError('409.plan_exists', `Plan ${existing.id} deploys this template for this client to ${targets.join(', ')} with other variables; send replace: true to change it`, { extra: { planId: existing.id } })
    if (existing) await refuseRunning(tx, existing.id)
    const planId = existing?.id ?? newId()
    const next = { instanceId, variables: instance.variables, planHash }
    const revision = existing ? await revisePlan(tx, planId, next) : 1
    if (!existing) await insertPlan(tx, input.tenantId, { id: planId, templateId: input.templateId, clientId: input.clientId, targets, createdBy: input.actor, ...next })
    await writeAudit(tx, { ...input, action: 'template.plan', subjectType: 'plan', subjectId: planId, data: { templateId: input.templateId, clientId: input.clientId, targets, instanceId, revision }, id: derivedId('audit', input.correlationId, 'template.plan', planId, String(revision)) })
    ctx.log.info({ template_id: input.templateId, instance_id: instanceId, plan_id: planId, correlation_id: input.correlationId, status: 'success' }, 'deployment planned')
    return { planId, revision, planHash, created: !existing }
  })
}
