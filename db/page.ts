import { sql } from 'kysely'
import type { SelectQueryBuilder } from 'kysely'
import { type Cursor, type Order, encodeCursor, notOurs } from './cursor.ts'

export interface PageRequest {
  limit: number
  cursor?: Cursor | undefined
  /** Last first when absent: of times, the newest. */
  sort?: 'asc' | 'desc' | undefined
}

export interface Page<T> {
  items: T[]
  nextCursor: string | null
}

/** A time that no calendar has, or another list's kind of id: only PostgreSQL can tell. */
const isBadPlace = (error: unknown): boolean => error instanceof Error && 'code' in error && ['22007', '22008', '22009', '22P02', '22003', '22021', '42883'].includes(String(error.code))

/** One page after a cursor. The query selects `cursor_at`: the column as text. */
export async function readPage<DB, TB extends keyof DB, Row extends { cursor_at: string }, T>(
  query: SelectQueryBuilder<DB, TB, Row>,
  order: string | Order,
  idColumn: keyof Row & string,
  { limit, cursor, sort = 'desc' }: PageRequest,
  map: (row: Row) => T,
): Promise<Page<T>> {
  const { column, type } = typeof order === 'string' ? { column: order, type: 'timestamptz' } : order
  const place = sql`(${sql.ref(column)}, ${sql.ref(idColumn)})`
  const direction = sql.raw(sort)
  let page = query.orderBy(sql`${sql.ref(column)} ${direction}, ${sql.ref(idColumn)} ${direction}`).limit(limit + 1)
  if (cursor) page = page.where(sql<boolean>`${place} ${sql.raw(sort === 'asc' ? '>' : '<')} (${cursor.at}::${sql.raw(type)}, ${cursor.id})`)
  const rows = (await page.execute().catch((error: unknown) => { throw cursor && isBadPlace(error) ? notOurs() : error })) as Row[]
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return {
    items: shown.map(map),
    nextCursor: rows.length > limit && last ? encodeCursor({ at: last.cursor_at, id: String(last[idColumn]) }) : null,
  }
}
