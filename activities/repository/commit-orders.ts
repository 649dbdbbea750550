import type { CommitRow } from '../../db/repository.ts'
import { madeAt, makeCommits } from '../../providers/git/store.ts'
import type { CommitOrder, Store } from '../../providers/git/store.ts'
import { filesOf } from './template-changes.ts'

/** The trailer says whose commit it is, in a clone too. */
export const messageOf = ({ message, id }: Pick<CommitRow, 'message' | 'id'>): string => `${message}\n\nSlipway-Commit: ${id}\n`

export const orderOf = (row: CommitRow, parents: readonly string[]): CommitOrder => ({ author: row.actor, message: messageOf(row), at: row.at, parents, changes: row.changes.flatMap(filesOf) })

export const after = (parent: string | undefined): string[] => (parent === undefined ? [] : [parent])

/** Makes a commit of each row, one upon the other; they are on no branch yet. */
export async function commitRows(store: Store, rows: readonly CommitRow[], parent: string | undefined): Promise<{ row: CommitRow; sha: string }[]> {
  const shas = await makeCommits(store, rows.map((row, index) => orderOf(row, index > 0 ? [madeAt(index - 1)] : after(parent))))
  return rows.flatMap((row, index) => shas.slice(index, index + 1).map((sha) => ({ row, sha })))
}
