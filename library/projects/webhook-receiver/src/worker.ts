import type { Handler } from './handlers.ts'
import { delayMs } from './inbox.ts'
import type { Inbox } from './inbox.ts'

/** A handler throws this where another attempt cannot help. */
export class GiveUp extends Error {}

export const mostAttempts = ${{ variables.attempts }}

/** Works off one event that is due; false when there is none. */
export async function workOne(inbox: Inbox, handlers: Record<string, Handler>, clock: () => number = Date.now): Promise<boolean> {
  const event = inbox.take()
  if (event === undefined) return false
  const handler = Object.hasOwn(handlers, event.type) ? handlers[event.type] : undefined
  try {
    await handler?.(JSON.parse(event.payload), event.id)
    inbox.finish(event.id, handler ? 'done' : 'ignored')
  } catch (error) {
    const isLast = error instanceof GiveUp || event.attempts >= mostAttempts
    inbox.fail(event.id, error instanceof Error ? error.message : String(error), isLast ? undefined : clock() + delayMs(event.attempts))
  }
  return true
}

/** Works until it is stopped; what has begun is brought to its end. */
export function startWorker(inbox: Inbox, handlers: Record<string, Handler>, idleMs = 500): { stop(): Promise<void> } {
  const stopping = new AbortController()
  const pause = () => new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, idleMs)
    stopping.signal.addEventListener('abort', () => { clearTimeout(timer); resolve() }, { once: true })
  })
  const work = async (): Promise<void> => {
    while (!stopping.signal.aborted) if (!(await workOne(inbox, handlers))) await pause()
  }
  const ended = work()
  return { stop: () => { stopping.abort(); return ended } }
}
