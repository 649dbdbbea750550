import type { JsonObject } from '../../../contracts/json.ts'

/** As n8n's own "Download" and GET give it: with every key that its write API refuses. */
export const exported = (path = 'intake'): JsonObject => ({
  id: 'A1b2C3d4E5f6G7h8',
  name: 'Intake',
  active: false,
  isArchived: false,
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
  versionId: 'b7a1f0aa-0000-4000-8000-000000000000',
  versionCounter: 7,
  activeVersionId: null,
  activeVersion: null,
  triggerCount: 1,
  description: null,
  sourceWorkflowId: null,
  parentFolder: null,
  meta: { templateCredsSetupCompleted: true, instanceId: 'abc' },
  pinData: { Webhook: [{ json: { a: 1 } }] },
  shared: [{ role: 'workflow:owner', projectId: 'p' }],
  staticData: null,
  tags: [{ id: 't1', name: 'leads', createdAt: '2026-01-01T00:00:00.000Z', updatedAt: '2026-01-01T00:00:00.000Z' }],
  nodes: [
    { id: 'n-1', name: 'Webhook', type: 'n8n-nodes-base.webhook', typeVersion: 2, position: [0, 0], webhookId: 'w-1', parameters: { path, httpMethod: 'POST', options: {} }, customTelemetryTags: {} },
    { id: 'n-2', name: 'Say “hi” {{ }}', type: 'n8n-nodes-base.set', typeVersion: 3.4, position: [220, 0], notes: '', parameters: { value: '={{ $json.x }} ${y} ${{ z }}', empty: '', nothing: null, list: [] }, credentials: { httpHeaderAuth: { id: 'c9', name: 'Key' } } },
  ],
  connections: { Webhook: { main: [[{ node: 'Say “hi” {{ }}', type: 'main', index: 0 }], []] } },
  settings: { executionOrder: 'v1', binaryMode: 'separate', timeSavedMode: 'fixed', saveDataErrorExecution: 'DEFAULT', callerPolicy: 'workflowsFromSameOwner' },
})

export const manualOnly: JsonObject = {
  name: 'By hand',
  nodes: [
    { name: 'Start', type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, position: [0, 0], parameters: {} },
    { name: 'Called', type: 'n8n-nodes-base.executeWorkflowTrigger', typeVersion: 1, position: [0, 0], parameters: {} },
    { name: 'Failed', type: 'n8n-nodes-base.errorTrigger', typeVersion: 1, position: [0, 0], parameters: {} },
    { name: 'Off', type: 'n8n-nodes-base.scheduleTrigger', typeVersion: 1, position: [0, 0], parameters: {}, disabled: true },
  ],
  connections: {},
  settings: {},
}
