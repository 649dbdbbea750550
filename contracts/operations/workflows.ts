import { operation } from '../operation.ts'
import * as queries from '../queries.ts'
import { workflowExamples as examples } from '../workflow-examples.ts'
import * as shapes from '../workflows.ts'

const tag = 'Workflows'
const started = { 202: { description: 'Accepted: the run exists and has begun', schema: shapes.runAnswer, example: examples.runId } }
const ordered = { 202: { description: 'The run took the order', schema: shapes.runAnswer, example: examples.runId } }

/** Workflows that people define, and their runs. */
export const workflowOperations = {
  listWorkflows: operation({
    method: 'get', path: '/workflows', at: 'v1', access: ['workflow:read'], tag, summary: 'List workflows', query: queries.workflowsQuery,
    answers: { 200: { description: 'A page of workflows', schema: shapes.workflowLists.workflows, example: examples.workflows } }, errors: [],
  }),
  putWorkflow: operation({
    method: 'post', path: '/workflows', at: 'v1', access: ['workflow:write'], tag, summary: 'Define a workflow',
    description: 'Under a name that is there it becomes the next version; runs under way keep theirs.', body: shapes.workflowRequest, example: { definition: examples.definition },
    answers: { 201: { description: 'Made, or its next version', schema: shapes.workflow, example: examples.workflow }, 200: { description: 'It says so already', schema: shapes.workflow, example: examples.workflow } },
    errors: ['400.workflow_invalid', '400.content_unreadable'],
  }),
  listWorkflowActions: operation({
    method: 'get', path: '/workflows/actions', at: 'v1', access: ['workflow:read'], tag, summary: 'What steps can do', description: 'Each action with the JSON Schemas of its input and output.',
    answers: { 200: { description: 'The actions', schema: shapes.actionList, example: examples.actions } }, errors: [],
  }),
  getWorkflowRun: operation({
    method: 'get', path: '/workflows/runs/{id}', at: 'v1', access: ['workflow:read'], tag, summary: 'Read a run', params: queries.byId,
    answers: { 200: { description: 'The run with each step', schema: shapes.workflowRun, example: examples.run } }, errors: ['404.workflow_run_not_found'],
  }),
  streamWorkflowRun: operation({
    method: 'get', path: '/workflows/runs/{id}/events', at: 'v1', access: ['workflow:read'], tag, summary: 'Follow a run live', stream: true, params: queries.byId,
    description: 'Server-sent events: every step as it is, then each again whenever it changes, then `end` when the run has ended. Whoever comes back gets the present state of every step first.',
    answers: { 200: { description: 'The stream', contentType: 'text/event-stream', example: examples.events } }, errors: ['404.workflow_run_not_found'],
  }),
  decideWorkflowStep: operation({
    method: 'post', path: '/workflows/runs/{id}/decide', at: 'v1', access: ['deploy:approval:review'], tag, summary: 'Approve or reject what a step waits for', params: queries.byId,
    body: shapes.decisionRequest, example: { step: 'review', decision: 'approve', reason: 'Looks right' }, answers: ordered, errors: ['404.workflow_run_not_found', '409.not_waiting'],
  }),
  cancelWorkflowRun: operation({
    method: 'post', path: '/workflows/runs/{id}/cancel', at: 'v1', access: ['workflow:execute'], tag, summary: 'Cancel a run', description: 'A deployment that it has started goes on by itself.', params: queries.byId,
    body: shapes.cancelRunRequest, example: { reason: 'Wrong client' }, answers: ordered, errors: ['404.workflow_run_not_found', '409.not_waiting'],
  }),
  rerunWorkflow: operation({
    method: 'post', path: '/workflows/runs/{id}/rerun', at: 'v1', access: ['workflow:execute'], tag, summary: 'Run again what has not succeeded',
    description: 'A new run with the same definition: what succeeded, and does not follow from what runs again, is kept with its output.', params: queries.byId, body: shapes.rerunRequest, example: { input: { company: 'Bright Smile Dental' } },
    answers: started, errors: ['404.workflow_run_not_found', '409.run_in_progress', '400.workflow_invalid', '422.inputs_invalid'],
  }),
  getWorkflow: operation({
    method: 'get', path: '/workflows/{id}', at: 'v1', access: ['workflow:read'], tag, summary: 'Read a workflow', params: queries.byIdOrName,
    answers: { 200: { description: 'The workflow', schema: shapes.workflow, example: examples.workflow } }, errors: ['404.workflow_not_found'],
  }),
  executeWorkflow: operation({
    method: 'post', path: '/workflows/{id}/execute', at: 'v1', access: ['workflow:execute'], tag, summary: 'Run a workflow', description: 'Whoever asks must also hold what its steps need. `dryRun: true` answers what would run, and runs nothing.',
    params: queries.byIdOrName, body: shapes.executeRequest, example: { input: examples.input },
    answers: { 202: started[202], 200: { description: 'With `dryRun`: what would run', schema: shapes.dryRun, example: examples.dryRun } }, errors: ['404.workflow_not_found', '400.workflow_invalid', '422.inputs_invalid', '422.render_failed'],
  }),
  listWorkflowRuns: operation({
    method: 'get', path: '/workflows/{id}/runs', at: 'v1', access: ['workflow:read'], tag, summary: "List a workflow's runs", params: queries.byIdOrName, query: queries.workflowRunsQuery,
    answers: { 200: { description: 'A page of runs', schema: shapes.workflowLists.runs, example: examples.runs } }, errors: ['404.workflow_not_found'],
  }),
}
