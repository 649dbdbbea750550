import type { ProblemError } from '../contracts/errors.ts'
import type { ProjectFile } from '../contracts/project.ts'
import { mergeFile } from './merge-file.ts'
import { sorted } from './project-files.ts'

type Files = readonly ProjectFile[]

const byPath = (files: Files): Map<string, ProjectFile> => new Map(files.map((file) => [file.path, file]))

/** Two changes of a project's files as one, file by file and line by line. Where both changed one place differently, ours stands and the file is named. */
export function mergeFiles(base: Files, ours: Files, theirs: Files): { files: ProjectFile[]; problems: ProblemError[] } {
  const [was, here, there] = [byPath(base), byPath(ours), byPath(theirs)]
  const problems: ProblemError[] = []
  const files = [...new Set([...here.keys(), ...there.keys()])].flatMap((path) => {
    const merged = mergeFile(path, was.get(path), here.get(path), there.get(path))
    problems.push(...merged.problems)
    return merged.file ? [merged.file] : []
  })
  return { files: sorted(files), problems }
}
