import { type Tx, inTenant } from '../../db/client.ts'
import { type Client, getClient } from '../../db/clients.ts'
import { type Plan, getPlan } from '../../db/plans.ts'
import { getResourcePlan } from '../../db/resource-plans.ts'
import { type Template, getTemplate } from '../../db/templates.ts'
import { accepted, openDeployment, openedBefore } from '../deploy.ts'
import { checkIfMatch, etagOf } from '../etag.ts'
import type { Handlers } from './index.ts'

async function getSubject(tx: Tx, planId: string): Promise<{ plan: Plan; template: Template; client: Client }> {
  const plan = await getPlan(tx, planId)
  return { plan, template: await getTemplate(tx, plan.templateId, { deleted: true }), client: await getClient(tx, plan.clientId) }
}

export const plans: Pick<Handlers, 'getPlan' | 'undeployPlan' | 'getResourcePlan'> = {
  getPlan: async (ctx, { tenantId, params }) => {
    const plan = await inTenant(ctx.db, tenantId, (tx) => getPlan(tx, params.id))
    return { status: 200, body: plan, headers: { ETag: etagOf(plan) } }
  },

  undeployPlan: async (ctx, call) => {
    const found = await inTenant(ctx.db, call.tenantId, async (tx) => (await openedBefore(tx, call)) ?? getSubject(tx, call.params.id))
    // Whatever the plan has become since.
    if (typeof found === 'string') return accepted(found)
    const { plan, template, client } = found
    checkIfMatch(call.ifMatch, plan)
    const summary = `Undeploy "${template.name}" for ${client.name} from ${plan.targets.join(', ')}`
    const recordId = await openDeployment(ctx, call, { operation: 'undeploy', plan, destroy: call.body.destroy, summary })
    return accepted(recordId)
  },

  getResourcePlan: async (ctx, { tenantId, params }) => ({ status: 200, body: await inTenant(ctx.db, tenantId, (tx) => getResourcePlan(tx, params.id)) }),
}
