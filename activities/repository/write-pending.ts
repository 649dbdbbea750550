import { inTenant } from '../../db/client.ts'
import { pendingCommits, recordWritten } from '../../db/repository.ts'
import { GitError } from '../../providers/git/run.ts'
import { point } from '../../providers/git/store.ts'
import type { ActivityContext } from '../context.ts'
import { cancellation } from '../failures.ts'
import { commitRows } from './commit-orders.ts'
import { atOnce, rebuild } from './open.ts'
import type { OpenRepository } from './open.ts'
import { pathsOf } from './changed-paths.ts'

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
