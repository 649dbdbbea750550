import { describe, expect, test } from '@jest/globals'
import { seededRandom } from '../../sandboxes/random.ts'
import { grows, inBlocks, trendOf } from './slope.ts'
import type { Point } from './slope.ts'

const minutes = Array.from({ length: 60 }, (_, index) => index / 4)
const series = (valueAt: (minute: number) => number): Point[] => minutes.map((at) => ({ at, value: valueAt(at) }))
/** A heap after collections: what happens to be under way differs by some megabytes from one sample to the next. */
const heap = (leakPerMinute: number, seed: number): Point[] => {
  const random = seededRandom(seed)
  return series((minute) => 80 + leakPerMinute * minute + 6 * random())
}

describe('trendOf', () => {
  test('a line without noise has its slope, and no doubt about it', () => {
    const { perMinute, low, high, from, to } = trendOf(series((minute) => 100 + 2 * minute))
    for (const [found, wanted] of [[perMinute, 2], [low, 2], [high, 2], [from, 100], [to, 100 + (2 * 59) / 4]] as const) expect(found).toBeCloseTo(wanted, 6)
  })

  test('the interval of noise around a level holds zero, in about 95 of 100 cases', () => {
    const missed = Array.from({ length: 200 }, (_, seed) => {
      const random = seededRandom(seed)
      return trendOf(series(() => 50 + random()))
    }).filter(({ low, high }) => low > 0 || high < 0).length
    expect(missed).toBeGreaterThan(1)
    expect(missed).toBeLessThan(25)
  })

  test('two points give a slope that nobody may rely on', () => {
    expect(trendOf([{ at: 0, value: 1 }, { at: 1, value: 2 }])).toMatchObject({ perMinute: 1, low: -Infinity, high: Infinity })
    expect(trendOf([{ at: 3, value: 1 }])).toMatchObject({ perMinute: 0, low: -Infinity })
  })
})

describe('inBlocks', () => {
  test('each part of the time becomes one point, the mean of its samples', () => {
    const points = [0, 1, 2, 3].map((at) => ({ at, value: 10 + at }))
    expect(inBlocks(points, 2)).toEqual([{ at: 0.5, value: 10.5 }, { at: 2.5, value: 12.5 }])
    expect(inBlocks(points.slice(0, 1), 5)).toEqual([{ at: 0, value: 10 }])
  })
})

describe('grows', () => {
  const verdict = (points: Point[], allowedPerHour = 12): boolean => grows(trendOf(inBlocks(points, 12)), allowedPerHour)

  test.each([1, 2, 3, 4, 5])('a heap that is only used does not grow (%i)', (seed) => {
    expect(verdict(heap(0, seed))).toBe(false)
  })

  test.each([1, 2, 3, 4, 5])('a leak of half a megabyte per minute shows through what is under way (%i)', (seed) => {
    expect(verdict(heap(0.5, seed))).toBe(true)
  })

  test('a growth that is certain but small is allowed; one that is large but doubtful is not taken for a leak', () => {
    expect(grows(trendOf(series((minute) => 100 + 0.1 * minute)), 12)).toBe(false)
    expect(grows(trendOf(series((minute) => 100 + 0.3 * minute)), 12)).toBe(true)
    expect(grows({ perMinute: 2, low: -1, high: 5, from: 100, to: 120 }, 12)).toBe(false)
  })

  test('memory that shrinks does not grow', () => {
    expect(verdict(series((minute) => 200 - minute))).toBe(false)
  })
})
