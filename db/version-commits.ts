import type { Tx } from './client.ts'
import { derivedId } from './ids.ts'
import { expectedPaths } from './template-commits.ts'

export interface VersionCommit {
  sha: string | null
  author: string
  date: string
  message: string
  paths: string[]
}

/** A template's versions with the commits that brought them. */
export async function withCommits<V extends { version: string; createdBy: string; createdAt: string }>(tx: Tx, templateId: string, page: { items: V[]; nextCursor: string | null }): Promise<{ items: (V & VersionCommit)[]; nextCursor: string | null }> {
  const idOf = ({ version }: V) => derivedId('version', templateId, version)
  const commits = await commitsOfVersions(tx, page.items.map(idOf))
  const none = ({ createdBy, createdAt }: V): VersionCommit => ({ sha: null, author: createdBy, date: createdAt, message: '', paths: [] })
  return { ...page, items: page.items.map((version) => ({ ...version, ...(commits.get(idOf(version)) ?? none(version)) })) }
}

async function commitsOfVersions(tx: Tx, versionIds: readonly string[]): Promise<Map<string, VersionCommit>> {
  if (versionIds.length === 0) return new Map()
  const rows = await tx.selectFrom('template_commits as c').leftJoin('template_artifacts as t', 't.id', 'c.template_id')
    .select(['c.version_id', 'c.sha', 'c.actor', 'c.created_at', 'c.message', 'c.paths', 't.kind', 't.name'])
    .where('c.version_id', 'in', versionIds).orderBy('c.ordinal', 'desc').execute()
  // The first of each is the one that brought it: later ones have it again.
  return new Map(rows.map((row) => [row.version_id ?? '', {
    sha: row.sha, author: row.actor, date: row.created_at.toISOString(), message: row.message,
    paths: row.paths.length > 0 || row.kind === null ? row.paths : expectedPaths({ kind: row.kind, name: row.name ?? '' }),
  }]))
}
