import { sql } from 'kysely'
import type { TemplateArtifact } from '../contracts/artifact.ts'
import { type TemplatePlace, fileOf } from '../domain/template-place.ts'
import { type Db, type Tx, outsideTenants } from './client.ts'
import { type Template, findTemplateByName } from './templates.ts'

/** A row of the outbox, as the repository's writer needs it. */
export interface CommitRow {
  id: string
  action: 'create' | 'update' | 'delete' | 'restore' | 'resolve' | 'pull'
  actor: string
  message: string
  at: Date
  /** What it writes or takes away; of a pull, everything that it brought. */
  changes: FileChange[]
  /** Of a pull: the files in which its commit differs from the remote's. */
  paths: string[]
  /** Once it is written. */
  position: number | null
  sha: string | null
  /** Of a pull: the remote's commit. */
  remoteSha: string | null
}

export interface FileChange {
  path: string
  /** None where the file is taken away. */
  artifact?: TemplateArtifact | undefined
  /** Its commit changed this file and no other. */
  alone?: boolean
  /** Of what a pull brought: the commit that has it. */
  sha?: string | null
}

const rows = (tx: Tx) => tx.selectFrom('template_commits as c')
  .leftJoin('template_versions as v', 'v.id', 'c.version_id')
  .leftJoin('template_artifacts as t', 't.id', 'c.template_id')
  .select(['c.id', 'c.action', 'c.actor', 'c.message', 'c.created_at', 'c.paths', 'c.position', 'c.sha', 'c.remote_sha', 'c.pulled_by', 'v.artifact', 't.kind', 't.name'])

type Row = Awaited<ReturnType<ReturnType<typeof rows>['execute']>>[number]

const changesOf = (row: Row): FileChange[] => {
  const paths = row.kind === null ? row.paths : [fileOf({ kind: row.kind, name: row.name ?? '' })]
  const alone = row.sha !== null && row.paths.length === 1 && row.paths[0] === paths[0]
  return paths.map((path) => ({ path, artifact: row.artifact === null ? undefined : row.artifact, alone, sha: row.sha }))
}

const toCommit = (row: Row, changes = changesOf(row)): CommitRow => ({
  id: row.id, action: row.action, actor: row.actor, message: row.message, at: row.created_at, changes, paths: row.paths, position: row.position, sha: row.sha, remoteSha: row.remote_sha,
})

/** Whether something is no commit yet. */
export const hasPending = async (tx: Tx): Promise<boolean> => (await tx.selectFrom('template_commits').select('id').where('sha', 'is', null).limit(1).executeTakeFirst()) !== undefined

/** What is no commit yet, in its order. */
export const pendingCommits = async (tx: Tx, limit: number): Promise<CommitRow[]> =>
  (await rows(tx).where('c.sha', 'is', null).orderBy('c.ordinal').limit(limit).execute()).map((row) => toCommit(row))

/** The branch's commits after a place, in their order. */
export async function writtenCommits(tx: Tx, after: number, limit: number): Promise<CommitRow[]> {
  const written = await rows(tx).where('c.position', '>', after).orderBy('c.position').limit(limit).execute()
  const pulls = written.filter(({ action }) => action === 'pull').map(({ id }) => id)
  const brought = pulls.length === 0 ? [] : await rows(tx).where('c.pulled_by', 'in', pulls).orderBy('c.ordinal').execute()
  return written.map((row) => toCommit(row, row.action === 'pull' ? brought.filter((one) => one.pulled_by === row.id).flatMap(changesOf) : changesOf(row)))
}

export interface Head {
  position: number
  sha: string
}

/** Where the branch is, as far as the record knows: git may know less, never more. */
export async function findHead(tx: Tx): Promise<Head | undefined> {
  const row = await tx.selectFrom('template_commits').select(['position', 'sha']).where('position', 'is not', null).orderBy('position', 'desc').limit(1).executeTakeFirst()
  return row && row.position !== null && row.sha !== null ? { position: row.position, sha: row.sha } : undefined
}

/** A commit's place on the branch. */
export async function findWritten(tx: Tx, sha: string): Promise<Head | undefined> {
  const row = await tx.selectFrom('template_commits').select('position').where('sha', '=', sha).where('position', 'is not', null).executeTakeFirst()
  return row && row.position !== null ? { position: row.position, sha } : undefined
}

/** The database's time in whole seconds, which is all that git keeps. */
export async function currentSecond(tx: Tx): Promise<Date> {
  const { rows: [row] } = await sql<{ at: Date }>`select date_trunc('second', clock_timestamp()) as at`.execute(tx)
  return row?.at ?? new Date(0)
}

export interface Written extends Head {
  id: string
  paths: string[]
}

/** Notes down the commits that were made of pending rows. Throws when somebody else has made some of them meanwhile. */
export async function recordWritten(tx: Tx, commits: readonly Written[]): Promise<void> {
  for (const { id, position, sha, paths } of commits) {
    const { numUpdatedRows } = await tx.updateTable('template_commits').set({ position, sha, paths }).where('id', '=', id).where('sha', 'is', null).executeTakeFirst()
    if (numUpdatedRows !== 1n) throw new Error(`Another worker has written commit ${id} meanwhile`)
  }
}

/** Another commit in the place of one whose parents can no longer be had; what a pull brought is in it now. */
export async function recordRewritten(tx: Tx, { id, sha, detached }: { id: string; sha: string; detached: boolean }): Promise<void> {
  const { sha: old } = await tx.selectFrom('template_commits').select('sha').where('id', '=', id).executeTakeFirstOrThrow()
  await tx.updateTable('template_commits').set({ sha, ...(detached ? { remote_sha: null } : {}) }).where('id', '=', id).execute()
  const brought = tx.updateTable('template_commits').set({ sha }).where('pulled_by', '=', id)
  await (detached ? brought : brought.where('sha', '=', old)).execute()
}

export interface PullRow {
  tenantId: string
  id: string
  actor: string
  message: string
  at: Date
  head: Head
  remoteSha: string
  /** The files in which the commit differs from the remote's. */
  paths: string[]
}

/** The pull itself, before what it brought. Fails where the branch has gone on meanwhile. */
export async function recordPull(tx: Tx, { tenantId, id, actor, message, at, head, remoteSha, paths }: PullRow): Promise<void> {
  await tx.insertInto('template_commits').values({
    tenant_id: tenantId, id, template_id: null, version_id: null, action: 'pull', actor, message, paths, created_at: at, ...head, pulled_by: null, remote_sha: remoteSha,
  }).execute()
}

/** Whose repository has something to write, or is to be synchronized by its own timetable. */
export const repositoriesDue = (db: Db): Promise<{ tenantId: string; sync: boolean }[]> =>
  outsideTenants(db, async (tx) => (await sql<{ tenantId: string; sync: boolean }>`select tenant_id as "tenantId", sync from repositories_due()`.execute(tx)).rows)

/** The template that has a file in the repository: published, and not deleted. */
export async function findInRepository(tx: Tx, { kind, name }: TemplatePlace): Promise<Template | undefined> {
  const template = await findTemplateByName(tx, kind, name)
  return template?.status === 'published' && template.deletedAt === undefined ? template : undefined
}

/** Something has changed since it was looked at: what was made of it is to be made anew. */
export class Outdated extends Error {
  override readonly name = 'Outdated'
}

/** Throws Outdated unless the template is at this published version (null: is not there), and the repository has it so. Its name is locked. */
export async function assertUnchanged(tx: Tx, templateId: string, version: string | null): Promise<void> {
  const row = await tx.selectFrom('template_artifacts').select('version').where('id', '=', templateId).where('status', '=', 'published').where('deleted_at', 'is', null).forUpdate().executeTakeFirst()
  const waiting = await tx.selectFrom('template_commits').select('id').where('template_id', '=', templateId).where('sha', 'is', null).limit(1).executeTakeFirst()
  if ((row?.version ?? null) !== version || waiting) throw new Outdated('The template has changed meanwhile')
}
