import { sql } from 'kysely'
import type { JsonObject } from '../contracts/json.ts'
import type { DeployInput } from '../contracts/workflow.ts'
import type { Tx } from './client.ts'
import { clock } from './clock.ts'
import { decideDeadLetters } from './dead-letters.ts'
import { addEvent } from './deployment-events.ts'
import { getPlan } from './plans.ts'
import type { Plan } from './plans.ts'

export type Opened = { opened: true } | { opened: false; recordId: string }

/** The plan as it is now. Until the transaction ends, nobody else opens or resumes a run for its client and template, nor replaces the plan. */
export async function lockDeploymentsOf(tx: Tx, planId: string): Promise<Plan> {
  // Read afterwards: it may be replaced while this waits.
  await sql`select pg_advisory_xact_lock(hashtextextended('deploy' || chr(10) || client_id || chr(10) || template_id, 0)) from deployment_plans where id = ${planId}`.execute(tx)
  return getPlan(tx, planId)
}

/**
 * The record of a run, made by whoever comes first: the API that started the run, or the run itself. Both get the same answer,
 * for ever: opened, or refused in favour of a running one that shares a provider.
 */
export const openRecord = async (tx: Tx, input: DeployInput): Promise<Opened> => openLocked(tx, input, await lockDeploymentsOf(tx, input.planId))

/** The same for who has the plan from `lockDeploymentsOf`. */
export async function openLocked(tx: Tx, input: DeployInput, plan: Plan): Promise<Opened> {
  const { rows: [answered] } = await sql<{ opened: boolean; rejected: string | null }>`
    select exists (select 1 from deployment_records where id = ${input.recordId}) as opened, (select in_favour_of from deployment_rejections where record_id = ${input.recordId}) as rejected`.execute(tx)
  if (answered?.opened) return { opened: true }
  if (typeof answered?.rejected === 'string') return { opened: false, recordId: answered.rejected }

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

export const hasRecord = async (tx: Tx, recordId: string): Promise<boolean> =>
  (await tx.selectFrom('deployment_records').select('id').where('id', '=', recordId).executeTakeFirst()) !== undefined

/** The record goes on with the plan as it was corrected for it. */
export async function correctRequest(tx: Tx, recordId: string, corrected: { revision: number; instanceId: string; planHash: string; variables: JsonObject }): Promise<void> {
  await sql`update deployment_records set request = request || ${JSON.stringify(corrected)}::jsonb where id = ${recordId}`.execute(tx)
}

/** The instance that a record carries out, whatever its plan has become. */
export async function instanceOf(tx: Tx, recordId: string): Promise<string | undefined> {
  const row = await tx.selectFrom('deployment_records').select(sql<string | null>`request->>'instanceId'`.as('id')).where('id', '=', recordId).executeTakeFirst()
  return row?.id ?? undefined
}

/** Of a run that was refused: the record that was in its way, and whether it still is. */
export async function findRejection(tx: Tx, recordId: string): Promise<{ inFavourOf: string; running: boolean } | undefined> {
  const row = await tx.selectFrom('deployment_rejections as rejection').leftJoin('deployment_records as winner', 'winner.id', 'rejection.in_favour_of')
    .select(['rejection.in_favour_of', 'winner.status']).where('rejection.record_id', '=', recordId).executeTakeFirst()
  return row && { inFavourOf: row.in_favour_of, running: row.status === 'queued' || row.status === 'running' }
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
