import { execFile } from 'node:child_process'
import { lookup } from 'node:dns/promises'
import { mkdtemp, readFile, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, normalize } from 'node:path'
import { promisify } from 'node:util'
import { DomainError } from '../contracts/errors.ts'
import { isPrivateAddress } from '../providers/http.ts'

const run = promisify(execFile)

export const isGitRef = (ref: string): boolean => /^git\+https?:\/\//.test(ref)

interface GitRef {
  url: URL
  path: string
  ref: string | undefined
}

const unreadable = (message: string): DomainError => new DomainError('400.content_unreadable', message, { errors: [{ pointer: '/contentRef', message }] })

/** `git+https://host/repository.git#path@ref`; the ref is a branch or a tag, by default the repository's own. */
export function parseGitRef(text: string): GitRef {
  const [address = '', fragment = ''] = text.slice('git+'.length).split('#', 2)
  const at = fragment.lastIndexOf('@')
  const path = normalize(at < 0 ? fragment : fragment.slice(0, at))
  const ref = at < 0 ? undefined : fragment.slice(at + 1)
  if (!URL.canParse(address)) throw unreadable('is no git+https:// address')
  const url = new URL(address)
  if (url.username !== '' || url.password !== '') throw unreadable('may not hold a user name or password')
  if (path === '.' || path.startsWith('..') || path.startsWith('/')) throw unreadable('must name a file inside the repository after #')
  if (ref !== undefined && !/^[A-Za-z0-9][\w./-]{0,199}$/.test(ref)) throw unreadable('names no branch or tag after @')
  return { url, path, ref }
}

/** Resolved once and pinned for git, so that the name cannot point elsewhere a moment later. */
async function pinned(url: URL, allowPrivateAddresses: boolean): Promise<string[]> {
  if (allowPrivateAddresses) return []
  if (url.protocol !== 'https:') throw unreadable('must be https')
  const addresses = await lookup(url.hostname.replace(/^\[|\]$/g, ''), { all: true }).catch(() => [])
  const [first] = addresses
  if (!first) throw unreadable(`${url.hostname} does not resolve`)
  if (addresses.some(({ address }) => isPrivateAddress(address))) throw unreadable(`${url.hostname} is in a private network`)
  return ['-c', `http.curloptResolve=${url.hostname}:${url.port || '443'}:${first.address}`]
}

/** One file of a repository, at most 16 MiB, by a shallow clone without hooks, submodules, redirects or prompts; 60 s at most. */
export async function fetchGit(contentRef: string, { allowPrivateAddresses }: { allowPrivateAddresses: boolean }): Promise<string> {
  const { url, path, ref } = parseGitRef(contentRef)
  const pins = await pinned(url, allowPrivateAddresses)
  const dir = await mkdtemp(join(tmpdir(), 'slipway-git-'))
  try {
    const clone = (...depth: string[]) => run('git', [
      '-c', 'http.followRedirects=false', '-c', 'core.hooksPath=/dev/null', '-c', 'protocol.allow=never', '-c', 'protocol.https.allow=always', '-c', `protocol.http.allow=${allowPrivateAddresses ? 'always' : 'never'}`, '-c', 'core.symlinks=false', ...pins,
      'clone', '--quiet', ...depth, '--no-tags', '--single-branch', ...(ref === undefined ? [] : ['--branch', ref]), '--', url.href, 'repo',
    ], { cwd: dir, timeout: 60_000, env: { PATH: '/usr/local/bin:/usr/bin:/bin', GIT_TERMINAL_PROMPT: '0', GIT_CONFIG_NOSYSTEM: '1', HOME: dir } })
    await clone('--depth', '1').catch((error: unknown) => {
      // A repository that is served as plain files comes whole or not at all.
      if (!/dumb http/.test((error as { stderr?: string }).stderr ?? '')) throw error
      return clone()
    })
    const root = await realpath(join(dir, 'repo'))
    const file = await realpath(join(root, path))
    if (!file.startsWith(`${root}/`) || file.startsWith(`${root}/.git/`)) throw unreadable('must name a file inside the repository')
    const text = await readFile(file, 'utf8')
    if (text.length > 16 * 1024 * 1024) throw unreadable('is larger than 16 MiB')
    return text
  } catch (error) {
    if (error instanceof DomainError) throw error
    const { stderr = '', code } = error as { stderr?: string; code?: string }
    throw unreadable(code === 'ENOENT' && stderr === '' ? `${path} is not in the repository` : `git could not read ${url.host}: ${stderr.trim().split('\n').at(-1)?.slice(0, 300) ?? ''}`)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}
