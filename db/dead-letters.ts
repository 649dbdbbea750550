import type { Tx } from './client.ts'
import { clock } from './clock.ts'
import { newId, sha256 } from './ids.ts'

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
