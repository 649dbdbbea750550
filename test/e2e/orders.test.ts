import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import { whileUnfinished, withLocked } from '../support/database.ts'
import { auditOf, deploy, deployUntilParked, ended, eventsOf, importSmall, lettersOf, linksOf, planFor, quickRetries, recordOf, settled, signal, smallTemplate, stepOf } from '../support/small-plan.ts'
import type { Planned } from '../support/small-plan.ts'
import { startStack, until } from '../support/stack.ts'
import type { TestStack } from '../support/stack.ts'

let stack: TestStack
let templateId: string
beforeAll(async () => {
  stack = await startStack({ supabase: false, env: { ...quickRetries, PROVIDER_ATTEMPTS: '1' } })
  templateId = await importSmall(stack)
})
afterAll(() => stack.close())
afterEach(async () => { for (const name of ['retell', 'n8n', 'ghl']) await stack.faults(name, { rate: 0 }) })

const refuse = (provider: string) => stack.faults(provider, { rate: 1, kinds: ['500'] })
const heal = (provider: string) => stack.faults(provider, { rate: 0 })

interface Parked { planned: Planned; recordId: string }
const parkGhl = async (company: string): Promise<Parked> => {
  const planned = await planFor(stack, templateId, company)
  await refuse('ghl')
  return { planned, recordId: await deployUntilParked(stack, planned) }
}

/** The same order by the command line and by REST, and what the audit then says of who gave it. */
const ways = [
  {
    by: 'a signal of the command line', actor: () => 'temporal-cli', correlation: undefined,
    give: async (name: string, { planned }: Parked, body: object): Promise<void> => { await signal(stack, planned, name, body) },
  },
  {
    by: 'REST', actor: () => 'operator@test', correlation: '5f2e7c1a-0c55-4c3e-9a3b-0d6a4f7f0abc',
    give: async (name: string, { recordId }: Parked, body: object): Promise<void> => {
      const token = await stack.token('operator')
      const answer = await stack.call('POST', `/api/v1/deployments/${recordId}/${name}`, body, { token, headers: { 'x-correlation-id': '5f2e7c1a-0c55-4c3e-9a3b-0d6a4f7f0abc' } })
      expect(answer).toMatchObject({ status: 202, body: { recordId } })
    },
  },
]

for (const { by, actor, correlation, give } of ways) {
  const onlyAudit = async ({ recordId }: Parked, action: string, data: object): Promise<void> => {
    const { correlationId } = await recordOf(stack, recordId)
    expect(await auditOf(stack, recordId)).toEqual([expect.objectContaining({ action: `deployment.${action}`, actor: actor(), subjectType: 'deployment', correlationId: correlation ?? correlationId, data: expect.objectContaining(data) })])
  }

  test(`retry by ${by} repairs a parked provider`, async () => {
    const parked = await parkGhl(`retried by ${by}`.toLowerCase())
    await heal('ghl')
    await give('retry', parked, { provider: 'ghl' })
    const record = await until(() => recordOf(stack, parked.recordId), ({ status }) => status === 'success')
    expect(record.error).toBeUndefined()
    expect(stepOf(record, 'ghl')).toMatchObject({ status: 'success', attempts: 2, links: [{ name: 'source' }, { name: 'label' }] })
    expect(await linksOf(stack, parked.planned)).toHaveLength(4)
    expect(await lettersOf(stack, parked.planned)).toEqual([expect.objectContaining({ provider: 'ghl', status: 'retried', decidedBy: actor() })])
    await onlyAudit(parked, 'retry', { provider: 'ghl' })
    await ended(stack, parked.planned)
  })

  test(`skip by ${by} gives a parked provider up`, async () => {
    const parked = await parkGhl(`skipped by ${by}`.toLowerCase())
    await give('skip', parked, { provider: 'ghl', reason: 'no CRM wanted' })
    const record = await until(() => recordOf(stack, parked.recordId), ({ status }) => status === 'success')
    expect(record.error).toBeUndefined()
    expect(stepOf(record, 'ghl')).toMatchObject({ status: 'skipped', links: [] })
    expect((await linksOf(stack, parked.planned)).map(({ provider }) => provider).sort()).toEqual(['n8n', 'retell'])
    expect(await lettersOf(stack, parked.planned)).toEqual([expect.objectContaining({ status: 'skipped', decidedBy: actor(), reason: 'no CRM wanted' })])
    await onlyAudit(parked, 'skip', { provider: 'ghl', reason: 'no CRM wanted' })
    await ended(stack, parked.planned)
  })

  test(`resolve by ${by} links what a person made`, async () => {
    const parked = await parkGhl(`resolved by ${by}`.toLowerCase())
    const links = [{ name: 'source', external_id: 'cv_made_by_hand', url: 'https://app.gohighlevel.com/settings/custom_values' }, { name: 'label', external_id: 'tag_made_by_hand' }]
    await give('resolve', parked, { provider: 'ghl', links, reason: 'made in their console' })
    const record = await until(() => recordOf(stack, parked.recordId), ({ status }) => status === 'success')
    expect(stepOf(record, 'ghl')).toMatchObject({ status: 'resolved', links: expect.arrayContaining([expect.objectContaining({ name: 'source', type: 'customValue', external_id: 'cv_made_by_hand', url: 'https://app.gohighlevel.com/settings/custom_values' })]) })
    const linked = await linksOf(stack, parked.planned)
    expect(linked.filter(({ provider }) => provider === 'ghl').map(({ external_id }) => external_id).sort()).toEqual(['cv_made_by_hand', 'tag_made_by_hand'])
    for (const { url } of linked) expect(url).toMatch(/^https?:/)
    expect(await lettersOf(stack, parked.planned)).toEqual([expect.objectContaining({ status: 'resolved', decidedBy: actor(), reason: 'made in their console' })])
    await onlyAudit(parked, 'resolve', { provider: 'ghl', reason: 'made in their console' })
    await ended(stack, parked.planned)
  })

  test(`cancel by ${by} ends a parked deployment`, async () => {
    const parked = await parkGhl(`cancelled by ${by}`.toLowerCase())
    await give('cancel', parked, { reason: 'wrong client' })
    const record = await until(() => recordOf(stack, parked.recordId), ({ error }) => error?.code === '499.cancelled')
    expect(record).toMatchObject({ status: 'failed', error: { message: expect.stringContaining('wrong client') } })
    expect(stepOf(record, 'ghl')?.status).toBe('cancelled')
    for (const provider of ['retell', 'n8n']) expect(stepOf(record, provider)?.status).toBe('success')
    expect(await linksOf(stack, parked.planned)).toHaveLength(2)
    expect(await lettersOf(stack, parked.planned)).toEqual([expect.objectContaining({ status: 'cancelled', decidedBy: actor(), reason: 'wrong client' })])
    await onlyAudit(parked, 'cancel', { reason: 'wrong client' })
    await ended(stack, parked.planned)
  })
}

test('resources that are one thing at the provider have one link, made by us or by a person', async () => {
  const twins = await importSmall(stack, 'twins', smallTemplate.replace(/( {2})label:(.*)/, '$1label:$2\n$1twin:$2'))
  const planned = await planFor(stack, twins, 'twofold', ['ghl'])
  await refuse('ghl')
  const recordId = await deployUntilParked(stack, planned)
  const links = ['label', 'twin', 'source'].map((name) => ({ name, external_id: 'by_hand' }))
  expect((await stack.call('POST', `/api/v1/deployments/${recordId}/resolve`, { provider: 'ghl', links, reason: 'by hand' })).status).toBe(202)
  expect((await settled(stack, recordId)).status).toBe('success')
  expect(await linksOf(stack, planned)).toMatchObject([{ external_id: 'by_hand' }])
  await ended(stack, planned)
  await heal('ghl')
  const other = await planFor(stack, twins, 'twofold again', ['ghl'])
  expect((await settled(stack, await deploy(stack, other))).status).toBe('success')
  expect((await linksOf(stack, other)).map(({ type }) => type)).toEqual(['customValue', 'tag'])
})

test('an update of the command line may say nothing more than its name', async () => {
  const order = (name: string, { planned }: Parked) => stack.temporal('workflow', 'update', 'execute', '--workflow-id', `deploy:${planned.planId}`, '--name', name)
  const retried = await parkGhl('told by name')
  await heal('ghl')
  await order('retry', retried)
  expect((await until(() => recordOf(stack, retried.recordId), ({ status }) => status === 'success')).error).toBeUndefined()
  const cancelled = await parkGhl('cancelled by name')
  await order('cancel', cancelled)
  expect(await recordOf(stack, cancelled.recordId)).toMatchObject({ status: 'failed', error: { code: '499.cancelled' } })
  await ended(stack, cancelled.planned)
})

test('retry without a provider takes all that is parked', async () => {
  const planned = await planFor(stack, templateId, 'twice broken')
  await refuse('ghl')
  await refuse('n8n')
  const recordId = await deployUntilParked(stack, planned)
  expect((await lettersOf(stack, planned, 'parked')).map(({ provider }) => provider).sort()).toEqual(['ghl', 'n8n'])
  await heal('ghl')
  await heal('n8n')
  await signal(stack, planned, 'retry')
  const record = await until(() => recordOf(stack, recordId), ({ status }) => status === 'success')
  expect(record.providers.map(({ status }) => status)).toEqual(['success', 'success', 'success'])
  expect((await auditOf(stack, recordId)).map(({ data }) => data['provider']).sort()).toEqual(['ghl', 'n8n'])
})

test('of the parked plans of a client that share a provider, a bulk retry sets one to work', async () => {
  const first = await planFor(stack, templateId, 'bulk', ['ghl'])
  const { instanceId } = (await stack.call<{ instanceId: string }>('GET', `/api/v1/plans/${first.planId}`)).body
  const more = await stack.call<{ planId: string }>('POST', `/templates/${templateId}/plan`, { clientId: first.clientId, targets: ['ghl', 'retell'], instanceId })
  await refuse('ghl')
  const plans = [first, { ...first, planId: more.body.planId }]
  for (const planned of plans) await deployUntilParked(stack, planned)
  await heal('ghl')
  const letters = (await Promise.all(plans.map((planned) => lettersOf(stack, planned)))).flat()
  const { body } = await whileUnfinished(stack.db, () =>
    stack.call<{ retried: string[]; refused: { id: string; code: string; message: string }[] }>('POST', '/api/v1/dead-letters/retry', { filter: { provider: 'ghl' } }))
  const [winner] = letters.filter(({ id }) => body.retried.includes(id))
  const [loser] = letters.filter(({ id }) => id !== winner?.id)
  expect(body.refused).toMatchObject([{ id: loser?.id, code: '409.deployment_in_progress', message: expect.stringContaining(winner?.recordId ?? 'nobody') }])
  await until(() => recordOf(stack, winner?.recordId ?? ''), ({ status }) => status === 'success')
  expect(stepOf(await recordOf(stack, loser?.recordId ?? ''), 'ghl')?.status).toBe('parked')
})

test('one of two parked providers is decided; the record stays failed until the other is, too', async () => {
  const planned = await planFor(stack, templateId, 'half decided')
  await refuse('ghl')
  await refuse('n8n')
  const recordId = await deployUntilParked(stack, planned)
  await signal(stack, planned, 'skip', { provider: 'ghl', reason: 'later' })
  await until(() => recordOf(stack, recordId), (record) => stepOf(record, 'ghl')?.status === 'skipped')
  const record = await until(() => recordOf(stack, recordId), ({ error }) => error?.code !== '502.provider_error_ghl')
  expect(record).toMatchObject({ status: 'failed', error: { code: '502.provider_error_n8n' } })
  await heal('n8n')
  expect((await stack.call('POST', `/api/v1/deployments/${recordId}/retry`, {})).status).toBe(202)
  await until(() => recordOf(stack, recordId), ({ status }) => status === 'success')
})

test('a retry that fails again parks again, with a dead letter of its own', async () => {
  const { planned, recordId } = await parkGhl('unlucky')
  expect((await stack.call('POST', `/api/v1/deployments/${recordId}/retry`, { provider: 'ghl' })).status).toBe(202)
  await until(() => lettersOf(stack, planned), (letters) => letters.length === 2)
  const record = await settled(stack, recordId)
  expect(record).toMatchObject({ status: 'failed', error: { code: '502.provider_error_ghl' } })
  expect((await lettersOf(stack, planned)).map(({ status, attempts }) => `${status} ${String(attempts)}`)).toEqual(['parked 2', 'retried 1'])
  expect((await eventsOf(stack, recordId)).filter(({ type }) => type === 'step.parked')).toHaveLength(2)
})

test('a retry with corrected variables renders with them and raises the revision of the plan', async () => {
  const { planned, recordId } = await parkGhl('corrected')
  const before = (await stack.call<{ revision: number; planHash: string; instanceId: string }>('GET', `/api/v1/plans/${planned.planId}`)).body
  await heal('ghl')
  await signal(stack, planned, 'retry', { provider: 'ghl', input: { source: 'billboard' } })
  await until(() => recordOf(stack, recordId), ({ status }) => status === 'success')
  expect((await stack.state('ghl')).find(({ name }) => name === 'Source corrected')?.body).toMatchObject({ value: 'billboard' })
  const after = (await stack.call<{ revision: number; planHash: string; instanceId: string; variables: object }>('GET', `/api/v1/plans/${planned.planId}`)).body
  expect(after).toMatchObject({ revision: before.revision + 1, variables: { company: 'corrected', source: 'billboard' } })
  expect(after.planHash).not.toBe(before.planHash)
  expect(after.instanceId).not.toBe(before.instanceId)
  expect((await auditOf(stack, recordId))[0]?.data).toMatchObject({ changed: ['source'] })
})

test('a retry with corrected variables that fails again can be corrected again', async () => {
  const { planned, recordId } = await parkGhl('corrected twice')
  const correct = (source: string) => stack.call('POST', `/api/v1/deployments/${recordId}/retry`, { input: { source } })
  expect((await correct('billboard')).status).toBe(202)
  await until(() => lettersOf(stack, planned), (letters) => letters.length === 2)
  expect((await settled(stack, recordId)).status).toBe('failed')
  await heal('ghl')
  expect((await correct('radio')).status).toBe(202)
  const record = await until(() => recordOf(stack, recordId), ({ status }) => status === 'success')
  expect((await stack.state('ghl')).find(({ name }) => name === 'Source corrected twice')?.body).toMatchObject({ value: 'radio' })
  const { instanceId, planHash } = (await stack.call<{ instanceId: string; planHash: string }>('GET', `/api/v1/plans/${planned.planId}`)).body
  expect(record.request).toMatchObject({ revision: 3, instanceId, planHash, variables: { source: 'radio' } })
})

test('a retry with variables that do not fit is 422, and the step stays parked', async () => {
  const { planned, recordId } = await parkGhl('uncorrected')
  for (const input of [{ source: 'much longer than the twenty characters' }, { nobody: 'knows this' }, { company: 7 }])
    expect(await stack.call('POST', `/api/v1/deployments/${recordId}/retry`, { provider: 'ghl', input })).toMatchObject({ status: 422, body: { code: '422.variables_invalid' } })
  await signal(stack, planned, 'retry', { provider: 'ghl', input: { nobody: 'knows this' } })
  const metadata = await until(() => stack.temporal('workflow', 'metadata', '--workflow-id', `deploy:${planned.planId}`), (text) => text.includes('Last order refused'))
  expect(metadata).toMatch(/Last order refused: retry: .*variables/)
  expect(stepOf(await recordOf(stack, recordId), 'ghl')?.status).toBe('parked')
  expect((await stack.call<{ revision: number }>('GET', `/api/v1/plans/${planned.planId}`)).body.revision).toBe(1)
  expect(await auditOf(stack, recordId)).toEqual([])
  await heal('ghl')
  expect((await stack.call('POST', `/api/v1/deployments/${recordId}/retry`, { provider: 'ghl', input: { source: 'radio' } })).status).toBe(202)
  await until(() => recordOf(stack, recordId), ({ status }) => status === 'success')
})

test('a retry that carries a secret is refused before it is sent, and does nothing by signal', async () => {
  const withSecret = await importSmall(stack, 'secretive', `
variables: { type: object, required: [company, token], properties: { company: { type: string }, token: { type: string, writeOnly: true } } }
resources: { kept: { provider: ghl, type: customValue, spec: { name: "Kept \${{ variables.company }}", value: "\${{ variables.token }}" } } }
`)
  const planned = await planFor(stack, withSecret, 'discreet', ['ghl'], { token: 'first secret' })
  await refuse('ghl')
  const recordId = await deployUntilParked(stack, planned)
  expect(await stack.call('POST', `/api/v1/deployments/${recordId}/retry`, { provider: 'ghl', input: { token: 'sent by REST' } }))
    .toMatchObject({ status: 422, body: { code: '422.variables_invalid', errors: [{ pointer: '/input/token' }] } })
  expect(await stack.temporal('workflow', 'show', '--workflow-id', `deploy:${planned.planId}`, '-o', 'json')).not.toContain('UPDATE_ACCEPTED')
  await heal('ghl')
  await signal(stack, planned, 'retry', { provider: 'ghl', input: { token: 'sent by signal' } })
  await signal(stack, planned, 'retry', { provider: 'ghl' })
  await until(() => recordOf(stack, recordId), ({ status }) => status === 'success')
  expect((await stack.state('ghl')).find(({ name }) => name === 'Kept discreet')?.body).toMatchObject({ value: 'first secret' })
})

test('a signal that comes while another order is being decided waits for its turn', async () => {
  const { planned, recordId } = await parkGhl('impatient')
  await heal('ghl')
  // Whatever is decided needs the plan.
  await withLocked(stack.db, 'deployment_plans', async () => {
    await signal(stack, planned, 'resolve', { provider: 'ghl', links: [{ name: 'brain', external_id: 'x' }], reason: 'not of ghl' })
    await signal(stack, planned, 'retry', { provider: 'ghl' })
    await signal(stack, planned, 'retry', { provider: 'ghl' })
  }, 'reads and writes')
  await until(() => recordOf(stack, recordId), ({ status }) => status === 'success')
})

test('an order that does not fit is refused by REST and does nothing by signal', async () => {
  const { planned, recordId } = await parkGhl('misunderstood')
  const order = (name: string, body: object) => stack.call<{ code: string }>('POST', `/api/v1/deployments/${recordId}/${name}`, body)
  for (const provider of ['retell', 'twilio']) {
    expect(await order('retry', { provider })).toMatchObject({ status: 409, body: { code: '409.not_parked' } })
    expect(await order('skip', { provider, reason: 'no' })).toMatchObject({ status: 409, body: { code: '409.not_parked' } })
    expect(await order('resolve', { provider, links: [], reason: 'no' })).toMatchObject({ status: 409, body: { code: '409.not_parked' } })
    for (const name of ['retry', 'skip', 'resolve']) await signal(stack, planned, name, { provider, links: [], reason: 'no' })
  }
  const stranger = { provider: 'ghl', links: [{ name: 'brain', external_id: 'x' }], reason: 'no' }
  expect(await order('resolve', stranger)).toMatchObject({ status: 400, body: { code: '400.request_invalid', detail: expect.stringContaining('brain') } })
  await signal(stack, planned, 'resolve', stranger)
  // What a person can mistype on a command line.
  const malformed: [string, unknown?][] = [['skip'], ['skip', 'ghl'], ['skip', {}], ['skip', null], ['skip', { provider: ['ghl'] }], ['resolve', { provider: 'ghl' }], ['resolve', { provider: 'ghl', links: [{ name: 'source' }] }], ['resolve', { provider: 'ghl', links: 'all' }], ['retry', { provider: 'ghl', input: 'source=radio' }], ['retry', 7], ['cancel', 'now'], ['nonsense', {}]]
  for (const [name, input] of malformed) await signal(stack, planned, name, input)
  const metadata = await until(() => stack.temporal('workflow', 'metadata', '--workflow-id', `deploy:${planned.planId}`), (text) => text.includes('Last order refused'))
  expect(metadata).toContain('an order is a JSON object')
  const record = await recordOf(stack, recordId)
  expect(record.status).toBe('failed')
  expect(stepOf(record, 'ghl')).toMatchObject({ status: 'parked', attempts: 1 })
  expect(await auditOf(stack, recordId)).toEqual([])
  expect(await lettersOf(stack, planned)).toEqual([expect.objectContaining({ status: 'parked' })])

  await heal('ghl')
  await signal(stack, planned, 'retry', { provider: 'ghl' })
  await until(() => recordOf(stack, recordId), ({ status }) => status === 'success')
  await ended(stack, planned)
  for (const [name, body] of [['retry', {}], ['skip', { provider: 'ghl', reason: 'late' }], ['resolve', { provider: 'ghl', links: [], reason: 'late' }], ['cancel', {}]] as const)
    expect(await order(name, body)).toMatchObject({ status: 409, body: { code: '409.not_parked' } })
  const unknown = await stack.call('POST', '/api/v1/deployments/5f2e7c1a-0c55-4c3e-9a3b-0d6a4f7f0a01/retry', {})
  expect(unknown).toMatchObject({ status: 404, body: { code: '404.deployment_not_found' } })
})

test('cancel ends a deployment whose vendor is slow, at once', async () => {
  const planned = await planFor(stack, templateId, 'slow')
  await stack.faults('ghl', { latencyMs: 20_000 })
  const recordId = await deploy(stack, planned)
  await until(() => recordOf(stack, recordId), (record) => stepOf(record, 'ghl')?.status === 'running' && stepOf(record, 'retell')?.status === 'success' && stepOf(record, 'n8n')?.status === 'success')
  const since = Date.now()
  expect((await stack.call('POST', `/api/v1/deployments/${recordId}/cancel`, { reason: 'too slow' })).status).toBe(202)
  expect(Date.now() - since).toBeLessThan(15_000)
  const record = await recordOf(stack, recordId)
  expect(record).toMatchObject({ status: 'failed', error: { code: '499.cancelled' } })
  expect(record.providers.map(({ provider, status }) => `${provider} ${status}`)).toEqual(['ghl cancelled', 'n8n success', 'retell success'])
  expect(await auditOf(stack, recordId)).toEqual([expect.objectContaining({ action: 'deployment.cancel', actor: 'owner@test' })])
  await ended(stack, planned)
})

test('an approver and a viewer can read what is parked and decide nothing', async () => {
  const { planned, recordId } = await parkGhl('guarded')
  for (const role of ['approver', 'viewer', 'editor'] as const) {
    const token = await stack.token(role)
    expect((await stack.call('GET', `/api/v1/dead-letters?planId=${planned.planId}`, undefined, { token })).status).toBe(200)
    for (const [name, body] of [['retry', {}], ['skip', { provider: 'ghl', reason: 'x' }], ['resolve', { provider: 'ghl', links: [], reason: 'x' }], ['cancel', {}]] as const)
      expect(await stack.call('POST', `/api/v1/deployments/${recordId}/${name}`, body, { token })).toMatchObject({ status: 403 })
  }
  expect(stepOf(await recordOf(stack, recordId), 'ghl')?.status).toBe('parked')
})
