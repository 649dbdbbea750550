import { sql } from 'kysely'
import type { Selectable } from 'kysely'
import type { z } from 'zod'
import type { TemplateArtifact } from '../contracts/artifact.ts'
import { DomainError } from '../contracts/errors.ts'
import type { Untranslated } from '../contracts/project.ts'
import type { templateVersion } from '../contracts/registry.ts'
import type { Tx } from './client.ts'
import { type Page, type PageRequest, readPage } from './page.ts'
import type { Database } from './schema.ts'
import type { Template } from './templates.ts'

/** A version without its content. */
export type VersionSummary = z.infer<typeof templateVersion>

export interface TemplateVersion extends VersionSummary {
  id: string
  templateId: string
  artifact: TemplateArtifact
}

const summaryColumns = ['version', 'content_ref', 'status', 'source', 'quality', 'created_by', 'created_at'] as const
const versionColumns = ['id', 'template_id', 'artifact', ...summaryColumns] as const

type VersionRow<Column extends keyof Database['template_versions']> = Pick<Selectable<Database['template_versions']>, Column>

const toSummary = (row: VersionRow<(typeof summaryColumns)[number]>): VersionSummary => ({
  version: row.version, contentRef: row.content_ref, status: row.status, source: row.source, qualityScore: row.quality?.quality_score ?? null, createdBy: row.created_by, createdAt: row.created_at.toISOString(),
})

const toVersion = (row: VersionRow<(typeof versionColumns)[number]>): TemplateVersion => ({
  ...toSummary(row), id: row.id, templateId: row.template_id, artifact: row.artifact,
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

export async function isDraft(tx: Tx, versionId: string): Promise<boolean> {
  return (await tx.selectFrom('template_versions').select('status').where('id', '=', versionId).executeTakeFirstOrThrow()).status === 'draft'
}

/** The latest draft, by when it was made. */
export async function findNewestDraft(tx: Tx, templateId: string): Promise<string | undefined> {
  return (await tx.selectFrom('template_versions').select('version').where('template_id', '=', templateId).where('status', '=', 'draft').orderBy('created_at', 'desc').limit(1).executeTakeFirst())?.version
}

/** In the order in which they were made. */
export async function listVersions(tx: Tx, templateId: string): Promise<Pick<VersionSummary, 'version' | 'contentRef' | 'status'>[]> {
  const rows = await tx.selectFrom('template_versions').select(['version', 'content_ref', 'status']).where('template_id', '=', templateId).orderBy('created_at').execute()
  return rows.map((row) => ({ version: row.version, contentRef: row.content_ref, status: row.status }))
}

export async function pageOfVersions(tx: Tx, templateId: string, page: PageRequest): Promise<Page<VersionSummary>> {
  const query = tx.selectFrom('template_versions').select(['id', ...summaryColumns]).select(sql<string>`created_at::text`.as('cursor_at')).where('template_id', '=', templateId)
  return readPage(query, 'created_at', 'id', page, toSummary)
}

/** What of a version's source could not be translated. */
export async function readUntranslated(tx: Tx, templateId: string, version: string): Promise<Untranslated[]> {
  const { found } = await tx.selectFrom('template_versions').select(sql<Untranslated[] | null>`artifact->'untranslated'`.as('found')).where('template_id', '=', templateId).where('version', '=', version).executeTakeFirstOrThrow()
  return found ?? []
}
