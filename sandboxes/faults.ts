import type { FaultKind, Faults } from './kernel.ts'
import { seededRandom } from './random.ts'
import { drawLatency, isLatency } from './latency.ts'

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

const kinds: readonly string[] = ['500', '429', 'timeout', 'reset', 'commit-then-fail'] satisfies FaultKind[]
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

/** Reads an order; a string says what is wrong with it. */
export function parseFaults(order: unknown, extraOrders: readonly string[]): Faults | string {
  if (!isRecord(order)) return 'An order is a JSON object'
  const unknown = Object.keys(order).find((key) => !(key in checks) && !extraOrders.includes(key))
  if (unknown !== undefined) return `Unknown order "${unknown}"; known: ${[...Object.keys(checks), ...extraOrders].join(', ')}`
  for (const [key, [isRight, what]] of Object.entries(checks)) {
    if (order[key] !== undefined && !isRight(order[key])) return `"${key}" must be ${what}`
  }
  const { rate, kinds: named, latencyMs, latency, seed, retryAfterMs, match, times, listLagMs, ...extras } = order as Partial<Faults>
  return {
    rate: rate ?? 0,
    kinds: named ?? (rate ? ['500'] : []),
    latencyMs: latencyMs ?? 0,
    ...(latency === undefined ? {} : { latency }),
    ...(seed === undefined ? {} : { seed }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(match === undefined ? {} : { match }),
    ...(times === undefined ? {} : { times }),
    ...(listLagMs === undefined ? {} : { listLagMs }),
    ...(Object.keys(extras).length === 0 ? {} : { extras }),
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
const isCount = (value: unknown) => Number.isInteger(value) && Number(value) >= 0
const isDuration = (value: unknown) => typeof value === 'number' && Number.isFinite(value) && value >= 0
const isKinds = (value: unknown) => Array.isArray(value) && value.every((kind) => kinds.includes(kind))
const isMatch = (value: unknown) =>
  isRecord(value) && Object.entries(value).every(([key, part]) => ['method', 'path'].includes(key) && typeof part === 'string')

const checks: Record<string, [(value: unknown) => boolean, string]> = {
  rate: [(value) => typeof value === 'number' && value >= 0 && value <= 1, 'a number from 0 to 1'],
  kinds: [isKinds, `a list of ${kinds.join(', ')}`],
  latencyMs: [isDuration, 'milliseconds, 0 or more'],
  latency: [isLatency, 'an object with the numbers "medianMs" (0 to 60000) and "tail" (1 to 100)'],
  seed: [Number.isInteger, 'an integer'],
  retryAfterMs: [isDuration, 'milliseconds, 0 or more'],
  match: [isMatch, 'an object with the strings "method" and "path", both optional'],
  times: [isCount, 'an integer, 0 or more'],
  listLagMs: [isDuration, 'milliseconds, 0 or more'],
}
