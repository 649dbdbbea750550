import { sql } from 'kysely'
import type { Kind } from '../contracts/artifact.ts'
import { fileOf, ownsFolder } from '../domain/template-place.ts'
import type { TemplatePlace } from '../domain/template-place.ts'
import type { Tx } from './client.ts'
import { newId } from './ids.ts'

/** A change of a template, as a commit of the tenant's repository. */
export interface TemplateChange {
  tenantId: string
  template: { id: string; kind: Kind; name: string }
  /** What the template says then; none where it is deleted. */
  versionId?: string | undefined
  actor: string
  pulled?: Pulled | undefined
}

/** A change that came from the remote is in a commit already. */
export interface Pulled {
  /** The pull's own row. */
  by: string
  sha: string
  author: string
  message: string
  at: Date
  /** The template's files that it changed. */
  paths: string[]
}

const verbs = { create: 'Create', update: 'Update', delete: 'Delete', restore: 'Restore' } as const
export type TemplateAction = keyof typeof verbs

/** Git's dates have no fractions. */
const now = sql<Date>`date_trunc('second', clock_timestamp())`

/**
 * Puts a change down for the repository, in the transaction that makes it. The repository's writer makes the commit afterwards, in the order of these calls:
 * two changes of one template must not be made at once.
 */
export async function recordCommit(tx: Tx, { tenantId, template, versionId, actor, pulled }: TemplateChange): Promise<TemplateAction> {
  const action = versionId === undefined ? 'delete' : await actionAfter(tx, template.id)
  await tx.insertInto('template_commits').values({
    tenant_id: tenantId, id: newId(), template_id: template.id, version_id: versionId ?? null, action, paths: pulled?.paths ?? expectedPaths(template),
    actor: pulled?.author ?? actor, message: pulled?.message ?? `${verbs[action]} template: ${template.name}`,
    sha: pulled?.sha ?? null, position: null, pulled_by: pulled?.by ?? null, remote_sha: null, created_at: pulled?.at ?? now,
  }).execute()
  return action
}

/** The files that will be changed, as far as that is known before it is done: of a template in a folder of its own, git says which. */
export const expectedPaths = (place: TemplatePlace): string[] => (ownsFolder(place) ? [] : [fileOf(place)])

async function actionAfter(tx: Tx, templateId: string): Promise<TemplateAction> {
  const last = await tx.selectFrom('template_commits').select('action').where('template_id', '=', templateId).where('action', '!=', 'resolve').orderBy('ordinal', 'desc').limit(1).executeTakeFirst()
  return last === undefined ? 'create' : last.action === 'delete' ? 'restore' : 'update'
}

/** The same where a conflict was decided for what is here: the file is to be as the version says, or to go where there is none. */
export async function recordResolution(tx: Tx, { tenantId, path, templateId, versionId, actor }: { tenantId: string; path: string; templateId?: string | undefined; versionId?: string | undefined; actor: string }): Promise<void> {
  await tx.insertInto('template_commits').values({
    tenant_id: tenantId, id: newId(), template_id: templateId ?? null, version_id: versionId ?? null, action: 'resolve', paths: [path], actor, message: `Resolve conflict: ${path}`,
    sha: null, position: null, pulled_by: null, remote_sha: null, created_at: now,
  }).execute()
}
