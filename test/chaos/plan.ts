import { seededRandom } from '../../sandboxes/random.ts'
import type { Part } from '../support/product.ts'

/** `pause`: a worker stands still for longer than its heartbeats may be missing, and then goes on as if nothing had been. */
export type Blow = Part | 'pause'

export interface Kill {
  part: Blow
  /** Which of the workers. */
  which: number
  /** Waited after the kill before it. */
  afterMs: number
}

const parts: readonly Part[] = ['worker', 'api', 'postgres', 'temporal']

/** `each` kills of every part, and pauses of workers, in an order, at distances and of workers that only the seed decides. */
export function killPlan(seed: number, { each, pauses = 0, workers, gapMs }: { each: number; pauses?: number; workers: number; gapMs: [number, number] }): Kill[] {
  const random = seededRandom(seed)
  const [least, most] = gapMs
  const blows: Blow[] = [...parts.flatMap((part) => Array.from({ length: each }, () => part)), ...Array.from({ length: pauses }, () => 'pause' as const)]
  const kills = blows
    .map((part) => ({ part, place: random(), which: Math.floor(random() * workers), afterMs: Math.round(least + random() * (most - least)) }))
  return kills.sort((a, b) => a.place - b.place).map(({ place: _place, ...kill }) => kill)
}

/** The orders to each sandbox: every kind of fault at one rate, in a sequence that the seed decides, another one for each. */
export const faultOrders = (seed: number, rate: number, sandboxes: readonly string[]): Record<string, object> =>
  Object.fromEntries(sandboxes.map((name, index) => [name, { rate, kinds: ['500', '429', 'timeout', 'reset', 'commit-then-fail'], retryAfterMs: 1_000, seed: (seed * 31 + index) % 2 ** 31 }]))
