import { jsonObject } from '../contracts/artifact.ts'
import type { Hole } from '../contracts/artifact.ts'
import { DomainError } from '../contracts/errors.ts'
import type { JsonObject } from '../contracts/json.ts'
import type { Change } from '../contracts/plan.ts'
import type { PlanInput, PlanResult } from '../contracts/workflow.ts'
import { writeAudit } from '../db/audit.ts'
import { putBlob, readBlob } from '../db/blobs.ts'
import type { Tx } from '../db/client.ts'
import { inTenant } from '../db/client.ts'
import { derivedId, newId } from '../db/ids.ts'
import { getInstance, readSecretVariables } from '../db/instances.ts'
import type { Instance } from '../db/instances.ts'
import { listManaged } from '../db/managed-resources.ts'
import { getPlan, insertPlan, lockPlanFor, revisePlan, saveChanges } from '../db/plans.ts'
import { getTemplate, getVersionById, isDraft } from '../db/templates.ts'
import { canonical } from '../domain/canonical.ts'
import { ExpressionError } from '../domain/expressions.ts'
import { withNewReferences } from '../domain/references.ts'
import { fillHoles } from '../domain/render.ts'
import { preview } from '../providers/preview.ts'
import { cancellation, describeFailure, withoutSecrets } from './failures.ts'
import type { ActivityContext } from './context.ts'
import { createEngine, loadStep } from './steps.ts'

async function checkSubject(ctx: ActivityContext, tx: Tx, input: PlanInput): Promise<void> {
  await getTemplate(tx, input.templateId)
  if (!(await tx.selectFrom('clients').select('id').where('id', '=', input.clientId).executeTakeFirst())) {
    throw new DomainError('404.client_not_found', `There is no client ${input.clientId}`)
  }
  const targets = ctx.registry.targets()
  const unknown = input.targets.findIndex((target) => !targets.includes(target))
  if (unknown >= 0) {
    throw new DomainError('400.request_invalid', `There is no target ${input.targets[unknown] ?? ''}: use ${targets.join(', ')}`, { errors: [{ pointer: `/targets/${String(unknown)}`, message: `must be one of ${targets.join(', ')}` }] })
  }
}

/** The instance to plan with: the one named, or (`blobRef`) the customization that must be made first, its variables merged over the named instance's. */
export async function choosePlanInstance(ctx: ActivityContext, input: PlanInput): Promise<{ instanceId: string } | { blobRef: string }> {
  return inTenant(ctx.db, input.tenantId, async (tx) => {
    await checkSubject(ctx, tx, input)
    const base = input.instanceId === undefined ? undefined : await getInstance(tx, input.instanceId)
    if (base && base.templateId !== input.templateId) throw new DomainError('404.instance_not_found', `Instance ${base.id} belongs to another template`)
    if (base && input.blobRef === undefined) return { instanceId: base.id }
    const more = input.blobRef === undefined ? {} : jsonObject.parse(await readBlob(tx, ctx.vault, input.tenantId, input.blobRef))
    return { blobRef: await mergedCustomization(ctx, tx, input.tenantId, base, more) }
  })
}

/** A customization like the instance's, with some variables changed. */
export async function mergedCustomization(ctx: ActivityContext, tx: Tx, tenantId: string, base: Instance | undefined, more: JsonObject): Promise<string> {
  const before = base ? { ...base.variables, ...(await readSecretVariables(tx, ctx.vault, tenantId, base.id)) } : {}
  const same: JsonObject = base ? { version: (await getVersionById(tx, base.versionId)).version, kbRefs: base.kbRefs, useLlm: base.useLlm } : {}
  return putBlob(tx, ctx.vault, tenantId, { ...same, variables: { ...before, ...more } })
}

/** Hash of everything that would be sent, secrets by their fingerprint; ids that only the deployment will know count by name. */
export async function planHashOf(ctx: ActivityContext, tx: Tx, tenantId: string, plan: { clientId: string; targets: readonly string[] }, instance: Instance): Promise<string> {
  const { resources, initialization, delimiters } = instance.rendering
  const variables = { ...instance.variables, ...(await readSecretVariables(tx, ctx.vault, tenantId, instance.id)) }
  const ids = Object.fromEntries(Object.keys(resources).map((name) => [name, { id: `${name}.id`, url: `${name}.url` }]))
  const scope = { variables, kb: instance.rendering.kb ?? {}, resources: ids }
  const sent = (spec: JsonObject, holes: readonly Hole[]): JsonObject => {
    try {
      return fillHoles(spec, holes, scope, delimiters)
    } catch (error) {
      // It fails the deployment, not the plan.
      if (error instanceof ExpressionError) return { spec, instanceId: instance.id }
      throw error
    }
  }
  const wanted = Object.entries(resources).flatMap(([name, { provider, type, spec, holes }]): [string, JsonObject][] => {
    if (!plan.targets.includes(provider)) return []
    const filled = sent(spec, holes)
    return [[name, { provider, type, spec: ctx.registry.get(provider).resources[type]?.normalize?.(filled).spec ?? filled }]]
  })
  const rows = (table: 'prompts' | 'documents'): JsonObject[] => initialization[table].map(({ row, holes }) => sent(row, holes))
  return ctx.vault.fingerprint(tenantId, canonical({ clientId: plan.clientId, targets: [...plan.targets], resources: Object.fromEntries(wanted), prompts: rows('prompts'), documents: rows('documents') }))
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
    const existing = await lockPlanFor(tx, { tenantId: input.tenantId, templateId: input.templateId, clientId: input.clientId, targets })
    if (existing?.instanceId === instanceId) return { planId: existing.id, revision: existing.revision, planHash: existing.planHash, created: false }
    if (existing && !input.replace) throw new DomainError('409.plan_exists', `Plan ${existing.id} deploys this template for this client to ${targets.join(', ')} with other variables; send replace: true to change it`, { extra: { planId: existing.id } })
    const planId = existing?.id ?? newId()
    const next = { instanceId, variables: instance.variables, planHash }
    const revision = existing ? await revisePlan(tx, planId, next) : 1
    if (!existing) await insertPlan(tx, input.tenantId, { id: planId, templateId: input.templateId, clientId: input.clientId, targets, createdBy: input.actor, ...next })
    await writeAudit(tx, { ...input, action: 'template.plan', subjectType: 'plan', subjectId: planId, data: { templateId: input.templateId, clientId: input.clientId, targets, instanceId, revision }, id: derivedId('audit', input.correlationId, 'template.plan', planId, String(revision)) })
    ctx.log.info({ template_id: input.templateId, instance_id: instanceId, plan_id: planId, correlation_id: input.correlationId, status: 'success' }, 'deployment planned')
    return { planId, revision, planHash, created: !existing }
  })
}

/** One provider's part of the change list, stored with the plan. A provider that cannot be asked makes its rows `unknown`. */
export async function previewProvider(ctx: ActivityContext, input: { tenantId: string; planId: string; provider: string }): Promise<void> {
  const changes = await changesAt(ctx, input)
  await inTenant(ctx.db, input.tenantId, async (tx) => {
    await tx.selectFrom('deployment_plans').select('id').where('id', '=', input.planId).forUpdate().execute()
    const plan = await getPlan(tx, input.planId)
    const others = plan.changes.filter(({ provider }) => provider !== input.provider && plan.targets.includes(provider))
    await saveChanges(tx, input.planId, [...others, ...changes].sort((a, b) => (a.provider < b.provider ? -1 : a.provider > b.provider ? 1 : 0)))
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
  try {
    const engine = createEngine(ctx, step, { ...cancellation(), timeoutMs: Math.min(ctx.providers.timeoutMs, 5_000) })
    return await withoutSecrets(engine.redact, () => preview(engine, step.wanted('preview'), step.unwanted, step.made))
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    const reason = describeFailure(input.provider, error).message
    return step.wanted('preview').map(({ name, type }) => ({ provider: input.provider, type, name, action: 'unknown', reason }))
  }
}
