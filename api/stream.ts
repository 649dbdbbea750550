import { once } from 'node:events'
import type { Request, Response } from 'express'
import type { EventStream } from './call.ts'
import type { ApiContext } from './context.ts'

const heartbeatMs = 15_000

export interface Streaming {
  write(stream: EventStream): Promise<void>
  /** Asked at every heartbeat: a stream outlives its reader's token or key otherwise. */
  mayGoOn(): Promise<boolean>
}

/** Opens a stream of server-sent events, lets `write` fill it, and ends it: https://html.spec.whatwg.org/multipage/server-sent-events.html */
export async function openStream(ctx: Pick<ApiContext, 'stopping'>, req: Request, res: Response, { write, mayGoOn }: Streaming): Promise<void> {
  // Its reader left while it was being let in: it will not close a second time, and nothing would ever end it.
  if (res.destroyed) return
  const gone = new AbortController()
  res.once('close', () => { gone.abort() })
  const closed = AbortSignal.any([gone.signal, ctx.stopping])
  // Proxies must neither keep nor delay it.
  res.status(200).set({ 'Content-Type': 'text/event-stream; charset=utf-8', 'Cache-Control': 'no-store, no-transform', 'X-Accel-Buffering': 'no' }).flushHeaders()
  if (req.method === 'HEAD') {
    res.end()
    return
  }
  const heartbeat = setInterval(() => {
    res.write(': still here\n\n')
    void mayGoOn().then((may) => { if (!may) gone.abort() })
  }, heartbeatMs)
  try {
    await write({
      closed,
      async write(text) {
        // A slow reader holds its own stream back, not the process's memory.
        if (!closed.aborted && !res.write(text)) await once(res, 'drain', { signal: closed }).catch(() => undefined)
      },
    })
    res.end()
  } finally {
    clearInterval(heartbeat)
  }
}
