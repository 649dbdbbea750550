import { sql } from 'kysely'
import type { z } from 'zod'
import type { deadLetter, deadLetters } from '../contracts/api.ts'
import type { Tx } from './client.ts'
import { type Page, type PageRequest, readPage } from './page.ts'

export type DeadLetter = z.infer<typeof deadLetter>
export type DeadLetterGroup = z.infer<typeof deadLetters>['groups'][number]

export interface DeadLetterFilter {
  status?: DeadLetter['status'] | 'all' | undefined
  provider?: string | undefined
  fingerprint?: string | undefined
  code?: string | undefined
  planId?: string | undefined
}

function matching(tx: Tx, { status = 'parked', provider, fingerprint, code, planId }: DeadLetterFilter) {
  let query = tx.selectFrom('dead_letters')
  if (status !== 'all') query = query.where('status', '=', status)
  if (provider !== undefined) query = query.where('provider', '=', provider)
  if (fingerprint !== undefined) query = query.where('fingerprint', '=', fingerprint)
  if (code !== undefined) query = query.where('code', '=', code)
  if (planId !== undefined) query = query.where('plan_id', '=', planId)
  return query
}

export async function listDeadLetters(tx: Tx, filter: DeadLetterFilter, page: PageRequest): Promise<Page<DeadLetter>> {
  return readPage(matching(tx, filter).selectAll().select(sql<string>`created_at::text`.as('cursor_at')), 'created_at', 'id', page, (row) => ({
    id: row.id,
    recordId: row.record_id,
    planId: row.plan_id,
    provider: row.provider,
    code: row.code,
    message: row.message,
    fingerprint: row.fingerprint,
    attempts: row.attempts,
    status: row.status,
    ...(row.decided_by === null ? {} : { decidedBy: row.decided_by }),
    ...(row.reason === null ? {} : { reason: row.reason }),
    createdAt: row.created_at.toISOString(),
    decidedAt: row.decided_at?.toISOString() ?? null,
  }))
}

/** What failed alike: most frequent first. */
export async function groupDeadLetters(tx: Tx, filter: DeadLetterFilter): Promise<DeadLetterGroup[]> {
  const rows = await matching(tx, filter)
    .select(['provider', 'fingerprint', 'code'])
    .select(sql<string>`(array_agg(message order by created_at desc))[1]`.as('message'))
    .select(sql<number>`count(*)`.as('count'))
    .select(sql<Date>`max(created_at)`.as('latest'))
    .groupBy(['provider', 'fingerprint', 'code']).orderBy('count', 'desc').orderBy('provider').orderBy('fingerprint').limit(100).execute()
  return rows.map(({ latest, ...row }) => ({ ...row, latestAt: latest.toISOString() }))
}
