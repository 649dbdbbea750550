import type { JsonObject } from '../contracts/json.ts'
import type { ProblemError } from '../contracts/errors.ts'
import { mergeTemplates, problemOf } from './merge-templates.ts'
import { same } from './same.ts'

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
  if (base === undefined) return { outcome: 'conflict', reason: 'both_changed', problems: [problemOf({ pointer: '', ours, theirs })] }
  const { content, problems } = mergeTemplates(base, ours, theirs)
  if (problems.length > 0) return { outcome: 'conflict', reason: 'both_changed', problems }
  return same(content, theirs) ? { outcome: 'take' } : { outcome: 'merged', content }
}
