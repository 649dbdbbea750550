import { DomainError } from '../contracts/errors.ts'
import type { DeployInput } from '../contracts/workflow.ts'
import type { Tx } from '../db/client.ts'
import { inTenant } from '../db/client.ts'
import { addDeadLetter } from '../db/dead-letters.ts'
import { saveStep, getStep } from '../db/deployment-steps.ts'
import { addEvent } from '../db/deployment-events.ts'
import { findRejection, setRecordStatus, supersedeRecord } from '../db/deployments.ts'
import type { Opened } from '../db/deployments.ts'
import { getPlan } from '../db/plans.ts'
import type { ActivityContext } from './context.ts'

/** What a log line about a run names. */
export const aboutRun = async (tx: Tx, run: DeployInput) => {
  const { templateId, instanceId } = await getPlan(tx, run.planId)
  return { template_id: templateId, instance_id: instanceId, plan_id: run.planId, record_id: run.recordId, correlation_id: run.correlationId }
}

/** A provider step ended without success and waits: a dead letter is written, the record fails, a person may decide. */
export async function parkStep(ctx: ActivityContext, run: DeployInput, provider: string, error: { code: string; message: string }): Promise<void> {
  const about = await inTenant(ctx.db, run.tenantId, async (tx) => {
    const to = { tenantId: run.tenantId, recordId: run.recordId, provider }
    const { attempts } = await getStep(tx, run.recordId, provider)
    await saveStep(tx, to, { status: 'parked', error, retryInMs: null })
    await addDeadLetter(tx, { ...to, planId: run.planId, ...error, attempts })
    await addEvent(tx, { ...to, type: 'step.parked', message: `${provider}: parked: ${error.message}`, data: { code: error.code, attempts } })
    return aboutRun(tx, run)
  })
  ctx.metrics.providerParked(provider)
  ctx.log.warn({ ...about, provider, status: 'parked', code: error.code }, 'provider step parked')
}

export async function settleRecord(ctx: ActivityContext, run: DeployInput, status: 'success' | 'failed', error?: { code: string; message: string }): Promise<void> {
  const about = await inTenant(ctx.db, run.tenantId, async (tx) => {
    await setRecordStatus(tx, run.recordId, status, error)
    await addEvent(tx, { tenantId: run.tenantId, recordId: run.recordId, type: status, message: error?.message ?? (run.operation === 'deploy' ? 'Deployed' : 'Undeployed'), ...(error ? { data: { code: error.code } } : {}) })
    return aboutRun(tx, run)
  })
  ctx.log.info({ ...about, status, ...(error ? { code: error.code } : {}) }, `${run.operation} ${status}`)
}

/** A new deploy of the plan takes the parked run's place. */
export async function supersede(ctx: ActivityContext, parked: DeployInput, by: DeployInput): Promise<Opened> {
  return inTenant(ctx.db, parked.tenantId, (tx) => supersedeRecord(tx, parked.recordId, by))
}

/** For whoever waits for a record without being told; one that was refused in favour of another has failed. */
export async function recordStatus(ctx: Pick<ActivityContext, 'db'>, input: { tenantId: string; recordId: string }): Promise<{ status: string; code?: string; message?: string }> {
  return inTenant(ctx.db, input.tenantId, async (tx) => {
    const row = await tx.selectFrom('deployment_records').select(['status', 'error_code', 'error_message']).where('id', '=', input.recordId).executeTakeFirst()
    if (row) return { status: row.status, ...(row.error_code === null ? {} : { code: row.error_code, message: row.error_message ?? '' }) }
    const rejected = await findRejection(tx, input.recordId)
    if (!rejected) throw new DomainError('404.deployment_not_found', `There is no deployment ${input.recordId}`)
    return { status: 'failed', code: '409.deployment_in_progress', message: `Deployment ${rejected.inFavourOf} is in progress` }
  })
}
