import type { WorkflowDefinition, WorkflowStep } from '../contracts/workflows.ts'
import type { Tx } from '../db/client.ts'
import { getStoredRun, readSteps } from '../db/workflow-runs.ts'
import type { StepKey, StoredRun } from '../db/workflow-runs.ts'
import { before } from '../domain/dag.ts'
import type { StepScope } from '../domain/step-values.ts'

export const stepOf = (definition: WorkflowDefinition, id: string): WorkflowStep => {
  const step = definition.steps.find((one) => one.id === id)
  if (!step) throw new Error(`the definition has no step ${id}`)
  return step
}

/** What the step's expressions read: the input, and what came before it. */
async function scopeOf(tx: Tx, run: StoredRun, step: string): Promise<StepScope> {
  const earlier = await readSteps(tx, run.id, [...(before(run.definition.steps).get(step) ?? [])])
  return { inputs: run.input, run: { id: run.id }, steps: Object.fromEntries(earlier.map(({ id, status, output, error }) => [id, { status, output, error }])) }
}

export interface Part { run: StoredRun; step: WorkflowStep; scope: StepScope; key: StepKey }

/** A step or one item of it, with all that it reads. */
export async function readPart(tx: Tx, runId: string, id: string, item?: number): Promise<Part> {
  const run = await getStoredRun(tx, runId)
  const step = stepOf(run.definition, id)
  const scope = await scopeOf(tx, run, id)
  const key = { runId, step: id, item }
  if (item === undefined) return { run, step, scope, key }
  const [whole] = await readSteps(tx, runId, [id])
  return { run, step, scope: { ...scope, item: whole?.items?.[item] ?? null, index: item }, key }
}
