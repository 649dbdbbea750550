import { getRow, now } from './context.ts'
import type { N8n } from './context.ts'
import { canBeActivated } from './publication.ts'
import { viewTag } from './tag.ts'
import type { Tag } from './tag.ts'
import type { Workflow } from './workflow.ts'

/** The project every workflow of a Community instance belongs to. */
export const personalProject = 'PersonalProject0'

export const findWorkflow = (n8n: N8n, id: string): Workflow => getRow<Workflow>(n8n, 'workflow', id)

export function saveWorkflow(n8n: N8n, workflow: Workflow): Record<string, unknown> {
  const saved = { ...workflow, updatedAt: now() }
  n8n.store.put('workflow', workflow.id, saved)
  return viewWorkflow(n8n, saved)
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
