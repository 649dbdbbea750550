import { sql } from 'kysely'
import type { Tx } from './client.ts'
import { type Page, type PageRequest, readPage } from './page.ts'
import { summaryColumns, toSummary, toTemplate } from './templates.ts'
import type { Template, VersionSummary } from './templates.ts'

export async function pageOfTemplates(tx: Tx, filter: { kind?: string | undefined; name?: string | undefined }, page: PageRequest): Promise<Page<Template>> {
  let query = tx.selectFrom('template_artifacts').selectAll().select(sql<string>`created_at::text`.as('cursor_at'))
  if (filter.kind !== undefined) query = query.where('kind', '=', filter.kind)
  if (filter.name !== undefined) query = query.where('name', '=', filter.name)
  return readPage(query, 'created_at', 'id', page, toTemplate)
}

export async function pageOfVersions(tx: Tx, templateId: string, page: PageRequest): Promise<Page<VersionSummary>> {
  const query = tx.selectFrom('template_versions').select(['id', ...summaryColumns]).select(sql<string>`created_at::text`.as('cursor_at')).where('template_id', '=', templateId)
  return readPage(query, 'created_at', 'id', page, toSummary)
}
