import { getExternalWorkflowHandle, patched } from '@temporalio/workflow'
import type { DeployInput, Settled } from '../contracts/workflow.ts'
import { orderNames } from '../contracts/workflow.ts'

/** Tells whoever waits for a run what has become of its record. */
export async function tell({ notify, recordId }: DeployInput, message: Omit<Settled, 'recordId'>): Promise<void> {
  // Whoever waited may be gone by now.
  if (notify !== undefined) await getExternalWorkflowHandle(notify).signal(orderNames.settled, { recordId, ...message }).catch(() => undefined)
}

/** The run's record will never be: another one is in its way. */
export const tellRefused = (run: DeployInput, inFavourOf: string): Promise<void> => tell(run, { status: 'failed', code: '409.deployment_in_progress', message: `Deployment ${inFavourOf} is in progress` })

/** Of a run that was to take a parked one's place; a history from before that was told has nothing of it. */
export async function tellNotSuperseding(run: DeployInput, inFavourOf: string): Promise<void> {
  if (run.notify !== undefined && patched('whoever may not supersede is told')) await tellRefused(run, inFavourOf)
}
