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
