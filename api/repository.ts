import { WithStartWorkflowOperation } from '@temporalio/client'
import type { Workflow } from '@temporalio/common'
import type { RepositoryInput, SyncOrder, SyncResult } from '../contracts/repository.ts'
import { repositoryMessages, stageQueue, workflowIds } from '../contracts/workflow.ts'
import type { ApiContext } from './context.ts'
import { attributePairs } from './search-attributes.ts'
import { callMs, resultMs, within } from './temporal-calls.ts'

const repositoryRun = (tenantId: string) => ({
  workflowId: workflowIds.repository(tenantId),
  args: [{ tenantId } satisfies RepositoryInput],
  taskQueue: stageQueue,
  workflowTaskTimeout: '5s' as const,
  priority: { fairnessKey: tenantId },
  staticSummary: 'Write the git repository of the templates',
  typedSearchAttributes: attributePairs({ SlipwayTenant: tenantId }),
})

async function wakeRun(ctx: Pick<ApiContext, 'temporal'>, tenantId: string): Promise<void> {
  await within(ctx, callMs, () => ctx.temporal.workflow.signalWithStart('repository', { ...repositoryRun(tenantId), signal: repositoryMessages.wake, signalArgs: [] }))
}

/** Tells the tenant's repository that there is something to write, beginning its run where there is none; nobody waits for it, and what it does not hear of the schedule finds. */
export function wakeRepository(ctx: Pick<ApiContext, 'temporal' | 'log'>, tenantId: string): void {
  wakeRun(ctx, tenantId).catch((error: unknown) => { ctx.log.warn({ tenant_id: tenantId, err: error }, 'the repository was not told; the schedule will tell it') })
}

/** Pulls from the remote and pushes to it, and waits for the result. Throws 422.connection_missing and 502.provider_error_git. */
export function syncRepository(ctx: Pick<ApiContext, 'temporal'>, order: SyncOrder): Promise<SyncResult> {
  const startWorkflowOperation = new WithStartWorkflowOperation('repository', { ...repositoryRun(order.tenantId), workflowIdConflictPolicy: 'USE_EXISTING' })
  return within(ctx, resultMs, () => ctx.temporal.workflow.executeUpdateWithStart<Workflow, SyncResult, [SyncOrder]>(repositoryMessages.sync, { args: [order], startWorkflowOperation }))
}
