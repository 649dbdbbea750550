import { mkdir, rm } from 'node:fs/promises'
import { readBatch, readListing } from './listing.ts'
import type { Entry } from './listing.ts'
import { GitError } from './run.ts'
import type { Git } from './run.ts'

/** A commit to be made. Equal orders, equal commits. */
export interface CommitOrder {
  author: string
  message: string
  at: Date
  /** The first is the one that it goes on from; none for the very first commit. */
  parents: readonly string[]
  /** The commit whose files it begins with, where that is not the first parent. */
  filesOf?: string | undefined
  changes: readonly FileChange[]
}

/** `gone` takes a folder away too, with all that is in it. */
export type FileChange = { path: string } & ({ content: string; encoding?: 'base64'; executable?: boolean } | { blob: string; mode: string } | { gone: true })

/** A file in a commit. */
export interface File {
  path: string
  mode: string
  blob: string
}

/** What differs between two commits at a path; `after` is missing where it was deleted. */
export interface Difference {
  path: string
  after?: File
}

/** A bare repository of one branch, written without a working tree. */
export interface Store {
  git: Git
  dir: string
}

export const branch = 'refs/heads/main'
/** Commits are made here, and put on the branch when they are on record. */
const next = 'refs/slipway/next'
/** What the remote's branch was at when it was last fetched. */
export const fetched = 'refs/slipway/remote'

export async function initStore({ git, dir }: Store): Promise<void> {
  await mkdir(dir, { recursive: true, mode: 0o700 })
  await git(['init', '--quiet', '--bare', '--initial-branch=main'])
}

export const deleteStore = ({ dir }: Store): Promise<void> => rm(dir, { recursive: true, force: true })

/** The commit that a name means, if it is here. */
export async function commitOf({ git }: Store, name: string): Promise<string | undefined> {
  const sha = (await git(['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`])).trim()
  return sha === '' ? undefined : sha
}

export async function point({ git }: Store, sha: string | undefined): Promise<void> {
  await git(sha === undefined ? ['update-ref', '-d', branch] : ['update-ref', branch, sha])
}

/** The newest commit that two have in common. */
export async function mergeBase({ git }: Store, one: string, other: string): Promise<string | undefined> {
  const sha = (await git(['merge-base', one, other])).trim()
  return sha === '' ? undefined : sha
}

/** How many commits lead to one and not to the other. */
export const countBetween = async ({ git }: Store, from: string | undefined, to: string): Promise<number> =>
  Number(await git(['rev-list', '--count', to, ...(from === undefined ? [] : [`^${from}`])]))

/** Of SHA-1, whatever it holds: https://git-scm.com/docs/gitglossary (empty tree). */
const emptyTree = '4b825dc642cb6eb9a060e54bf8d69288fbee4904'

/** Which files differ; without `from`, all files of `to`. */
export async function differences({ git }: Store, from: string | undefined, to: string): Promise<Difference[]> {
  const fields = (await git(['diff-tree', '-r', '-z', '--raw', '--no-renames', '--no-abbrev', from ?? emptyTree, to])).split('\0')
  // Each is `:<mode> <mode> <blob> <blob> <status>` and its path.
  const found: Difference[] = []
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [, mode = '', , blob = '', status] = (fields[at] ?? '').split(' ')
    const path = fields[at + 1] ?? ''
    found.push(status === 'D' ? { path } : { path, after: { path, mode, blob } })
  }
  return found
}

/** The file at a path of a commit. */
export async function fileAt({ git }: Store, commit: string, path: string): Promise<File | undefined> {
  const [line = ''] = (await git(['ls-tree', '-z', '--full-tree', commit, '--', `:(literal)${path}`])).split('\0')
  const [, mode = '', kind, blob = ''] = /^(\d+) (\w+) ([0-9a-f]+)\t/.exec(line) ?? []
  return kind === 'blob' ? { path, mode, blob } : undefined
}

/** All that lies below a folder of a commit, or the one thing that stands in the folder's place. */
export const entriesAt = async ({ git }: Store, commit: string, folder: string): Promise<Entry[]> =>
  readListing(await git(['ls-tree', '-r', '-z', '--long', '--full-tree', commit, '--', `:(literal)${folder}`]))

/** What is in these, in their order. */
export async function contentsOf({ git }: Store, blobs: readonly string[]): Promise<Buffer[]> {
  const found = blobs.length === 0 ? [] : readBatch(await git.catFile(['--batch'], blobs.map((blob) => `${blob}\n`).join('')))
  return blobs.map((blob, index) => {
    const content = found[index]
    if (!content) throw new GitError(undefined, `missing blob ${blob}`)
    return content
  })
}

export const sizeOf = async ({ git }: Store, blob: string): Promise<number> => Number(await git(['cat-file', '-s', blob]))
export const textOf = ({ git }: Store, blob: string): Promise<string> => git(['cat-file', 'blob', blob])

export interface Maker {
  sha: string
  author: string
  at: Date
  message: string
}

/** Who changed a path between two commits, oldest first, at most `limit`, the newest of them. Without a path: the commit `to` itself. */
export async function makersOf({ git }: Store, from: string | undefined, to: string, path?: string, limit = 100): Promise<Maker[]> {
  const range = path === undefined ? ['-1', to] : [`-${String(limit)}`, to, ...(from === undefined ? [] : [`^${from}`]), '--', `:(literal)${path}`]
  const fields = (await git(['log', '-z', '--no-merges', '--format=%H%x00%an <%ae>%x00%at%x00%s', ...range])).split('\0')
  const makers: Maker[] = []
  for (let at = 0; at + 3 < fields.length; at += 4) makers.unshift({ sha: fields[at] ?? '', author: fields[at + 1] ?? '', at: new Date(Number(fields[at + 2]) * 1_000), message: fields[at + 3] ?? '' })
  return makers
}

/** The files in or at a path that a commit changed, against its first parent. */
export const changedBy = async ({ git }: Store, sha: string, path: string): Promise<string[]> =>
  (await git(['diff-tree', '--root', '-r', '-z', '--no-commit-id', '--name-only', '--no-renames', sha, '--', `:(literal)${path}`])).split('\0').filter((one) => one !== '')

/** `name <address>` of whoever is known by either or both. */
function identOf(author: string): string {
  const [, name = author, address = author.includes('@') ? author : `${author}@slipway.invalid`] = /^(.*) <(.*)>$/.exec(author) ?? []
  const clean = (text: string) => text.replace(/[<>\p{Cc}]/gu, '').trim()
  return `${clean(name) || 'unknown'} <${clean(address).replace(/\s+/g, '.')}>`
}

const quoted = (path: string): string => `"${path.replace(/["\\]/g, '\\$&').replace(/\n/g, '\\n')}"`
const data = (content: Buffer): Buffer => Buffer.concat([Buffer.from(`data ${String(content.length)}\n`), content, Buffer.from('\n')])

function lineOf(change: FileChange): Buffer {
  if ('gone' in change) return Buffer.from(`D ${quoted(change.path)}\n`)
  if ('blob' in change) return Buffer.from(`M ${change.mode} ${change.blob} ${quoted(change.path)}\n`)
  const mode = change.executable === true ? '100755' : '100644'
  return Buffer.concat([Buffer.from(`M ${mode} inline ${quoted(change.path)}\n`), data(Buffer.from(change.content, change.encoding ?? 'utf8'))])
}

/** As `git fast-import` takes it: https://git-scm.com/docs/git-fast-import */
function streamOf({ author, message, at, parents, filesOf, changes }: CommitOrder, index: number, treeOf: ReadonlyMap<string, string>): Buffer {
  const when = `${String(Math.floor(at.getTime() / 1_000))} +0000`
  const [first, ...others] = parents
  const parts = [
    `commit ${next}\nmark :${String(index + 1)}\n`,
    `author ${identOf(author)} ${when}\ncommitter Slipway <git@slipway.invalid> ${when}\n`,
    data(Buffer.from(message)),
    ...(first === undefined ? [] : [`from ${first}\n`]),
    ...others.map((parent) => `merge ${parent}\n`),
    ...(filesOf === undefined ? [] : [`M 040000 ${treeOf.get(filesOf) ?? ''} ""\n`]),
    ...changes.map(lineOf),
    `\nget-mark :${String(index + 1)}\n`,
  ]
  return Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)))
}

/** A parent that is made in the same call: the order at that index. */
export const madeAt = (index: number): string => `:${String(index + 1)}`

/** Makes commits that are on no branch yet; answers them in the order of the orders. */
export async function makeCommits({ git }: Store, orders: readonly CommitOrder[]): Promise<string[]> {
  const treeOf = new Map<string, string>()
  for (const { filesOf } of orders) if (filesOf !== undefined) treeOf.set(filesOf, (await git(['rev-parse', '--verify', '--end-of-options', `${filesOf}^{tree}`])).trim())
  const stream = Buffer.concat([Buffer.from('feature done\n'), ...orders.map((order, index) => streamOf(order, index, treeOf)), Buffer.from('done\n')])
  const shas = (await git(['fast-import', '--quiet', '--force'], stream)).split('\n').filter((line) => /^[0-9a-f]{40}$/.test(line))
  if (shas.length !== orders.length) throw new Error(`git made ${String(shas.length)} of ${String(orders.length)} commits`)
  return shas
}

/** The same for one. */
export async function makeCommit(store: Store, order: CommitOrder): Promise<string> {
  const shas = await makeCommits(store, [order])
  return shas.join('')
}

/** Packs what has piled up, when it is worth it. */
export const tidy = async ({ git }: Store): Promise<void> => { await git(['gc', '--auto', '--quiet']) }
