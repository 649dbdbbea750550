import { derivedId, newId } from '../db/ids.ts'
import type { AnyCall } from './call.ts'

/** The id of what a request makes: with an Idempotency-Key the same for every try of it. */
export const idFor = ({ seed }: Pick<AnyCall, 'seed'>, ...what: string[]): string => (seed === undefined ? newId() : derivedId(...what, seed))
