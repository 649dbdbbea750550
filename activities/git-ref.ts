import { normalize } from 'node:path'
import { DomainError } from '../contracts/errors.ts'

export const isGitRef = (ref: string): boolean => /^git\+https?:\/\//.test(ref)

export interface GitRef {
  url: URL
  path: string
  ref: string | undefined
}

export const unreadable = (message: string): DomainError => new DomainError('400.content_unreadable', message, { errors: [{ pointer: '/contentRef', message }] })

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
