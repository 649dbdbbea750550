import type { DeploymentEvent } from '../contracts/api.ts'
import { DomainError } from '../contracts/errors.ts'
import { inTenant } from '../db/client.ts'
import { eventsAfter } from '../db/deployment-events.ts'
import { readProgress } from '../db/deployment-queries.ts'
import type { Call, EventStream } from './call.ts'
import type { ApiContext } from './context.ts'

const batch = 200
/** Workers of the build before took no turns: an event of theirs may appear after one with a higher id that was sent, so this far back is looked again. */
const lookBackMs = 5_000
/** Should a notification be lost, the stream looks for itself. */
const lookAgainMs = 15_000

const format = (event: DeploymentEvent): string => `id: ${String(event.id)}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`

/** Every event of a record from its first, or after `Last-Event-ID`; ends when the record is final. Throws 404.deployment_not_found. */
export async function followEvents(ctx: ApiContext, call: Pick<Call, 'tenantId' | 'lastEventId'>, recordId: string): Promise<(stream: EventStream) => Promise<void>> {
  const { tenantId } = call
  const progress = () => inTenant(ctx.db, tenantId, (tx) => readProgress(tx, recordId))
  if (!(await progress())) throw new DomainError('404.deployment_not_found', `No deployment has the id ${recordId}`)
  const last = /^\d{1,15}$/.test(call.lastEventId ?? '') ? Number(call.lastEventId) : 0

  return async (stream) => {
    // When each was written, on this process's own clock.
    const sent = new Map<number, number>()
    let floor = last
    const sendNew = async (): Promise<void> => {
      let from = floor
      for (;;) {
        const events = await inTenant(ctx.db, tenantId, (tx) => eventsAfter(tx, recordId, from, batch))
        const now = performance.now()
        for (const { event, ageMs } of events) {
          if (!sent.has(event.id)) await stream.write(format(event))
          sent.set(event.id, now - ageMs)
        }
        from = events.at(-1)?.event.id ?? from
        if (events.length < batch) break
      }
      const settled = performance.now() - lookBackMs
      for (const [id, at] of sent) {
        if (at > settled) break
        floor = Math.max(floor, id)
        sent.delete(id)
      }
    }

    await follow(ctx, stream, recordId, async () => {
      // The state first: what was written before it is read after it.
      const state = await progress()
      await sendNew()
      return state?.final === false ? undefined : (state?.status ?? 'failed')
    })
  }
}

/** Looks after each change of a record or a run until `look` answers its final status, and ends the stream with that. */
export async function follow(ctx: Pick<ApiContext, 'feed'>, stream: EventStream, id: string, look: () => Promise<string | undefined>): Promise<void> {
  await stream.write('retry: 2000\n\n')
  let wake: () => void = () => undefined
  let heard = true
  const stop = ctx.feed.listen(id, () => {
    heard = true
    wake()
  })
  try {
    while (!stream.closed.aborted) {
      heard = false
      const status = await look()
      if (status !== undefined) {
        await stream.write(`event: end\ndata: ${JSON.stringify({ status })}\n\n`)
        return
      }
      if (!heard && !stream.closed.aborted) await new Promise<void>((resolve) => {
        const done = () => {
          clearTimeout(timer)
          stream.closed.removeEventListener('abort', done)
          resolve()
        }
        const timer = setTimeout(done, lookAgainMs)
        stream.closed.addEventListener('abort', done, { once: true })
        wake = done
      })
    }
  } finally {
    stop()
  }
}
