import { type PageRequest, decodeCursor, notOurs } from '../db/page.ts'

/** The page that a list's query asks for. Throws 400.request_invalid for a cursor that is none of ours. */
export function pageOf({ limit, cursor, sort }: { limit: number; cursor?: string | undefined; sort?: 'asc' | 'desc' | undefined }): PageRequest {
  const place = cursor === undefined ? undefined : decodeCursor(cursor)
  if (cursor !== undefined && !place) throw notOurs()
  return { limit, cursor: place, sort }
}
