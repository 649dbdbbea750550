import { eventsOf } from './events.ts'
import { type WatchOptions, follow } from './follow.ts'
import { type Listing, listing } from './listing.ts'
import type { AnswerOf, Ask, BodyOf, QueryOf } from './request.ts'

export type WorkflowRun = AnswerOf<'getWorkflowRun'>
export type WorkflowStepRun = WorkflowRun['steps'][number]
export type RunAnswer = AnswerOf<'rerunWorkflow'>

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

const endOf = (data: string): Pick<WorkflowRun, 'status'> => JSON.parse(data)

/** Its events have no ids: whoever connects again hears the present state, of which only what is new is passed on. */
function watch(ask: Ask, id: string, options: Omit<WatchOptions, 'lastEventId'> = {}): AsyncGenerator<WorkflowStepRun, WorkflowRun['status']> {
  const open = () => ask('get', '/api/v1/workflows/runs/{id}/events', { params: { path: { id } }, parseAs: 'stream', ...(options.signal ? { signal: options.signal } : {}) })
  const known = new Map<string, string>()
  const newStep = (data: string): WorkflowStepRun | undefined => {
    const step: WorkflowStepRun = JSON.parse(data)
    if (known.get(step.id) === data) return undefined
    known.set(step.id, data)
    return step
  }
  return eventsOf(follow(open, options), newStep, endOf)
}

export const workflowRuns = (ask: Ask): WorkflowRuns => ({
  list: (id, query = {}) => listing((at) => ask('get', '/api/v1/workflows/{id}/runs', { params: { path: { id }, query: { ...query, ...at } } })),
  get: (id) => ask('get', '/api/v1/workflows/runs/{id}', { params: { path: { id } } }),
  watch: (id, options) => watch(ask, id, options),
  decide: (id, body) => ask('post', '/api/v1/workflows/runs/{id}/decide', { params: { path: { id } }, body }),
  cancel: (id, body = {}) => ask('post', '/api/v1/workflows/runs/{id}/cancel', { params: { path: { id } }, body }),
  rerun: (id, body = {}) => ask('post', '/api/v1/workflows/runs/{id}/rerun', { params: { path: { id } }, body }),
})
