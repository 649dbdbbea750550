import { createClient } from '@redis/client'
import type { Logger } from 'pino'

const longestWaitMs = 2_000

const create = (url: string) => createClient({
  url,
  // Who asks while it is away goes on without it, now.
  disableOfflineQueue: true,
  socket: { connectTimeout: 3_000, reconnectStrategy: (tries) => Math.min(50 * 2 ** tries, longestWaitMs) * (0.8 + Math.random() * 0.4) },
  name: 'slipway',
  maintNotifications: 'disabled',
})

export type Redis = ReturnType<typeof create>

/** Connects in the background, and again whenever the connection is lost. */
export function openRedis(url: string, log: Logger): Redis {
  return connected(create(url), log)
}

/** A connection of its own, for what waits on the server. */
export const anotherConnection = (redis: Redis, log: Logger): Redis => connected(redis.duplicate(), log)

function connected(redis: Redis, log: Logger): Redis {
  let said = false
  redis.on('error', (error: unknown) => {
    if (!said) log.warn({ err: error }, 'Redis does not answer')
    said = true
  })
  redis.on('ready', () => {
    if (said) log.info('Redis answers again')
    said = false
  })
  redis.connect().catch(() => undefined)
  return redis
}

/** Rejects when the answer takes longer: a server that hangs looks like one that is slow. */
export async function timeLimited<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  try {
    return await Promise.race([work, new Promise<never>((_, reject) => { timer = setTimeout(() => { reject(new Error(`Redis did not answer within ${String(ms)} ms`)) }, ms) })])
  } finally {
    clearTimeout(timer)
  }
}

/** Ends the connection without waiting for a server that may be gone. */
export function closeRedis(redis: Redis): void {
  if (redis.isOpen) redis.destroy()
}
