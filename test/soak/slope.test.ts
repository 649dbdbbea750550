import { describe, expect, test } from '@jest/globals'
import { seededRandom } from '../../sandboxes/random.ts'
import { grows, inBlocks, trendOf } from './slope.ts'
import type { Point } from './slope.ts'

const minutes = Array.from({ length: 180 }, (_, index) => index / 12)
const series = (valueAt: (minute: number) => number): Point[] => minutes.map((at) => ({ at, value: valueAt(at) }))
/** A heap: it climbs until garbage is collected, every 50 seconds, on a machine with moods. */
const heap = (leakPerMinute: number, seed: number): Point[] => {
  const random = seededRandom(seed)
  return series((minute) => 80 + leakPerMinute * minute + 40 * ((minute * 1.2) % 1) + 6 * random())
}

describe('trendOf', () => {
  test('a line without noise has its slope, and no doubt about it', () => {
    const { perMinute, low, high, from, to } = trendOf(series((minute) => 100 + 2 * minute))
    for (const [found, wanted] of [[perMinute, 2], [low, 2], [high, 2], [from, 100], [to, 100 + (2 * 179) / 12]] as const) expect(found).toBeCloseTo(wanted, 6)
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
  test('each part of the time becomes one point, of its mean or its least sample', () => {
    const points = [0, 1, 2, 3].map((at) => ({ at, value: 10 + at }))
    expect(inBlocks(points, 2, 'mean')).toEqual([{ at: 0.5, value: 10.5 }, { at: 2.5, value: 12.5 }])
    expect(inBlocks(points, 2, 'least').map(({ value }) => value)).toEqual([10, 12])
    expect(inBlocks(points.slice(0, 1), 5, 'mean')).toEqual([{ at: 0, value: 10 }])
  })
})

describe('grows', () => {
  const verdict = (points: Point[], allowedPerHour = 12): boolean => grows(trendOf(inBlocks(points, 12, 'least')), allowedPerHour)

  test.each([1, 2, 3, 4, 5])('a heap that is only used does not grow (%i)', (seed) => {
    expect(verdict(heap(0, seed))).toBe(false)
  })

  test.each([1, 2, 3, 4, 5])('a leak of half a megabyte per minute shows through the garbage (%i)', (seed) => {
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
