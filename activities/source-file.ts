import { DomainError } from '../contracts/errors.ts'
import { projectLimits } from '../contracts/project.ts'
import { textOf } from '../domain/project-files.ts'
import type { SourceFile } from '../domain/source-files.ts'

export interface Found {
  path: string
  bytes: Buffer
  executable: boolean
}

export const refused = (pointer: string, message: string): DomainError => new DomainError('400.artifact_schema_invalid', `The directory cannot be taken: ${message}`, { errors: [{ pointer, message }] })

/** Keeps count, so that nothing is read that would be refused later. */
export function createTally(pointer: string): (path: string, bytes: number) => void {
  let [files, all] = [0, 0]
  return (path, bytes) => {
    files += 1
    all += bytes
    if (files > projectLimits.files) throw refused(pointer, `has more than ${String(projectLimits.files)} files`)
    if (bytes > projectLimits.fileBytes) throw refused(pointer, `${path} is larger than 2 MB`)
    if (all > projectLimits.bytes) throw refused(pointer, 'its files are larger than 10 MB together')
  }
}

export function toSourceFile({ path, bytes, executable }: Found): SourceFile {
  const text = textOf(bytes)
  return { path, ...(text === undefined ? { content: bytes.toString('base64'), encoding: 'base64' as const } : { content: text }), ...(executable ? { executable } : {}) }
}
