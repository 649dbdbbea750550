/**
 * When each request should start, in milliseconds from the beginning: the integral of a rate that goes in straight lines
 * from stage to stage. The first stage begins at its own rate.
 */
export function* startTimes(stages) {
  let [begin, from, owed] = [0, stages[0]?.rate ?? 0, 0]
  for (const { seconds, rate, warmup = false } of stages) {
    const slope = (rate - from) / seconds
    const total = owed + from * seconds + (slope * seconds ** 2) / 2
    for (let count = 1; count <= total; count += 1) yield { at: (begin + whenSent(count - owed, from, slope)) * 1000, warmup }
    owed = total - Math.floor(total)
    begin += seconds
    from = rate
  }
}

/** Solves `from · t + slope · t² / 2 = count` for t. */
function whenSent(count, from, slope) {
  if (Math.abs(slope) < 1e-9) return count / from
  return (-from + Math.sqrt(Math.max(0, from ** 2 + 2 * slope * count))) / slope
}
