import { expect, test } from '@jest/globals'
import { retryAfterOf } from '../../providers/failures.ts'
import { waitOf } from '../../providers/ghl/rate-limits.ts'

const headers = (fields: Record<string, string>): Headers => new Headers(fields)

test('a wait is read from seconds, from milliseconds and from a date', () => {
  expect(retryAfterOf(headers({ 'retry-after': '7' }))).toBe(7_000)
  expect(retryAfterOf(headers({ 'retry-after': '7', 'retry-after-ms': '250' }))).toBe(250)
  expect(retryAfterOf(headers({ 'retry-after': 'soon' }))).toBeUndefined()
  expect(retryAfterOf(headers({}))).toBeUndefined()
  expect(retryAfterOf(undefined)).toBeUndefined()
})

test.each([-7_200_000, 0, 7_200_000])('a wait until a date is measured on the clock of the vendor, whose own is %i ms off', (off) => {
  const there = Math.floor(Date.now() / 1_000) * 1_000 + off
  const until = new Date(there + 30_000)
  expect(retryAfterOf(headers({ date: new Date(there).toUTCString(), 'retry-after': until.toUTCString() }))).toBe(30_000)
  expect(waitOf(headers({ date: new Date(there).toUTCString(), 'x-ratelimit-daily-remaining': '0', 'x-ratelimit-daily-reset': String(there + 120_000) }))).toBe(120_000)
})

test('a date that has passed is no wait', () => {
  expect(retryAfterOf(headers({ 'retry-after': new Date(Date.now() - 60_000).toUTCString() }))).toBe(0)
})
