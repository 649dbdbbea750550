import { DomainError } from '../contracts/errors.ts'
import { canonical } from '../domain/canonical.ts'
import { sha256 } from '../db/ids.ts'
import { toJson } from '../domain/json.ts'

/** A strong tag of what a client sees: it changes exactly when that does. */
export const etagOf = (body: object): string => `"${sha256(canonical(toJson(body))).slice(0, 32)}"`

const listed = (header: string): string[] => header.split(',').map((tag) => tag.trim())

/** Throws 412.precondition_failed when If-Match was sent and names another state. */
export function checkIfMatch(ifMatch: string | undefined, current: object): void {
  if (ifMatch === undefined || ifMatch.trim() === '*' || listed(ifMatch).includes(etagOf(current))) return
  throw new DomainError('412.precondition_failed', `It has changed: its ETag is ${etagOf(current)} now`)
}

/** Whether a reader has this state already. */
export const isFresh = (ifNoneMatch: string | undefined, etag: string | undefined): boolean =>
  ifNoneMatch !== undefined && etag !== undefined && (ifNoneMatch.trim() === '*' || listed(ifNoneMatch).some((tag) => tag.replace(/^W\//, '') === etag))
