import { execFile } from 'node:child_process'
import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { DomainError } from '../contracts/errors.ts'
import { publicAddress } from '../providers/git/guard.ts'
import { codeOf } from './error-code.ts'
import { unreadable } from './git-ref.ts'
import type { GitRef } from './git-ref.ts'

export const run = promisify(execFile)

/** Resolved once and pinned for git, so that the name cannot point elsewhere a moment later. */
async function pinned(url: URL, allowPrivateAddresses: boolean): Promise<string[]> {
  if (allowPrivateAddresses) return []
  if (url.protocol !== 'https:') throw unreadable('must be https')
  const found = await publicAddress(url.hostname)
  if ('problem' in found) throw unreadable(found.problem)
  return ['-c', `http.curloptResolve=${url.hostname}:${url.port || '443'}:${found.address}`]
}

export interface CloneOptions {
  allowPrivateAddresses: boolean
}

/** A shallow clone for as long as `read` takes: without hooks, submodules, redirects or prompts; 60 s at most. */
export async function withClone<T>({ url, path, ref }: GitRef, { allowPrivateAddresses }: CloneOptions, read: (root: string) => Promise<T>): Promise<T> {
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
export const environment = (home: string) => ({ PATH: '/usr/local/bin:/usr/bin:/bin', GIT_TERMINAL_PROMPT: '0', GIT_CONFIG_NOSYSTEM: '1', HOME: home })
