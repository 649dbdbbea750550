import { expect, test } from '@jest/globals'
import { MockActivityEnvironment } from '@temporalio/testing'
import * as fc from 'fast-check'
import { toFailure } from '../../activities/to-failure.ts'
import { ProviderError } from '../../providers/provider.ts'

const failed = (details: { status?: number; retryAfterMs?: number }) => new ProviderError('no', { provider: 'tea', retryable: true, ...details })
/** What Temporal is told in a try whose own wait would be `backoff`. */
const nextOf = (error: Error, attempt = 3) => new MockActivityEnvironment({ attempt, retryPolicy: { initialInterval: 1_000, maximumInterval: 30_000, backoffCoefficient: 2 } }).run(() => Promise.resolve(toFailure(error)))
const waits = fc.integer({ min: 0, max: 300_000 })

test('another try is as late as a vendor asks whose limit is reached, be it early', async () => {
  await fc.assert(fc.asyncProperty(waits, async (retryAfterMs) => {
    expect(await nextOf(failed({ status: 429, retryAfterMs }))).toMatchObject({ nonRetryable: false, nextRetryDelay: retryAfterMs })
  }), { numRuns: 20 })
})

test('another try is no earlier than Temporal\'s own where the vendor fails, and later where it asks for that', async () => {
  await fc.assert(fc.asyncProperty(waits, fc.constantFrom(500, 503, undefined), fc.constantFrom([1, 1_000], [3, 4_000], [9, 30_000]), async (retryAfterMs, status, [attempt = 0, backoff = 0]) => {
    expect(await nextOf(failed({ retryAfterMs, ...(status === undefined ? {} : { status }) }), attempt)).toMatchObject({ nextRetryDelay: Math.max(retryAfterMs, backoff) })
  }), { numRuns: 50 })
})

test('a vendor that asks for nothing leaves the wait to Temporal', async () => {
  expect(await nextOf(failed({ status: 503 }))).not.toMatchObject({ nextRetryDelay: expect.any(Number) })
})
