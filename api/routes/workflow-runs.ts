import { DomainError } from '../../contracts/errors.ts'
import { inTenant } from '../../db/client.ts'
import { getStoredRun, getWorkflowRun, readSteps } from '../../db/workflow-runs.ts'
import { following } from '../../domain/dag.ts'
import { follow } from '../events.ts'
import { inTime, readInput } from '../workflow-definition.ts'
import { cancelRun, decide, openRun } from '../workflow-runs.ts'
import type { Handlers } from './index.ts'

export const workflowRuns: Pick<Handlers, 'getWorkflowRun' | 'streamWorkflowRun' | 'decideWorkflowStep' | 'cancelWorkflowRun' | 'rerunWorkflow'> = {
  getWorkflowRun: async (ctx, { tenantId, params }) => ({ status: 200, body: await inTenant(ctx.db, tenantId, (tx) => getWorkflowRun(tx, params.id)) }),

  streamWorkflowRun: async (ctx, { tenantId, params }) => {
    const read = () => inTenant(ctx.db, tenantId, (tx) => getWorkflowRun(tx, params.id))
    await read()
    return (stream) => {
      const sent = new Map<string, string>()
      return follow(ctx, stream, params.id, async () => {
        const { status, steps } = await read()
        for (const step of steps) {
          const text = JSON.stringify(step)
          if (sent.get(step.id) !== text) await stream.write(`event: step\ndata: ${text}\n\n`)
          sent.set(step.id, text)
        }
        return status === 'running' ? undefined : status
      })
    }
  },

  decideWorkflowStep: async (ctx, call) => {
    const { item, reason, ...order } = call.body
    await decide(ctx, call, call.params.id, { ...order, ...(item === undefined ? {} : { item }), ...(reason === undefined ? {} : { reason }) })
    return { status: 202, body: { runId: call.params.id } }
  },

  cancelWorkflowRun: async (ctx, call) => {
    await cancelRun(ctx, call, call.params.id, call.body.reason === undefined ? {} : { reason: call.body.reason })
    return { status: 202, body: { runId: call.params.id } }
  },

  rerunWorkflow: async (ctx, call) => {
    const { from } = call.body
    const { run, steps } = await inTenant(ctx.db, call.tenantId, async (tx) => ({ run: await getStoredRun(tx, call.params.id), steps: await readSteps(tx, call.params.id) }))
    if (run.status === 'running') throw new DomainError('409.run_in_progress', `Run ${run.id} is still going on: cancel it first`)
    const { definition, workflowId, version } = run
    if (from !== undefined && !definition.steps.some(({ id }) => id === from)) throw new DomainError('400.request_invalid', `The workflow has no step ${from}`, { errors: [{ pointer: '/from', message: 'is no step of the workflow' }] })
    const undone = steps.filter(({ status }) => status !== 'success').map(({ id }) => id)
    const again = following(definition.steps, from === undefined ? undone : [...undone, from])
    const runId = await openRun(ctx, call, {
      workflowId, version, definition, rerunOf: run.id, input: inTime(ctx, () => readInput(definition, { ...run.input, ...call.body.input })), kept: definition.steps.map(({ id }) => id).filter((id) => !again.has(id)),
    })
    return { status: 202, body: { runId }, headers: { Location: `/api/v1/workflows/runs/${runId}` } }
  },
}
