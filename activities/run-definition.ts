import { actions, findAction } from '../contracts/actions.ts'
import type { ActionName } from '../contracts/actions.ts'
import { DomainError } from '../contracts/errors.ts'
import type { Json, JsonObject } from '../contracts/json.ts'
import type { DecisionOrder, DefinitionRunInput, StepOrder } from '../contracts/workflows.ts'
import type { WorkflowDefinition, WorkflowStep } from '../contracts/workflows.ts'
import { writeAudit } from '../db/audit.ts'
import { readBlob } from '../db/blobs.ts'
import type { Tx } from '../db/client.ts'
import { inTenant } from '../db/client.ts'
import { derivedId } from '../db/ids.ts'
import { beginStepRun, endStepRun, endWorkflowRunRow, findRunStatus, getStoredRun, openWorkflowRun, readItems, readSteps, saveOutput, skipStepRuns } from '../db/workflow-runs.ts'
import type { NewRun, StepEnd, StepKey, StoredRun } from '../db/workflow-runs.ts'
import { before } from '../domain/dag.ts'
import type { Node, NodeState } from '../domain/dag.ts'
import { createExpressions } from '../domain/expressions.ts'
import { toPointer } from '../domain/pointer.ts'
import { holds, renderValue } from '../domain/step-values.ts'
import type { StepScope } from '../domain/step-values.ts'
import { hostileAt } from '../domain/hostile.ts'
import type { ActivityContext } from './context.ts'
import { cancellation } from './failures.ts'
import { orders, performers } from './step-actions.ts'
import { limited } from './time-limit.ts'

export interface BegunDefinition {
  /** It had ended before; there is nothing to do. */
  ended: boolean
  nodes: Node[]
  states: Record<string, NodeState>
}

type Request = Pick<NewRun, 'version' | 'definition' | 'input' | 'rerunOf' | 'kept'>

/** Longer lists and texts would be read again by each step that follows. */
const mostOutput = 1024 * 1024

/** Opens the run (if the API has not), and says what is done already: by an earlier part of the run, or by the run that it repeats. */
export async function beginDefinition(ctx: ActivityContext, input: DefinitionRunInput): Promise<BegunDefinition> {
  return inTenant(ctx.db, input.tenantId, async (tx) => {
    // Blobs are swept after some days, and a run may go on for months.
    if ((await findRunStatus(tx, input.runId)) === undefined) await openWorkflowRun(tx, { ...input, ...((await readBlob(tx, ctx.vault, input.tenantId, input.blobRef)) as unknown as Request) })
    const run = await getStoredRun(tx, input.runId)
    const states = Object.fromEntries((await readSteps(tx, run.id)).map(({ id, status }): [string, NodeState] => [id, status === 'running' || status === 'waiting' ? 'pending' : status]))
    return { ended: run.status !== 'running', nodes: run.definition.steps.map(({ id, needs, onFailure }) => ({ id, needs, onFailure })), states }
  })
}

const stepOf = (definition: WorkflowDefinition, id: string): WorkflowStep => {
  const step = definition.steps.find((one) => one.id === id)
  if (!step) throw new Error(`the definition has no step ${id}`)
  return step
}

/** What the step's expressions read: the input, and what came before it. */
async function scopeOf(tx: Tx, run: StoredRun, step: string): Promise<StepScope> {
  const earlier = await readSteps(tx, run.id, [...(before(run.definition.steps).get(step) ?? [])])
  return { inputs: run.input, run: { id: run.id }, steps: Object.fromEntries(earlier.map(({ id, status, output, error }) => [id, { status, output, error }])) }
}

const tooSlow = (): DomainError => new DomainError('422.render_failed', 'The expressions of the step take too long to render')

const render = (value: Json, scope: StepScope): Json => {
  const rendered = limited(() => renderValue(createExpressions(), value, scope), tooSlow)
  const hostile = hostileAt(rendered)
  if (hostile) throw new DomainError('422.render_failed', `${hostile.pointer} ${hostile.message}`)
  return rendered
}

/** The action's input, rendered and in its shape. Throws 422.render_failed and 422.inputs_invalid. */
function inputOf(step: WorkflowStep, scope: StepScope): Record<string, unknown> {
  const parsed = findAction(step.uses)?.input.safeParse(render(step.with, scope))
  if (parsed?.success) return parsed.data
  const errors = (parsed?.error.issues ?? []).map((issue) => ({ pointer: toPointer(['with', ...(issue.path as (string | number)[])]), message: issue.message }))
  throw new DomainError('422.inputs_invalid', `${step.uses} does not take this: ${errors.slice(0, 3).map(({ pointer, message }) => `${pointer} ${message}`).join('; ')}`, { errors })
}

function listOf(step: WorkflowStep, scope: StepScope): Json[] {
  const list = render(step.forEach ?? [], scope)
  if (!Array.isArray(list)) throw new DomainError('422.inputs_invalid', 'forEach is no list', { errors: [{ pointer: '/forEach', message: 'is no list' }] })
  if (list.length > 5_000) throw new DomainError('422.inputs_invalid', `forEach has ${String(list.length)} items; 5,000 is the most`, { errors: [{ pointer: '/forEach', message: 'has more than 5,000 items' }] })
  return list
}

export interface Part { run: StoredRun; step: WorkflowStep; scope: StepScope; key: StepKey }

/** A step or one item of it, with all that it reads. */
async function readPart(tx: Tx, runId: string, id: string, item?: number): Promise<Part> {
  const run = await getStoredRun(tx, runId)
  const step = stepOf(run.definition, id)
  const scope = await scopeOf(tx, run, id)
  const key = { runId, step: id, item }
  if (item === undefined) return { run, step, scope, key }
  const [whole] = await readSteps(tx, runId, [id])
  return { run, step, scope: { ...scope, item: whole?.items?.[item] ?? null, index: item }, key }
}

const inputFor = (part: Part): Record<string, unknown> => inputOf(part.step, part.scope)

/** Says how a step, or one item of it, is to be carried out; its values stay in the database. */
export async function prepareStep(ctx: ActivityContext, input: DefinitionRunInput, id: string, item?: number): Promise<StepOrder> {
  return inTenant(ctx.db, input.tenantId, async (tx) => {
    const part = await readPart(tx, input.runId, id, item)
    const { step, scope, key } = part
    if (item === undefined) {
      if (step.if !== undefined && !holds(render(step.if, scope))) return { do: 'skip' }
      if (step.forEach !== undefined) return prepareItems(tx, input, part)
    }
    const order = await orders[step.uses as ActionName](ctx, tx, input, part, inputFor(part) as never)
    await beginStepRun(tx, input.tenantId, key, { status: order.do === 'approve' ? 'waiting' : 'running' })
    return order
  })
}

/** Those items that an earlier part of the run has not finished. */
async function prepareItems(tx: Tx, input: DefinitionRunInput, { step, scope, key }: Part): Promise<StepOrder> {
  const [stored] = await readSteps(tx, key.runId, [step.id])
  const items = stored?.items ?? listOf(step, scope)
  await beginStepRun(tx, input.tenantId, key, { items })
  const done = new Set((await readItems(tx, key)).filter(({ status }) => status === 'success' || status === 'failed').map(({ item }) => item))
  return { do: 'each', items: items.map((_, index) => index).filter((index) => !done.has(index)), concurrency: step.concurrency }
}

/** Carries out an action that is no run of its own, and stores what it puts out. */
export async function performStep(ctx: ActivityContext, input: DefinitionRunInput, id: string, item?: number): Promise<void> {
  const part = await inTenant(ctx.db, input.tenantId, (tx) => readPart(tx, input.runId, id, item))
  const name = part.step.uses as ActionName
  const output = await performers(name)(ctx, input, part, inputFor(part) as never, cancellation().signal)
  const shaped = actions[name].output.parse(output) as Json
  if (JSON.stringify(shaped).length > mostOutput) throw new DomainError('422.inputs_invalid', `${name} put out more than 1 MiB`)
  const hostile = hostileAt(shaped)
  if (hostile) throw new DomainError('422.inputs_invalid', `What ${name} put out cannot be kept: ${hostile.pointer} ${hostile.message}`)
  await inTenant(ctx.db, input.tenantId, (tx) => saveOutput(tx, part.key, shaped))
}

export async function endStep(ctx: ActivityContext, input: DefinitionRunInput, id: string, item: number | undefined, end: StepEnd): Promise<void> {
  const uses = await inTenant(ctx.db, input.tenantId, async (tx) => {
    await endStepRun(tx, { runId: input.runId, step: id, item }, end)
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
    await endStepRun(tx, key, { status: error ? 'failed' : 'success', ...(tooLong ? {} : { output }), ...(error ? { error } : {}) })
    return error ? 'failed' : 'success'
  })
}

export async function skipSteps(ctx: ActivityContext, input: DefinitionRunInput, ids: string[]): Promise<void> {
  await inTenant(ctx.db, input.tenantId, (tx) => skipStepRuns(tx, input.runId, ids))
}

/** Somebody approved or rejected. */
export async function recordDecision(ctx: ActivityContext, input: DefinitionRunInput, order: DecisionOrder): Promise<void> {
  const { step, item, decision, reason, actor, correlationId } = order
  const data: JsonObject = { step, decision, ...(item === undefined ? {} : { item }), ...(reason === undefined ? {} : { reason }) }
  const id = derivedId('audit', input.runId, 'decision', step, String(item ?? ''))
  await inTenant(ctx.db, input.tenantId, (tx) => writeAudit(tx, { tenantId: input.tenantId, actor, correlationId, action: `workflow_run.${decision === 'approve' ? 'approved' : 'rejected'}`, subjectType: 'workflow_run', subjectId: input.runId, data, id }))
}

/** The run's last word; answers it to the log and the metrics. */
export async function endDefinition(ctx: ActivityContext, input: DefinitionRunInput, failed: { id: string; code?: string; message?: string } | undefined): Promise<void> {
  const { error, ended } = await inTenant(ctx.db, input.tenantId, async (tx) => {
    const [step] = failed && failed.code === undefined ? await readSteps(tx, input.runId, [failed.id]) : []
    const why = failed && { code: failed.code ?? step?.error?.code ?? '500.internal', message: failed.message ?? `Step ${failed.id}: ${step?.error?.message ?? 'failed'}` }
    return { error: why, ended: await endWorkflowRunRow(tx, input.runId, why ? 'failed' : 'success', why) }
  })
  if (!ended) return
  ctx.metrics.workflowRun(error ? 'failed' : 'success')
  ctx.log.info({ workflow_id: input.workflowId, run_id: input.runId, correlation_id: input.correlationId, status: error ? 'failed' : 'success', ...(error ? { code: error.code } : {}) }, 'workflow run ended')
}
