import { DomainError } from '../../contracts/errors.ts'
import { inTenant } from '../../db/client.ts'
import { getConflict, pageOfConflicts } from '../../db/git-conflicts.ts'
import { audited } from '../audited.ts'
import { readGitStatus } from '../git-status.ts'
import { pageOf } from '../pages.ts'
import { syncRepository } from '../repository.ts'
import { resolveGitConflict, shownConflict } from '../resolve-conflict.ts'
import type { Handlers } from './index.ts'

export const repository: Pick<Handlers, 'syncRepository' | 'gitStatus' | 'listGitConflicts' | 'resolveGitConflict'> = {
  syncRepository: async (ctx, call) => {
    const { tenantId, actor, correlationId } = call
    const result = await syncRepository(ctx, { tenantId, actor, correlationId })
    await inTenant(ctx.db, tenantId, (tx) => audited(call, tx, 'repository.synced', tenantId, { head: result.head, pulled: result.pulled.length, pushed: result.pushed, conflicts: result.conflicts }))
    return { status: 200, body: result }
  },

  gitStatus: (ctx, { tenantId }) =>
    inTenant(ctx.db, tenantId, async (tx) => ({ status: 200, body: await readGitStatus(ctx, tx) })),

  listGitConflicts: (ctx, { tenantId, query }) =>
    inTenant(ctx.db, tenantId, async (tx) => {
      const { items, nextCursor } = await pageOfConflicts(tx, query, pageOf(query))
      return { status: 200, body: { items: await Promise.all(items.map((one) => shownConflict(tx, one))), nextCursor } }
    }),

  resolveGitConflict: async (ctx, call) => {
    const conflict = await inTenant(ctx.db, call.tenantId, (tx) => getConflict(tx, call.params.id))
    if (conflict.status !== 'open') throw new DomainError('409.conflict_resolved', `The conflict is ${conflict.status} since ${conflict.resolvedAt ?? ''}`)
    return { status: 200, body: await resolveGitConflict(ctx, call, conflict, call.body) }
  },
}
