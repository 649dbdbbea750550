import { sql } from 'kysely'
import type { ExpressionBuilder } from 'kysely'
import type { ManualStep } from '../contracts/api.ts'
import type { JsonObject } from '../contracts/json.ts'
import type { DeployInput } from '../contracts/workflow.ts'
import type { Tx } from './client.ts'
import { clock, clockIn } from './clock.ts'
import type { Database, StepStatus } from './schema.ts'
import { newId, sha256 } from './ids.ts'
import { getPlan } from './plans.ts'

export type Opened = { opened: true } | { opened: false; recordId: string }

/**
 * The record of a run, made by whoever comes first: the API that started the run, or the run itself. Both get the same answer,
 * for ever: opened, or refused in favour of a running one that shares a provider.
 */
export async function openRecord(tx: Tx, input: DeployInput): Promise<Opened> {
  const plan = await getPlan(tx, input.planId)
  await sql`select pg_advisory_xact_lock(hashtextextended(${`deploy\n${plan.clientId}\n${plan.templateId}`}, 0))`.execute(tx)
  if (await tx.selectFrom('deployment_records').select('id').where('id', '=', input.recordId).executeTakeFirst()) return { opened: true }
  const rejected = await tx.selectFrom('deployment_rejections').select('in_favour_of').where('record_id', '=', input.recordId).executeTakeFirst()
  if (rejected) return { opened: false, recordId: rejected.in_favour_of }

  const winner = (await findRunningOverlap(tx, { ...plan, planId: plan.id, operation: input.operation })) ?? (await findSuccessor(tx, input))
  if (winner) {
    await tx.insertInto('deployment_rejections').values({ tenant_id: input.tenantId, record_id: input.recordId, in_favour_of: winner }).execute()
    return { opened: false, recordId: winner }
  }
  const request: JsonObject = {
    operation: input.operation, planId: plan.id, revision: plan.revision, planHash: input.planHash ?? plan.planHash, templateId: plan.templateId, clientId: plan.clientId,
    instanceId: plan.instanceId, targets: plan.targets, variables: plan.variables, destroy: input.destroy,
  }
  await tx.insertInto('deployment_records')
    .values({
      tenant_id: input.tenantId, id: input.recordId, plan_id: plan.id, operation: input.operation, status: 'queued', request: JSON.stringify(request),
      logs_ref: `/api/v1/deployments/${input.recordId}/logs`, correlation_id: input.correlationId, requested_by: input.actor,
      // Under the lock, so that the newest record is the one that was opened last.
      created_at: clock,
    }).execute()
  await tx.insertInto('deployment_steps').values(plan.targets.map((provider) => ({ tenant_id: input.tenantId, record_id: input.recordId, provider, status: 'pending' as const, manual_steps: '[]' }))).execute()
  await addEvent(tx, { tenantId: input.tenantId, recordId: input.recordId, type: 'queued', message: `${input.operation === 'deploy' ? 'Deployment' : 'Undeployment'} accepted`, data: { correlationId: input.correlationId } })
  return { opened: true }
}

/** The record that was opened since the asker looked: of many who saw the same, one wins, however quickly its run ends. */
async function findSuccessor(tx: Tx, { after, planId, operation }: DeployInput): Promise<string | undefined> {
  if (after === undefined) return undefined
  const newest = await tx.selectFrom('deployment_records').select('id').where('plan_id', '=', planId).where('operation', '=', operation).orderBy('created_at', 'desc').limit(1).executeTakeFirst()
  return newest && newest.id !== after ? newest.id : undefined
}

/** A run of another plan for the same client and template, or another kind of run of this plan, that uses one of its providers now. */
export async function findRunningOverlap(tx: Tx, plan: { planId: string; clientId: string; templateId: string; targets: string[]; operation: string }): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`
    select record.id from deployment_records record
    join deployment_plans plan on plan.tenant_id = record.tenant_id and plan.id = record.plan_id
    where record.status in ('queued', 'running') and plan.client_id = ${plan.clientId} and plan.template_id = ${plan.templateId}
      and plan.targets && ${plan.targets}::text[] and (record.plan_id, record.operation) is distinct from (${plan.planId}::uuid, ${plan.operation})
    limit 1`.execute(tx)
  return rows[0]?.id
}

/** The plan's newest failed record that still waits for an order. */
export async function findParkedRecord(tx: Tx, planId: string, operation: 'deploy' | 'undeploy' = 'deploy'): Promise<{ id: string } | undefined> {
  return tx.selectFrom('deployment_records as record').select('record.id')
    .where('record.plan_id', '=', planId).where('record.operation', '=', operation).where('record.status', '=', 'failed').where('record.superseded_by', 'is', null)
    .where((eb) => eb.exists(eb.selectFrom('dead_letters as letter').select('letter.id').whereRef('letter.record_id', '=', 'record.id').where('letter.status', '=', 'parked')))
    .orderBy('record.created_at', 'desc').limit(1).executeTakeFirst()
}

/** The parked record gives way to a new one; nothing happens when the new one is refused. */
export async function supersedeRecord(tx: Tx, parkedId: string, by: DeployInput): Promise<Opened> {
  const opened = await openRecord(tx, by)
  if (!opened.opened) return opened
  await tx.updateTable('deployment_records').set({ superseded_by: by.recordId, finished_at: sql`coalesce(finished_at, ${clock})` }).where('id', '=', parkedId).execute()
  await decideDeadLetters(tx, parkedId, undefined, { status: 'superseded', decidedBy: by.actor })
  return opened
}

/** Runs of the same workflow id that can no longer be alive: somebody terminated them. */
export async function closeAbandoned(tx: Tx, { tenantId, planId, operation, recordId }: DeployInput): Promise<void> {
  const rows = await tx.selectFrom('deployment_records').select('id')
    .where('plan_id', '=', planId).where('operation', '=', operation).where('id', '<>', recordId).where(isOpen).execute()
  for (const { id } of rows) await closeOrphan(tx, { tenantId, recordId: id }, { decidedBy: 'temporal' })
}

/** It is running, or waits for an order. */
const isOpen = (eb: ExpressionBuilder<Database, 'deployment_records'>) => eb.or([
  eb('status', 'in', ['queued', 'running']),
  eb.exists(eb.selectFrom('dead_letters as letter').select('letter.id').whereRef('letter.record_id', '=', 'deployment_records.id').where('letter.status', '=', 'parked')),
])

/** Closes a record whose run is no more, as its cancellation would have. False when it was closed before. */
export async function closeOrphan(tx: Tx, { tenantId, recordId }: { tenantId: string; recordId: string }, { decidedBy, reason }: { decidedBy: string; reason?: string | undefined }): Promise<boolean> {
  const message = `The run was terminated from outside${reason === undefined ? '' : `: ${reason}`}`
  const closed = await tx.updateTable('deployment_records').set({ status: 'failed', error_code: '499.cancelled', error_message: message, finished_at: clock })
    .where('id', '=', recordId).where(isOpen).returning('id').executeTakeFirst()
  if (!closed) return false
  await tx.updateTable('deployment_steps').set({ status: 'cancelled', next_retry_at: null, finished_at: clock })
    .where('record_id', '=', recordId).where('status', 'in', ['pending', 'running', 'retrying', 'parked']).execute()
  await decideDeadLetters(tx, recordId, undefined, { status: 'cancelled', decidedBy, reason: message })
  await addEvent(tx, { tenantId, recordId, type: 'cancelled', message, data: { code: '499.cancelled' } })
  return true
}

export async function setRecordStatus(tx: Tx, recordId: string, status: 'running' | 'success' | 'failed', error?: { code: string; message: string }): Promise<void> {
  await tx.updateTable('deployment_records')
    .set({
      status, error_code: error?.code ?? null, error_message: error?.message ?? null,
      ...(status === 'running' ? { started_at: sql<Date>`coalesce(started_at, ${clock})`, finished_at: null } : { finished_at: clock }),
    })
    .where('id', '=', recordId).execute()
}

/** A decision on the last parked step: the record goes on, if only to its end. Nobody is told meanwhile that it has failed for good. */
export async function resumeRecord(tx: Tx, recordId: string): Promise<void> {
  const parked = await tx.selectFrom('deployment_steps').select('provider').where('record_id', '=', recordId).where('status', '=', 'parked').executeTakeFirst()
  if (!parked) await setRecordStatus(tx, recordId, 'running')
}

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

/** Tries in all, and failures in a row without progress between them. */
export async function stepCounts(tx: Tx, recordId: string, provider: string): Promise<{ status: StepStatus; attempts: number; failures: number }> {
  const row = await tx.selectFrom('deployment_steps').select(['status', 'attempts', 'failures']).where('record_id', '=', recordId).where('provider', '=', provider).executeTakeFirst()
  return row ?? { status: 'pending', attempts: 0, failures: 0 }
}

export interface NewEvent {
  tenantId: string
  recordId: string
  type: string
  provider?: string | undefined
  message: string
  data?: JsonObject
}

export async function addEvent(tx: Tx, event: NewEvent): Promise<void> {
  await tx.insertInto('deployment_events')
    .values({ tenant_id: event.tenantId, record_id: event.recordId, type: event.type, provider: event.provider ?? null, message: event.message, data: JSON.stringify(event.data ?? {}) }).execute()
}

/** Errors that differ only in ids, numbers and times are one kind. */
export function fingerprintOf(provider: string, code: string, message: string): string {
  const shape = message.replace(/[0-9a-f]{8}-[0-9a-f-]{27,}/gi, '#').replace(/\b(?=\w*\d)\w{8,}\b/g, '#').replace(/\d+/g, '#').slice(0, 300)
  return sha256(`${provider}\n${code}\n${shape}`).slice(0, 16)
}

/** One open dead letter per record and provider: parking twice renews it. */
export async function addDeadLetter(tx: Tx, letter: { tenantId: string; recordId: string; planId: string; provider: string; code: string; message: string; attempts: number }): Promise<void> {
  const values = { code: letter.code, message: letter.message, attempts: letter.attempts, fingerprint: fingerprintOf(letter.provider, letter.code, letter.message) }
  await tx.insertInto('dead_letters')
    .values({ tenant_id: letter.tenantId, id: newId(), record_id: letter.recordId, plan_id: letter.planId, provider: letter.provider, ...values })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'record_id', 'provider']).where('status', '=', 'parked').doUpdateSet(values)).execute()
}

export async function decideDeadLetters(tx: Tx, recordId: string, provider: string | undefined, decision: { status: 'retried' | 'skipped' | 'resolved' | 'cancelled' | 'superseded' | 'expired'; decidedBy: string; reason?: string | undefined }): Promise<void> {
  await tx.updateTable('dead_letters')
    .set({ status: decision.status, decided_by: decision.decidedBy, reason: decision.reason ?? null, decided_at: clock })
    .where('record_id', '=', recordId).where('status', '=', 'parked').$if(provider !== undefined, (query) => query.where('provider', '=', provider ?? '')).execute()
}
