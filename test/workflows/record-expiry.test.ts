import { afterAll, beforeAll, test } from '@jest/globals'
import { replayed, writeHistory } from '../support/histories.ts'
import { deploy, importSmall, planFor } from '../support/small-plan.ts'
import { startStack } from '../support/stack.ts'
import type { TestStack } from '../support/stack.ts'

let stack: TestStack
beforeAll(async () => { stack = await startStack({ supabase: false, env: { PROVIDER_ATTEMPTS: '1', PARKED_DAYS: '0.00002' } }) })
afterAll(() => stack.close())

test('a parked deployment that expires', async () => {
  const planned = await planFor(stack, await importSmall(stack), 'expired', ['ghl'])
  await stack.faults('ghl', { rate: 1, kinds: ['500'] })
  await deploy(stack, planned)
  const history = await replayed(stack, 'deployPlan.expired', `deploy:${planned.planId}`)
  if (process.env['RECORD_HISTORIES'] === '1') writeHistory('deployPlan.expired', history)
})
