import type { Hole } from '../contracts/artifact.ts'
import type { Json, JsonObject } from '../contracts/json.ts'
import { unknownYet } from './diff.ts'
import { valueAt } from './pointer.ts'
import type { Redact } from './redact.ts'

/** A longer text that quotes a secret as it is, such as a prompt, stays to be read: the quotation is found without it. */
const longest = 3_000

/**
 * What stands where secrets went in: a filter may have made of one what no longer shows it, and gives it away all the same.
 * Without the white space around, which vendors drop. `redact` knows the secrets as they are.
 */
export const secretLeaves = (filled: JsonObject, holes: readonly Hole[], redact: Redact): Json[] =>
  holes.filter(({ secret }) => secret).flatMap(({ pointer }) => {
    const leaf = valueAt(filled, pointer)
    if (leaf === undefined || leaf === unknownYet) return []
    const text = JSON.stringify(leaf)
    if (text.length > longest && JSON.stringify(redact(leaf)) !== text) return []
    return [typeof leaf === 'string' ? leaf.trim() : leaf]
  })
