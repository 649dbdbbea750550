import { type WatchOptions, follow } from './follow.ts'
import { type Listing, listing } from './listing.ts'
import type { AnswerOf, Ask, BodyOf, QueryOf } from './request.ts'

export type Workflow = AnswerOf<'getWorkflow'>
export type WorkflowRun = AnswerOf<'getWorkflowRun'>
export type WorkflowStepRun = WorkflowRun['steps'][number]
type RunAnswer = AnswerOf<'rerunWorkflow'>

export interface WorkflowRuns {
  /** Of a workflow, by its id or name. */
  list(idOrName: string, query?: QueryOf<'listWorkflowRuns'>): Listing<AnswerOf<'listWorkflowRuns'>['items'][number]>
  get(runId: string): Promise<WorkflowRun>
  /** Every step as it is, then each again whenever it changes, until the run has ended. */
  watch(runId: string, options?: Omit<WatchOptions, 'lastEventId'>): AsyncGenerator<WorkflowStepRun, WorkflowRun['status']>
  decide(runId: string, decision: BodyOf<'decideWorkflowStep'>): Promise<RunAnswer>
  cancel(runId: string, reason?: BodyOf<'cancelWorkflowRun'>): Promise<RunAnswer>
  rerun(runId: string, request?: BodyOf<'rerunWorkflow'>): Promise<RunAnswer>
}

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

/** Its events have no ids: whoever connects again hears the present state, of which only what is new is passed on. */
async function* watch(ask: Ask, id: string, options: Omit<WatchOptions, 'lastEventId'> = {}): AsyncGenerator<WorkflowStepRun, WorkflowRun['status']> {
  const messages = follow(() => ask('get', '/api/v1/workflows/runs/{id}/events', { params: { path: { id } }, parseAs: 'stream', ...(options.signal ? { signal: options.signal } : {}) }), options)
  const known = new Map<string, string>()
  try {
    for (;;) {
      const { done, value } = await messages.next()
      if (done === true) return value as WorkflowRun['status']
      const step = JSON.parse(value.data) as WorkflowStepRun
      if (known.get(step.id) !== value.data) yield step
      known.set(step.id, value.data)
    }
  } finally {
    await messages.return('')
  }
}

const runs = (ask: Ask): WorkflowRuns => ({
  list: (id, query = {}) => listing((at) => ask('get', '/api/v1/workflows/{id}/runs', { params: { path: { id }, query: { ...query, ...at } } })),
  get: (id) => ask('get', '/api/v1/workflows/runs/{id}', { params: { path: { id } } }),
  watch: (id, options) => watch(ask, id, options),
  decide: (id, body) => ask('post', '/api/v1/workflows/runs/{id}/decide', { params: { path: { id } }, body }),
  cancel: (id, body = {}) => ask('post', '/api/v1/workflows/runs/{id}/cancel', { params: { path: { id } }, body }),
  rerun: (id, body = {}) => ask('post', '/api/v1/workflows/runs/{id}/rerun', { params: { path: { id } }, body }),
})

export const workflows = (ask: Ask): Workflows => {
  const execute = (id: string, input: Record<string, unknown>, dryRun: boolean) => ask('post', '/api/v1/workflows/{id}/execute', { params: { path: { id } }, body: { input, dryRun } })
  return {
    list: (query = {}) => listing((at) => ask('get', '/api/v1/workflows', { params: { query: { ...query, ...at } } })),
    get: (id) => ask('get', '/api/v1/workflows/{id}', { params: { path: { id } } }),
    put: (definition) => ask('post', '/api/v1/workflows', { body: { definition } }),
    actions: () => ask('get', '/api/v1/workflows/actions'),
    // The one answers runs, the other what they would be; the document cannot say which.
    run: async (id, input = {}) => (await execute(id, input, false)) as RunAnswer,
    preview: async (id, input = {}) => (await execute(id, input, true)) as Exclude<AnswerOf<'executeWorkflow'>, RunAnswer>,
    runs: runs(ask),
  }
}
