export interface Point {
  /** Minutes since the start. */
  at: number
  value: number
}

/** A straight line through a series, with the 95 % confidence interval of its slope. */
export interface Trend {
  perMinute: number
  low: number
  high: number
  /** Where the line begins and ends. */
  from: number
  to: number
}

/** Student's t, two-sided 95 %, by degrees of freedom: from 20 on it hardly falls. */
const t95 = [Infinity, 12.71, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11, 2.101, 2.093, 2.086]

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

/** Least squares. Fewer than three points have no confidence to speak of. */
export function trendOf(points: readonly Point[]): Trend {
  const count = points.length
  const [at, value] = [mean(points.map((point) => point.at)), mean(points.map((point) => point.value))]
  const squares = points.reduce((sum, point) => sum + (point.at - at) ** 2, 0)
  const perMinute = squares === 0 ? 0 : points.reduce((sum, point) => sum + (point.at - at) * (point.value - value), 0) / squares
  const on = (minute: number): number => value + perMinute * (minute - at)
  const residual = points.reduce((sum, point) => sum + (point.value - on(point.at)) ** 2, 0)
  const margin = count < 3 || squares === 0 ? Infinity : (t95[Math.min(count - 2, 20)] ?? Infinity) * Math.sqrt(residual / (count - 2) / squares)
  return { perMinute, low: perMinute - margin, high: perMinute + margin, from: on(points[0]?.at ?? 0), to: on(points.at(-1)?.at ?? 0) }
}

/**
 * One point, the mean, for each of `count` equal parts of the time. Neighbouring samples of a process's memory are not independent, which
 * would make the confidence look better than it is.
 */
export function inBlocks(points: readonly Point[], count: number): Point[] {
  const [first, last] = [points[0]?.at ?? 0, points.at(-1)?.at ?? 0]
  const width = (last - first) / count || 1
  const blocks = Map.groupBy(points, ({ at }) => Math.min(count - 1, Math.floor((at - first) / width)))
  return [...blocks.values()].map((block) => ({ at: mean(block.map(({ at }) => at)), value: mean(block.map(({ value }) => value)) }))
}

/** A series grows when its slope is surely above zero, and by more in an hour than is allowed. */
export const grows = ({ perMinute, low }: Trend, allowedPerHour: number): boolean => low > 0 && perMinute * 60 > allowedPerHour
