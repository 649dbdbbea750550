import { describeActions } from './actions.ts'
import { ids } from './examples.ts'

const at = '2026-03-02T09:15:00.000Z'
const correlationId = 'e1d0c7a2-6f0e-4a55-9f0a-5a1f7d0f7f11'
const actor = 'ops@agency.example'

const definition = {
  name: 'onboard-client',
  inputs: { type: 'object', required: ['clientId', 'company'], properties: { clientId: { type: 'string' }, company: { type: 'string' } } },
  steps: [
    { id: 'customize', uses: 'templates.customize', with: { template: 'dental-receptionist', variables: { companyName: '${{ inputs.company }}' } }, needs: [], concurrency: 5, onFailure: 'stop' as const },
    { id: 'plan', uses: 'templates.plan', needs: ['customize'], with: { template: 'dental-receptionist', clientId: '${{ inputs.clientId }}', targets: ['retell'], instanceId: '${{ steps.customize.output.instanceId }}' }, concurrency: 5, onFailure: 'stop' as const },
    { id: 'deploy', uses: 'deployments.deploy', needs: ['plan'], with: { planId: '${{ steps.plan.output.planId }}' }, concurrency: 5, onFailure: 'stop' as const },
  ],
}
const input = { clientId: ids.client, company: 'Bright Smile' }
const summary = { id: ids.workflow, name: definition.name, version: 1, description: null, createdBy: actor, createdAt: at, updatedAt: at }
const runSummary = { id: ids.workflowRun, workflowId: ids.workflow, version: 1, status: 'running', rerunOf: null, correlationId, createdBy: actor, createdAt: at, finishedAt: null }
const done = { id: 'customize', uses: 'templates.customize', status: 'success', output: { instanceId: ids.instance, templateId: ids.template, version: '1.2.0' }, startedAt: at, finishedAt: at }

export const workflowExamples = {
  definition,
  input,
  workflow: { ...summary, definition },
  workflows: { items: [summary], nextCursor: null },
  actions: { items: describeActions().slice(0, 1) },
  run: { ...runSummary, input, steps: [done, { id: 'plan', uses: 'templates.plan', status: 'running', startedAt: at, finishedAt: null }, { id: 'deploy', uses: 'deployments.deploy', status: 'pending', startedAt: null, finishedAt: null }] },
  runs: { items: [runSummary], nextCursor: null },
  runId: { runId: ids.workflowRun },
  dryRun: { input, steps: [{ id: 'customize', uses: 'templates.customize', needs: [], runs: 'yes', with: { template: 'dental-receptionist', variables: { companyName: 'Bright Smile' } } }] },
  events: `retry: 2000\n\nevent: step\ndata: ${JSON.stringify(done)}\n\nevent: end\ndata: {"status":"success"}\n\n`,
}
