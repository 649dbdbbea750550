import { ParentClosePolicy, getExternalWorkflowHandle, startChild, workflowInfo } from '@temporalio/workflow'
import type { SyncOrder } from '../contracts/repository.ts'
import { workflowIds } from '../contracts/workflow.ts'
import { records } from './activity-proxies.ts'
import { wakeSignal } from './repository.ts'
import type { repository } from './repository.ts'

/** By the schedule: sees to repositories that nobody woke, and to those whose timetable says so. */
export async function keepRepositories(): Promise<void> {
  for (const { tenantId, sync } of await records.dueRepositories()) {
    const orders: SyncOrder[] = sync ? [{ tenantId, actor: 'schedule', correlationId: workflowInfo().runId }] : []
    try {
      // By name: the bundler may give the function itself another.
      await startChild<typeof repository>('repository', { workflowId: workflowIds.repository(tenantId), args: [{ tenantId, syncs: orders }], parentClosePolicy: ParentClosePolicy.ABANDON, searchAttributes: { SlipwayTenant: [tenantId] } })
    } catch (error) {
      if (!(error instanceof Error && error.name === 'WorkflowExecutionAlreadyStartedError')) throw error
      // One that ends just now is seen to the next time.
      await getExternalWorkflowHandle(workflowIds.repository(tenantId)).signal(wakeSignal, ...orders).catch(() => undefined)
    }
  }
}
