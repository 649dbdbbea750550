import type { JsonObject } from '../contracts/json.ts'
import type { Tx } from './client.ts'
import { newId } from './ids.ts'

export interface AuditEntry {
  tenantId: string
  actor: string
  action: string
  subjectType: string
  subjectId: string
  correlationId: string
  /** Never secrets. */
  data?: JsonObject
  /** Given: writing it again changes nothing. */
  id?: string
}

/** Who did what to which subject. Append only: the role has no right to change or delete it. */
export async function writeAudit(tx: Tx, entry: AuditEntry): Promise<void> {
  await tx
    .insertInto('audit_events')
    .values({
      tenant_id: entry.tenantId,
      id: entry.id ?? newId(),
      actor: entry.actor,
      action: entry.action,
      subject_type: entry.subjectType,
      subject_id: entry.subjectId,
      correlation_id: entry.correlationId,
      data: JSON.stringify(entry.data ?? {}),
    })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'id']).doNothing())
    .execute()
}

/** What is written under this id, if anything is. */
export async function findAudit(tx: Tx, id: string): Promise<{ action: string; data: JsonObject } | undefined> {
  return tx.selectFrom('audit_events').select(['action', 'data']).where('id', '=', id).executeTakeFirst()
}
