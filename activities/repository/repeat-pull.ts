import type { CommitRow } from '../../db/repository.ts'
import { commitOf, fileAt, makeCommit, mergeBase } from '../../providers/git/store.ts'
import type { FileChange, Store } from '../../providers/git/store.ts'
import { after, orderOf } from './commit-orders.ts'
import { filesOf } from './template-changes.ts'

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
