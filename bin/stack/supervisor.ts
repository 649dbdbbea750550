import { setTimeout as sleep } from 'node:timers/promises'
import { type Running, describeExit } from './child.ts'

export interface SupervisorOptions {
  say: (line: string) => void
  /** Called whenever a process was started again: its pid is another one. */
  onRestart: () => void
  firstWaitMs?: number
}

export interface Supervisor {
  /** Starts and keeps running; `start` gets what ran before, so that it can take the same port again. */
  keep<T extends Running>(name: string, start: (previous: T | undefined) => Promise<T>): Promise<T>
  pids(): Record<string, number>
  /** Ends everything, the last kept first. */
  stop(): Promise<void>
}

interface Kept {
  name: string
  current: Promise<Running | undefined>
  pid?: number
}

const longestWaitMs = 10_000

/** Restarts what dies, at once and then less and less often; ten seconds of life count as recovered. */
export function createSupervisor({ say, onRestart, firstWaitMs = 250 }: SupervisorOptions): Supervisor {
  const all: Kept[] = []
  const stopping = new AbortController()

  async function watch<T extends Running>(kept: Kept, running: T, start: (previous: T) => Promise<T>): Promise<void> {
    let wait = firstWaitMs
    for (let current = running; ; ) {
      const since = Date.now()
      const exit = await current.exited
      if (stopping.signal.aborted) return
      if (Date.now() - since > 10_000) wait = firstWaitMs
      const next = again(current, describeExit(exit))
      kept.current = next
      const restarted = await next
      if (restarted === undefined) return
      current = restarted
      kept.pid = restarted.pid
      onRestart()
    }

    async function again(dead: T, why: string): Promise<T | undefined> {
      for (let reason = why; ; ) {
        say(`${kept.name} ended (${reason}): starting it again in ${wait} ms`)
        await sleep(wait, undefined, { signal: stopping.signal }).catch(() => undefined)
        wait = Math.min(wait * 2, longestWaitMs)
        if (stopping.signal.aborted) return undefined
        try {
          return await start(dead)
        } catch (error) {
          reason = error instanceof Error ? error.message : String(error)
        }
      }
    }
  }

  return {
    async keep(name, start) {
      if (stopping.signal.aborted) throw new Error(`${name} is not started: the stack is stopping`)
      const first = start(undefined)
      const kept: Kept = { name, current: first }
      all.push(kept)
      const running = await first
      kept.pid = running.pid
      void watch(kept, running, start)
      return running
    },
    pids: () => Object.fromEntries(all.flatMap(({ name, pid }) => (pid === undefined ? [] : [[name, pid]]))),
    async stop() {
      stopping.abort()
      for (const { current } of all.toReversed()) {
        const running = await current.catch(() => undefined)
        await running?.stop()
      }
    },
  }
}
