import type { Jsonable, JsonObject } from '../contracts/json.ts'
import type { ProblemError } from '../contracts/errors.ts'
import type { ProjectFile } from '../contracts/project.ts'
import { isObject, present } from './json.ts'
import { mergeFiles } from './merge-files.ts'
import { mergeObjects } from './merge.ts'
import type { MergeConflict } from './merge.ts'
import { shown } from './shown.ts'

const isProjectFile = (value: unknown): value is ProjectFile =>
  isObject(value) && typeof value['path'] === 'string' && typeof value['content'] === 'string' && [undefined, 'utf8', 'base64'].some((encoding) => encoding === value['encoding'])
  && ['literal', 'executable', 'templateOnly'].every((mark) => ['undefined', 'boolean'].includes(typeof value[mark]))

function filesOf({ files }: { [key: string]: Jsonable }): ProjectFile[] | undefined {
  return Array.isArray(files) && files.every(isProjectFile) ? files : undefined
}

const withoutFiles = ({ files: _, ...rest }: JsonObject): JsonObject => rest

/** Two changes of one template: a project's files are merged as texts, all else place by place. */
export function mergeTemplates(base: JsonObject, ours: JsonObject, theirs: JsonObject): { content: JsonObject; problems: ProblemError[] } {
  const [was, here, there] = [filesOf(base), filesOf(ours), filesOf(theirs)]
  if (!here || !there) {
    const { value, conflicts } = mergeObjects(base, ours, theirs)
    return { content: value, problems: conflicts.map(problemOf) }
  }
  const rest = mergeObjects(withoutFiles(base), withoutFiles(ours), withoutFiles(theirs))
  const { files, problems } = mergeFiles(was ?? [], here, there)
  return { content: { ...rest.value, files: files.map(present) }, problems: [...rest.conflicts.map(problemOf), ...problems] }
}

export const problemOf = ({ pointer, ours, theirs }: MergeConflict): ProblemError => ({ pointer, message: `is ${shown(theirs)} in the remote and ${shown(ours)} here` })
