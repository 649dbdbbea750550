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

/** One try of a provider step, as its row counts them. */
export interface Try {
  recordId: string
  attempts: number
}

export interface StepState {
  status: StepStatus
  /** Tries in all. */
  attempts: number
  /** In a row, without progress between them. */
  failures: number
  /** What its groups so far have left to a person. */
  manualSteps: ManualStep[]
}

const stepRow = (tx: Tx, recordId: string, provider: string) =>
  tx.selectFrom('deployment_steps').select(['status', 'attempts', 'failures', 'manual_steps as manualSteps']).where('record_id', '=', recordId).where('provider', '=', provider)

export const getStep = async (tx: Tx, recordId: string, provider: string): Promise<StepState> =>
  (await stepRow(tx, recordId, provider).executeTakeFirst()) ?? { status: 'pending', attempts: 0, failures: 0, manualSteps: [] }

/** Locked until the transaction ends. None once a later try has begun: this one was given up for dead, and the step is no longer its own. */
export async function findHeldStep(tx: Tx, provider: string, { recordId, attempts }: Try, lock: 'forShare' | 'forUpdate' = 'forUpdate'): Promise<StepState | undefined> {
  const step = await stepRow(tx, recordId, provider)[lock]().executeTakeFirst()
  return step?.attempts === attempts ? step : undefined
}

export const superseded = (): Error => new Error('Another try of this step has begun')
