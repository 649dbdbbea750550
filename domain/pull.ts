import type { Json, JsonObject } from '../contracts/json.ts'
import type { ProblemError } from '../contracts/errors.ts'
import { merge, same } from './merge.ts'
import type { MergeConflict } from './merge.ts'

/** A template on both sides of a synchronization, without its version. What is not there is undefined. */
export interface Sides {
  base: JsonObject | undefined
  ours: JsonObject | undefined
  theirs: JsonObject | undefined
}

export type Decision =
  /** Both say the same. */
  | { outcome: 'same' }
  /** Theirs still means what it meant: ours stands. */
  | { outcome: 'ours' }
  /** Theirs, as it is. */
  | { outcome: 'take' }
  | { outcome: 'delete' }
  /** Some from here, some from there. */
  | { outcome: 'merged'; content: JsonObject }
  | { outcome: 'conflict'; reason: 'both_changed' | 'deleted_there' | 'deleted_here'; problems: ProblemError[] }

/** What a change in the remote means for a template. Nothing that only one side changed is ever lost. */
export function decide({ base, ours, theirs }: Sides): Decision {
  if (same(ours, theirs)) return { outcome: 'same' }
  if (same(base, theirs)) return { outcome: 'ours' }
  if (same(base, ours)) return theirs === undefined ? { outcome: 'delete' } : { outcome: 'take' }
  if (ours === undefined) return { outcome: 'conflict', reason: 'deleted_here', problems: [{ pointer: '', message: 'was changed in the remote and deleted here' }] }
  if (theirs === undefined) return { outcome: 'conflict', reason: 'deleted_there', problems: [{ pointer: '', message: 'was deleted in the remote and changed here' }] }
  const { value, conflicts } = merge(base, ours, theirs)
  if (conflicts.length > 0) return { outcome: 'conflict', reason: 'both_changed', problems: conflicts.map(problemOf) }
  return same(value, theirs) ? { outcome: 'take' } : { outcome: 'merged', content: value as JsonObject }
}

const problemOf = ({ pointer, ours, theirs }: MergeConflict): ProblemError => ({ pointer, message: `is ${shown(theirs)} in the remote and ${shown(ours)} here` })

const longest = 200
function shown(value: Json | undefined): string {
  if (value === undefined) return 'missing'
  const text = JSON.stringify(value)
  return text.length > longest ? `${text.slice(0, longest).toWellFormed()}…` : text
}
