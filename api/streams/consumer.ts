import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Role } from '../../contracts/permissions.ts'
import { type StreamDeadLetter, type StreamResult, streamNames } from '../../contracts/streams.ts'
import type { ApiContext } from '../context.ts'
import { type Redis, anotherConnection, closeRedis } from '../redis.ts'
import { answerTo } from './answer.ts'
import { openGroup } from './group.ts'
import { inLanes } from './lanes.ts'
import { type Entry, operationOf } from './message.ts'

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

const batch = 64
const width = 16
const waitMs = 2_000
const restMs = 500

/** Takes requests from the stream, and claims those of consumers that have died, until it is stopped. A Redis that is away is waited for. */
export function startConsumer(ctx: ApiContext, redis: Redis, settings: StreamSettings): Consumer {
  const names = streamNames(settings.prefix)
  const group = openGroup(redis, names, { me: `${hostname()}-${String(process.pid)}-${randomUUID().slice(0, 8)}`, maxLength: settings.maxLength })
  const waiting = anotherConnection(redis, ctx.log)
  const own = new AbortController()
  const stopping = AbortSignal.any([own.signal, ctx.stopping])
  /** Taken, also those whose turn has not come. */
  const inHand = new Set<string>()
  ctx.metrics.watchStream(() => group.backlog())

  async function handle(entry: Entry, again: boolean): Promise<void> {
    const { id } = entry
    const operation = operationOf(entry)
    try {
      const { result, usage } = await answerTo(ctx, { stream: names.requests, roles: settings.roles, stopping }, entry, again)
      const mine = await group.settle(id, [['results', result], ...(usage ? [['usage', usage] as const] : [])])
      if (mine) ctx.metrics.streamMessage(operation, result.status)
      ctx.log.info({ message_id: id, operation, template_id: result.template_id, status: result.status, code: result.error?.code, ms: result.duration_ms, tenant: usage?.tenant_id, correlation_id: `${names.requests}/${id}` }, 'stream request')
    } catch (error) {
      // Unanswered, it stays pending, and comes again when it has waited long enough.
      if (stopping.aborted) return
      ctx.metrics.streamMessage(operation, 'failed')
      ctx.log.error({ err: error, message_id: id, operation, correlation_id: `${names.requests}/${id}` }, 'stream request failed')
    }
  }

  /** What is for one template in its order. */
  async function work(entries: readonly Entry[], again: boolean): Promise<void> {
    for (const { id } of entries) inHand.add(id)
    await inLanes(entries, laneOf, width, async (entry) => {
      if (!stopping.aborted) await handle(entry, again)
      inHand.delete(entry.id)
    })
  }

  async function bury(id: string, deliveries: number): Promise<void> {
    const entry = await group.read(id)
    const error = { code: '500.internal', message: `It was delivered ${String(deliveries)} times and never answered; the log lines with correlation id ${names.requests}/${id} say why` }
    const letter: StreamDeadLetter = { request_id: id, message: entry?.fields ?? null, deliveries, error, timestamp: new Date().toISOString() }
    const result: StreamResult = { request_id: id, template_id: null, status: 'error', result: null, error, duration_ms: 0 }
    if (!(await group.settle(id, [['deadLetters', letter], ['results', result]]))) return
    ctx.metrics.streamMessage(entry ? operationOf(entry) : 'unknown', 'dead')
    ctx.log.error({ message_id: id, deliveries, correlation_id: `${names.requests}/${id}` }, 'stream request given up')
  }

  /** What its consumer has left: taken over, or buried where that has happened too often. */
  async function sweep(): Promise<void> {
    const left = (await group.overdue(settings.claimMs, batch)).filter(({ id }) => !inHand.has(id))
    const claimed: Entry[] = []
    for (const { id, deliveries } of left) {
      if (deliveries >= settings.deliveries || (await group.read(id)) === undefined) {
        await bury(id, deliveries)
        continue
      }
      const entry = await group.claim(id, settings.claimMs)
      if (entry) claimed.push(entry)
    }
    await work(claimed, true)
    await group.tidy()
  }

  /** Again and again; what goes wrong is Redis being away, or emptied. */
  async function keepDoing(work: () => Promise<void>, restBetweenMs: number): Promise<void> {
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

  const holding = setInterval(() => {
    if (inHand.size > 0) group.holdOn([...inHand]).catch(() => undefined)
  }, settings.claimMs / 3)
  const loops = group.ensure().catch(() => undefined).then(() => Promise.all([keepDoing(async () => work(await group.take(waiting, batch, waitMs), false), 0), keepDoing(sweep, settings.claimMs / 2)]))

  return {
    async stop() {
      own.abort()
      closeRedis(waiting)
      await loops
      clearInterval(holding)
    },
  }
}

const laneOf = ({ id, fields }: Entry): string => (fields['template_id'] === undefined ? id : `${fields['tenant_id'] ?? ''} ${fields['template_id']}`)
