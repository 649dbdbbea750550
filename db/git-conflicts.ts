import { sql } from 'kysely'
import type { Selectable } from 'kysely'
import type { z } from 'zod'
import { DomainError } from '../contracts/errors.ts'
import type { gitConflict } from '../contracts/git-conflicts.ts'
import type { JsonObject } from '../contracts/json.ts'
import type { Tx } from './client.ts'
import { clock } from './clock.ts'
import { newId } from './ids.ts'
import { type Page, type PageRequest, readPage } from './page.ts'
import type { Database } from './schema.ts'

type Row = Selectable<Database['git_conflicts']>

/** What the remote and the record disagree about, with all that is needed to decide it. */
export type Conflict = Omit<z.infer<typeof gitConflict>, 'base' | 'ours'> & { base: JsonObject | null }

const toConflict = (row: Row): Conflict => ({
  id: row.id, templateId: row.template_id, path: row.path, reason: row.reason, problems: row.problems, base: row.base, theirs: row.theirs, remoteSha: row.remote_sha,
  author: row.author, status: row.status, resolution: row.resolution, resolvedBy: row.resolved_by, createdAt: row.created_at.toISOString(), resolvedAt: row.resolved_at?.toISOString() ?? null,
})

export type NewConflict = Pick<Conflict, 'templateId' | 'path' | 'reason' | 'problems' | 'base' | 'theirs' | 'remoteSha' | 'author'> & { tenantId: string }

/** One open conflict per file: what the remote says now takes the place of what it said; what both began with stays. */
export async function openConflict(tx: Tx, { tenantId, templateId, path, reason, problems, base, theirs, remoteSha, author }: NewConflict): Promise<void> {
  const said = { template_id: templateId, reason, problems: JSON.stringify(problems), theirs, remote_sha: remoteSha, author }
  await tx.insertInto('git_conflicts')
    .values({ ...said, tenant_id: tenantId, id: newId(), path, base: base === null ? null : JSON.stringify(base), resolution: null, resolved_by: null, resolved_at: null })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'path']).where('status', '=', 'open').doUpdateSet(said)).execute()
}

/** A later change in the remote has made it disappear. */
export async function settleConflict(tx: Tx, path: string): Promise<void> {
  await tx.updateTable('git_conflicts').set({ status: 'settled', resolved_at: clock }).where('path', '=', path).where('status', '=', 'open').execute()
}

export async function openConflicts(tx: Tx): Promise<Map<string, Conflict>> {
  const rows = await tx.selectFrom('git_conflicts').selectAll().where('status', '=', 'open').execute()
  return new Map(rows.map((row) => [row.path, toConflict(row)]))
}

export async function countOpenConflicts(tx: Tx): Promise<number> {
  const { count } = await tx.selectFrom('git_conflicts').select((all) => all.fn.countAll<number>().as('count')).where('status', '=', 'open').executeTakeFirstOrThrow()
  return count
}

/** Throws 404.conflict_not_found. */
export async function getConflict(tx: Tx, id: string): Promise<Conflict> {
  const row = await tx.selectFrom('git_conflicts').selectAll().where('id', '=', id).executeTakeFirst()
  if (!row) throw new DomainError('404.conflict_not_found', `No conflict has the id ${id}.`)
  return toConflict(row)
}

/** Throws 409.conflict_resolved where it has been decided already, or has changed since `remoteSha`. */
export async function resolveConflict(tx: Tx, { id, remoteSha }: Pick<Conflict, 'id' | 'remoteSha'>, resolution: NonNullable<Conflict['resolution']>, by: string): Promise<Conflict> {
  const row = await tx.updateTable('git_conflicts').set({ status: 'resolved', resolution, resolved_by: by, resolved_at: clock })
    .where('id', '=', id).where('status', '=', 'open').where('remote_sha', '=', remoteSha).returningAll().executeTakeFirst()
  if (!row) throw new DomainError('409.conflict_resolved', 'The conflict has been decided, or has changed meanwhile: read it again')
  return toConflict(row)
}

export async function pageOfConflicts(tx: Tx, { status, templateId }: { status: Row['status'] | 'all'; templateId?: string | undefined }, page: PageRequest): Promise<Page<Conflict>> {
  let query = tx.selectFrom('git_conflicts').selectAll().select(sql<string>`created_at::text`.as('cursor_at'))
  if (status !== 'all') query = query.where('status', '=', status)
  if (templateId !== undefined) query = query.where('template_id', '=', templateId)
  return readPage(query, 'created_at', 'id', page, toConflict)
}
