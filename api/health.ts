import { sql } from 'kysely'
import { outsideTenants } from '../db/client.ts'
import type { ApiContext } from './context.ts'
import { pingTemporal } from './temporal.ts'

export interface Health {
  status: 'healthy' | 'degraded'
  service: string
  version: string
  database: 'ok' | 'unavailable'
  temporal: 'ok' | 'unavailable'
  redis: string
  templates_count: number | null
}

const limitMs = 3_000
const within = <T>(work: Promise<T>): Promise<T | undefined> =>
  Promise.race([work.catch(() => undefined), new Promise<undefined>((resolve) => { setTimeout(() => { resolve(undefined) }, limitMs).unref() })])

/** Asks every part at once, none longer than three seconds. */
export async function readHealth(ctx: ApiContext): Promise<Health> {
  const [templates, temporal, redis] = await Promise.all([
    within(outsideTenants(ctx.db, async (tx) => (await sql<{ count: number }>`select coalesce(sum(count), 0)::int as count from template_counts()`.execute(tx)).rows[0]?.count ?? 0)),
    within(pingTemporal(ctx).then(() => true)),
    ctx.redis === 'not configured' ? 'not configured' : within(ctx.redis()).then((ok) => (ok ? 'ok' : 'unavailable')),
  ])
  const database = templates === undefined ? 'unavailable' : 'ok'
  const healthy = database === 'ok' && temporal === true && redis !== 'unavailable'
  return { status: healthy ? 'healthy' : 'degraded', service: 'slipway', version: ctx.version, database, temporal: temporal ? 'ok' : 'unavailable', redis, templates_count: templates ?? null }
}
