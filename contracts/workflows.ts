import { z } from 'zod'
import { list, uuid } from './api.ts'
import { json, jsonObject, resourceName } from './artifact.ts'
import type { CustomizeInput, DeployInput, Origin, PlanInput, StepPolicy } from './workflow.ts'

/** What people define themselves: workflows, their runs, and what is asked and answered about them. */
const at = z.iso.datetime()
const failure = z.strictObject({ code: z.string(), message: z.string() })
const reserved = ['runs', 'actions']

export const workflowName = z.string().regex(/^[a-z][a-z0-9-]{0,63}$/, 'a small letter, then up to 63 small letters, digits or dashes').refine((name) => !reserved.includes(name), 'is an address of its own: choose another name')

export const workflowStep = z.strictObject({
  id: resourceName.meta({ description: 'What expressions call it: `steps.<id>.output`' }),
  uses: z.string().min(1).max(64).meta({ description: 'An action; `GET /api/v1/workflows/actions` lists them with their schemas' }),
  with: jsonObject.default({}).meta({ description: "The action's input; leaves may be expressions" }),
  needs: z.array(resourceName).max(100).default([]).meta({ description: 'Steps that come first' }),
  if: z.union([z.boolean(), z.string().min(1).max(2_000)]).optional().meta({ description: 'Skips the step where it renders to false, null or nothing' }),
  forEach: z.union([z.string().min(1).max(2_000), z.array(json).max(5_000)]).optional().meta({ description: 'A list, or an expression for one: once for each, as `item` and `index`' }),
  concurrency: z.int().min(1).max(50).default(5).meta({ description: 'Of a forEach: how many at once' }),
  retry: z.strictObject({
    attempts: z.int().min(1).max(20).default(5),
    initialSeconds: z.number().min(0.1).max(3_600).default(1),
    maxSeconds: z.number().min(0.1).max(3_600).default(60),
    factor: z.number().min(1).max(10).default(2),
  }).optional(),
  onFailure: z.union([z.enum(['stop', 'continue']), z.array(resourceName).min(1).max(20)]).default('stop').meta({ description: 'stop: nothing further begins; continue: as if it had succeeded; or steps that run then, and only then' }),
})
export type WorkflowStep = z.infer<typeof workflowStep>

export const workflowDefinition = z.strictObject({
  name: workflowName,
  description: z.string().max(2_000).optional(),
  inputs: jsonObject.default({ type: 'object', properties: {} }).meta({ description: 'JSON Schema 2020-12 of the input; it declares no secrets, steps name a connection for those' }),
  steps: z.array(workflowStep).min(1).max(1_000),
}).meta({ id: 'WorkflowDefinition', title: 'Workflow definition' })
export type WorkflowDefinition = z.infer<typeof workflowDefinition>

const input = jsonObject.refine((value) => JSON.stringify(value).length <= 256 * 1024, 'is larger than 256 KiB')

/** Requests. */
export const workflowRequest = z.strictObject({ definition: z.union([z.string().min(1).max(512 * 1024), jsonObject]).meta({ description: 'As JSON, or as JSON or YAML text' }) })
export const executeRequest = z.strictObject({ input: input.default({}), dryRun: z.boolean().default(false).meta({ description: 'Say what would run, and run nothing' }) })
export const rerunRequest = z.strictObject({
  input: input.default({}).meta({ description: "Merged over the first run's" }),
  from: resourceName.optional().meta({ description: 'This step and all that follow from it run again; default: from every step that has not succeeded' }),
})
export const decisionRequest = z.strictObject({
  step: resourceName,
  item: z.int().min(0).optional().meta({ description: 'Of a step with forEach: which' }),
  decision: z.enum(['approve', 'reject']),
  reason: z.string().min(1).max(2_000).optional(),
})

export const cancelRunRequest = z.strictObject({ reason: z.string().min(1).max(2_000).optional() })

/** Answers. */
export const workflowSummary = z.strictObject({ id: uuid, name: z.string(), version: z.int(), description: z.string().nullable(), createdBy: z.string(), createdAt: at, updatedAt: at })
export const workflow = workflowSummary.extend({ definition: workflowDefinition })
export type Workflow = z.infer<typeof workflow>

export const actionDescription = z.strictObject({
  name: z.string(), summary: z.string(), rights: z.array(z.string()).meta({ description: 'What whoever runs it must hold' }), retries: z.boolean().meta({ description: 'Whether `retry` is for it' }),
  input: jsonObject.meta({ description: 'JSON Schema' }), output: jsonObject.meta({ description: 'JSON Schema' }),
})
export const actionList = z.strictObject({ items: z.array(actionDescription) })

const stepStatus = z.enum(['pending', 'running', 'waiting', 'success', 'failed', 'skipped', 'cancelled'])
export const stepRun = z.strictObject({
  id: z.string(), uses: z.string(), status: stepStatus,
  kept: z.boolean().optional().meta({ description: 'It succeeded in the run that this one repeats' }),
  items: z.strictObject({ total: z.int(), success: z.int(), failed: z.int(), waiting: z.array(z.int()).meta({ description: 'Those that wait for a decision; at most 100' }) }).optional(),
  output: json.optional(), error: failure.optional(), startedAt: at.nullable(), finishedAt: at.nullable(),
})
export type StepRun = z.infer<typeof stepRun>
const runStatus = z.enum(['running', 'success', 'failed'])
export const runSummary = z.strictObject({
  id: uuid, workflowId: uuid, version: z.int(), status: runStatus, error: failure.optional(), rerunOf: uuid.nullable(), correlationId: z.string(), createdBy: z.string(), createdAt: at, finishedAt: at.nullable(),
})
export const workflowRun = runSummary.extend({ input: jsonObject, steps: z.array(stepRun) })
export type WorkflowRun = z.infer<typeof workflowRun>

export const runAnswer = z.strictObject({ runId: uuid })
export const dryRun = z.strictObject({
  input: jsonObject.meta({ description: 'With the defaults filled in' }),
  steps: z.array(z.strictObject({
    id: z.string(), uses: z.string(), needs: z.array(z.string()),
    runs: z.enum(['yes', 'no', 'depends', 'on failure']).meta({ description: 'depends: on what earlier steps put out' }),
    times: z.int().optional().meta({ description: 'Of a forEach, where the input alone tells' }),
    with: jsonObject.meta({ description: 'Rendered as far as the input alone suffices' }),
  })),
})
export const workflowLists = { workflows: list(workflowSummary), runs: list(runSummary) }

export interface DefinitionRunInput extends Origin {
  runId: string
  workflowId: string
  /** Where `{version, definition, input, rerunOf?, kept}` lies, encrypted: the run keeps the definition that it began with. */
  blobRef: string
  /** Of the deployments that it starts. */
  policy: StepPolicy
}

/** How a step is carried out, its values left where they are stored. */
export type StepOrder =
  | { do: 'skip' }
  | { do: 'each'; items: number[]; concurrency: number }
  | { do: 'sleep'; ms: number }
  | { do: 'act'; attempts: number; initialMs: number; maxMs: number; factor: number; timeoutMs: number }
  | { do: 'customize'; input: CustomizeInput }
  | { do: 'plan'; input: PlanInput }
  | { do: 'deploy'; input: DeployInput }
  | { do: 'approve'; timeoutMs: number }

export interface DecisionOrder {
  step: string
  item?: number
  decision: 'approve' | 'reject'
  reason?: string
  actor: string
  correlationId: string
}
