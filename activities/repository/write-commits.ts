import type { RepositoryInput } from '../../contracts/repository.ts'
import { tidy } from '../../providers/git/store.ts'
import type { ActivityContext } from '../context.ts'
import { withHeartbeat } from '../heartbeat.ts'
import { openRepository } from './open.ts'
import { writePending } from './write-pending.ts'

/** Makes a commit of every change that is none yet. */
export const writeCommits = (ctx: ActivityContext, { tenantId }: Pick<RepositoryInput, 'tenantId'>): Promise<void> =>
  withHeartbeat(async () => {
    const repository = await openRepository(ctx, tenantId)
    const { head } = await writePending(ctx, tenantId, repository)
    if (head?.sha !== repository.head?.sha) await tidy(repository.store)
  })
