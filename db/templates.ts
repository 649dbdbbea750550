import { sql } from 'kysely'
import type { Kind, TemplateArtifact } from '../contracts/artifact.ts'
import { DomainError } from '../contracts/errors.ts'
import type { JsonObject } from '../contracts/json.ts'
import type { Tx } from './client.ts'
import { clock } from './clock.ts'
import { derivedId } from './ids.ts'

export interface Template {
  id: string
  kind: Kind
  name: string
  /** The newest version. */
  version: string
  contentRef: string
  meta: JsonObject
  createdBy: string
  createdAt: string
  updatedAt: string
}

/** A version without its content. */
export interface VersionSummary {
  version: string
  contentRef: string
  status: 'draft' | 'published'
  /** The contentRef it came from; null for content that was sent. */
  source: string | null
  createdBy: string
  createdAt: string
}

export interface TemplateVersion extends VersionSummary {
  id: string
  templateId: string
  artifact: TemplateArtifact
}

interface TemplateRow { id: string; kind: string; name: string; version: string; content_ref: string; meta: JsonObject; created_by: string; created_at: Date; updated_at: Date }

/** Shared with the list of templates; nobody outside this folder sees rows. */
export const toTemplate = (row: TemplateRow): Template => ({
  id: row.id,
  kind: row.kind as Kind,
  name: row.name,
  version: row.version,
  contentRef: row.content_ref,
  meta: row.meta,
  createdBy: row.created_by,
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
})

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** By id, or by name where only one kind has it. */
export async function findTemplate(tx: Tx, idOrName: string): Promise<Template | undefined> {
  const rows = await tx.selectFrom('template_artifacts').selectAll()
    .where(uuid.test(idOrName) ? 'id' : 'name', '=', idOrName).limit(2).execute()
  if (rows.length > 1) throw new DomainError('409.name_ambiguous', `Several templates are called "${idOrName}", in different kinds: use the id`)
  return rows[0] && toTemplate(rows[0])
}

export async function getTemplate(tx: Tx, idOrName: string): Promise<Template> {
  const template = await findTemplate(tx, idOrName)
  if (!template) throw new DomainError('404.template_not_found', `There is no template ${idOrName}`)
  return template
}

interface SummaryRow { version: string; content_ref: string; status: 'draft' | 'published'; source: string | null; created_by: string; created_at: Date }

export const summaryColumns = ['version', 'content_ref', 'status', 'source', 'created_by', 'created_at'] as const
const versionColumns = ['id', 'template_id', 'artifact', ...summaryColumns] as const

export const toSummary = (row: SummaryRow): VersionSummary => ({
  version: row.version, contentRef: row.content_ref, status: row.status, source: row.source, createdBy: row.created_by, createdAt: row.created_at.toISOString(),
})

const toVersion = (row: SummaryRow & { id: string; template_id: string; artifact: object }): TemplateVersion => ({
  ...toSummary(row), id: row.id, templateId: row.template_id, artifact: row.artifact as TemplateArtifact,
})

/** The named version, or the newest. */
export async function getVersion(tx: Tx, template: Pick<Template, 'id' | 'name' | 'version'>, version = template.version): Promise<TemplateVersion> {
  const row = await tx.selectFrom('template_versions').select(versionColumns)
    .where('template_id', '=', template.id).where('version', '=', version).executeTakeFirst()
  if (!row) throw new DomainError('404.version_not_found', `Template "${template.name}" has no version ${version}`)
  return toVersion(row)
}

export async function getVersionById(tx: Tx, id: string): Promise<TemplateVersion> {
  return toVersion(await tx.selectFrom('template_versions').select(versionColumns).where('id', '=', id).executeTakeFirstOrThrow())
}

export interface NewVersion {
  tenantId: string
  artifact: TemplateArtifact & { version: string }
  contentRef: string
  source: string | null
  createdBy: string
  draft: boolean
}

/** Holds this (kind, name) until the transaction ends: two imports of one template follow each other. */
export async function lockTemplateName(tx: Tx, tenantId: string, kind: string, name: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`template\n${tenantId}\n${kind}\n${name}`}, 0))`.execute(tx)
}

export async function findTemplateByName(tx: Tx, kind: string, name: string): Promise<Template | undefined> {
  const row = await tx.selectFrom('template_artifacts').selectAll().where('kind', '=', kind).where('name', '=', name).executeTakeFirst()
  return row && toTemplate(row)
}

export async function listVersions(tx: Tx, templateId: string): Promise<{ version: string; contentRef: string }[]> {
  const rows = await tx.selectFrom('template_versions').select(['version', 'content_ref']).where('template_id', '=', templateId).execute()
  return rows.map((row) => ({ version: row.version, contentRef: row.content_ref }))
}

/** Adds a version, and the template when it is the first; the newest version is the template's own. */
export async function insertVersion(tx: Tx, { tenantId, artifact, contentRef, source, createdBy, draft }: NewVersion): Promise<{ templateId: string; versionId: string }> {
  const templateId = derivedId('template', tenantId, artifact.kind, artifact.name)
  const versionId = derivedId('version', templateId, artifact.version)
  const newest = { content_ref: contentRef, meta: JSON.stringify(artifact.meta), version: artifact.version, updated_at: clock }
  await tx.insertInto('template_artifacts')
    .values({ tenant_id: tenantId, id: templateId, kind: artifact.kind, name: artifact.name, created_by: createdBy, ...newest })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'id']).doUpdateSet(newest)).execute()
  await tx.insertInto('template_versions')
    .values({ tenant_id: tenantId, id: versionId, template_id: templateId, version: artifact.version, content_ref: contentRef, artifact: JSON.stringify(artifact), source, status: draft ? 'draft' : 'published', created_by: createdBy })
    .execute()
  return { templateId, versionId }
}
