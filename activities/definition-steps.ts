import { actions } from '../contracts/actions.ts'
import type { ActionName } from '../contracts/actions.ts'
import { DomainError } from '../contracts/errors.ts'
import type { Json } from '../contracts/json.ts'
import type { DefinitionRunInput, StepOrder, WorkflowStep } from '../contracts/workflows.ts'
import type { Tx } from '../db/client.ts'
import { inTenant } from '../db/client.ts'
import { beginStepRun, endStepRun, getStoredRun, readItems, readSteps, saveOutput, skipStepRuns } from '../db/workflow-runs.ts'
import type { StepEnd } from '../db/workflow-runs.ts'
import { hostileAt } from '../domain/hostile.ts'
import { holds } from '../domain/step-values.ts'
import type { ActivityContext } from './context.ts'
import { cancellation } from './failures.ts'
import { performAction } from './perform-action.ts'
import { orderStep } from './step-actions.ts'
import { listOf, render } from './step-input.ts'
import { readPart, stepOf } from './step-scope.ts'
import type { Part } from './step-scope.ts'

/** Longer lists and texts would be read again by each step that follows. */
const mostOutput = 1024 * 1024

const isAction = (name: string): name is ActionName => Object.hasOwn(actions, name)

/** A definition is kept for long: an action may be there no more. */
function actionOf({ uses }: WorkflowStep): ActionName {
  if (isAction(uses)) return uses
  throw new DomainError('422.inputs_invalid', `There is no action ${uses}: GET /api/v1/workflows/actions lists them`, { errors: [{ pointer: '/uses', message: 'is no action' }] })
}

/** Says how a step, or one item of it, is to be carried out; its values stay in the database. */
export async function prepareStep(ctx: ActivityContext, input: DefinitionRunInput, id: string, item?: number): Promise<StepOrder> {
  return inTenant(ctx.db, input.tenantId, async (tx) => {
    const part = await readPart(tx, input.runId, id, item)
    const { step, scope, key } = part
    if (item === undefined) {
      if (step.if !== undefined && !holds(render(step.if, scope))) return { do: 'skip' }
      if (step.forEach !== undefined) return prepareItems(tx, input, part)
    }
    const order = await orderStep(actionOf(step), ctx, tx, input, part)
    await beginStepRun(tx, input.tenantId, key, { status: order.do === 'approve' ? 'waiting' : 'running' })
    return order
  })
}

/** Those items that an earlier part of the run has not finished. */
async function prepareItems(tx: Tx, input: DefinitionRunInput, part: Part): Promise<StepOrder> {
  const { step, key } = part
  const [stored] = await readSteps(tx, key.runId, [step.id])
  const items = stored?.items ?? listOf(part)
  await beginStepRun(tx, input.tenantId, key, { items })
  const done = new Set((await readItems(tx, key)).filter(({ status }) => status === 'success' || status === 'failed').map(({ item }) => item))
  return { do: 'each', items: items.map((_, index) => index).filter((index) => !done.has(index)), concurrency: step.concurrency }
}

/** Carries out an action that is no run of its own, and stores what it puts out. */
export async function performStep(ctx: ActivityContext, input: DefinitionRunInput, id: string, item?: number): Promise<void> {
  const part = await inTenant(ctx.db, input.tenantId, (tx) => readPart(tx, input.runId, id, item))
  const name = actionOf(part.step)
  const shaped: Json = actions[name].output.parse(await performAction(name, ctx, input, part, cancellation().signal))
  if (JSON.stringify(shaped).length > mostOutput) throw new DomainError('422.inputs_invalid', `${name} put out more than 1 MiB`)
  const hostile = hostileAt(shaped)
  if (hostile) throw new DomainError('422.inputs_invalid', `What ${name} put out cannot be kept: ${hostile.pointer} ${hostile.message}`)
  await inTenant(ctx.db, input.tenantId, (tx) => saveOutput(tx, part.key, shaped))
}

export async function endStep(ctx: ActivityContext, input: DefinitionRunInput, id: string, item: number | undefined, end: StepEnd): Promise<void> {
  const uses = await inTenant(ctx.db, input.tenantId, async (tx) => {
    await endStepRun(tx, input.tenantId, { runId: input.runId, step: id, item }, end)
    return stepOf((await getStoredRun(tx, input.runId)).definition, id).uses
  })
  if (end.status === 'success' || end.status === 'failed') ctx.metrics.workflowStep(uses, end.status)
}

/** The step with items has ended: it puts out the list of what they did. */
export async function endItems(ctx: ActivityContext, input: DefinitionRunInput, id: string): Promise<'success' | 'failed'> {
  return inTenant(ctx.db, input.tenantId, async (tx) => {
    const key = { runId: input.runId, step: id }
    const items = await readItems(tx, key)
    const failed = items.filter(({ status }) => status !== 'success').length
    const output = items.map((one) => one.output)
    const tooLong = JSON.stringify(output).length > mostOutput * 4
    const error = failed > 0 ? { code: '422.items_failed', message: `${String(failed)} of ${String(items.length)} items failed` } : tooLong ? { code: '422.inputs_invalid', message: 'The items put out more than 4 MiB together' } : undefined
    await endStepRun(tx, input.tenantId, key, { status: error ? 'failed' : 'success', ...(tooLong ? {} : { output }), ...(error ? { error } : {}) })
    return error ? 'failed' : 'success'
  })
}

export async function skipSteps(ctx: ActivityContext, input: DefinitionRunInput, ids: string[]): Promise<void> {
  await inTenant(ctx.db, input.tenantId, (tx) => skipStepRuns(tx, input.runId, ids))
}
