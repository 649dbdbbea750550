/** The value below which the share `p` of all lies; of few values the nearest one. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(p * sorted.length) - 1))] ?? NaN
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? (sorted[middle] ?? NaN) : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2
}

/** One measurement of ours and of its baseline, made right after each other. */
export interface Round { ours: number; baseline: number }

/** The machine's mood falls on both sides of a round alike, so the ratio is taken per round. */
export function compare(rounds: readonly Round[]): { ratio: number; spread: [number, number]; ours: number; baseline: number } {
  const ratios = rounds.map(({ ours, baseline }) => ours / baseline)
  return { ratio: median(ratios), spread: [Math.min(...ratios), Math.max(...ratios)], ours: median(rounds.map(({ ours }) => ours)), baseline: median(rounds.map(({ baseline }) => baseline)) }
}

/** Lets both sides take turns; who begins alternates, so that neither always meets the warmer machine. */
export async function interleave<A, B>(rounds: number, ours: () => Promise<A>, baseline: () => Promise<B>): Promise<{ ours: A; baseline: B }[]> {
  const done: { ours: A; baseline: B }[] = []
  for (let round = 0; round < rounds; round++) {
    if (round % 2 === 0) {
      const first = await ours()
      done.push({ ours: first, baseline: await baseline() })
    } else {
      const first = await baseline()
      done.push({ ours: await ours(), baseline: first })
    }
  }
  return done
}
