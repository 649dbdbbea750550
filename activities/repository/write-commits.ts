import { kinds } from '../../contracts/artifact.ts'
import type { RepositoryInput } from '../../contracts/repository.ts'
import { inTenant } from '../../db/client.ts'
import { pendingCommits, recordWritten } from '../../db/repository.ts'
import { ownerOf } from '../../domain/template-place.ts'
import { GitError } from '../../providers/git/run.ts'
import { differences, point, tidy } from '../../providers/git/store.ts'
import type { Store } from '../../providers/git/store.ts'
import type { ActivityContext } from '../context.ts'
import { cancellation } from '../failures.ts'
import { withHeartbeat } from '../heartbeat.ts'
import { commitRows, namedPaths } from './commit-orders.ts'
import { atOnce, openRepository, rebuild } from './open.ts'
import type { OpenRepository } from './open.ts'
import { formAt } from './said.ts'

/** Makes a commit of every change that is none yet. */
export const writeCommits = (ctx: ActivityContext, { tenantId }: Pick<RepositoryInput, 'tenantId'>): Promise<void> =>
  withHeartbeat(async () => {
    const repository = await openRepository(ctx, tenantId)
    const { head } = await writePending(ctx, tenantId, repository)
    if (head?.sha !== repository.head?.sha) await tidy(repository.store)
  })

/**
 * The commits are made, then put on the branch, then noted down. Whoever dies in between leaves commits that nobody was told of: opening the repository takes
 * the branch back to the record, and the next try makes the same commits again.
 */
export async function writePending(ctx: ActivityContext, tenantId: string, repository: OpenRepository): Promise<OpenRepository> {
  try {
    return await write(ctx, tenantId, repository)
  } catch (error) {
    // What git lacks or cannot read, the record has.
    if (!(error instanceof GitError) || cancellation().signal.aborted) throw error
    ctx.log.warn({ tenant_id: tenantId, err: error }, 'the git repository does not work and is built again')
    return write(ctx, tenantId, { ...repository, head: await rebuild(ctx, tenantId, repository.store) })
  }
}

async function write(ctx: ActivityContext, tenantId: string, { store, head }: OpenRepository): Promise<OpenRepository> {
  let last = head
  for (;;) {
    const rows = await inTenant(ctx.db, tenantId, (tx) => pendingCommits(tx, atOnce))
    if (rows.length === 0) return { store, head: last }
    const from = last?.position ?? 0
    const made = await commitRows(store, rows, last?.sha)
    const paths = await pathsOf(store, made, last?.sha)
    const written = made.map(({ row, sha }, index) => ({ id: row.id, position: from + index + 1, sha, paths: paths[index] ?? [] }))
    await point(store, written.at(-1)?.sha)
    await inTenant(ctx.db, tenantId, (tx) => recordWritten(tx, written))
    last = written.at(-1)
    ctx.log.info({ tenant_id: tenantId, commits: rows.length, head: last?.sha }, 'template changes committed')
  }
}

/** The files that each commit changed; of a template with a folder of its own, git says which. */
async function pathsOf(store: Store, made: Awaited<ReturnType<typeof commitRows>>, parent: string | undefined): Promise<string[][]> {
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
