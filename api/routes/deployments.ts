import type { DeploymentRecord } from '../../contracts/api.ts'
import { DomainError } from '../../contracts/errors.ts'
import { workflowIds } from '../../contracts/workflow.ts'
import { inTenant } from '../../db/client.ts'
import { listEvents } from '../../db/deployment-events.ts'
import { listDeployments } from '../../db/deployment-list.ts'
import { findDeployment, readProgress } from '../../db/deployment-queries.ts'
import type { ApiContext } from '../context.ts'
import { followEvents } from '../events.ts'
import { order } from '../orders.ts'
import { pageOf } from '../pages.ts'
import type { Handlers } from './index.ts'

const missing = (id: string): DomainError => new DomainError('404.deployment_not_found', `No deployment has the id ${id}`)

/** Says where a person can watch its run. */
const withRun = ({ temporal, temporalUiUrl }: ApiContext, record: DeploymentRecord): DeploymentRecord => {
  const id = workflowIds[record.operation](record.planId)
  const url = temporalUiUrl === undefined ? {} : { url: `${temporalUiUrl}/namespaces/${encodeURIComponent(temporal.options.namespace)}/workflows/${encodeURIComponent(id)}` }
  return { ...record, workflow: { id, ...url } }
}

type Ids = 'listDeployments' | 'getDeployment' | 'getDeploymentLogs' | 'streamDeploymentEvents' | 'retryDeployment' | 'skipDeployment' | 'resolveDeployment' | 'cancelDeployment'

export const deployments: Pick<Handlers, Ids> = {
  listDeployments: async (ctx, { tenantId, query }) => {
    const { items, nextCursor } = await inTenant(ctx.db, tenantId, (tx) => listDeployments(tx, query, pageOf(query)))
    return { status: 200, body: { items: items.map((record) => withRun(ctx, record)), nextCursor } }
  },

  getDeployment: async (ctx, { tenantId, params }) => {
    const record = await inTenant(ctx.db, tenantId, (tx) => findDeployment(tx, params.id))
    if (!record) throw missing(params.id)
    return { status: 200, body: withRun(ctx, record) }
  },

  getDeploymentLogs: (ctx, { tenantId, params, query }) =>
    inTenant(ctx.db, tenantId, async (tx) => {
      if (!(await readProgress(tx, params.id))) throw missing(params.id)
      return { status: 200, body: await listEvents(tx, params.id, query, pageOf(query)) }
    }),

  streamDeploymentEvents: (ctx, call) => followEvents(ctx, call, call.params.id),

  retryDeployment: async (ctx, call) => {
    await order(ctx, call, call.params.id, 'retry', { ...(call.body.provider === undefined ? {} : { provider: call.body.provider }), ...(call.body.input === undefined ? {} : { input: call.body.input }) })
    return { status: 202, body: { recordId: call.params.id } }
  },

  skipDeployment: async (ctx, call) => {
    await order(ctx, call, call.params.id, 'skip', call.body)
    return { status: 202, body: { recordId: call.params.id } }
  },

  resolveDeployment: async (ctx, call) => {
    const links = call.body.links.map(({ url, ...link }) => ({ ...link, ...(url === undefined ? {} : { url }) }))
    await order(ctx, call, call.params.id, 'resolve', { ...call.body, links })
    return { status: 202, body: { recordId: call.params.id } }
  },

  cancelDeployment: async (ctx, call) => {
    await order(ctx, call, call.params.id, 'cancel', call.body.reason === undefined ? {} : { reason: call.body.reason })
    return { status: 202, body: { recordId: call.params.id } }
  },
}
