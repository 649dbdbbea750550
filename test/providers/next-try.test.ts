import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { nextTry } from '../../activities/deploy-provider.ts'
import { ProviderError } from '../../providers/provider.ts'

const policy = { attempts: 6, initialMs: 1_000, maxMs: 30_000, parkedMs: 0 }
const failed = (details: { status?: number; retryAfterMs?: number; retryable?: boolean }) => new ProviderError('no', { provider: 'tea', retryable: true, ...details })
const backoff = (failures: number): number => Math.min(policy.maxMs, policy.initialMs * 2 ** (failures - 1))
const failures = fc.integer({ min: 1, max: 5 })
const wait = fc.integer({ min: 0, max: 300_000 })

describe('the next try of a step', () => {
  test('is as late as a vendor asks whose limit is reached, be it early', () => {
    fc.assert(fc.property(failures, wait, (count, retryAfterMs) => {
      expect(nextTry(policy, 'tea', failed({ status: 429, retryAfterMs }), count)).toMatchObject({ final: false, delayMs: retryAfterMs, code: '502.provider_error_tea' })
    }))
  })

  test('is no earlier than our own wait where the vendor fails, and later where it asks for that', () => {
    fc.assert(fc.property(failures, wait, fc.constantFrom(500, 502, 503, 408, undefined), (count, retryAfterMs, status) => {
      const { delayMs } = nextTry(policy, 'tea', failed({ retryAfterMs, ...(status === undefined ? {} : { status }) }), count)
      expect(delayMs).toBeGreaterThanOrEqual(Math.max(retryAfterMs, Math.floor(0.75 * backoff(count))))
      expect(delayMs).toBeLessThanOrEqual(Math.max(retryAfterMs, Math.ceil(1.25 * backoff(count))))
    }))
  })

  test('doubles without being asked, for what is no vendor\'s failure too', () => {
    for (const error of [failed({ status: 503 }), new Error('ours')]) {
      for (const count of [1, 2, 3, 4, 5]) {
        const { delayMs } = nextTry(policy, 'tea', error, count)
        expect(delayMs).toBeGreaterThanOrEqual(Math.floor(0.75 * backoff(count)))
        expect(delayMs).toBeLessThanOrEqual(Math.ceil(1.25 * backoff(count)))
      }
    }
  })

  test('is none after the last, or where no other would do better', () => {
    expect(nextTry(policy, 'tea', failed({ status: 429, retryAfterMs: 1 }), 6).final).toBe(true)
    expect(nextTry(policy, 'tea', failed({ status: 400, retryable: false }), 1).final).toBe(true)
    expect(nextTry(policy, 'tea', failed({ status: 503 }), 5).final).toBe(false)
  })
})
