import { setTimeout as sleep } from 'node:timers/promises'
import type { Product } from '../support/product.ts'
import type { Blow, Kill } from './plan.ts'

export interface Killed {
  part: Blow
  pid: number
  /** Deployments that the database said ran just before. */
  running: number
}

export interface KillOptions {
  running(): Promise<number>
  /** A kill waits until so many run. */
  least: number
  /** True when all load is under way: what is left of the plan must be quick. */
  ending(): boolean
  /** True when the load is over: what is left of the plan is given up. */
  over(): boolean
  onKill(killed: Killed): void
}

/** Carries the plan out. Where a part is still down from its last kill, its turn waits; the others' does not come before. */
export async function killAll(product: Product, plan: readonly Kill[], { running, least, ending, over, onKill }: KillOptions): Promise<Killed[]> {
  const done: Killed[] = []
  for (const { part, which, afterMs } of plan) {
    const due = Date.now() + afterMs
    for (;;) {
      const now = await running()
      // Sooner than planned rather than with too few.
      if (now >= least && (Date.now() >= due || (ending() && now < least * 1.5))) {
        const pid = tryKill(product, part, which)
        // The same one again: it lies dead and its successor has not begun.
        if (pid !== undefined && !done.some((one) => one.pid === pid && one.part !== 'pause')) {
          done.push({ part, pid, running: now })
          onKill({ part, pid, running: now })
          break
        }
      }
      if (now === 0 && over()) return done
      await sleep(50)
    }
  }
  return done
}

/** Beyond the heartbeat's timeout of 5 s: another worker begins the steps of this one, which knows nothing of it. */
const pauseMs = 8_000

function tryKill(product: Product, part: Blow, which: number): number | undefined {
  try {
    return part === 'pause' ? pause(product.workers()[which] ?? 0) : product.kill(part, which)
  } catch {
    return undefined
  }
}

function pause(pid: number): number {
  // 0 would be this process's own group.
  if (pid === 0) throw new Error('that worker does not run')
  process.kill(pid, 'SIGSTOP')
  setTimeout(() => {
    try {
      process.kill(pid, 'SIGCONT')
    } catch {
      // Killed meanwhile.
    }
  }, pauseMs)
  return pid
}
