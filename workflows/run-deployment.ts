import { ApplicationFailure, getExternalWorkflowHandle, isCancellation, ParentClosePolicy, startChild, workflowInfo } from '@temporalio/workflow'
import type { DeployInput } from '../contracts/workflow.ts'
import { orderNames, workflowIds } from '../contracts/workflow.ts'
import type { deployPlan } from './deploy-plan.ts'

/** Asks the parked run to give way. False when it is gone: somebody terminated it, and the run that is started instead closes what it left open. */
export async function supersedeParked(run: DeployInput, parked: string): Promise<boolean> {
  try {
    await getExternalWorkflowHandle(workflowIds.deploy(run.planId)).signal(orderNames.supersede, { parked, by: run })
    return true
  } catch (error) {
    if (isCancellation(error)) throw error
    return false
  }
}

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
