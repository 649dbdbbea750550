import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { startEchoingVendor } from '../support/echoing-vendor.ts'
import type { EchoingVendor } from '../support/echoing-vendor.ts'
import { deploy, ended, importSmall, planFor, recordOf, settled, signal, stepOf } from '../support/small-plan.ts'
import type { Planned } from '../support/small-plan.ts'
import { startStack, until } from '../support/stack.ts'
import type { TestStack } from '../support/stack.ts'

let stack: TestStack
/** GoHighLevel, but its refusals quote the request with its token. */
let vendor: EchoingVendor
let planned: Planned
let recordId: string
beforeAll(async () => {
  stack = await startStack({ supabase: false, env: { PROVIDER_ATTEMPTS: '100', PROVIDER_RETRY_INITIAL_MS: '100', PROVIDER_RETRY_MAX_MS: '300' } })
  vendor = await startEchoingVendor(stack.sandboxes.ghl)
  planned = await planFor(stack, await importSmall(stack), 'readable teeth')
  expect((await stack.call('POST', '/api/v1/connections', { provider: 'ghl', clientId: planned.clientId, baseUrl: vendor.url, config: { locationId: stack.locationId }, secrets: { token: `pit-sandbox-${stack.locationId}` } })).status).toBe(201)
}, 60_000)
afterAll(async () => {
  await vendor.close()
  await stack.close()
})

/** What the command line, and so the Web UI, tells of the run by itself. */
async function read() {
  const ask = (...words: string[]) => stack.temporal('workflow', ...words, '--workflow-id', `deploy:${planned.planId}`)
  const [described, metadata, shown] = await Promise.all([ask('describe'), ask('metadata'), ask('show', '-o', 'json')])
  for (const text of [described, metadata, shown]) expect(text).not.toContain('pit-sandbox')
  return { described, metadata, shown }
}
const contains = (text: string, ...words: (string | RegExp)[]): void => { for (const word of words) expect(text).toMatch(word) }

test('a run that goes on, but fails, tells its client, the provider, the try and what the vendor said', async () => {
  vendor.refuse({ status: 503 })
  recordId = await deploy(stack, planned)
  await until(() => recordOf(stack, recordId), (record) => (stepOf(record, 'ghl')?.attempts ?? 0) >= 3)
  const { described, metadata, shown } = await read()
  contains(described, /readable teeth/, /running/, /provider-ghl|ghl/, /Attempt\s+([3-9]|\d\d)/, /ghl answered 503: .*you sent \w+ \/.*\[redacted\]/, /502\.provider_error_ghl/)
  contains(metadata, /small for readable teeth/, /ghl \| running/, /retell \| success/)
  contains(shown, /"name": "provider-ghl"/, /deployGroup/)
})

test('a parked run tells the same, and that it waits', async () => {
  vendor.refuse({ status: 400 })
  expect((await settled(stack, recordId)).status).toBe('failed')
  const { described, metadata, shown } = await read()
  contains(described, /readable teeth/, /failed/, /ghl/)
  contains(metadata, /small for readable teeth\W+failed/, /ghl \| parked .*502\.provider_error_ghl.*ghl answered 400: .*you sent \w+ \/.*\[redacted\]/, new RegExp(recordId))
  contains(shown, /"attempt": ([3-9]|\d\d)/, /ghl answered 400: .*\[redacted\]/, /"name": "provider-ghl"/)
})

test('a run that succeeded tells what it did for whom', async () => {
  vendor.refuse(undefined)
  await signal(stack, planned, 'retry', { provider: 'ghl' })
  await until(() => recordOf(stack, recordId), ({ status }) => status === 'success')
  await ended(stack, planned)
  const { described, metadata, shown } = await read()
  contains(described, /readable teeth/, /COMPLETED/, /success/)
  contains(metadata, /small for readable teeth\W+success/, /ghl \| success \| 1\/1/, /n8n \| success/, /retell \| success/)
  contains(shown, /"name": "provider-ghl"/, /"name": "provider-n8n"/, /"name": "provider-retell"/)
})
