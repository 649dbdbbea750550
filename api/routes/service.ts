import { DomainError } from '../../contracts/errors.ts'
import { readHealth } from '../health.ts'
import type { Handlers } from './index.ts'

export const service: Pick<Handlers, 'health' | 'ready' | 'metrics'> = {
  health: async (ctx) => ({ status: 200, body: await readHealth(ctx) }),

  ready: async (ctx) => {
    const { database, temporal } = await readHealth(ctx)
    if (database !== 'ok' || temporal !== 'ok') throw new DomainError('503.unavailable', `Not ready: database ${database}, Temporal ${temporal}`)
    return { status: 200, body: { status: 'ready' } }
  },

  metrics: async (ctx) => ({ status: 200, body: await ctx.metrics.text(), headers: { 'Content-Type': ctx.metrics.contentType } }),
}
