import { sql } from 'kysely'
import type { Selectable } from 'kysely'
import type { Kind, TemplateArtifact } from '../contracts/artifact.ts'
import { DomainError } from '../contracts/errors.ts'
import type { JsonObject } from '../contracts/json.ts'
import type { Quality } from '../contracts/quality.ts'
import { isUuid } from '../domain/uuid.ts'
import type { Tx } from './client.ts'
import { clock } from './clock.ts'
import { derivedId } from './ids.ts'
import type { Database, VersionStatus } from './schema.ts'
import { type Pulled, type TemplateAction, recordCommit } from './template-commits.ts'
import { type TemplateVersion, getVersion } from './template-versions.ts'

export interface Template {
  id: string
  kind: Kind
  name: string
  /** The newest published version; while none is, the newest draft. */
  version: string
  status: VersionStatus
  contentRef: string
  meta: JsonObject
  /** 0 to 100; null until it is scored. */
  qualityScore: number | null
  createdBy: string
  createdAt: string
  updatedAt: string
  /** Absent unless it is deleted. */
  deletedAt?: string
}

/** Shared with the list of templates; nobody outside this folder sees rows. */
export const toTemplate = (row: Selectable<Database['template_artifacts']>): Template => ({
  id: row.id,
  kind: row.kind,
  name: row.name,
  version: row.version,
  status: row.status,
  contentRef: row.content_ref,
  meta: row.meta,
  qualityScore: row.quality_score,
  createdBy: row.created_by,
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
  ...(row.deleted_at === null ? {} : { deletedAt: row.deleted_at.toISOString() }),
})

export interface Lookup {
  /** Also one that was deleted: what was made of it lives on. */
  deleted?: boolean
  /** Holds it until the transaction ends. */
  lock?: boolean
}

/** By id, or by name where only one kind has it. */
export async function findTemplate(tx: Tx, idOrName: string, { deleted = false, lock = false }: Lookup = {}): Promise<Template | undefined> {
  let query = tx.selectFrom('template_artifacts').selectAll().where(isUuid(idOrName) ? 'id' : 'name', '=', idOrName).limit(2)
  if (!deleted) query = query.where('deleted_at', 'is', null)
  if (lock) query = query.forUpdate()
  const rows = await query.execute()
  if (rows.length > 1) throw new DomainError('409.name_ambiguous', `Several templates are called "${idOrName}", in different kinds: use the id`)
  return rows[0] && toTemplate(rows[0])
}

export async function getTemplate(tx: Tx, idOrName: string, lookup: Lookup = {}): Promise<Template> {
  const template = await findTemplate(tx, idOrName, lookup)
  if (!template) throw new DomainError('404.template_not_found', `There is no template ${idOrName}`)
  return template
}

/** Also when it was deleted: the name is still its own. */
export async function findTemplateByName(tx: Tx, kind: Kind, name: string): Promise<Template | undefined> {
  const row = await tx.selectFrom('template_artifacts').selectAll().where('kind', '=', kind).where('name', '=', name).executeTakeFirst()
  return row && toTemplate(row)
}

export interface NewVersion {
  tenantId: string
  artifact: TemplateArtifact & { version: string }
  contentRef: string
  source: string | null
  createdBy: string
  draft: boolean
  quality: Quality | null
  /** Where it came from the remote of the repository. */
  pulled?: Pulled
}

/** Holds this (kind, name) until the transaction ends: two imports of one template follow each other. */
export async function lockTemplateName(tx: Tx, tenantId: string, kind: string, name: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`template\n${tenantId}\n${kind}\n${name}`}, 0))`.execute(tx)
}

/** Lets the search find what the template now is. */
const reindex = (tx: Tx, templateId: string): Promise<unknown> => sql`select index_template(${templateId})`.execute(tx)

/** Adds a version, and the template when it is the first. A draft stays behind what is published. A template that was deleted is there again. */
export async function insertVersion(tx: Tx, { tenantId, artifact, contentRef, source, createdBy, draft, quality, pulled }: NewVersion): Promise<{ templateId: string; versionId: string; action: TemplateAction | undefined }> {
  const templateId = derivedId('template', tenantId, artifact.kind, artifact.name)
  const versionId = derivedId('version', templateId, artifact.version)
  const status = draft ? 'draft' as const : 'published' as const
  const newest = { content_ref: contentRef, meta: JSON.stringify(artifact.meta), version: artifact.version, status, quality_score: quality?.quality_score ?? null, updated_at: clock, deleted_at: null, deleted_by: null }
  await tx.insertInto('template_artifacts')
    .values({ tenant_id: tenantId, id: templateId, kind: artifact.kind, name: artifact.name, created_by: createdBy, ...newest })
    .onConflict((conflict) => {
      const shown = conflict.columns(['tenant_id', 'id']).doUpdateSet(newest)
      return draft ? shown.where((row) => row.or([row('template_artifacts.status', '=', 'draft'), row('template_artifacts.deleted_at', 'is not', null)])) : shown
    }).execute()
  await tx.insertInto('template_versions')
    .values({ tenant_id: tenantId, id: versionId, template_id: templateId, version: artifact.version, content_ref: contentRef, artifact: JSON.stringify(artifact), source, status, quality: quality && JSON.stringify(quality), created_by: createdBy, created_at: clock })
    .execute()
  await reindex(tx, templateId)
  // A draft is nobody's template yet.
  const action = draft ? undefined : await recordCommit(tx, { tenantId, template: { id: templateId, kind: artifact.kind, name: artifact.name }, versionId, actor: createdBy, pulled })
  return { templateId, versionId, action }
}

/** Makes the version what the template is. */
export async function publishVersion(tx: Tx, templateId: string, { id, version, contentRef, artifact, qualityScore }: TemplateVersion, by: string): Promise<void> {
  await tx.updateTable('template_versions').set({ status: 'published' }).where('id', '=', id).execute()
  const row = await tx.updateTable('template_artifacts')
    .set({ version, content_ref: contentRef, meta: JSON.stringify(artifact.meta), status: 'published', quality_score: qualityScore, updated_at: clock, deleted_at: null, deleted_by: null }).where('id', '=', templateId).returningAll().executeTakeFirstOrThrow()
  await reindex(tx, templateId)
  await recordCommit(tx, { tenantId: row.tenant_id, template: toTemplate(row), versionId: id, actor: by })
}

/** Hides the template, or brings it back. Its versions, and what was deployed from them, stay. */
export async function setDeleted(tx: Tx, templateId: string, by: string, deleted = true, pulled?: Pulled): Promise<Template> {
  const row = await tx.updateTable('template_artifacts')
    .set({ deleted_at: deleted ? clock : null, deleted_by: deleted ? by : null, updated_at: clock }).where('id', '=', templateId).returningAll().executeTakeFirstOrThrow()
  await reindex(tx, templateId)
  const template = toTemplate(row)
  const versionId = deleted ? undefined : (await getVersion(tx, template)).id
  if (template.status === 'published') await recordCommit(tx, { tenantId: row.tenant_id, template, versionId, actor: by, pulled })
  return template
}
