import { randomUUID } from 'node:crypto'
import type { Fitting } from './body.ts'
import { newId, now } from './context.ts'
import { ignoredSettings } from './workflow-settings.ts'
import { workflowShape } from './workflow-shape.ts'

export interface Node {
  id?: string
  name?: string
  type?: string
  webhookId?: string
  disabled?: boolean
  parameters?: Record<string, unknown>
}

/** What PUT replaces. */
export interface Draft {
  name: string
  nodes: Node[]
  connections: Record<string, unknown>
  settings: Record<string, unknown>
  staticData?: unknown
  pinData?: unknown
}

export interface Workflow extends Draft {
  id: string
  versionId: string
  versionCounter: number
  /** What runs; the rest of the workflow is the draft. */
  activeVersion: { versionId: string; nodes: Node[]; connections: Record<string, unknown>; name?: string; description?: string } | null
  isArchived: boolean
  tagIds: string[]
  createdAt: string
  updatedAt: string
}

const hasWebhookId = ['n8n-nodes-base.webhook', 'n8n-nodes-base.formTrigger', '@n8n/n8n-nodes-langchain.chatTrigger']

/** A new workflow is inactive, whatever it holds. */
export const newWorkflow = (draft: Draft): Workflow => ({
  ...draft,
  id: newId(),
  versionId: randomUUID(),
  versionCounter: 1,
  activeVersion: null,
  isArchived: false,
  tagIds: [],
  createdAt: now(),
  updatedAt: now(),
})

/** Node ids and webhook ids are filled in where they are absent. */
export function draftOf({ name, nodes, connections, settings, staticData, pinData }: Fitting<(typeof workflowShape)['2.41']>): Draft {
  return {
    name,
    nodes: nodes.map((node) => ({
      ...node,
      id: node.id ?? randomUUID(),
      ...(hasWebhookId.includes(node.type ?? '') ? { webhookId: node.webhookId ?? randomUUID() } : {}),
    })),
    connections,
    settings: Object.fromEntries(Object.entries(settings).filter(([key]) => !ignoredSettings.includes(key))),
    staticData: staticData ?? null,
    pinData: pinData ?? null,
  }
}
