import { dryRunAnswer } from '../../contracts/api.ts'
import { DomainError } from '../../contracts/errors.ts'
import { readBlob } from '../../db/blobs.ts'
import { type Tx, inTenant } from '../../db/client.ts'
import { getClient } from '../../db/clients.ts'
import { listLinks } from '../../db/links.ts'
import { type Plan, getPlan } from '../../db/plans.ts'
import { type Template, getTemplate } from '../../db/templates.ts'
import { accepted, openDeployment, openedBefore } from '../deploy.ts'
import { customizeTemplate, importTemplate, initializeResources, planDeployment, previewCustomization } from '../stages.ts'
import { withUntranslated } from '../untranslated.ts'
import type { Handlers } from './index.ts'

/** A plan of this template, and whom it is for. Throws 404.plan_not_found for another template's. */
async function getPlanOf(tx: Tx, idOrName: string, planId: string): Promise<{ template: Template; plan: Plan; client: { name: string } }> {
  const template = await getTemplate(tx, idOrName)
  const plan = await getPlan(tx, planId)
  if (plan.templateId !== template.id) throw new DomainError('404.plan_not_found', `Plan ${planId} is not one of template "${template.name}"`)
  return { template, plan, client: await getClient(tx, plan.clientId) }
}

/** The five stages, one by one, and what they made. */
export const stages: Pick<Handlers, 'importTemplate' | 'customizeTemplate' | 'planDeployment' | 'initializeResources' | 'deployPlan' | 'listLinks'> = {
  importTemplate: async (ctx, call) => {
    const { force = false, ...named } = call.query
    const result = await importTemplate(ctx, call, { ...named, ...call.body, force: call.body.force || force })
    return { status: result.created ? 201 : 200, body: await withUntranslated(ctx, call, result), headers: { Location: `/api/v1/templates/${result.templateId}` } }
  },

  customizeTemplate: async (ctx, call) => {
    const { dryRun, ...request } = call.body
    if (dryRun || call.query.dryRun === true) {
      const ref = await previewCustomization(ctx, call, call.params.id, request)
      const rendering = await inTenant(ctx.db, call.tenantId, (tx) => readBlob(tx, ctx.vault, call.tenantId, ref))
      return { status: 200, body: dryRunAnswer.parse(rendering) }
    }
    const { created, ...instance } = await customizeTemplate(ctx, call, call.params.id, request)
    return { status: created ? 201 : 200, body: instance }
  },

  planDeployment: async (ctx, call) => {
    const { tenantId, body } = call
    const { template, client } = await inTenant(ctx.db, tenantId, async (tx) => ({ template: await getTemplate(tx, call.params.id), client: await getClient(tx, body.clientId) }))
    const { planId, created } = await planDeployment(ctx, call, template, { ...body, client, replace: body.replace || call.query.replace === true })
    const { revision, planHash, changes } = await inTenant(ctx.db, tenantId, (tx) => getPlan(tx, planId))
    return { status: created ? 201 : 200, body: { planId, revision, planHash, changes }, headers: { Location: `/api/v1/plans/${planId}` } }
  },

  initializeResources: async (ctx, call) => {
    const { template, plan } = await inTenant(ctx.db, call.tenantId, (tx) => getPlanOf(tx, call.params.id, call.body.planId))
    const { planId, resourcePlanId } = await initializeResources(ctx, call, template, plan.id)
    return { status: 201, body: { planId, resourcePlanId }, headers: { Location: `/api/v1/resource-plans/${resourcePlanId}` } }
  },

  deployPlan: async (ctx, call) => {
    const { planId, planHash, destroy } = call.body
    const found = await inTenant(ctx.db, call.tenantId, async (tx) => (await openedBefore(tx, call)) ?? getPlanOf(tx, call.params.id, planId))
    // Whatever the plan has become since.
    if (typeof found === 'string') return accepted(found)
    const { template, plan, client } = found
    if (planHash !== undefined && planHash !== plan.planHash) throw new DomainError('409.plan_stale', `The plan's hash is ${plan.planHash} now: look at its changes again`, { extra: { planId: plan.id } })
    const summary = `Deploy "${template.name}" for ${client.name} to ${plan.targets.join(', ')}`
    const recordId = await openDeployment(ctx, call, { operation: 'deploy', plan, destroy, planHash, summary })
    return accepted(recordId)
  },

  listLinks: (ctx, { tenantId, params, query }) =>
    inTenant(ctx.db, tenantId, async (tx) => {
      const template = await getTemplate(tx, params.id)
      return { status: 200, body: await listLinks(tx, { templateId: template.id, ...query }) }
    }),
}
