import { ScheduleAlreadyRunning, ScheduleOverlapPolicy } from '@temporalio/client'
import type { Client } from '@temporalio/client'
import { stageQueue } from '../contracts/workflow.ts'

const scheduleId = 'slipway-repositories'

/** One schedule for the whole installation: sees to repositories that nobody woke and to remotes that are due. Every worker makes sure that it is there. */
export async function ensureRepositorySchedule(client: Client, everySeconds: number): Promise<void> {
  const spec = { intervals: [{ every: everySeconds * 1_000 }] }
  const action = { type: 'startWorkflow' as const, workflowType: 'keepRepositories', taskQueue: stageQueue, workflowTaskTimeout: '5s' as const, args: [], staticSummary: 'See to the git repositories of the templates' }
  const policies = { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 minute' as const }
  try {
    await client.schedule.create({ scheduleId, spec, action, policies })
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error
    await client.schedule.getHandle(scheduleId).update(({ state }) => ({ spec, action, policies, state }))
  }
}
