import type { NativeConnection } from '@temporalio/worker'
import { providerQueue, stageQueue } from '../../contracts/workflow.ts'
import type { Backlog } from './metrics.ts'

/** temporal.api.enums.v1.TaskQueueType: https://github.com/temporalio/api/blob/master/temporal/api/enums/v1/task_queue.proto */
const kinds = { workflow: 1, activity: 2 } as const
const limitMs = 2_000

/** What waits in the queue of the stages and in each provider's, whoever serves it. */
export async function readBacklogs(connection: NativeConnection, namespace: string, providers: readonly string[]): Promise<Backlog[]> {
  const queues: Pick<Backlog, 'queue' | 'kind'>[] = [
    { queue: stageQueue, kind: 'workflow' },
    ...[stageQueue, ...providers.map(providerQueue)].map((queue) => ({ queue, kind: 'activity' as const })),
  ]
  return connection.withDeadline(Date.now() + limitMs, () => Promise.all(queues.map(async ({ queue, kind }) => {
    const { stats } = await connection.workflowService.describeTaskQueue({ namespace, taskQueue: { name: queue }, taskQueueType: kinds[kind], reportStats: true })
    const { seconds, nanos } = stats?.approximateBacklogAge ?? {}
    return { queue, kind, tasks: Number(stats?.approximateBacklogCount ?? 0), ageMs: Number(seconds ?? 0) * 1_000 + (nanos ?? 0) / 1e6 }
  })))
}
