import type { N8nVersion, Shape } from './body.ts'

const text: Shape = { type: 'string' }
const flag: Shape = { type: 'boolean' }
const amount: Shape = { type: 'number' }
const object: Shape = { type: 'object' }
const readOnly: Shape = { readOnly: true }

const nodeKeys: Record<string, Shape> = {
  id: text,
  name: text,
  webhookId: text,
  disabled: flag,
  notesInFlow: flag,
  notes: text,
  type: text,
  typeVersion: amount,
  executeOnce: flag,
  alwaysOutputData: flag,
  retryOnFail: flag,
  maxTries: amount,
  waitBetweenTries: amount,
  continueOnFail: flag,
  onError: text,
  position: { type: 'array', items: amount },
  parameters: object,
  credentials: object,
}

const whatToSave = ['all', 'none']

const settingsKeys = (saved: readonly string[]): Record<string, Shape> => ({
  saveExecutionProgress: flag,
  saveManualExecutions: flag,
  saveDataErrorExecution: { type: 'string', oneOf: saved },
  saveDataSuccessExecution: { type: 'string', oneOf: saved },
  executionTimeout: amount,
  errorWorkflow: text,
  timezone: text,
  executionOrder: text,
  callerPolicy: text,
  callerIds: text,
  timeSavedPerExecution: amount,
  availableInMCP: flag,
})

const newerSettings: Record<string, Shape> = {
  ...settingsKeys([...whatToSave, 'DEFAULT']),
  // As the newer version sends them itself; older ones refuse every one of these.
  saveExecutionProgress: {},
  saveManualExecutions: {},
  binaryMode: text,
  timeSavedMode: text,
  redactionPolicy: text,
  credentialResolverId: text,
}

const workflowKeys = (node: Record<string, Shape>, settings: Record<string, Shape>): Record<string, Shape> => ({
  id: readOnly,
  name: text,
  active: readOnly,
  createdAt: readOnly,
  updatedAt: readOnly,
  isArchived: readOnly,
  versionId: readOnly,
  triggerCount: readOnly,
  nodes: { type: 'array', items: { type: 'object', properties: node } },
  connections: object,
  settings: { type: 'object', properties: settings },
  staticData: {},
  meta: readOnly,
  tags: readOnly,
  activeVersion: readOnly,
  shared: { type: 'array' },
})

const required = ['name', 'nodes', 'connections', 'settings']

/** The body of POST and PUT /workflows, as strict as n8n's public API is about it. */
export const workflowShape: Record<N8nVersion, Shape> = {
  '2.8': { type: 'object', required, properties: workflowKeys(nodeKeys, settingsKeys(whatToSave)) },
  '2.41': {
    type: 'object',
    required,
    properties: {
      ...workflowKeys({ ...nodeKeys, customTelemetryTags: {} }, newerSettings),
      pinData: { type: 'object', nullable: true },
      nodeGroups: { type: 'array' },
      projectId: text,
      parentFolderId: { type: 'string', nullable: true },
    },
  },
}

/** Settings that the newer version takes and throws away. */
export const ignoredSettings = ['binaryMode', 'credentialResolverId']
