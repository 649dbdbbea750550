import { afterEach, describe, expect, test } from '@jest/globals'
import { ghl } from '../../../providers/ghl/index.ts'
import { waitOf } from '../../../providers/ghl/rate-limits.ts'
import type { GhlClient } from '../../../providers/ghl/client.ts'
import { ManualStep } from '../../../providers/provider.ts'
import type { RateLimit } from '../../../providers/provider.ts'
import { desiredOf, present, rejection, resourceType } from '../sandbox-account.ts'
import { locationId, openLocation } from './location.ts'
import type { Location } from './location.ts'

const customValue = resourceType(ghl, 'customValue')
const value = desiredOf({ name: 'a', value: 'b' })
let box: Location
afterEach(() => box.close())

describe('limits', () => {
  test('a location is asked less than a hundred times in any ten seconds, and every request is counted', async () => {
    const taken: RateLimit[] = []
    box = await openLocation({ take: async (limit) => { taken.push(limit); return 0 } })
    await customValue.find(box.account, value)
    await customValue.create(box.account, value)
    expect(taken).toHaveLength((await box.journal()).length)
    for (const { key, capacity, perSecond } of taken) {
      expect(key).toBe(`ghl:${new URL(box.url).host}:${locationId}`)
      expect(capacity + 10 * perSecond).toBeLessThanOrEqual(100)
    }
  })

  test('a burst that is refused is tried again after the vendor\'s interval', async () => {
    box = await openLocation({ limits: { burst: 2, windowMs: 300, daily: 1000 } })
    await customValue.find(box.account, value)
    await customValue.find(box.account, value)
    const error = await rejection(customValue.find(box.account, value))
    expect(error).toMatchObject({ details: { status: 429, retryable: true, retryAfterMs: 300 } })
    await new Promise((resolve) => setTimeout(resolve, 350))
    expect(await customValue.find(box.account, value)).toBeUndefined()
  })

  test('a day\'s quota that is spent waits until the vendor renews it', async () => {
    box = await openLocation()
    await box.order({ dailyRemaining: 0 })
    const error = (await rejection(customValue.find(box.account, value))) as { details: { retryAfterMs: number } }
    expect(error).toMatchObject({ details: { status: 429, retryable: true } })
    expect(error.details.retryAfterMs).toBeGreaterThanOrEqual(60_000)
    const untilMidnight = 86_400_000 - (Date.now() % 86_400_000)
    expect(Math.abs(error.details.retryAfterMs - Math.max(60_000, untilMidnight))).toBeLessThan(5_000)
  })

  test('the wait is read from the headers, whatever the unit of the reset', async () => {
    box = await openLocation()
    const now = Date.parse('2026-01-01T20:00:00Z')
    const wait = (headers: Record<string, string>) => waitOf(new Headers(headers), now)
    const spent = (reset: string) => wait({ 'x-ratelimit-daily-remaining': '0', 'x-ratelimit-daily-reset': reset, 'x-ratelimit-interval-milliseconds': '10000' })
    expect(spent(String(now / 1000 + 7200))).toBe(7_200_000)
    expect(spent(String(now + 7_200_000))).toBe(7_200_000)
    expect(spent('7200000')).toBe(7_200_000)
    expect(spent('2026-01-02T00:00:00Z')).toBe(14_400_000)
    expect(spent('5')).toBe(60_000)
    expect(spent('soon')).toBe(3_600_000)
    expect(wait({ 'x-ratelimit-daily-remaining': '0' })).toBe(3_600_000)
    expect(wait({ 'x-ratelimit-daily-remaining': '9', 'x-ratelimit-interval-milliseconds': '2000' })).toBe(2_000)
    expect(wait({})).toBe(10_000)
  })
})

describe('refusals', () => {
  test('a wrong token is final, and so is another location\'s', async () => {
    box = await openLocation({ token: 'nonsense' })
    expect(await rejection(customValue.find(box.account, value))).toMatchObject({ details: { status: 401, retryable: false } })
    await box.close()
    box = await openLocation({ token: 'pit-sandbox-Loc0000000000OTHER00' })
    expect(await rejection(customValue.find(box.account, value))).toMatchObject({ details: { status: 403, retryable: false }, message: expect.stringMatching(/does not have access.*traceId/) })
  })

  test('every problem of a 422 is in the message', async () => {
    box = await openLocation()
    const client = box.account.client as GhlClient
    const error = await rejection(client.post({ path: `/locations/${locationId}/customValues`, scope: 's' }, { locationId, name: 'x' }))
    expect(error).toMatchObject({ details: { status: 422, retryable: false }, message: expect.stringMatching(/property locationId should not exist; .*value/) })
  })

  test('a missing scope is final and named', async () => {
    box = await openLocation({ token: `pit-noscope-${locationId}` })
    const client = box.account.client as GhlClient
    const error = await rejection(client.post({ path: '/opportunities/pipelines', scope: 'pipelines.create' }, { locationId, name: 'x', stages: [] }))
    expect(error).toMatchObject({ details: { status: 401, retryable: false, vendorCode: 'MISSING_SCOPE' }, message: expect.stringContaining('Give the token the scope pipelines.create') })
  })

  test('a path that is not there does not pass for a thing that is gone', async () => {
    box = await openLocation()
    const client = box.account.client as GhlClient
    expect(await rejection(client.get({ path: '/nowhere/1', scope: 's' }))).toMatchObject({ details: { status: 404, retryable: false } })
    expect(await rejection(client.remove({ path: '/nowhere/1', scope: 's' }))).toMatchObject({ details: { status: 404 } })
  })

  test.each(['500', 'reset'])('a %s is to be retried', async (kind) => {
    box = await openLocation()
    await box.order({ rate: 1, kinds: [kind] })
    expect(await rejection(customValue.create(box.account, value))).toMatchObject({ details: { retryable: true } })
  })
})

describe('the connection', () => {
  test('its check names the location', async () => {
    box = await openLocation()
    expect(await ghl.check(box.account)).toEqual({ account: `Location ${locationId}` })
  })

  test('its check refuses a wrong token', async () => {
    box = await openLocation({ token: 'nonsense' })
    expect(await rejection(ghl.check(box.account))).toMatchObject({ details: { retryable: false } })
  })

  test('its settings are a location and a token', async () => {
    box = await openLocation()
    expect(ghl.connection.config.safeParse({ locationId, appUrl: 'https://crm.example' }).success).toBe(true)
    expect(ghl.connection.config.safeParse({ locationId: 'https://app' }).success).toBe(false)
    expect(ghl.connection.config.safeParse({}).success).toBe(false)
    expect(ghl.connection.secrets.safeParse({ token: '' }).success).toBe(false)
    expect(ghl.connection.defaultBaseUrl).toBe('https://services.leadconnectorhq.com')
  })
})

describe('what GoHighLevel\'s API cannot make', () => {
  const workflow = resourceType(ghl, 'workflow')
  const manual = resourceType(ghl, 'manual')

  test('a workflow is found by its name, never changed and never removed', async () => {
    box = await openLocation()
    const desired = desiredOf({ name: 'lead nurture' })
    const live = present(await workflow.find(box.account, desired))
    expect(live).toMatchObject({ marked: false, spec: { name: 'Lead Nurture' } })
    expect(await workflow.get(box.account, live.externalId)).toMatchObject({ externalId: live.externalId })
    expect(await workflow.get(box.account, 'gone')).toBeUndefined()
    expect(workflow.diff(live, desired)).toEqual([])
    expect(await workflow.update(box.account, live, desired)).toBe(live)
    await workflow.remove(box.account, live.externalId, { force: true })
    expect(workflow.url(box.account.connection, live)).toContain(live.externalId)
    expect(workflow.naturalKey(desired)).toBe('lead nurture')
    expect((await box.journal()).every(({ method }) => method === 'GET')).toBe(true)
  })

  test('one that is missing is a step by hand with a link', async () => {
    box = await openLocation()
    expect(await workflow.find(box.account, desiredOf({ name: 'Welcome' }))).toBeUndefined()
    const step = await rejection(workflow.create(box.account, desiredOf({ name: 'Welcome' })))
    expect(step).toBeInstanceOf(ManualStep)
    expect(step).toMatchObject({ message: expect.stringContaining('"Welcome"'), url: `https://app.gohighlevel.com/v2/location/${locationId}/automation/workflows` })
  })

  test('a step by hand is asked for at every deployment, and touches nothing', async () => {
    box = await openLocation()
    const spec = { title: 'Import the snapshot', instructions: 'Load "Dental" into the location', path: 'settings/company' }
    expect(manual.validate(spec)).toEqual([])
    expect(manual.validate({ title: 'x' })).toMatchObject([{ pointer: '/instructions' }])
    expect(await manual.find(box.account, desiredOf(spec))).toBeUndefined()
    expect(await rejection(manual.create(box.account, desiredOf(spec)))).toMatchObject({ message: 'Import the snapshot: Load "Dental" into the location', url: `https://app.gohighlevel.com/v2/location/${locationId}/settings/company` })
    expect(await rejection(manual.create(box.account, desiredOf({ title: 'a', instructions: 'b' })))).toMatchObject({ url: `https://app.gohighlevel.com/v2/location/${locationId}/dashboard` })
    expect(await manual.get(box.account, 'x')).toBeUndefined()
    await manual.remove(box.account, 'x', { force: false })
    expect(manual.naturalKey(desiredOf(spec))).toBe('intake')
    expect(await box.journal()).toEqual([])
  })
})
