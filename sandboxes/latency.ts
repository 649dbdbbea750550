import type { LatencyOrder } from './kernel.ts'
import { isRecord } from './record.ts'

/** The standard normal variate that one in a hundred exceeds. */
const oneInAHundred = 2.3263

/** One draw, by Box and Muller's method, of a log-normal distribution whose 99th percentile is `tail` times its median. */
export function drawLatency({ medianMs, tail }: LatencyOrder, random: () => number): number {
  // 1 - random() is never 0, whose logarithm has no end.
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  return medianMs * Math.exp((normal * Math.log(tail)) / oneInAHundred)
}

const isWithin = (value: unknown, least: number, most: number) => typeof value === 'number' && value >= least && value <= most

export function isLatency(value: unknown): value is LatencyOrder {
  if (!isRecord(value)) return false
  const { medianMs, tail, ...others } = value
  return isWithin(medianMs, 0, 60_000) && isWithin(tail, 1, 100) && Object.keys(others).length === 0
}
