import type { Hole } from '../contracts/artifact.ts'
import type { Json, JsonObject } from '../contracts/json.ts'
import { unknownYet } from './diff.ts'
import { valueAt } from './pointer.ts'

/** A key in base64 is shorter. A longer text is a prompt that quotes the secret, and too much to look for in all that is shown. */
const longest = 3_000

/**
 * What stands where secrets went in: a filter may have made of one what no longer shows it, and gives it away all the same.
 * Without the white space around, which vendors drop.
 */
export const secretLeaves = (filled: JsonObject, holes: readonly Hole[]): Json[] =>
  holes.filter(({ secret }) => secret).flatMap(({ pointer }) => {
    const leaf = valueAt(filled, pointer)
    if (leaf === undefined || leaf === unknownYet || JSON.stringify(leaf).length > longest) return []
    return [typeof leaf === 'string' ? leaf.trim() : leaf]
  })
