import type { ProblemError } from '../contracts/errors.ts'
import type { JsonObject } from '../contracts/json.ts'
import type { ProjectFile } from '../contracts/project.ts'
import { merge, same } from './merge.ts'
import { mergeText } from './merge-text.ts'
import { step } from './pointer.ts'
import { sorted } from './project-files.ts'
import { shown } from './shown.ts'

type Files = readonly ProjectFile[]
type Found = ProjectFile | undefined

const asJson = (file: Found) => file as JsonObject | undefined
const alike = (one: Found, other: Found): boolean => same(asJson(one), asJson(other))

/** Two changes of a project's files as one, file by file and line by line. Where both changed one place differently, ours stands and the file is named. */
export function mergeFiles(base: Files, ours: Files, theirs: Files): { files: ProjectFile[]; problems: ProblemError[] } {
  const [was, here, there] = [base, ours, theirs].map((files) => new Map(files.map((file) => [file.path, file]))) as [Map<string, ProjectFile>, Map<string, ProjectFile>, Map<string, ProjectFile>]
  const problems: ProblemError[] = []
  const files = [...new Set([...here.keys(), ...there.keys()])].flatMap((path) => {
    const merged = mergeFile(path, was.get(path), here.get(path), there.get(path))
    problems.push(...merged.problems)
    return merged.file ? [merged.file] : []
  })
  return { files: sorted(files), problems }
}

function mergeFile(path: string, was: Found, ours: Found, theirs: Found): { file: Found; problems: ProblemError[] } {
  const problem = (message: string) => ({ pointer: `/files${step(path)}`, message: `${path} ${message}` })
  if (alike(ours, theirs) || alike(was, theirs)) return { file: ours, problems: [] }
  if (alike(was, ours)) return { file: theirs, problems: [] }
  if (!ours) return { file: theirs, problems: [problem('was changed in the remote and deleted here')] }
  if (!theirs) return { file: ours, problems: [problem('was deleted in the remote and changed here')] }
  if (!was) return { file: ours, problems: [problem('is new on both sides, and not the same')] }
  const about = merge(withoutContent(was), withoutContent(ours), withoutContent(theirs))
  const content = mergeContent(was, ours, theirs)
  const marks = about.conflicts.map(({ pointer }) => problem(`has another ${pointer.slice(1)} on each side`))
  const lines = 'problems' in content ? content.problems.map(problem) : []
  return { file: { ...(about.value as unknown as ProjectFile), content: 'problems' in content ? ours.content : content.text }, problems: [...marks, ...lines] }
}

const withoutContent = ({ content: _, ...rest }: ProjectFile): JsonObject => rest as unknown as JsonObject

function mergeContent(was: ProjectFile, ours: ProjectFile, theirs: ProjectFile): { text: string } | { problems: string[] } {
  if (ours.content === theirs.content || was.content === theirs.content) return { text: ours.content }
  if (was.content === ours.content) return { text: theirs.content }
  if ([was, ours, theirs].some(({ encoding }) => encoding === 'base64')) return { problems: ['was changed on both sides, and is no text'] }
  const merged = mergeText(was.content, ours.content, theirs.content)
  if (!merged) return { problems: ['was changed too much on both sides to be compared'] }
  if ('text' in merged) return merged
  return { problems: merged.conflicts.map(({ line, ours: here, theirs: there }) => `from line ${String(line)} on is ${shown(there)} in the remote and ${shown(here)} here`) }
}
