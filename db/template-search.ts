import { sql } from 'kysely'
import type { Kind } from '../contracts/artifact.ts'
import type { Tx } from './client.ts'
import type { VersionStatus } from './schema.ts'
import { toTemplate } from './templates.ts'
import type { Template } from './templates.ts'

export interface SearchFilters {
  /** One of these. */
  kind?: readonly Kind[] | undefined
  /** One of these. */
  category?: readonly string[] | undefined
  /** All of these. */
  tags?: readonly string[] | undefined
  author?: string | undefined
  status?: VersionStatus | undefined
  updatedFrom?: string | undefined
  updatedTo?: string | undefined
}

/** What was last seen of a search: score, time and id, as PostgreSQL writes them. */
export type SearchPlace = readonly [score: string, updatedAt: string, id: string]

export interface FacetValue {
  value: string
  count: number
}

export interface SearchOutcome {
  items: (Template & { score: number })[]
  total: number
  facets: Record<'kind' | 'category' | 'tag', FacetValue[]>
  /** Words that no template has, and those that were looked for instead. */
  corrected: Record<string, string[]>
  next: SearchPlace | undefined
}

interface Found {
  total: number
  page: [string, string, string][]
  kind: Record<string, number>
  category: Record<string, number>
  tag: Record<string, number>
  corrected: Record<string, string[]>
}

/** Most first; of equally many, by name. */
const byCount = (counts: Record<string, number>): FacetValue[] =>
  Object.entries(counts).map(([value, count]) => ({ value, count })).sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))

/** The templates that have all words, best first; without words, the latest first. */
export async function searchTemplates(tx: Tx, { query, filters, place, limit }: { query?: string | undefined; filters: SearchFilters; place?: SearchPlace | undefined; limit: number }): Promise<SearchOutcome> {
  const { rows: [row] } = await sql<{ found: Found }>`
    select search_templates(${query ?? null}, ${JSON.stringify(filters)}, ${place === undefined ? null : JSON.stringify(place)}, ${limit + 1}) as found`.execute(tx)
  if (!row) throw new Error('search_templates answered nothing')
  const { total, page, kind, category, tag, corrected } = row.found
  const shown = page.slice(0, limit)
  const templates = shown.length === 0 ? [] : await tx.selectFrom('template_artifacts').selectAll().where('id', 'in', shown.map(([, , id]) => id)).execute()
  const byId = new Map(templates.map((one) => [one.id, toTemplate(one)]))
  return {
    items: shown.flatMap(([score, , id]) => { const template = byId.get(id); return template ? [{ ...template, score: Number(score) }] : [] }),
    total,
    facets: { kind: byCount(kind), category: byCount(category), tag: byCount(tag) },
    corrected,
    next: page.length > limit ? shown.at(-1) : undefined,
  }
}
