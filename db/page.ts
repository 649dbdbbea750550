import { sql } from 'kysely'
import type { SelectQueryBuilder } from 'kysely'
import { DomainError } from '../contracts/errors.ts'

/** What a list is ordered by, before the id. */
export interface Order {
  column: string
  type: 'timestamptz' | 'text' | 'integer'
}

/** A place in a list ordered by a column (mostly a time) and the id: what was last seen. A time keeps PostgreSQL's microseconds. */
export interface Cursor {
  at: string
  id: string
}

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

export const encodeCursor = ({ at, id }: Cursor): string => Buffer.from(JSON.stringify([at, id])).toString('base64url')

const pgTime = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(\.\d{1,6})?[+-]\d{2}(:\d{2})?$/
const patterns: Record<Order['type'], RegExp> = { timestamptz: pgTime, text: /^[^\0]*$/, integer: /^-?\d{1,9}$/ }
const rowId = /^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{1,18})$/

/** The place a cursor names, or undefined when it is none of ours. */
export function decodeCursor(text: string, type: Order['type'] = 'timestamptz'): Cursor | undefined {
  try {
    const parts: unknown = JSON.parse(Buffer.from(text, 'base64url').toString())
    if (!Array.isArray(parts)) return undefined
    const [at, id]: unknown[] = parts
    return typeof at === 'string' && typeof id === 'string' && patterns[type].test(at) && rowId.test(id) ? { at, id } : undefined
  } catch {
    return undefined
  }
}

/** `pointer`: where the request has it. */
export const notOurs = (pointer = '/query/cursor'): DomainError => new DomainError('400.request_invalid', 'The cursor is not one that this API gave', { errors: [{ pointer, message: 'is not one that this API gave' }] })

const byTime = (column: string): Order => ({ column, type: 'timestamptz' })

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
  const { column, type } = typeof order === 'string' ? byTime(order) : order
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
