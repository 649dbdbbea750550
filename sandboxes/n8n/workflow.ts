import { randomUUID } from 'node:crypto'
import type { N8n } from './context.ts'
import { newId, now } from './context.ts'
import { canBeActivated } from './publication.ts'
import { viewTag } from './tags.ts'
import type { Tag } from './tags.ts'
import { ignoredSettings } from './workflow-shape.ts'

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

/** The project every workflow of a Community instance belongs to. */
export const personalProject = 'PersonalProject0'

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
export function draftOf(body: Record<string, unknown>): Draft {
  // checkBody has accepted the body, so its parts have these types.
  const { name, nodes, connections, settings, staticData, pinData } = body as unknown as Draft
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

/** A workflow as the API answers it: with keys that no write accepts, more of them on the newer version. */
export function viewWorkflow({ version, store }: N8n, workflow: Workflow, withPinData = true): Record<string, unknown> {
  const { tagIds, activeVersion, versionCounter, pinData, settings, ...rest } = workflow
  const tags = tagIds.flatMap((id) => store.get<Tag>('tag', id) ?? [])
  return {
    ...rest,
    active: activeVersion !== null,
    settings: version === '2.8' ? settings : { ...settings, binaryMode: 'separate' },
    ...(withPinData ? { pinData } : {}),
    meta: null,
    triggerCount: activeVersion?.nodes.filter(canBeActivated).length ?? 0,
    tags: tags.map(viewTag),
    shared: [{ role: 'workflow:owner', workflowId: workflow.id, projectId: personalProject }],
    activeVersionId: activeVersion?.versionId ?? null,
    activeVersion,
    versionCounter,
    description: null,
    ...(version === '2.8' ? {} : { sourceWorkflowId: null, parentFolder: null }),
  }
}
