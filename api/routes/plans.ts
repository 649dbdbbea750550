import { inTenant } from '../../db/client.ts'
import { getClient } from '../../db/clients.ts'
import { getPlan } from '../../db/plans.ts'
import { getResourcePlan } from '../../db/resource-plans.ts'
import { getTemplate } from '../../db/templates.ts'
import { openDeployment } from '../deploy.ts'
import { checkIfMatch, etagOf } from '../etag.ts'
import type { Handlers } from './index.ts'

export const plans: Pick<Handlers, 'getPlan' | 'undeployPlan' | 'getResourcePlan'> = {
  getPlan: async (ctx, { tenantId, params }) => {
    const plan = await inTenant(ctx.db, tenantId, (tx) => getPlan(tx, params.id))
    return { status: 200, body: plan, headers: { ETag: etagOf(plan) } }
  },

  undeployPlan: async (ctx, call) => {
    const { plan, template, client } = await inTenant(ctx.db, call.tenantId, async (tx) => {
      const found = await getPlan(tx, call.params.id)
      return { plan: found, template: await getTemplate(tx, found.templateId, { deleted: true }), client: await getClient(tx, found.clientId) }
    })
    checkIfMatch(call.ifMatch, plan)
    const summary = `Undeploy "${template.name}" for ${client.name} from ${plan.targets.join(', ')}`
    const recordId = await openDeployment(ctx, call, { operation: 'undeploy', plan, destroy: call.body.destroy, summary })
    return { status: 202, body: { recordId }, headers: { Location: `/api/v1/deployments/${recordId}` } }
  },

  getResourcePlan: async (ctx, { tenantId, params }) => ({ status: 200, body: await inTenant(ctx.db, tenantId, (tx) => getResourcePlan(tx, params.id)) }),
}
