import { describe, expect, test } from '@jest/globals'
import { ghl } from '../../../providers/ghl/index.ts'
import { ManualStep } from '../../../providers/provider.ts'
import type { Account } from '../../../providers/provider.ts'
import { atOddServer } from '../odd-server.ts'
import type { OddAnswer } from '../odd-server.ts'
import { desiredOf, rejection, resourceType } from '../sandbox-account.ts'
import { locationId } from './location.ts'

const tag = resourceType(ghl, 'tag')
const pipeline = resourceType(ghl, 'pipeline')
const noScope = { status: 401, body: { statusCode: 401, message: 'The token is not authorized for this scope.' } }

async function at(answer: (method: string, path: string) => OddAnswer, run: (account: Account<unknown>) => Promise<void>): Promise<void> {
  const { account, close } = await atOddServer(ghl, { config: { locationId }, secrets: { token: 't' } }, answer)
  await run(account).finally(close)
}

describe('the check', () => {
  test('is content with a token that may not read the location\'s name', () =>
    at(() => noScope, async (account) => {
      expect(await ghl.check(account)).toEqual({ account: locationId })
    }))

  test('is content with a location without a name', () =>
    at(() => ({ status: 200, body: {} }), async (account) => {
      expect(await ghl.check(account)).toEqual({ account: locationId })
    }))

  test('refuses a location that is not there', () =>
    at(() => ({ status: 404, body: { message: 'Location not found' } }), async (account) => {
      expect(await rejection(ghl.check(account))).toMatchObject({ details: { status: 404, retryable: false } })
    }))
})

test('a create that is answered without the thing is to be looked for again', () =>
  at(() => ({ status: 201, body: { ok: true } }), async (account) => {
    expect(await rejection(tag.create(account, desiredOf({ name: 'a' })))).toMatchObject({ details: { retryable: true } })
  }))

test('a bare thing is read as well', () =>
  at(() => ({ status: 201, body: { id: 'x', name: 'a' } }), async (account) => {
    expect(await tag.create(account, desiredOf({ name: 'a' }))).toMatchObject({ externalId: 'x', spec: { name: 'a' } })
  }))

test.each(['<h1>Welcome</h1>', {}])('a list without a list is final', (body) =>
  at(() => ({ status: 200, body }), async (account) => {
    expect(await rejection(tag.find(account, desiredOf({ name: 'a' })))).toMatchObject({ details: { retryable: false }, message: expect.stringContaining('base URL') })
  }))

test('a missing scope elsewhere than for pipelines is final and named', () =>
  at(() => noScope, async (account) => {
    expect(await rejection(tag.create(account, desiredOf({ name: 'a' })))).toMatchObject({ details: { status: 401, retryable: false }, message: expect.stringContaining('locations/tags.write') })
  }))

test.each([[{ status: 400, body: '' }], [{ status: 400, body: { error: 'odd' } }]])('a refusal without a reason still has its status', (answer) =>
  at(() => answer, async (account) => {
    expect(await rejection(tag.find(account, desiredOf({ name: 'a' })))).toMatchObject({ details: { status: 400, retryable: false }, message: expect.stringContaining('no reason given') })
  }))

describe('removing a pipeline', () => {
  const found = { status: 200, body: { pipeline: { id: 'p', name: 'Sales', stages: [] } } }
  const removing = (search: OddAnswer, check: (outcome: unknown, deleted: number) => void) => {
    let deleted = 0
    return at((method, path) => {
      if (method === 'DELETE') deleted += 1
      return path.includes('/search') ? search : found
    }, async (account) => {
      const outcome = await pipeline.remove(account, 'p', { force: false }).catch((error: unknown) => error)
      check(outcome, deleted)
    })
  }

  test('asks a person when the token may not look for opportunities', () =>
    removing(noScope, (outcome, deleted) => {
      expect(outcome).toBeInstanceOf(ManualStep)
      expect(deleted).toBe(0)
    }))

  test('counts the opportunities where no total is given', async () => {
    await removing({ status: 200, body: { opportunities: [{}] } }, (outcome, deleted) => {
      expect(outcome).toBeInstanceOf(ManualStep)
      expect(deleted).toBe(0)
    })
    await removing({ status: 200, body: { opportunities: [] } }, (_outcome, deleted) => expect(deleted).toBe(1))
  })

  test.each([{ status: 200, body: {} }, { status: 404, body: { message: 'nothing' } }])('deletes nothing when the answer says neither', (search) =>
    removing(search, (outcome, deleted) => {
      expect(outcome).toMatchObject({ details: { retryable: true } })
      expect(deleted).toBe(0)
    }))
})
