import type { z } from 'zod'
import type { gitStatus } from '../contracts/repository.ts'
import type { Tx } from './client.ts'
import { clock } from './clock.ts'
import { errorOf } from './stored-error.ts'

export interface SyncTry {
  tenantId: string
  by: string
  /** What the remote's branch is at; absent where that is not known. */
  remoteSha?: string | null
  error?: { code: string; message: string }
}

export async function recordSync(tx: Tx, { tenantId, by, remoteSha, error }: SyncTry): Promise<void> {
  const tried = {
    tried_at: clock, tried_by: by, error_code: error?.code ?? null, error_message: error?.message ?? null,
    ...(error ? {} : { synced_at: clock }), ...(remoteSha === undefined ? {} : { remote_sha: remoteSha }),
  }
  await tx.insertInto('repositories').values({ tenant_id: tenantId, remote_sha: null, ...tried })
    .onConflict((conflict) => conflict.column('tenant_id').doUpdateSet(tried)).execute()
}

export type RepositoryStatus = Pick<z.infer<typeof gitStatus>, 'head' | 'lag' | 'lastSync'> & { remoteSha: string | null }

/** In one statement, hence of one moment: what is written meanwhile shows in all of it or in none. */
export async function repositoryStatus(tx: Tx): Promise<RepositoryStatus> {
  const row = await tx
    .selectFrom((all) => all.selectFrom('template_commits').select(({ fn }) => fn.countAll<number>().as('unwritten')).where('sha', 'is', null).as('pending'))
    .leftJoin((all) => all.selectFrom('template_commits').select(['sha', 'position']).where('position', 'is not', null).orderBy('position', 'desc').limit(1).as('head'), (join) => join.onTrue())
    .leftJoin('repositories as r', (join) => join.onTrue())
    .leftJoin('template_commits as pushed', (join) => join.onRef('pushed.sha', '=', 'r.remote_sha').on('pushed.position', 'is not', null))
    .select(['pending.unwritten', 'head.sha', 'head.position', 'pushed.position as pushed', 'r.remote_sha', 'r.tried_at', 'r.tried_by', 'r.synced_at', 'r.error_code', 'r.error_message'])
    .executeTakeFirstOrThrow()
  return {
    head: row.sha,
    remoteSha: row.remote_sha,
    lag: { unwritten: row.unwritten, unpushed: (row.position ?? 0) - (row.pushed ?? 0) },
    lastSync: row.tried_at
      ? { at: row.tried_at.toISOString(), by: row.tried_by ?? '', succeededAt: row.synced_at?.toISOString() ?? null, error: errorOf(row).error ?? null }
      : null,
  }
}
