import { lstat, readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { SourceDirectory, SourceFile } from '../domain/source-files.ts'
import { createTally, refused, toSourceFile } from './source-file.ts'

/** A directory of the machine, as the shipped library has them, without what Git keeps in it; undefined when there is none. */
export async function readFolder(folder: string): Promise<SourceDirectory | undefined> {
  if (!(await lstat(folder).catch(() => undefined))?.isDirectory()) return undefined
  const tally = createTally('/contentRef')
  const files: SourceFile[] = []
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name).slice(folder.length + 1).replaceAll('\\', '/')
    if (entry.isDirectory() || path.split('/').includes('.git')) continue
    if (!entry.isFile()) throw refused('/contentRef', `${path} is a symbolic link or a device`)
    const { size, mode } = await lstat(join(folder, path))
    tally(path, size)
    files.push(toSourceFile({ path, bytes: await readFile(join(folder, path)), executable: (mode & 0o111) !== 0 }))
  }
  return { name: folder.split('/').at(-1) ?? '', files }
}
