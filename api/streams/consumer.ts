import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Role } from '../../contracts/permissions.ts'
import { streamNames } from '../../contracts/streams.ts'
import type { ApiContext } from '../context.ts'
import { type Redis, anotherConnection, closeRedis } from '../redis.ts'
import { batch, sweep, work } from './batch.ts'
import { openGroup } from './group.ts'
import type { Bench } from './settle.ts'

export interface StreamSettings {
  prefix: string
  deliveries: number
  claimMs: number
  maxLength: number
  /** Of users that are not among the tenant's. */
  roles: readonly Role[]
}

export interface Consumer {
  /** Takes nothing more, and waits for what is being worked on. */
  stop(): Promise<void>
}

const waitMs = 2_000
const restMs = 500

/** Again and again; what goes wrong is Redis being away, or emptied. */
async function keepDoing({ ctx, group, stopping }: Bench, work: () => Promise<void>, restBetweenMs: number): Promise<void> {
  while (!stopping.aborted) {
    try {
      await work()
      if (restBetweenMs > 0) await sleep(restBetweenMs, undefined, { signal: stopping })
    } catch (error) {
      if (stopping.aborted) return
      ctx.log.debug({ err: error }, 'the streams cannot be read')
      await sleep(restMs, undefined, { signal: stopping }).catch(() => undefined)
      await group.ensure().catch(() => undefined)
    }
  }
}

/** Takes requests from the stream, and claims those of consumers that have died, until it is stopped. A Redis that is away is waited for. */
export function startConsumer(ctx: ApiContext, redis: Redis, settings: StreamSettings): Consumer {
  const names = streamNames(settings.prefix)
  const group = openGroup(redis, names, { me: `${hostname()}-${String(process.pid)}-${randomUUID().slice(0, 8)}`, maxLength: settings.maxLength })
  const waiting = anotherConnection(redis, ctx.log)
  const own = new AbortController()
  const inHand = new Set<string>()
  const bench: Bench = { ctx, settings, group, requests: names.requests, stopping: AbortSignal.any([own.signal, ctx.stopping]), inHand }
  ctx.metrics.watchStream(() => group.backlog())

  const holding = setInterval(() => {
    if (inHand.size > 0) group.holdOn([...inHand]).catch(() => undefined)
  }, settings.claimMs / 3)
  const takeAll = async () => work(bench, await group.take(waiting, batch, waitMs), false)
  const loops = group.ensure().catch(() => undefined).then(() => Promise.all([keepDoing(bench, takeAll, 0), keepDoing(bench, () => sweep(bench), settings.claimMs / 2)]))

  return {
    async stop() {
      own.abort()
      closeRedis(waiting)
      await loops
      clearInterval(holding)
    },
  }
}
