import type { FaultKind, Faults } from './kernel.ts'
import { seededRandom } from './random.ts'
import { drawLatency } from './latency.ts'

/** What one request meets. `committed`: the vendor's route runs first, and only its answer is lost. */
export interface Fault {
  kind: FaultKind
  outcome: '500' | '429' | 'timeout' | 'reset'
  committed: boolean
}

export interface FaultPlan {
  current(): Faults
  order(faults: Faults): void
  heal(): void
  /** Decides for the next request. Each matching request consumes the same amount of chance, whatever it meets. */
  next(method: string, url: string): { latencyMs: number; fault?: Fault }
}

const healthy: Faults = { rate: 0, kinds: [], latencyMs: 0 }

export function createFaultPlan(): FaultPlan {
  let faults = healthy
  let random: () => number = Math.random
  let delays: () => number = Math.random
  let left = Infinity
  const order = (ordered: Faults) => {
    faults = ordered
    random = ordered.seed === undefined ? Math.random : seededRandom(ordered.seed)
    // A chance of their own: the same seed gives the same faults with slow answers and with quick ones.
    delays = ordered.seed === undefined ? Math.random : seededRandom(~ordered.seed)
    left = ordered.times ?? Infinity
  }
  return {
    current: () => faults,
    order,
    heal: () => order(healthy),
    next(method, url) {
      if (!matches(faults, method, url)) return { latencyMs: 0 }
      const [hit, which, when] = [random(), random(), random()]
      const kind = faults.kinds[Math.floor(which * faults.kinds.length)]
      const latencyMs = faults.latencyMs + (faults.latency === undefined ? 0 : drawLatency(faults.latency, delays))
      if (hit >= faults.rate || left <= 0 || kind === undefined) return { latencyMs }
      left -= 1
      return { latencyMs, fault: faultOf(kind, when < 0.5) }
    },
  }
}

function faultOf(kind: FaultKind, heads: boolean): Fault {
  if (kind === 'commit-then-fail') return { kind, outcome: heads ? '500' : 'reset', committed: true }
  if (kind === '500' || kind === '429') return { kind, outcome: kind, committed: false }
  return { kind, outcome: kind, committed: heads }
}

function matches({ match }: Faults, method: string, url: string): boolean {
  if (match?.method !== undefined && match.method.toUpperCase() !== method) return false
  return match?.path === undefined || url.includes(match.path)
}
