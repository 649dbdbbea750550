/** Latencies in buckets 2 % wide: constant memory for a run of hours, and percentiles that are at most 2 % off. */
export function createLatencies() {
  const buckets = new Map()
  const width = Math.log(1.02)
  let [count, worst] = [0, 0]

  return {
    add(milliseconds) {
      const key = Math.max(0, Math.ceil(Math.log(Math.max(milliseconds, 0.01) / 0.01) / width))
      buckets.set(key, (buckets.get(key) ?? 0) + 1)
      count += 1
      worst = Math.max(worst, milliseconds)
    },
    /** The value that `share` of all stay within; undefined without any. */
    percentile(share) {
      let left = Math.ceil(share * count)
      for (const key of [...buckets.keys()].sort((a, b) => a - b)) {
        left -= buckets.get(key)
        if (left <= 0) return Math.min(worst, 0.01 * 1.02 ** key)
      }
      return undefined
    },
    get count() { return count },
    get worst() { return worst },
  }
}
