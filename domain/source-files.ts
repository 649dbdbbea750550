/** A file of a directory that a template is made of. */
export interface SourceFile {
  path: string
  /** Text, or bytes in base64. */
  content: string
  encoding?: 'base64'
  executable?: boolean
}

/** The files below one directory, and what the directory is called where it lies. */
export interface SourceDirectory {
  name?: string
  files: SourceFile[]
}

/** Stands for a file that lies elsewhere: https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md */
export const isLfsPointer = (content: string): boolean => content.startsWith('version https://git-lfs.github.com/spec/')

/** The line (from 1) on which a key of a JSON or YAML text is declared; 1 where it is not found. */
export function lineOfKey(text: string, key: string): number {
  const name = key.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const at = text.split('\n').findIndex((line) => new RegExp(`^\\s*(?:[{,]\\s*)?(["']?)${name}\\1\\s*:`).test(line))
  return Math.max(at, 0) + 1
}
