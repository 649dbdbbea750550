import type { Registry } from 'prom-client'
import type { Db } from '../../db/client.ts'
import { type RepositoryCounts, countRepositories } from '../../db/counts.ts'
import { addGauges } from './gauges.ts'

const labelled = <K extends keyof RepositoryCounts>(label: string, names: readonly K[]) => (counts: RepositoryCounts) => names.map((name) => ({ labels: { [label]: name }, value: counts[name] }))

/** How the tenants' repositories are synchronized. */
export function addGitGauges(registry: Registry, db: Db): void {
  addGauges(registry, () => countRepositories(db), [
    { name: 'git_sync_status', help: 'Repositories with a remote by what came of their last synchronization; waiting: for their first', labelNames: ['status'], values: labelled('status', ['synced', 'failed', 'waiting']) },
    { name: 'git_sync_lag', help: 'Changes that are no commits yet (unwritten), and commits that the remotes have not got (unpushed)', labelNames: ['state'], values: labelled('state', ['unwritten', 'unpushed']) },
    { name: 'git_sync_age_seconds', help: 'Time since the synchronization that succeeded the longest ago', values: ({ ageSeconds: value }) => [{ value }] },
    { name: 'git_conflicts_open', help: 'Conflicts with remotes that wait for a decision', values: ({ conflicts: value }) => [{ value }] },
  ])
}
