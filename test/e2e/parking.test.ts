import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import { auditOf, deploy, deployUntilParked, ended, eventsOf, importSmall, lettersOf, linksOf, planFor, quickRetries, recordOf, settled, signal, stepOf } from '../support/small-plan.ts'
import { startStack, until } from '../support/stack.ts'
import type { TestStack } from '../support/stack.ts'

let stack: TestStack
let templateId: string
beforeAll(async () => {
  stack = await startStack({ supabase: false, env: quickRetries })
  templateId = await importSmall(stack)
})
afterAll(() => stack.close())
afterEach(async () => { for (const name of ['retell', 'n8n', 'ghl']) await stack.faults(name, { rate: 0 }) })

const breakGhl = () => stack.faults('ghl', { rate: 1, kinds: ['500'] })
const healGhl = () => stack.faults('ghl', { rate: 0 })

test('a broken GoHighLevel is tried with growing waits and parked, while the others succeed', async () => {
  const planned = await planFor(stack, templateId, 'acme')
  await breakGhl()
  const recordId = await deploy(stack, planned)
  const trying = await until(() => recordOf(stack, recordId), (record) => stepOf(record, 'ghl')?.status === 'retrying')
  expect(trying.status).toBe('running')
  expect(stepOf(trying, 'ghl')).toMatchObject({ error: { code: '502.provider_error_ghl', message: expect.stringContaining('Internal server error') } })
  expect(Date.parse(stepOf(trying, 'ghl')?.nextRetryAt ?? '')).toBeGreaterThan(Date.parse(trying.startedAt ?? ''))

  const record = await settled(stack, recordId)
  expect(record).toMatchObject({ status: 'failed', error: { code: '502.provider_error_ghl' } })
  expect(stepOf(record, 'ghl')).toMatchObject({ status: 'parked', attempts: 3, links: [] })
  expect(stepOf(record, 'ghl')?.nextRetryAt).toBeUndefined()
  for (const provider of ['retell', 'n8n']) expect(stepOf(record, provider)).toMatchObject({ status: 'success', attempts: 1, links: [{ provider }] })
  expect((await linksOf(stack, planned)).map(({ provider }) => provider).sort()).toEqual(['n8n', 'retell'])

  const waits = (await eventsOf(stack, recordId)).filter(({ type }) => type === 'step.retrying').map(({ data }) => Number(data['nextRetryInMs']))
  expect(waits).toHaveLength(2)
  expect(waits[0]).toBeGreaterThanOrEqual(110)
  expect(waits[0]).toBeLessThanOrEqual(190)
  expect(waits[1]).toBeGreaterThanOrEqual(220)
  expect(waits[1]).toBeLessThanOrEqual(380)
  const tries = (await stack.journal('ghl')).filter(({ status }) => status === 500).map(({ at }) => at)
  const gaps = tries.slice(1).map((at, index) => at - (tries[index] ?? 0)).filter((gap) => gap > 100)
  expect(gaps).toHaveLength(2)
  for (const [index, gap] of gaps.entries()) expect(gap).toBeGreaterThanOrEqual((waits[index] ?? 0) - 20)
})

test('a dead letter is listed with what failed alike, and counted', async () => {
  const other = await planFor(stack, templateId, 'acme two')
  await breakGhl()
  const recordId = await deployUntilParked(stack, other)
  const { body } = await stack.call<{ items: Record<string, unknown>[]; groups: { fingerprint: string; count: number }[] }>('GET', '/api/v1/dead-letters?provider=ghl')
  expect(body.items).toHaveLength(2)
  expect(body.items[0]).toMatchObject({ recordId, planId: other.planId, provider: 'ghl', code: '502.provider_error_ghl', attempts: 3, status: 'parked', decidedAt: null, message: expect.stringContaining('Internal server error') })
  // The vendor's message holds another traceId each time.
  expect(body.items[0]?.['message']).not.toBe(body.items[1]?.['message'])
  expect(body.groups).toEqual([expect.objectContaining({ provider: 'ghl', code: '502.provider_error_ghl', fingerprint: body.items[0]?.['fingerprint'], count: 2 })])
  expect((await stack.call<{ items: unknown[] }>('GET', '/api/v1/deployments?parked=true')).body.items).toHaveLength(2)
})

test('the dead letters that match a filter are tried again with one call', async () => {
  await healGhl()
  const parked = (await stack.call<{ items: { id: string; recordId: string; fingerprint: string }[] }>('GET', '/api/v1/dead-letters')).body.items
  expect(await stack.call('POST', '/api/v1/dead-letters/retry', { filter: { provider: 'n8n' } })).toMatchObject({ status: 200, body: { retried: [], refused: [] } })
  const { body } = await stack.call<{ retried: string[]; refused: unknown[] }>('POST', '/api/v1/dead-letters/retry', { filter: { provider: 'ghl', fingerprint: parked[0]?.fingerprint } })
  expect(body.retried.sort()).toEqual(parked.map(({ id }) => id).sort())
  expect(body.refused).toEqual([])
  for (const { recordId } of parked) await until(() => recordOf(stack, recordId), ({ status }) => status === 'success')
  expect((await stack.call<{ items: unknown[]; groups: unknown[] }>('GET', '/api/v1/dead-letters')).body).toMatchObject({ items: [], groups: [] })
})

test('a final refusal parks at once, without another try', async () => {
  const planned = await planFor(stack, templateId, 'bankrupt')
  const connection = await stack.call('POST', '/api/v1/connections', { provider: 'retell', clientId: planned.clientId, baseUrl: 'sandbox:retell', secrets: { apiKey: 'key_trial_ended' } })
  expect(connection.status).toBe(201)
  const record = await settled(stack, await deploy(stack, planned))
  expect(record).toMatchObject({ status: 'failed', error: { code: '502.provider_error_retell', message: expect.stringContaining('Trial has ended') } })
  expect(stepOf(record, 'retell')).toMatchObject({ status: 'parked', attempts: 1 })
  expect((await eventsOf(stack, record.id)).filter(({ type }) => type === 'step.retrying')).toEqual([])
  for (const provider of ['ghl', 'n8n']) expect(stepOf(record, provider)?.status).toBe('success')
  expect(await lettersOf(stack, planned)).toEqual([expect.objectContaining({ provider: 'retell', attempts: 1, status: 'parked' })])
})

test('a refusal with characters that PostgreSQL cannot hold is shown in the plan, and parks at once', async () => {
  const planned = await planFor(stack, templateId, 'gateway')
  const gateway = createServer((request, answer) => { request.resume().on('end', () => { answer.writeHead(400, { 'content-type': 'text/plain' }).end('a\0b') }) })
  await new Promise<void>((resolve) => { gateway.listen(0, '127.0.0.1', resolve) })
  try {
    const baseUrl = `http://127.0.0.1:${String((gateway.address() as AddressInfo).port)}`
    expect((await stack.call('POST', '/api/v1/connections', { provider: 'n8n', clientId: planned.clientId, baseUrl, secrets: { apiKey: 'n8n-sandbox' } })).status).toBe(201)
    const { instanceId } = (await stack.call<{ instanceId: string }>('GET', `/api/v1/plans/${planned.planId}`)).body
    const alone = await stack.call('POST', `/templates/${templateId}/plan`, { clientId: planned.clientId, targets: ['n8n'], instanceId })
    expect(alone).toMatchObject({ status: 201, body: { changes: [{ name: 'flow', action: 'unknown', reason: 'n8n answered 400: ab' }] } })

    const record = await settled(stack, await deploy(stack, planned))
    expect(stepOf(record, 'n8n')).toMatchObject({ status: 'parked', attempts: 1, error: { message: 'n8n answered 400: ab' } })
    expect(await lettersOf(stack, planned)).toEqual([expect.objectContaining({ provider: 'n8n', attempts: 1, message: 'n8n answered 400: ab' })])
  } finally {
    gateway.closeAllConnections()
    gateway.close()
  }
})

test('a webhook path that another active workflow holds parks n8n with that reason, and a new try after it is free succeeds', async () => {
  const hook = `
variables: { type: object, required: [company], properties: { company: { type: string } } }
resources:
  hook:
    provider: n8n
    type: workflow
    spec:
      name: "\${{ variables.company }} hook"
      nodes: [{ id: 5f2e7c1a-0c55-4c3e-9a3b-0d6a4f7f0a09, name: In, type: n8n-nodes-base.webhook, typeVersion: 2, position: [0, 0], webhookId: 5f2e7c1a-0c55-4c3e-9a3b-0d6a4f7f0a08, parameters: { httpMethod: POST, path: one-path } }]
      connections: {}
      settings: {}
`
  const hooked = await importSmall(stack, 'hooked', hook)
  const first = await planFor(stack, hooked, 'first', ['n8n'])
  expect(await settled(stack, await deploy(stack, first))).toMatchObject({ status: 'success' })
  const second = await planFor(stack, hooked, 'second', ['n8n'])
  const recordId = await deployUntilParked(stack, second)
  expect(stepOf(await recordOf(stack, recordId), 'n8n')).toMatchObject({ status: 'parked', attempts: 1, error: { message: expect.stringMatching(/webhook|conflict|one-path/i) } })

  const undeployed = await stack.call<{ recordId: string }>('POST', `/api/v1/plans/${first.planId}/undeploy`, {})
  expect(undeployed.status).toBe(202)
  expect(await settled(stack, undeployed.body.recordId)).toMatchObject({ status: 'success' })
  await signal(stack, second, 'retry', { provider: 'n8n' })
  await until(() => recordOf(stack, recordId), ({ status }) => status === 'success')
  expect((await stack.state('n8n')).filter(({ name }) => name.startsWith('second hook'))).toHaveLength(1)
})

/** What a person builds, beside a value with the title that no other template has. */
const withForm = (title: string): string => `
variables: { type: object, required: [company], properties: { company: { type: string } } }
resources:
  form: { provider: ghl, type: manual, spec: { title: Form, instructions: Build it } }
  source: { provider: ghl, type: customValue, spec: { name: "${title} \${{ variables.company }}", value: telephone } }`

test('a step by hand is no progress: what fails beside it is parked after as many tries, and it is told of once', async () => {
  const planned = await planFor(stack, await importSmall(stack, 'by hand', withForm('Form of')), 'handy', ['ghl'])
  const told = async (recordId: string) => (await eventsOf(stack, recordId)).filter(({ type }) => type === 'resource.manual')
  await breakGhl()
  const recordId = await deployUntilParked(stack, planned)
  expect(stepOf(await recordOf(stack, recordId), 'ghl')).toMatchObject({ status: 'parked', attempts: 3 })
  expect(await lettersOf(stack, planned)).toMatchObject([{ provider: 'ghl', attempts: 3, status: 'parked' }])
  expect(await told(recordId)).toEqual([])

  await healGhl()
  await signal(stack, planned, 'retry')
  const record = await until(() => recordOf(stack, recordId), ({ status }) => status === 'success')
  expect(stepOf(record, 'ghl')?.manualSteps).toMatchObject([{ name: 'form', instruction: 'Form: Build it' }])
  expect(await told(recordId)).toMatchObject([{ provider: 'ghl', data: { name: 'form', instruction: 'Form: Build it' } }])
})

test('the steps by hand of a provider that waits for another between them are all shown', async () => {
  const inTurns = `${withForm('Turn of')}
  flow:
    provider: n8n
    type: workflow
    spec:
      name: "\${{ variables.company }} flow"
      nodes: [{ id: 5f2e7c1a-0c55-4c3e-9a3b-0d6a4f7f0a07, name: Start, type: n8n-nodes-base.manualTrigger, typeVersion: 1, position: [0, 0], parameters: { source: "\${{ resources.source.id }}" } }]
      connections: {}
      settings: {}
  hook: { provider: ghl, type: manual, spec: { title: Hook, instructions: "Paste \${{ resources.flow.id }}" } }
`
  const planned = await planFor(stack, await importSmall(stack, 'in turns', inTurns), 'patient', ['ghl', 'n8n'])
  const record = await settled(stack, await deploy(stack, planned))
  expect(stepOf(record, 'ghl')?.manualSteps).toMatchObject([{ name: 'form' }, { name: 'hook', instruction: expect.stringMatching(/^Hook: Paste \w+$/) as unknown }])
})

test('a rate limit is retried after the delay the vendor asked for', async () => {
  const planned = await planFor(stack, templateId, 'hurried', ['retell'])
  await stack.faults('retell', { rate: 1, kinds: ['429'], times: 1, retryAfterMs: 1_500 })
  const since = Date.now()
  const recordId = await deploy(stack, planned)
  const waiting = await until(() => recordOf(stack, recordId), (record) => stepOf(record, 'retell')?.status === 'retrying')
  expect(Date.parse(stepOf(waiting, 'retell')?.nextRetryAt ?? '') - since).toBeGreaterThan(1_400)
  expect(stepOf(await settled(stack, recordId), 'retell')).toMatchObject({ status: 'success', attempts: 2 })
  const asked = (await stack.journal('retell')).filter(({ at }) => at >= since)
  const refusedAt = asked.findIndex(({ status }) => status === 429)
  const gap = (asked[refusedAt + 1]?.at ?? 0) - (asked[refusedAt]?.at ?? 0)
  expect(gap).toBeGreaterThanOrEqual(1_480)
})

test('answers lost after the vendor had done its work leave exactly one of each resource', async () => {
  const planned = await planFor(stack, templateId, 'forgetful')
  for (const name of ['retell', 'n8n', 'ghl']) await stack.faults(name, { rate: 0.5, kinds: ['commit-then-fail'], seed: 7, times: 6, match: { method: 'POST' } })
  const recordId = await deploy(stack, planned)
  const record = await settled(stack, recordId)
  for (const name of ['retell', 'n8n', 'ghl']) await stack.faults(name, { rate: 0 })
  if (record.status === 'failed') {
    await signal(stack, planned, 'retry')
    await until(() => recordOf(stack, recordId), ({ status }) => status === 'success')
  }
  const journal = (await Promise.all(['retell', 'n8n', 'ghl'].map((name) => stack.journal(name)))).flat() as { fault?: string; committed?: boolean }[]
  expect(journal.filter(({ fault, committed }) => fault === 'commit-then-fail' && committed).length).toBeGreaterThan(0)
  const live = (await Promise.all(['retell', 'n8n', 'ghl'].map((name) => stack.state(name)))).flat()
  expect(live.filter(({ body }) => JSON.stringify(body).includes('forgetful')).map(({ type }) => type).sort()).toEqual(['customValue', 'llm', 'tag', 'workflow'])
  const links = await linksOf(stack, planned)
  expect(links).toHaveLength(4)
  for (const { external_id } of links) expect(live.map(({ id }) => id)).toContain(external_id)
})

test('a worker that stops in the middle leaves the rest to the next one', async () => {
  const planned = await planFor(stack, templateId, 'handed over')
  await stack.faults('ghl', { latencyMs: 700 })
  const recordId = await deploy(stack, planned)
  await until(() => recordOf(stack, recordId), (record) => stepOf(record, 'ghl')?.status === 'running')
  await stack.worker.stop()
  expect((await recordOf(stack, recordId)).status).toBe('running')
  await healGhl()
  await stack.startWorker()
  expect((await settled(stack, recordId)).status).toBe('success')
  expect((await stack.state('ghl')).filter(({ name }) => name.includes('handed over'))).toHaveLength(2)
})

test('an operator reads a parked run with the command line alone', async () => {
  const planned = await planFor(stack, templateId, 'readable')
  await breakGhl()
  const recordId = await deployUntilParked(stack, planned)
  const { correlationId } = await recordOf(stack, recordId)
  const id = ['--workflow-id', `deploy:${planned.planId}`]
  const described = await stack.temporal('workflow', 'describe', ...id)
  for (const word of ['deployPlan', 'small', 'readable', planned.planId, planned.clientId, planned.templateId, correlationId, 'failed', 'ghl']) expect(described).toContain(word)
  const metadata = await stack.temporal('workflow', 'metadata', ...id)
  for (const word of ['small for readable', 'parked', 'Internal server error', '502.provider_error_ghl', recordId]) expect(metadata).toContain(word)
  const shown = await stack.temporal('workflow', 'show', ...id, '-o', 'json')
  for (const word of ['Internal server error', '"attempt": 3']) expect(shown).toContain(word)
  const progress = await stack.temporal('workflow', 'query', ...id, '--type', 'progress')
  expect(progress).toContain('parked')

  const found = (query: string) => stack.temporal('workflow', 'list', '--query', query)
  for (const query of [`SlipwayPlan="${planned.planId}" AND SlipwayStatus="failed"`, `SlipwayClient="${planned.clientId}" AND SlipwayProviders="ghl"`, `SlipwayTemplate="${templateId}" AND SlipwayCorrelationId="${correlationId}"`, `SlipwayTenant="${stack.tenantId}" AND WorkflowType="deployPlan" AND ExecutionStatus="Running"`])
    expect(await until(() => found(query), (text) => text.includes(planned.planId), 10)).toContain(`deploy:${planned.planId}`)

  const everything = [described, metadata, shown, progress].join('\n')
  for (const secret of ['pit-sandbox', 'key_sandbox', 'n8n-sandbox']) expect(everything).not.toContain(secret)
  await healGhl()
  await signal(stack, planned, 'retry')
  await ended(stack, planned)
  expect(await until(() => found(`SlipwayPlan="${planned.planId}" AND SlipwayStatus="success"`), (text) => text.includes(planned.planId), 10)).toContain('Completed')
  expect((await auditOf(stack, recordId)).map(({ action }) => action)).toEqual(['deployment.retry'])
})
