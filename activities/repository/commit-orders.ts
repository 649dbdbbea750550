import { kinds } from '../../contracts/artifact.ts'
import type { FileChange as Change, CommitRow } from '../../db/repository.ts'
import { toDocument, toFiles } from '../../domain/template-files.ts'
import type { TemplateFile } from '../../domain/template-files.ts'
import { fileOf, folderOf, manifestOf, ownsFolder, placeOf } from '../../domain/template-place.ts'
import type { TemplatePlace } from '../../domain/template-place.ts'
import { commitOf, fileAt, madeAt, makeCommit, makeCommits, mergeBase } from '../../providers/git/store.ts'
import type { CommitOrder, FileChange, Store } from '../../providers/git/store.ts'

/**
 * The files that a change of a template writes or takes away. A folder that is the template's own is written anew, so that nothing of what lay there is left;
 * but not by a commit that changed the document alone, as all of them did before there were directories: made again, it is the same.
 */
export function filesOf({ path, artifact, alone = false }: Change): FileChange[] {
  const place = placeOf(path, kinds)
  if (place === undefined || place === 'misplaced' || !ownsFolder(place) || alone) return artifact === undefined ? [{ path, gone: true }] : below(path.slice(0, path.lastIndexOf('/')), toDocument(artifact))
  const folder = folderOf(place)
  return [{ path: folder, gone: true }, ...(artifact === undefined ? [] : below(folder, toFiles(artifact)))]
}

const below = (folder: string, files: readonly TemplateFile[]): FileChange[] => files.map((file) => ({ ...file, path: `${folder}/${file.path}` }))

/** The files of a template's directory that were changed, for the record. One that is called as a document is never named alone: see filesOf. */
export const namedPaths = (place: TemplatePlace, paths: readonly string[]): string[] =>
  paths.length === 1 && paths[0] === fileOf(place) ? [...paths, manifestOf(place)] : [...paths]

/** The trailer says whose commit it is, in a clone too. */
export const messageOf = ({ message, id }: Pick<CommitRow, 'message' | 'id'>): string => `${message}\n\nSlipway-Commit: ${id}\n`

const orderOf = (row: CommitRow, parents: readonly string[]): CommitOrder => ({ author: row.actor, message: messageOf(row), at: row.at, parents, changes: row.changes.flatMap(filesOf) })

const after = (parent: string | undefined): string[] => (parent === undefined ? [] : [parent])

/** Makes a commit of each row, one upon the other; they are on no branch yet. */
export async function commitRows(store: Store, rows: readonly CommitRow[], parent: string | undefined): Promise<{ row: CommitRow; sha: string }[]> {
  const shas = await makeCommits(store, rows.map((row, index) => orderOf(row, index > 0 ? [madeAt(index - 1)] : after(parent))))
  return rows.flatMap((row, index) => shas.slice(index, index + 1).map((sha) => ({ row, sha })))
}

/** What a pull's commit goes on from: the remote's alone, where that has ours. */
export async function parentsOf(store: Store, local: string | undefined, remote: string): Promise<string[]> {
  const ahead = local !== undefined && (await mergeBase(store, local, remote)) !== local
  return ahead ? [local, remote] : [remote]
}

/** The file as it is in a commit, or its absence. */
export async function asIn(store: Store, commit: string | undefined, path: string): Promise<FileChange> {
  const file = commit === undefined ? undefined : await fileAt(store, commit, path)
  return file ? { path, blob: file.blob, mode: file.mode } : { path, gone: true }
}

/**
 * Makes a pull's commit again, as it was where the remote's commit can still be had; else as one commit of ours with all that the pull brought.
 * Answers also whether it is the latter.
 */
export async function repeatPull(store: Store, row: CommitRow, local: string | undefined): Promise<{ sha: string; detached: boolean }> {
  const remote = row.remoteSha === null ? undefined : await commitOf(store, row.remoteSha)
  if (remote === undefined) {
    return { sha: await makeCommit(store, orderOf(row, after(local))), detached: true }
  }
  if (row.sha === remote) return { sha: remote, detached: false }
  const brought = new Map(row.changes.filter(({ sha }) => sha === row.sha).map((change) => [change.path, change]))
  const changes = await Promise.all(row.paths.map((path) => {
    const change = brought.get(path)
    return change ? filesOf(change) : asIn(store, local, path)
  }))
  return { sha: await makeCommit(store, { ...orderOf(row, await parentsOf(store, local, remote)), filesOf: remote, changes: changes.flat() }), detached: false }
}
