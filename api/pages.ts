import { type Order, decodeCursor, encodeCursor, notOurs } from '../db/cursor.ts'
import type { PageRequest } from '../db/page.ts'
import type { SearchPlace } from '../db/template-search.ts'

/** The page that a list's query asks for. Throws 400.request_invalid for a cursor that is none of ours. */
export function pageOf({ limit, cursor, sort }: { limit: number; cursor?: string | undefined; sort?: 'asc' | 'desc' | undefined }, type: Order['type'] = 'timestamptz'): PageRequest {
  const place = cursor === undefined ? undefined : decodeCursor(cursor, type)
  if (cursor !== undefined && !place) throw notOurs()
  return { limit, cursor: place, sort }
}

const score = /^\d+(\.\d+)?(e-?\d+)?$/

/** A search's cursor: the score before the place. */
export const encodeSearchPlace = ([at, ...place]: SearchPlace): string => `${at}~${encodeCursor({ at: place[0], id: place[1] })}`

/** Throws 400.request_invalid for a cursor that no search gave. */
export function searchPlaceOf(cursor: string | undefined): SearchPlace | undefined {
  if (cursor === undefined) return undefined
  const [at = '', rest = ''] = cursor.split('~')
  const place = score.test(at) ? decodeCursor(rest) : undefined
  if (!place) throw notOurs('/cursor')
  return [at, place.at, place.id]
}
