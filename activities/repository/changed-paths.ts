import { kinds } from '../../contracts/artifact.ts'
import { ownerOf } from '../../domain/template-place.ts'
import { differences } from '../../providers/git/store.ts'
import type { Store } from '../../providers/git/store.ts'
import type { commitRows } from './commit-orders.ts'
import { namedPaths } from './template-changes.ts'
import { formAt } from './said.ts'

/** The files that each commit changed; of a template with a folder of its own, git says which. */
export async function pathsOf(store: Store, made: Awaited<ReturnType<typeof commitRows>>, parent: string | undefined): Promise<string[][]> {
  const all: string[][] = []
  let before = parent
  for (const { row, sha } of made) {
    const owner = row.changes.map(({ path }) => ownerOf(path, kinds)).find((one) => one !== undefined)
    const changed = owner ? (await differences(store, before, sha)).map(({ path }) => path) : row.changes.map(({ path }) => path)
    all.push(owner && (await formAt(store, sha, owner)) === 'directory' ? namedPaths(owner, changed) : changed)
    before = sha
  }
  return all
}
