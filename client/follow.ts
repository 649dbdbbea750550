import type { EventSourceMessage } from 'eventsource-parser'
import { ApiError, UnreachableError } from './errors.ts'
import { messagesOf } from './event-stream.ts'
import { isOfProof, mayPass, pause } from './retry.ts'

export interface WatchOptions {
  signal?: AbortSignal
  /** Go on after this event, which was the last one seen. */
  lastEventId?: string
  /** How often to connect again in a row without hearing anything; default 10. */
  reconnects?: number
}

const waits = { firstMs: 500, mostMs: 15_000 }

/**
 * The messages of a stream until its `end`, whose data is what the generator returns. A connection that breaks is opened
 * again after the last event seen; no event comes twice.
 */
export async function* follow(open: (lastEventId?: string) => Promise<ReadableStream<Uint8Array> | null | undefined>, { signal, lastEventId, reconnects = 10 }: WatchOptions = {}): AsyncGenerator<EventSourceMessage, string> {
  const seen = new Set<string>()
  let last = lastEventId
  let failures = 0
  const alive = () => { failures = 0 }
  for (; ; failures++) {
    try {
      const body = await open(last)
      if (body) {
        for await (const message of messagesOf(body, alive)) {
          if (message.event === 'end') return message.data
          alive()
          if (message.id !== undefined) last = message.id
          if (message.id !== undefined && seen.has(message.id)) continue
          if (message.id !== undefined) seen.add(message.id)
          yield message
        }
      }
      signal?.throwIfAborted()
      if (failures >= reconnects) throw new UnreachableError('The stream ends again and again before its end')
    } catch (error) {
      signal?.throwIfAborted()
      const isFinal = isOfProof(error) || (error instanceof ApiError || error instanceof UnreachableError) && !mayPass(error)
      if (isFinal || failures >= reconnects) throw error
    }
    await pause(Math.min(waits.firstMs * 2 ** failures, waits.mostMs), signal)
  }
}
