import { execFile } from 'node:child_process'
import { mkdtemp, readFile, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, normalize } from 'node:path'
import { promisify } from 'node:util'
import { DomainError } from '../contracts/errors.ts'
import { isLfsPointer } from '../domain/source-files.ts'
import type { SourceDirectory } from '../domain/source-files.ts'
import { publicAddress } from '../providers/git/guard.ts'
import { readBatch, readListing, standIn } from '../providers/git/listing.ts'
import { codeOf, createTally, refused, toSourceFile } from './read-directory.ts'

const run = promisify(execFile)

export const isGitRef = (ref: string): boolean => /^git\+https?:\/\//.test(ref)

interface GitRef {
  url: URL
  path: string
  ref: string | undefined
}

const unreadable = (message: string): DomainError => new DomainError('400.content_unreadable', message, { errors: [{ pointer: '/contentRef', message }] })

/** `git+https://host/repository.git#path@ref`; the ref is a branch or a tag, by default the repository's own. No path is the whole repository, where a directory will do. */
export function parseGitRef(text: string, { directory = false }: { directory?: boolean } = {}): GitRef {
  const [address = '', fragment = ''] = text.slice('git+'.length).split('#', 2)
  const at = fragment.lastIndexOf('@')
  const path = normalize(at < 0 ? fragment : fragment.slice(0, at)).replace(/(?<=.)\/$/, '')
  const ref = at < 0 ? undefined : fragment.slice(at + 1)
  if (!URL.canParse(address)) throw unreadable('is no git+https:// address')
  const url = new URL(address)
  if (url.username !== '' || url.password !== '') throw unreadable('may not hold a user name or password')
  if ((path === '.' && !directory) || path.startsWith('..') || path.startsWith('/')) throw unreadable('must name a file inside the repository after #')
  if (ref !== undefined && !/^[A-Za-z0-9][\w./-]{0,199}$/.test(ref)) throw unreadable('names no branch or tag after @')
  return { url, path, ref }
}

/** Resolved once and pinned for git, so that the name cannot point elsewhere a moment later. */
async function pinned(url: URL, allowPrivateAddresses: boolean): Promise<string[]> {
  if (allowPrivateAddresses) return []
  if (url.protocol !== 'https:') throw unreadable('must be https')
  const found = await publicAddress(url.hostname)
  if ('problem' in found) throw unreadable(found.problem)
  return ['-c', `http.curloptResolve=${url.hostname}:${url.port || '443'}:${found.address}`]
}

interface Options {
  allowPrivateAddresses: boolean
}

/** A shallow clone for as long as `read` takes: without hooks, submodules, redirects or prompts; 60 s at most. */
export async function withClone<T>({ url, path, ref }: GitRef, { allowPrivateAddresses }: Options, read: (root: string) => Promise<T>): Promise<T> {
  const pins = await pinned(url, allowPrivateAddresses)
  const dir = await mkdtemp(join(tmpdir(), 'slipway-git-'))
  try {
    const clone = (...depth: string[]) => run('git', [
      '-c', 'http.followRedirects=false', '-c', 'core.hooksPath=/dev/null', '-c', 'protocol.allow=never', '-c', 'protocol.https.allow=always', '-c', `protocol.http.allow=${allowPrivateAddresses ? 'always' : 'never'}`, '-c', 'core.symlinks=false', ...pins,
      'clone', '--quiet', ...depth, '--no-tags', '--single-branch', ...(ref === undefined ? [] : ['--branch', ref]), '--', url.href, 'repo',
    ], { cwd: dir, timeout: 60_000, env: environment(dir) })
    await clone('--depth', '1').catch((error: unknown) => {
      // A repository that is served as plain files comes whole or not at all.
      if (!/dumb http/.test(saidBy(error))) throw error
      return clone()
    })
    return await read(await realpath(join(dir, 'repo')))
  } catch (error) {
    if (error instanceof DomainError) throw error
    const said = saidBy(error)
    throw unreadable(said === '' && codeOf(error) === 'ENOENT' ? `${path} is not in the repository` : `git could not read ${url.host}: ${said.trim().split('\n').at(-1)?.slice(0, 300) ?? ''}`)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

const saidBy = (error: unknown): string => (typeof error === 'object' && error !== null && 'stderr' in error ? String(error.stderr) : '')

/** Nothing of this machine's settings. */
const environment = (home: string) => ({ PATH: '/usr/local/bin:/usr/bin:/bin', GIT_TERMINAL_PROMPT: '0', GIT_CONFIG_NOSYSTEM: '1', HOME: home })

/** One file of a repository, at most 16 MiB. */
export function fetchGit(contentRef: string, options: Options): Promise<string> {
  const where = parseGitRef(contentRef)
  return withClone(where, options, (root) => readOne(root, where.path))
}

async function readOne(root: string, path: string): Promise<string> {
  const file = await realpath(join(root, path))
  if (!file.startsWith(`${root}/`) || file.startsWith(`${root}/.git/`)) throw unreadable('must name a file inside the repository')
  const text = await readFile(file, 'utf8')
  if (text.length > 16 * 1024 * 1024) throw unreadable('is larger than 16 MiB')
  return text
}

/** A directory of a repository, as it was committed; or the text of a file, where the path names one. */
export function fetchGitDirectory(contentRef: string, access: Options): Promise<SourceDirectory | string> {
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
