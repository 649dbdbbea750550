import type { EventSourceMessage } from 'eventsource-parser'

/** What the messages of a stream tell, and at its end the status. `eventOf` answers undefined for what is not to be passed on. */
export async function* eventsOf<Event, Status>(messages: AsyncGenerator<EventSourceMessage, string>, eventOf: (data: string) => Event | undefined, endOf: (data: string) => { status: Status }): AsyncGenerator<Event, Status> {
  try {
    for (;;) {
      const { done, value } = await messages.next()
      if (done === true) return endOf(value).status
      const event = eventOf(value.data)
      if (event !== undefined) yield event
    }
  } finally {
    await messages.return('')
  }
}
