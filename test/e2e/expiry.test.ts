import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { auditOf, deploy, ended, importSmall, lettersOf, planFor, recordOf, settled, stepOf } from '../support/small-plan.ts'
import { startStack, until } from '../support/stack.ts'
import type { TestStack } from '../support/stack.ts'

let stack: TestStack
beforeAll(async () => { stack = await startStack({ supabase: false, env: { PROVIDER_ATTEMPTS: '1', PARKED_DAYS: '0.00002' } }) })
afterAll(() => stack.close())

test('a parked step that nobody decides about expires, and the plan can be deployed again', async () => {
  const planned = await planFor(stack, await importSmall(stack), 'forgotten')
  await stack.faults('ghl', { rate: 1, kinds: ['500'] })
  const recordId = await deploy(stack, planned)
  expect((await settled(stack, recordId)).error?.code).toBe('502.provider_error_ghl')
  const record = await until(() => recordOf(stack, recordId), ({ error }) => error?.code !== '502.provider_error_ghl')
  expect(record).toMatchObject({ status: 'failed', error: { code: '504.parked_expired' } })
  expect(stepOf(record, 'ghl')?.status).toBe('cancelled')
  expect(stepOf(record, 'retell')?.status).toBe('success')
  expect(await lettersOf(stack, planned)).toEqual([expect.objectContaining({ status: 'expired', decidedBy: 'slipway' })])
  expect((await auditOf(stack, recordId)).map(({ actor }) => actor)).toEqual(['slipway'])
  await ended(stack, planned)
  expect(await stack.call('POST', `/api/v1/deployments/${recordId}/retry`, {})).toMatchObject({ status: 409, body: { code: '409.not_parked' } })

  await stack.faults('ghl', { rate: 0 })
  expect((await settled(stack, await deploy(stack, planned))).status).toBe('success')
})
