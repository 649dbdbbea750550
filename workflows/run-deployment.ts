import { ApplicationFailure, getExternalWorkflowHandle, isCancellation, ParentClosePolicy, patched, startChild, workflowInfo } from '@temporalio/workflow'
import type { DeployInput } from '../contracts/workflow.ts'
import { orderNames, workflowIds } from '../contracts/workflow.ts'
import { records } from './activity-proxies.ts'
import type { deployPlan } from './deploy-plan.ts'

/** Starts a deployment, or has a parked one of the plan give way to it. Throws 409.deployment_in_progress. */
export async function beginDeployment(run: DeployInput, by: string): Promise<void> {
  const parked = await records.parkedRecord(run)
  if (parked === undefined || !(await supersedeParked(run, parked))) await startDeployment(run, by)
}

/** Asks the parked run to give way. False when it is gone: somebody terminated it, and the run that is started instead closes what it left open. */
async function supersedeParked(run: DeployInput, parked: string): Promise<boolean> {
  try {
    await getExternalWorkflowHandle(workflowIds.deploy(run.planId)).signal(orderNames.supersede, { parked, by: run })
    return true
  } catch (error) {
    // In a history of the build before, the step has failed by it.
    if (isCancellation(error) || !patched('a parked run that is gone is replaced')) throw error
    return false
  }
}

/** It goes on by itself, whatever becomes of the run that wants it. */
async function startDeployment(run: DeployInput, by: string): Promise<void> {
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
