import { describeActions } from '../../contracts/actions.ts'
import { DomainError } from '../../contracts/errors.ts'
import { actionList } from '../../contracts/workflows.ts'
import { inTenant } from '../../db/client.ts'
import { listWorkflowRuns } from '../../db/workflow-runs.ts'
import { getWorkflow, listWorkflows, putWorkflow } from '../../db/workflows.ts'
import { ExpressionError } from '../../domain/expressions.ts'
import { foresee } from '../../domain/foresee.ts'
import { audited } from '../audited.ts'
import { pageOf } from '../pages.ts'
import { inTime, readDefinition, readInput } from '../workflow-definition.ts'
import { openRun } from '../workflow-runs.ts'
import type { Handlers } from './index.ts'

const foreseen = (...given: Parameters<typeof foresee>) => {
  try {
    return foresee(...given)
  } catch (error) {
    throw error instanceof ExpressionError ? new DomainError('422.render_failed', error.message) : error
  }
}

export const workflows: Pick<Handlers, 'listWorkflows' | 'putWorkflow' | 'listWorkflowActions' | 'getWorkflow' | 'executeWorkflow' | 'listWorkflowRuns'> = {
  listWorkflows: async (ctx, { tenantId, query }) => ({ status: 200, body: await inTenant(ctx.db, tenantId, (tx) => listWorkflows(tx, query, pageOf(query))) }),

  putWorkflow: (ctx, call) => {
    const definition = inTime(ctx, () => readDefinition(call.body.definition))
    return inTenant(ctx.db, call.tenantId, async (tx) => {
      const { workflow, change } = await putWorkflow(tx, { tenantId: call.tenantId, definition, createdBy: call.actor })
      if (change !== 'none') await audited(call, tx, `workflow.${change}`, workflow.id, { name: workflow.name, version: workflow.version })
      return { status: change === 'none' ? 200 : 201, body: workflow, headers: { Location: `/api/v1/workflows/${workflow.id}` } }
    })
  },

  listWorkflowActions: () => Promise.resolve({ status: 200, body: actionList.parse({ items: describeActions() }) }),

  getWorkflow: async (ctx, { tenantId, params }) => ({ status: 200, body: await inTenant(ctx.db, tenantId, (tx) => getWorkflow(tx, params.id)) }),

  executeWorkflow: async (ctx, call) => {
    const workflow = await inTenant(ctx.db, call.tenantId, (tx) => getWorkflow(tx, call.params.id))
    const { definition, version } = workflow
    const input = inTime(ctx, () => readInput(definition, call.body.input))
    if (call.body.dryRun) return { status: 200, body: { input, steps: inTime(ctx, () => foreseen(definition, input)) } }
    const runId = await openRun(ctx, call, { workflowId: workflow.id, version, definition, input, kept: [] })
    return { status: 202, body: { runId }, headers: { Location: `/api/v1/workflows/runs/${runId}` } }
  },

  listWorkflowRuns: async (ctx, { tenantId, params, query }) => ({
    status: 200,
    body: await inTenant(ctx.db, tenantId, async (tx) => listWorkflowRuns(tx, (await getWorkflow(tx, params.id)).id, query, pageOf(query))),
  }),
}
