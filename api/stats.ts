import type { z } from 'zod'
import type { adminStats } from '../contracts/stats.ts'
import { inTenant } from '../db/client.ts'
import { readStats } from '../db/stats.ts'
import type { ApiContext } from './context.ts'
import { readGitStatus } from './git-status.ts'

type AdminStats = z.output<typeof adminStats>

function cacheStats({ cache, cacheIn }: ApiContext, tenantId: string): AdminStats['cache'] {
  const { hits, misses } = cache.reads(tenantId)
  return { in: cacheIn, hits, misses, hitRatio: hits + misses === 0 ? null : hits / (hits + misses) }
}

async function streamStats({ streams }: ApiContext): Promise<AdminStats['streams']> {
  const backlog = streams === 'off' ? undefined : await streams().catch(() => undefined)
  return backlog ? { lag: backlog.lag + backlog.pending, undelivered: backlog.lag, pending: backlog.pending } : null
}

/** The tenant's figures, and how far cache, git and streams are. */
export async function readAdminStats(ctx: ApiContext, tenantId: string): Promise<AdminStats> {
  const [ofTenant, streams] = await Promise.all([
    inTenant(ctx.db, tenantId, async (tx) => ({ ...(await readStats(tx)), git: await readGitStatus(ctx, tx) })),
    streamStats(ctx),
  ])
  return { ...ofTenant, cache: cacheStats(ctx, tenantId), streams }
}
