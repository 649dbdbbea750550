import { type AuditEntry, writeAudit } from '../db/audit.ts'
import type { Tx } from '../db/client.ts'
import type { Call } from './call.ts'

/** Audits what the API itself changes, in the transaction that changes it. */
export const audited = ({ tenantId, actor, correlationId }: Pick<Call, 'tenantId' | 'actor' | 'correlationId'>, tx: Tx, action: string, subjectId: string, data?: AuditEntry['data']): Promise<void> =>
  writeAudit(tx, { tenantId, actor, correlationId, action, subjectType: action.slice(0, action.indexOf('.')), subjectId, ...(data ? { data } : {}) })
