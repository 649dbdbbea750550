import { sql } from 'kysely'
import type { JsonObject } from '../contracts/json.ts'
import type { DeployInput } from '../contracts/workflow.ts'
import type { Tx } from './client.ts'
import { clock } from './clock.ts'
import { decideDeadLetters } from './dead-letters.ts'
import { addEvent } from './deployment-events.ts'
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
