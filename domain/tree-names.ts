import { collisions } from './paths.ts'

const mostBytes = 255
const bytesOf = (text: string): number => new TextEncoder().encode(text).length

/** Signs that a Mac leaves out of a name: `.g\u200cit` is `.git` there. */
const unseen = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g
const plain = (name: string): string => name.replace(unseen, '').toLowerCase()
/** What git keeps for itself, in the spellings of every file system, or reads in a clone: remotes refuse a push that has it. */
const gits = /^(\.git(?![a-z-])|\.gitmodules|gi[0-9a-z]{0,4}~\d)/
const attributes = '.gitattributes'

/** Whether a name of an expression's path can be that of a file or folder in git, wherever it is checked out. */
function fits(name: string, at: number, { length }: readonly string[]): boolean {
  if (name === '' || name === '.' || name === '..' || bytesOf(name) > mostBytes) return false
  return !/[\\\p{Cc}]/u.test(name) && !gits.test(plain(name)) && (at === length - 1 || !plain(name).startsWith(attributes))
}

/** Whether all these can lie in one folder of a repository. A path's expressions may hold slashes too. */
export const fitTogether = (paths: readonly string[]): boolean => paths.every((path) => path.split('/').every(fits)) && collisions(paths).length === 0

/** Whether git reads a file for what to do with others. */
export const isAttributes = (path: string): boolean => plain(path.slice(path.lastIndexOf('/') + 1)).startsWith(attributes)
