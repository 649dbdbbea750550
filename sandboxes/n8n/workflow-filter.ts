import type { Request } from 'express'
import type { N8n } from './context.ts'
import { allTags } from './tag.ts'
import { personalProject } from './workflow-row.ts'
import type { Workflow } from './workflow.ts'

/** `name` matches any part of a name, in any case, with the wildcards of SQL's LIKE; `tags` are names, and all must be there. */
export function isAskedFor(n8n: N8n, { query }: Request, { name, activeVersion, tagIds }: Workflow): boolean {
  if (query['active'] !== undefined && (activeVersion !== null) !== (query['active'] === 'true')) return false
  if (query['projectId'] !== undefined && query['projectId'] !== personalProject) return false
  if (query['name'] !== undefined && !like(String(query['name'])).test(name)) return false
  const wanted = query['tags'] === undefined ? [] : String(query['tags']).split(',').map((tag) => tag.trim())
  const names = allTags(n8n).filter(({ id }) => tagIds.includes(id)).map((tag) => tag.name)
  return wanted.every((tag) => names.includes(tag))
}

const like = (part: string) => new RegExp(part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&').replaceAll('%', '.*').replaceAll('_', '.'), 'is')
