import type { Request } from 'express'
import { isRecord } from '../record.ts'
import type { N8nVersion } from './body.ts'
import { N8nRefusal } from './refusal.ts'

const largest = 250
const usual = 100

/** Cuts one page out of a list: `limit`, and `cursor` as an earlier page gave it (base64 of `{limit, offset}`). */
export function page<T>(version: N8nVersion, { query }: Request, rows: T[]): { data: T[]; nextCursor: string | null } {
  const asked = readLimit(version, query['limit'])
  const { limit, offset } =
    query['cursor'] === undefined ? { limit: asked, offset: version === '2.8' ? 0 : Number(query['offset'] ?? 0) } : readCursor(query['cursor'])
  const end = offset + limit
  return {
    data: rows.slice(offset, end),
    nextCursor: end < rows.length ? Buffer.from(JSON.stringify({ limit, offset: end })).toString('base64') : null,
  }
}

/** Above 250, 2.8 refuses and 2.41 silently gives 250. */
function readLimit(version: N8nVersion, limit: unknown): number {
  if (limit === undefined) return usual
  const asked = Number(limit)
  if (!Number.isInteger(asked) || asked < 1) throw new N8nRefusal(400, 'request/query/limit must be number')
  if (asked > largest && version === '2.8') throw new N8nRefusal(400, `request/query/limit must be <= ${largest}`)
  return Math.min(asked, largest)
}

function readCursor(cursor: unknown): { limit: number; offset: number } {
  try {
    const asked: unknown = JSON.parse(Buffer.from(String(cursor), 'base64').toString())
    if (isRecord(asked) && Number.isInteger(asked['limit']) && Number.isInteger(asked['offset'])) return { limit: Number(asked['limit']), offset: Number(asked['offset']) }
  } catch {
    // Not JSON: refused below, as any other thing that is no cursor.
  }
  throw new N8nRefusal(400, 'An invalid cursor was provided')
}
