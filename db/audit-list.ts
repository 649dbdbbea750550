import { sql } from 'kysely'
import type { z } from 'zod'
import type { auditEvent } from '../contracts/api.ts'
import type { Tx } from './client.ts'
import { type Page, type PageRequest, readPage } from './page.ts'

export type AuditEvent = z.infer<typeof auditEvent>

export interface AuditFilter {
  actor?: string | undefined
  action?: string | undefined
  subject?: string | undefined
  subjectType?: string | undefined
  correlationId?: string | undefined
  from?: string | undefined
  to?: string | undefined
}

export async function listAudit(tx: Tx, filter: AuditFilter, page: PageRequest): Promise<Page<AuditEvent>> {
  let query = tx.selectFrom('audit_events').selectAll().select(sql<string>`at::text`.as('cursor_at'))
  if (filter.actor !== undefined) query = query.where('actor', '=', filter.actor)
  if (filter.action !== undefined) query = query.where('action', '=', filter.action)
  if (filter.subject !== undefined) query = query.where('subject_id', '=', filter.subject)
  if (filter.subjectType !== undefined) query = query.where('subject_type', '=', filter.subjectType)
  if (filter.correlationId !== undefined) query = query.where('correlation_id', '=', filter.correlationId)
  if (filter.from !== undefined) query = query.where('at', '>=', new Date(filter.from))
  if (filter.to !== undefined) query = query.where('at', '<', new Date(filter.to))
  return readPage(query, 'at', 'id', page, (row) => ({
    id: row.id,
    at: row.at.toISOString(),
    actor: row.actor,
    action: row.action,
    subjectType: row.subject_type,
    subjectId: row.subject_id,
    correlationId: row.correlation_id,
    data: row.data,
  }))
}
