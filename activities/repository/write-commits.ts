import type { RepositoryInput } from '../../contracts/workflow.ts'
import { inTenant } from '../../db/client.ts'
import { pendingCommits, recordWritten } from '../../db/repository.ts'
import { GitError } from '../../providers/git/run.ts'
import { point, tidy } from '../../providers/git/store.ts'
import type { ActivityContext } from '../context.ts'
import { cancellation } from '../failures.ts'
import { withHeartbeat } from '../heartbeat.ts'
import { commitRows } from './commit-orders.ts'
import { atOnce, openRepository, rebuild } from './open.ts'
import type { OpenRepository } from './open.ts'

/** Makes a commit of every change that is none yet. */
export const writeCommits = (ctx: ActivityContext, { tenantId }: Pick<RepositoryInput, 'tenantId'>): Promise<void> =>
  withHeartbeat(async () => {
    const repository = await openRepository(ctx, tenantId)
    const { head } = await writePending(ctx, tenantId, repository)
    if (head?.sha !== repository.head?.sha) await tidy(repository.store)
  })

/**
 * The commits are made, then noted down, then put on the branch. Whoever dies in between leaves commits that nobody knows of, which the next try makes again,
 * or a branch that is behind the record, which opening it mends.
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
    const written = (await commitRows(store, rows, last?.sha)).map(({ row, sha }, index) => ({ id: row.id, position: from + index + 1, sha, paths: row.changes.map(({ path }) => path) }))
    await inTenant(ctx.db, tenantId, (tx) => recordWritten(tx, written))
    last = written.at(-1)
    await point(store, last?.sha)
    ctx.log.info({ tenant_id: tenantId, commits: rows.length, head: last?.sha }, 'template changes committed')
  }
}
