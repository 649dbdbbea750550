import type { z } from 'zod'
import type { gitStatus } from '../contracts/repository.ts'
import type { Tx } from './client.ts'
import { clock } from './clock.ts'
import { findHead, findWritten } from './repository.ts'
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

export async function repositoryStatus(tx: Tx): Promise<RepositoryStatus> {
  const head = await findHead(tx)
  const row = await tx.selectFrom('repositories').selectAll().executeTakeFirst()
  const pushed = row?.remote_sha ? await findWritten(tx, row.remote_sha) : undefined
  const { unwritten } = await tx.selectFrom('template_commits').select((all) => all.fn.countAll<number>().as('unwritten')).where('sha', 'is', null).executeTakeFirstOrThrow()
  return {
    head: head?.sha ?? null,
    remoteSha: row?.remote_sha ?? null,
    lag: { unwritten, unpushed: (head?.position ?? 0) - (pushed?.position ?? 0) },
    lastSync: row?.tried_at
      ? { at: row.tried_at.toISOString(), by: row.tried_by ?? '', succeededAt: row.synced_at?.toISOString() ?? null, error: errorOf(row).error ?? null }
      : null,
  }
}
