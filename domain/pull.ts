import type { Json, JsonObject } from '../contracts/json.ts'
import type { ProblemError } from '../contracts/errors.ts'
import type { ProjectFile } from '../contracts/project.ts'
import { mergeFiles } from './merge-files.ts'
import { merge, same } from './merge.ts'
import type { MergeConflict } from './merge.ts'
import { shown } from './shown.ts'

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
  const { content, problems } = joined(base, ours, theirs)
  if (problems.length > 0) return { outcome: 'conflict', reason: 'both_changed', problems }
  return same(content, theirs) ? { outcome: 'take' } : { outcome: 'merged', content }
}

const filesOf = (content: JsonObject | undefined): ProjectFile[] | undefined => (Array.isArray(content?.['files']) ? (content['files'] as unknown as ProjectFile[]) : undefined)
const withoutFiles = ({ files: _, ...rest }: JsonObject): JsonObject => rest

/** A project's files are merged as texts, all else place by place. */
function joined(base: JsonObject | undefined, ours: JsonObject, theirs: JsonObject): { content: JsonObject; problems: ProblemError[] } {
  const [was, here, there] = [filesOf(base), filesOf(ours), filesOf(theirs)]
  if (base === undefined || !here || !there) {
    const { value, conflicts } = merge(base, ours, theirs)
    return { content: value as JsonObject, problems: conflicts.map(problemOf) }
  }
  const rest = merge(withoutFiles(base), withoutFiles(ours), withoutFiles(theirs))
  const { files, problems } = mergeFiles(was ?? [], here, there)
  return { content: { ...(rest.value as JsonObject), files: files as unknown as Json }, problems: [...rest.conflicts.map(problemOf), ...problems] }
}

const problemOf = ({ pointer, ours, theirs }: MergeConflict): ProblemError => ({ pointer, message: `is ${shown(theirs)} in the remote and ${shown(ours)} here` })
