import { sql } from 'kysely'
import type { Tx } from './client.ts'
import { type Page, type PageRequest, readPage } from './page.ts'
import { toTemplate } from './templates.ts'
import type { Template } from './templates.ts'

export async function pageOfTemplates(tx: Tx, filter: { kind?: string | undefined; name?: string | undefined }, page: PageRequest): Promise<Page<Template>> {
  let query = tx.selectFrom('template_artifacts').selectAll().select(sql<string>`created_at::text`.as('cursor_at'))
  if (filter.kind !== undefined) query = query.where('kind', '=', filter.kind)
  if (filter.name !== undefined) query = query.where('name', '=', filter.name)
  return readPage(query, 'created_at', 'id', page, toTemplate)
}
