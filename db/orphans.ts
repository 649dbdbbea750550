import type { ExpressionBuilder } from 'kysely'
import type { DeployInput } from '../contracts/workflow.ts'
import type { Tx } from './client.ts'
import { clock } from './clock.ts'
import { decideDeadLetters } from './dead-letters.ts'
import { addEvent } from './deployment-events.ts'
import type { Database } from './schema.ts'

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
