import { type EventSourceMessage, createParser } from 'eventsource-parser'
import { ApiError, UnreachableError } from './errors.ts'
import { isOfProof, mayPass, pause } from './retry.ts'

export interface WatchOptions {
  signal?: AbortSignal
  /** Go on after this event, which was the last one seen. */
  lastEventId?: string
  /** How often to connect again in a row without hearing anything; default 10. */
  reconnects?: number
}

/** The service says something every 15 seconds, if only that it is there. */
const silenceMs = 60_000
const waits = { firstMs: 500, mostMs: 15_000 }

async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const silence = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => { reject(new UnreachableError('The stream has gone silent')) }, silenceMs)
  })
  return Promise.race([work, silence]).finally(() => { clearTimeout(timer) })
}

/** The messages of one connection. Calls `alive` whenever the service says that it is still there. */
async function* messagesOf(body: ReadableStream<Uint8Array>, alive: () => void): AsyncGenerator<EventSourceMessage> {
  let read: EventSourceMessage[] = []
  const parser = createParser({ onEvent: (message) => { read.push(message) }, onComment: alive })
  const decoder = new TextDecoder()
  const reader = body.getReader()
  try {
    for (;;) {
      const { done, value } = await inTime(reader.read())
      if (done) return
      parser.feed(decoder.decode(value, { stream: true }))
      const messages = read
      read = []
      yield* messages
    }
  } finally {
    // The reader may stop in the middle; a stream that is broken already cannot be cancelled.
    await reader.cancel().catch(() => undefined)
  }
}

/**
 * The messages of a stream until its `end`, whose status is what the generator returns. A connection that breaks is opened
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
          if (message.event === 'end') return (JSON.parse(message.data) as { status: string }).status
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
