import { sql } from 'kysely'
import type { ManualStep } from '../contracts/api.ts'
import type { Tx } from './client.ts'
import { clock, clockIn } from './clock.ts'
import type { StepStatus } from './schema.ts'

export interface StepPatch {
  status?: StepStatus
  attempts?: number
  failures?: number
  /** How long until the next try; null when there is none. */
  retryInMs?: number | null
  error?: { code: string; message: string } | null
  manualSteps?: ManualStep[]
  finished?: boolean
}

export async function saveStep(tx: Tx, to: { tenantId: string; recordId: string; provider: string }, patch: StepPatch): Promise<void> {
  const values = {
    ...(patch.status === undefined ? {} : { status: patch.status }),
    ...(patch.attempts === undefined ? {} : { attempts: patch.attempts }),
    ...(patch.failures === undefined ? {} : { failures: patch.failures }),
    ...(patch.retryInMs === undefined ? {} : { next_retry_at: patch.retryInMs === null ? null : clockIn(patch.retryInMs) }),
    ...(patch.error === undefined ? {} : { error_code: patch.error?.code ?? null, error_message: patch.error?.message ?? null }),
    ...(patch.manualSteps === undefined ? {} : { manual_steps: JSON.stringify(patch.manualSteps) }),
    ...(patch.status === 'running' ? { started_at: sql<Date>`coalesce(deployment_steps.started_at, ${clock})` } : {}),
    ...(patch.finished ? { finished_at: clock } : { finished_at: null }),
  }
  await tx.insertInto('deployment_steps')
    .values({ tenant_id: to.tenantId, record_id: to.recordId, provider: to.provider, manual_steps: '[]', status: 'pending', ...values, ...(patch.status === 'running' ? { started_at: clock } : {}) })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'record_id', 'provider']).doUpdateSet(values)).execute()
}

/** What the step's groups so far have left to a person. */
export async function manualStepsOf(tx: Tx, recordId: string, provider: string): Promise<ManualStep[]> {
  const row = await tx.selectFrom('deployment_steps').select('manual_steps').where('record_id', '=', recordId).where('provider', '=', provider).executeTakeFirst()
  return row?.manual_steps ?? []
}

/** Tries in all, and failures in a row without progress between them. */
export async function stepCounts(tx: Tx, recordId: string, provider: string): Promise<{ status: StepStatus; attempts: number; failures: number }> {
  const row = await tx.selectFrom('deployment_steps').select(['status', 'attempts', 'failures']).where('record_id', '=', recordId).where('provider', '=', provider).executeTakeFirst()
  return row ?? { status: 'pending', attempts: 0, failures: 0 }
}
