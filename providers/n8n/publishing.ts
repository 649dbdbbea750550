import type { JsonObject } from '../../contracts/json.ts'
import type { WorkflowAnswer } from './answers.ts'
import { canBeActivated, nodesOf } from './triggers.ts'

/** `undefined`: nothing to publish, and nothing said about it. */
export function wantsPublishing({ publish, nodes }: JsonObject): boolean | undefined {
  if (publish === false) return false
  return canBeActivated(nodesOf(nodes)) ? true : undefined
}

/** Newer versions keep a draft beside what runs: published means that the two are one. */
export const isPublished = ({ active, versionId, activeVersionId }: WorkflowAnswer): boolean =>
  active && (!activeVersionId || !versionId || activeVersionId === versionId)
