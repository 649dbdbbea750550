import { sql } from 'kysely'
import { DomainError } from '../../contracts/errors.ts'
import { inTenant } from '../../db/client.ts'
import { audited } from '../audited.ts'
import { readHealth } from '../health.ts'
import { readAdminStats } from '../stats.ts'
import type { Handlers } from './index.ts'

export const service: Pick<Handlers, 'health' | 'ready' | 'metrics' | 'adminStats' | 'clearCache'> = {
  health: async (ctx) => ({ status: 200, body: await readHealth(ctx) }),

  ready: async (ctx) => {
    const { database, temporal } = await readHealth(ctx)
    if (database !== 'connected' || temporal !== 'connected') throw new DomainError('503.unavailable', `Not ready: database ${database}, Temporal ${temporal}`)
    return { status: 200, body: { status: 'ready' } }
  },

  adminStats: async (ctx, { tenantId }) => ({ status: 200, body: await readAdminStats(ctx, tenantId) }),

  clearCache: async (ctx, call) => {
    const entries = await ctx.cache.clear(call.tenantId)
    await inTenant(ctx.db, call.tenantId, async (tx) => {
      // The other processes hear of it as of any change.
      await sql`select pg_notify('slipway_templates', ${call.tenantId})`.execute(tx)
      await audited(call, tx, 'cache.cleared', call.tenantId, { entries })
    })
    return { status: 200, body: { cache: ctx.cacheIn, entries } }
  },

  metrics: async (ctx) => ({ status: 200, body: await ctx.metrics.text(), headers: { 'Content-Type': ctx.metrics.contentType } }),
}
