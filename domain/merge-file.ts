import type { ProblemError } from '../contracts/errors.ts'
import type { ProjectFile } from '../contracts/project.ts'
import { mergeText } from './merge-text.ts'
import { step } from './pointer.ts'
import { same } from './same.ts'
import { shown } from './shown.ts'

type Found = ProjectFile | undefined

/** Two changes of one file as one. What is not there is undefined. */
export function mergeFile(path: string, was: Found, ours: Found, theirs: Found): { file: Found; problems: ProblemError[] } {
  const problem = (message: string) => ({ pointer: `/files${step(path)}`, message: `${path} ${message}` })
  if (same(ours, theirs) || same(was, theirs)) return { file: ours, problems: [] }
  if (same(was, ours)) return { file: theirs, problems: [] }
  if (!ours) return { file: theirs, problems: [problem('was changed in the remote and deleted here')] }
  if (!theirs) return { file: ours, problems: [problem('was deleted in the remote and changed here')] }
  if (!was) return { file: ours, problems: [problem('is new on both sides, and not the same')] }
  const marks = marksOf.filter((mark) => was[mark] !== ours[mark] && was[mark] !== theirs[mark] && ours[mark] !== theirs[mark]).map((mark) => `has another ${mark} on each side`)
  const { text, problems } = mergeContent(was, ours, theirs)
  const chosen = <T>(of: (file: ProjectFile) => T): T => of(of(ours) === of(was) ? theirs : ours)
  return {
    file: { path, content: text, encoding: chosen(({ encoding }) => encoding), literal: chosen(({ literal }) => literal), executable: chosen(({ executable }) => executable), templateOnly: chosen(({ templateOnly }) => templateOnly) },
    problems: [...marks, ...problems].map(problem),
  }
}

/** What a file is besides its content: what only one side changed is taken from there. */
const marksOf = ['literal', 'encoding', 'executable', 'templateOnly'] as const

function mergeContent(was: ProjectFile, ours: ProjectFile, theirs: ProjectFile): { text: string; problems: string[] } {
  if (ours.content === theirs.content || was.content === theirs.content) return { text: ours.content, problems: [] }
  if (was.content === ours.content) return { text: theirs.content, problems: [] }
  if ([was, ours, theirs].some(({ encoding }) => encoding === 'base64')) return { text: ours.content, problems: ['was changed on both sides, and is no text'] }
  const merged = mergeText(was.content, ours.content, theirs.content)
  if (!merged) return { text: ours.content, problems: ['was changed too much on both sides to be compared'] }
  if ('text' in merged) return { text: merged.text, problems: [] }
  return { text: ours.content, problems: merged.conflicts.map(({ line, ours: here, theirs: there }) => `from line ${String(line)} on is ${shown(there)} in the remote and ${shown(here)} here`) }
}
