import { sql } from 'kysely'
import { outsideTenants } from '../db/client.ts'
import type { ApiContext } from './context.ts'
import { pingTemporal } from './temporal.ts'

export interface Health {
  status: 'healthy' | 'degraded'
  service: string
  version: string
  database: 'connected' | 'unavailable'
  redis: 'connected' | 'unavailable' | 'not configured'
  temporal: 'connected' | 'unavailable'
  templates_count: number | null
}

const limitMs = 3_000
const within = <T>(work: Promise<T>): Promise<T | undefined> =>
  Promise.race([work.catch(() => undefined), new Promise<undefined>((resolve) => { setTimeout(() => { resolve(undefined) }, limitMs).unref() })])

const said = (answers: boolean | undefined) => (answers ? 'connected' as const : 'unavailable' as const)

/** Asks every part at once, none longer than three seconds. */
export async function readHealth(ctx: ApiContext): Promise<Health> {
  const [templates, temporal, redis] = await Promise.all([
    within(outsideTenants(ctx.db, async (tx) => (await sql<{ count: number }>`select coalesce(sum(count), 0)::int as count from template_counts()`.execute(tx)).rows[0]?.count ?? 0)),
    within(pingTemporal(ctx).then(() => true)),
    ctx.redis === 'not configured' ? ctx.redis : within(ctx.redis()).then(said),
  ])
  const parts = { database: said(templates !== undefined), redis, temporal: said(temporal) }
  const degraded = Object.values(parts).includes('unavailable')
  return { status: degraded ? 'degraded' : 'healthy', service: 'slipway', version: ctx.version, ...parts, templates_count: templates ?? null }
}
