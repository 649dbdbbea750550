import { readFile, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isLfsPointer } from '../domain/source-files.ts'
import type { SourceDirectory } from '../domain/source-files.ts'
import { readBatch, readListing, standIn } from '../providers/git/listing.ts'
import { createTally, refused, toSourceFile } from './source-file.ts'
import { environment, run, withClone } from './clone.ts'
import type { CloneOptions } from './clone.ts'
import { parseGitRef, unreadable } from './git-ref.ts'
import type { GitRef } from './git-ref.ts'

const mebibyte = 1024 * 1024
const largest = 16 * mebibyte

/** One file of a repository, at most 16 MiB. */
export function fetchGit(contentRef: string, options: CloneOptions): Promise<string> {
  const where = parseGitRef(contentRef)
  return withClone(where, options, (root) => readOne(root, where.path))
}

async function readOne(root: string, path: string): Promise<string> {
  const file = await realpath(join(root, path))
  if (!file.startsWith(`${root}/`) || file.startsWith(`${root}/.git/`)) throw unreadable('must name a file inside the repository')
  // A thousand times as large as what it was packed to, it would cost the worker its memory.
  const { size } = await stat(file)
  if (size > largest) throw unreadable(`is larger than 16 MiB: ${path} has ${String(Math.ceil(size / mebibyte))} MiB`)
  return readFile(file, 'utf8')
}

/** A directory of a repository, as it was committed; or the text of a file, where the path names one. */
export function fetchGitDirectory(contentRef: string, access: CloneOptions): Promise<SourceDirectory | string> {
  const where = parseGitRef(contentRef, { directory: true })
  return withClone(where, access, async (root) => {
    const options = { cwd: root, timeout: 20_000, maxBuffer: 64 * 1024 * 1024, env: environment(root) }
    const { stdout: listed } = await run('git', ['ls-tree', '-r', '-z', '--long', 'HEAD', ...(where.path === '.' ? [] : ['--', where.path])], options)
    const entries = readListing(listed)
    const [only] = entries
    if (!only) throw unreadable(`${where.path} is not in the repository`)
    if (entries.length === 1 && only.path === where.path) return readOne(root, where.path)
    const prefix = where.path === '.' ? '' : `${where.path}/`
    const tally = createTally('/contentRef')
    for (const entry of entries) {
      const other = standIn(entry)
      if (other !== undefined) throw refused('/contentRef', `${entry.path} is a ${other}`)
      tally(entry.path, entry.size)
    }
    const reading = run('git', ['cat-file', '--batch'], { ...options, encoding: 'buffer' })
    reading.child.stdin?.end(entries.map(({ blob }) => `${blob}\n`).join(''))
    const contents = readBatch((await reading).stdout)
    return {
      name: nameOf(where),
      files: entries.map(({ path, mode }, at) => {
        const file = toSourceFile({ path: path.slice(prefix.length), bytes: contents[at] ?? Buffer.alloc(0), executable: mode === '100755' })
        if (isLfsPointer(file.content)) throw refused('/contentRef', `${path} lies in Git LFS, not in the repository`)
        return file
      }),
    }
  })
}

/** What the directory is called; of a whole repository, the repository's name. */
const nameOf = ({ url, path }: GitRef): string => (path === '.' ? url.pathname.replace(/(\.git)?\/*$/, '') : path).split('/').at(-1) ?? ''
