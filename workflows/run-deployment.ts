import { ApplicationFailure, ParentClosePolicy, startChild, workflowInfo } from '@temporalio/workflow'
import type { DeployInput } from '../contracts/workflow.ts'
import { workflowIds } from '../contracts/workflow.ts'
import type { deployPlan } from './deploy-plan.ts'

/** Starts a deployment that goes on by itself, whatever becomes of the run that wants it. Throws 409.deployment_in_progress. */
export async function startDeployment(run: DeployInput, by: string): Promise<void> {
  const { searchAttributes } = workflowInfo()
  try {
    // By name: the bundler may give the function itself another.
    await startChild<typeof deployPlan>('deployPlan', {
      workflowId: workflowIds.deploy(run.planId), args: [run], parentClosePolicy: ParentClosePolicy.ABANDON, workflowTaskTimeout: '5s',
      searchAttributes: { ...searchAttributes, SlipwayPlan: [run.planId], SlipwayStatus: ['running'] },
      staticSummary: `Deploy plan ${run.planId} (${by} ${workflowInfo().workflowId})`,
    })
  } catch (error) {
    if (error instanceof Error && error.name === 'WorkflowExecutionAlreadyStartedError') throw ApplicationFailure.nonRetryable('The plan is being deployed already', '409.deployment_in_progress')
    throw error
  }
}
