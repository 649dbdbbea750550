import type { SyncOrder, SyncResult } from '../contracts/repository.ts'
import type { ApiContext } from './context.ts'
import { updateRepository, wakeRun } from './temporal.ts'

/** Tells the tenant's repository that there is something to write; nobody waits for it, and what it does not hear of the schedule finds. */
export function wakeRepository(ctx: Pick<ApiContext, 'temporal' | 'log'>, tenantId: string): void {
  wakeRun(ctx, tenantId).catch((error: unknown) => { ctx.log.warn({ tenant_id: tenantId, err: error }, 'the repository was not told; the schedule will tell it') })
}

/** Pulls from the remote and pushes to it. Throws 422.connection_missing and 502.provider_error_git. */
export const syncRepository = (ctx: ApiContext, order: SyncOrder): Promise<SyncResult> => updateRepository(ctx, order)
