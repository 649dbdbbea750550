import { existsSync, realpathSync, statSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseGitRef } from '../../activities/git-ref.ts'
import { withClone } from '../../activities/clone.ts'
import { openGit } from '../../providers/git/run.ts'

/** A folder that templates are read from. */
export interface Source {
  folder: string
  /** What it is called: the name of a template that is the whole folder. */
  name: string
  /** Symbolic links that came as files, by their paths below the folder. */
  links: ReadonlySet<string>
}

/** The library that ships: beside the sources, or beside dist/. */
export const shippedLibrary = fileURLToPath(new URL(existsSync(new URL('../../library', import.meta.url)) ? '../../library' : '../../../library', import.meta.url))

const isAddress = (from: string): boolean => /^(git\+)?https?:\/\//.test(from)

export interface SourceOptions {
  /** A folder, or a git repository's address: `https://host/repository.git#path@ref`. Default: the library that ships. */
  from?: string | undefined
  /** A repository may also lie in a private network, and be read by plain http. */
  allowPrivateAddresses?: boolean
}

/** Opens the source for as long as `work` takes. Throws where there is none. */
export async function withSource<T>({ from = shippedLibrary, allowPrivateAddresses = false }: SourceOptions, work: (source: Source) => Promise<T>): Promise<T> {
  if (isAddress(from)) return withRepository(from.replace(/^(git\+)?/, 'git+'), allowPrivateAddresses, work)
  if (/^[a-z][a-z+]*:\/\//.test(from)) throw new Error(`${from}: a repository is read by https alone`)
  const folder = resolve(from)
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw new Error(`${folder} is no directory`)
  return work({ folder: realpathSync(folder), name: basename(folder), links: new Set() })
}

async function withRepository<T>(ref: string, allowPrivateAddresses: boolean, work: (source: Source) => Promise<T>): Promise<T> {
  const where = parseGitRef(ref, { directory: true })
  const below = where.path === '.' ? '' : `${where.path}/`
  const read = async (root: string): Promise<T> => {
    const folder = join(root, where.path)
    if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw new Error(`${where.path} is no directory of the repository`)
    // In the clone a link is a file that holds where it leads.
    const listed = await openGit({ dir: root })(['ls-files', '--stage', '-z'])
    const links = listed.split('\0').filter((line) => line.startsWith('120000 ')).map((line) => line.slice(line.indexOf('\t') + 1))
    const name = basename(below === '' ? where.url.pathname.replace(/(\.git)?\/*$/, '') : where.path)
    return work({ folder, name, links: new Set(links.filter((path) => path.startsWith(below)).map((path) => path.slice(below.length))) })
  }
  // What fails while the clone is read is no failure of git.
  const [done] = await withClone(where, { allowPrivateAddresses }, (root) => Promise.allSettled([read(root)]))
  if (done.status === 'rejected') throw done.reason
  return done.value
}
