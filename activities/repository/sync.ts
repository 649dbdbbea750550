import { DomainError } from '../../contracts/errors.ts'
import type { PulledTemplate, SyncOrder, SyncResult } from '../../contracts/repository.ts'
import { inTenant } from '../../db/client.ts'
import { countOpenConflicts } from '../../db/git-conflicts.ts'
import { recordSync } from '../../db/repository-status.ts'
import { Outdated } from '../../db/repository.ts'
import { ProviderError } from '../../providers/provider.ts'
import { GitError } from '../../providers/git/run.ts'
import type { Remote } from '../../providers/git/remote.ts'
import { countBetween, mergeBase } from '../../providers/git/store.ts'
import type { ActivityContext } from '../context.ts'
import { cancellation, describeFailure } from '../failures.ts'
import { withHeartbeat } from '../heartbeat.ts'
import { applyPull } from './apply-pull.ts'
import { forgetRepository, openRepository } from './open.ts'
import type { OpenRepository } from './open.ts'
import { planPull } from './pull.ts'
import { findRemote } from './remote.ts'
import { writePending } from './write-pending.ts'

/** How often both sides may move on before another try is left for later. */
const mostRounds = 8

/** Brings both sides to the same commit: pulls, then pushes. What cannot be merged becomes a conflict in the list, and nothing waits for it. */
export const syncRepository = (ctx: ActivityContext, order: SyncOrder): Promise<SyncResult> =>
  withHeartbeat(async () => {
    const { tenantId, actor: by } = order
    try {
      const remote = await findRemote(ctx, tenantId)
      if (!remote) throw new DomainError('422.connection_missing', 'There is no connection for git: add one with POST /api/v1/connections')
      const done = await remote.use((one) => bringTogether(ctx, order, one))
      return await inTenant(ctx.db, tenantId, async (tx) => {
        await recordSync(tx, { tenantId, by, remoteSha: done.head })
        return { ...done, conflicts: await countOpenConflicts(tx) }
      })
    } catch (error) {
      if (error instanceof GitError && !cancellation().signal.aborted) await forgetRepository(ctx, tenantId)
      await inTenant(ctx.db, tenantId, (tx) => recordSync(tx, { tenantId, by, error: describeFailure('git', error) }))
      throw error
    }
  })

async function bringTogether(ctx: ActivityContext, order: SyncOrder, remote: Remote): Promise<Omit<SyncResult, 'conflicts'>> {
  const pulled: PulledTemplate[] = []
  let repository = await openRepository(ctx, order.tenantId)
  for (let round = 1; round <= mostRounds; round++) {
    repository = await writePending(ctx, order.tenantId, repository)
    const there = await remote.fetch(repository.store)
    if (there !== undefined && !(await isBehind(repository, there))) {
      const { store, head } = repository
      try {
        const applied = await applyPull(ctx, order, store, head, await planPull(ctx, order.tenantId, store, head?.sha, there))
        pulled.push(...applied.pulled)
        repository = { store, head: applied.head }
      } catch (error) {
        if (!(error instanceof Outdated)) throw error
        repository = await openRepository(ctx, order.tenantId)
        continue
      }
    }
    const { store, head } = repository
    if (head === undefined || head.sha === there) return { head: head?.sha ?? null, pulled, pushed: 0 }
    const pushed = await countBetween(store, there, head.sha)
    if (await remote.push(store, head.sha)) return { head: head.sha, pulled, pushed }
  }
  throw new ProviderError('git: both sides changed faster than they could be brought together', { provider: 'git', retryable: true })
}

/** Whether we have all that the remote has. */
const isBehind = async ({ store, head }: OpenRepository, there: string): Promise<boolean> => head !== undefined && (await mergeBase(store, head.sha, there)) === there
