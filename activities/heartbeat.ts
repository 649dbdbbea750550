import { Context } from '@temporalio/activity'

/** Beats every second while `work` runs, so that a dead worker is noticed within seconds and a cancellation arrives. `reached` is what the next try is told. */
export async function withHeartbeat<T>(work: () => Promise<T>, reached?: () => unknown): Promise<T> {
  const context = Context.current()
  const beat = setInterval(() => { context.heartbeat(reached?.()) }, 1_000)
  try {
    return await work()
  } finally {
    clearInterval(beat)
  }
}
