import type { z } from 'zod'
import type { gitStatus } from '../contracts/repository.ts'
import type { Tx } from '../db/client.ts'
import { listConnections } from '../db/connections.ts'
import { countOpenConflicts } from '../db/git-conflicts.ts'
import { repositoryStatus } from '../db/repository-status.ts'
import type { ApiContext } from './context.ts'

/** The tenant's repository beside its remote, as the database knows them. */
export async function readGitStatus({ vault }: Pick<ApiContext, 'vault'>, tx: Tx): Promise<z.output<typeof gitStatus>> {
  const { head, lag, lastSync, remoteSha } = await repositoryStatus(tx)
  const connection = (await listConnections(tx, vault, { provider: 'git' }, { limit: 100 })).items.find(({ clientId }) => clientId === null)
  const remote = connection ? { url: connection.baseUrl ?? '', branch: connection.config['branch'] ?? 'main', sha: remoteSha } : null
  return { head, remote, lag, lastSync, conflicts: await countOpenConflicts(tx) }
}
