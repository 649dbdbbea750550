import type { Case } from './cases.ts'
import { grade } from './graders.ts'

export interface Result { id: string; tags: string[]; passed: boolean; answer: string; problems: string[] }
export interface Rate { passed: number; of: number; rate: number; low: number; high: number }
export interface Thresholds { pass: number; critical: number }
export interface Report { rates: Record<string, Rate>; failures: string[]; results: Result[] }

export function judge({ id, tags, expect }: Case, answer: string): Result {
  const problems = expect.flatMap((one) => {
    const problem = grade(answer, one)
    return problem === undefined ? [] : [`${one.grader}: ${problem}`]
  })
  return { id, tags, passed: problems.length === 0, answer, problems }
}

/** A share with its 95 % interval (Wilson), which stays honest for few cases. */
export function rateOf(results: readonly Result[]): Rate {
  const of = results.length
  const passed = results.filter((one) => one.passed).length
  if (of === 0) return { passed, of, rate: 1, low: 0, high: 1 }
  const [z, p] = [1.96, passed / of]
  const middle = (p + (z * z) / (2 * of)) / (1 + (z * z) / of)
  const half = (z / (1 + (z * z) / of)) * Math.sqrt((p * (1 - p)) / of + (z * z) / (4 * of * of))
  return { passed, of, rate: p, low: Math.max(0, middle - half), high: Math.min(1, middle + half) }
}

/** Rates over all and by tag, and the thresholds that are missed. */
export function report(results: readonly Result[], thresholds: Thresholds, baseline: readonly Pick<Result, 'id' | 'passed'>[] = []): Report {
  const tags = [...new Set(results.flatMap((one) => one.tags))].sort()
  const rates = Object.fromEntries([['all', rateOf(results)], ...tags.map((tag) => [tag, rateOf(results.filter((one) => one.tags.includes(tag)))])]) as Record<string, Rate>
  const missed = (name: string, rate: Rate | undefined, least: number): string[] => (rate && rate.rate < least ? [`${name}: ${rate.passed} of ${rate.of} passed, ${Math.round(least * 1000) / 10} % must`] : [])
  const passedBefore = new Set(baseline.filter((one) => one.passed).map((one) => one.id))
  const worse = results.filter((one) => !one.passed && passedBefore.has(one.id)).map((one) => one.id)
  return {
    rates,
    failures: [...missed('all cases', rates['all'], thresholds.pass), ...missed('critical cases', rates['critical'], thresholds.critical), ...(worse.length > 0 ? [`regressions: ${worse.join(', ')}`] : [])],
    results: [...results],
  }
}
