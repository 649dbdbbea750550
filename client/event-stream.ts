import { type EventSourceMessage, createParser } from 'eventsource-parser'
import { UnreachableError } from './errors.ts'

/** The service says something every 15 seconds, if only that it is there. */
const silenceMs = 60_000

async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const silence = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => { reject(new UnreachableError('The stream has gone silent')) }, silenceMs)
  })
  return Promise.race([work, silence]).finally(() => { clearTimeout(timer) })
}

/** The messages of one connection. Calls `alive` whenever the service says that it is still there. */
export async function* messagesOf(body: ReadableStream<Uint8Array>, alive: () => void): AsyncGenerator<EventSourceMessage> {
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
