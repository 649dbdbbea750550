import { type Listing, listing } from './listing.ts'
import type { AnswerOf, Ask, BodyOf, QueryOf } from './request.ts'
import { type RunAnswer, type WorkflowRuns, workflowRuns } from './workflow-runs.ts'

export type Workflow = AnswerOf<'getWorkflow'>

export interface Workflows {
  list(query?: QueryOf<'listWorkflows'>): Listing<AnswerOf<'listWorkflows'>['items'][number]>
  get(idOrName: string): Promise<Workflow>
  /** Defines a workflow, or its next version. */
  put(definition: BodyOf<'putWorkflow'>['definition']): Promise<Workflow>
  actions(): Promise<AnswerOf<'listWorkflowActions'>>
  run(idOrName: string, input?: Record<string, unknown>): Promise<RunAnswer>
  /** What a run would do. */
  preview(idOrName: string, input?: Record<string, unknown>): Promise<Exclude<AnswerOf<'executeWorkflow'>, RunAnswer>>
  runs: WorkflowRuns
}

export const workflows = (ask: Ask): Workflows => ({
  list: (query = {}) => listing((at) => ask('get', '/api/v1/workflows', { params: { query: { ...query, ...at } } })),
  get: (id) => ask('get', '/api/v1/workflows/{id}', { params: { path: { id } } }),
  put: (definition) => ask('post', '/api/v1/workflows', { body: { definition } }),
  actions: () => ask('get', '/api/v1/workflows/actions'),
  run: (id, input = {}) => ask('post', '/api/v1/workflows/{id}/execute', { params: { path: { id } }, body: { input, dryRun: false as const } }),
  preview: (id, input = {}) => ask('post', '/api/v1/workflows/{id}/execute', { params: { path: { id } }, body: { input, dryRun: true as const } }),
  runs: workflowRuns(ask),
})
