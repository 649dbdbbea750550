import { sql } from 'kysely'
import type { Kind } from '../contracts/artifact.ts'
import type { Tx } from './client.ts'
import { type Page, type PageRequest, readPage } from './page.ts'
import type { VersionStatus } from './schema.ts'
import { type Template, toTemplate } from './templates.ts'

export interface TemplateFilter {
  kind?: Kind | undefined
  name?: string | undefined
  category?: string | undefined
  tag?: string | undefined
  author?: string | undefined
  status?: VersionStatus | undefined
  updatedFrom?: string | undefined
  updatedTo?: string | undefined
  /** At least this score. */
  quality?: number | undefined
  /** Those that were deleted, instead of those that are there. */
  deleted?: boolean | undefined
}

export const templateOrders = {
  created: { column: 'created_at', type: 'timestamptz' },
  updated: { column: 'updated_at', type: 'timestamptz' },
  name: { column: 'name', type: 'text' },
  quality: { column: 'quality_rank', type: 'integer' },
} as const

export type TemplateOrder = keyof typeof templateOrders

export async function pageOfTemplates(tx: Tx, filter: TemplateFilter, order: TemplateOrder, page: PageRequest): Promise<Page<Template>> {
  const { kind, name, category, tag, author, status, updatedFrom, updatedTo, quality, deleted = false } = filter
  let query = tx.selectFrom('template_artifacts').selectAll().select(sql<string>`${sql.ref(templateOrders[order].column)}::text`.as('cursor_at')).where('deleted_at', deleted ? 'is not' : 'is', null)
  for (const [column, value] of [['kind', kind], ['name', name], ['category', category], ['author', author], ['status', status]] as const) if (value !== undefined) query = query.where(column, '=', value)
  if (tag !== undefined) query = query.where(sql<boolean>`${tag} = any(tags)`)
  if (updatedFrom !== undefined) query = query.where('updated_at', '>=', sql<Date>`${updatedFrom}::timestamptz`)
  if (updatedTo !== undefined) query = query.where('updated_at', '<', sql<Date>`${updatedTo}::timestamptz`)
  if (quality !== undefined) query = query.where('quality_score', '>=', quality)
  return readPage(query, templateOrders[order], 'id', page, toTemplate)
}
