import type { Properties } from './body.ts'
import { amount, flag, object, readOnly, text } from './shapes.ts'
import { newerSettings, olderSettings } from './workflow-settings.ts'

const nodeKeys = {
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
} as const

const workflowKeys = <N extends Properties, S extends Properties>(node: N, settings: S) => ({
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
} as const)

const required = ['name', 'nodes', 'connections', 'settings'] as const

/** The body of POST and PUT /workflows, as strict as n8n's public API is about it. */
export const workflowShape = {
  '2.8': { type: 'object', required, properties: workflowKeys(nodeKeys, olderSettings) },
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
} as const
