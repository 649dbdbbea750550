import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { startOtlpReceiver } from '../support/otlp.ts'
import type { OtlpReceiver, ReceivedSpan } from '../support/otlp.ts'
import { spawnProduct } from '../support/processes.ts'
import type { Processes } from '../support/processes.ts'
import { startStack, until } from '../support/stack.ts'
import type { TestStack } from '../support/stack.ts'

const content = readFileSync(new URL('../../library/samples/dental-receptionist.yaml', import.meta.url), 'utf8')
const variables = { companyName: 'Bright Smile', timezone: 'America/New_York' }
const targets = ['retell', 'n8n', 'ghl']
const vendors = [...targets, 'supabase']
const correlationId = `watched-${randomBytes(6).toString('hex')}`
const traceId = randomBytes(16).toString('hex')
const callerSpan = randomBytes(8).toString('hex')
const joined = { 'x-correlation-id': correlationId, traceparent: `00-${traceId}-${callerSpan}-01` }

interface Ids { templateId: string; clientId: string; instanceId: string; planId: string; resourcePlanId: string; recordId: string }
interface Link { provider: string; external_id: string; name: string }

let stack: TestStack
let receiver: OtlpReceiver
let product: Processes
let before: Record<'api' | 'worker', Samples>
let journalBefore: Record<string, number>
let ids: Ids
let links: Link[]
let correlations: (string | null)[]

type Samples = Map<string, number>

/** The samples of a Prometheus text by name and labels, the labels sorted. */
async function scrape(url: string): Promise<Samples> {
  const samples: Samples = new Map()
  for (const line of (await (await fetch(url)).text()).split('\n')) {
    const [, name, labels = '', value] = /^([a-z_:][\w:]*)(?:\{(.*)\})? (\S+)/i.exec(line) ?? []
    if (name !== undefined) samples.set(`${name}{${[...labels.matchAll(/\w+="[^"]*"/g)].map(([label]) => label).sort().join(',')}}`, Number(value))
  }
  return samples
}
const scrapeBoth = async (): Promise<Record<'api' | 'worker', Samples>> => ({ api: await scrape(product.metrics.api), worker: await scrape(product.metrics.worker) })
const growth = (now: Samples, then: Samples, key: string): number => (now.get(key) ?? 0) - (then.get(key) ?? 0)

const recordOf = (recordId: string) => product.call<{ status: string }>('GET', `/api/v1/deployments/${recordId}`)
const ended = (recordId: string) => until(() => recordOf(recordId), ({ body }) => body.status === 'success' || body.status === 'failed')

/** Import, customize, plan, resources and deploy by calls that share a trace and a correlation id. */
async function runStages(): Promise<Ids> {
  correlations = []
  const call = async <T>(path: string, body: unknown): Promise<T> => {
    const answer = await product.call<T>('POST', path, body, joined)
    expect(answer.status).toBeLessThan(300)
    correlations.push(answer.headers.get('x-correlation-id'))
    return answer.body
  }
  const { templateId } = await call<Ids>('/templates/import', { kind: 'retell', name: 'dental-receptionist', content })
  const { id: clientId } = await call<{ id: string }>('/api/v1/clients', { name: 'Bright Smile' })
  const { instanceId } = await call<Ids>(`/templates/${templateId}/customize`, { variables })
  const { planId } = await call<Ids>(`/templates/${templateId}/plan`, { clientId, targets, instanceId })
  const { resourcePlanId } = await call<Ids>(`/templates/${templateId}/resources`, { planId })
  const { recordId } = await call<Ids>(`/templates/${templateId}/deploy`, { planId })
  return { templateId, clientId, instanceId, planId, resourcePlanId, recordId }
}

beforeAll(async () => {
  receiver = await startOtlpReceiver()
  stack = await startStack()
  product = await spawnProduct(stack, { JWT_SECRET: 'a secret of the watched processes, 32 or more', OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, PROVIDER_ATTEMPTS: '2' })
  before = await scrapeBoth()
  journalBefore = Object.fromEntries(await Promise.all(vendors.map(async (name): Promise<[string, number]> => [name, (await stack.journal(name)).length])))
  ids = await runStages()
  expect((await ended(ids.recordId)).body).toMatchObject({ status: 'success' })
  links = (await product.call<Link[]>('GET', `/templates/${ids.templateId}/links?planId=${ids.planId}`)).body
}, 120_000)

afterAll(async () => {
  await product.stop()
  await stack.close()
  await receiver.close()
})

describe('traces', () => {
  const inTrace = (): ReceivedSpan[] => receiver.spans.filter((span) => span.traceId === traceId)
  const named = (name: string): ReceivedSpan[] => inTrace().filter((span) => span.name === name)
  const parentOf = (span: ReceivedSpan | undefined): ReceivedSpan | undefined => inTrace().find(({ spanId }) => spanId === span?.parentId)
  const lineage = (span: ReceivedSpan | undefined): string[] => (span ? [span.name, ...lineage(parentOf(span))] : [])

  beforeAll(async () => {
    // The run's own span ends, and is sent, a little after its record.
    await until(() => Promise.resolve(named('RunWorkflow:deployPlan')), (found) => found.length > 0)
    await until(() => Promise.resolve(inTrace()), (spans) => spans.every((span) => span.parentId === callerSpan || parentOf(span) !== undefined))
  })

  test('separate calls that carry one traceparent are one trace, from each request to its run', () => {
    const stages = { import: 'importTemplate', customize: 'customizeTemplate', plan: 'planDeployment', resources: 'initializeResources', deploy: 'deployPlan' }
    for (const [stage, workflow] of Object.entries(stages)) {
      const route = stage === 'import' ? 'POST /templates/import' : `POST /templates/{id}/${stage}`
      const [server, ...others] = named(route)
      expect(others).toEqual([])
      expect(server).toMatchObject({ service: 'slipway-api', kind: 2, parentId: callerSpan, attributes: { 'slipway.correlation_id': correlationId, 'http.route': route.slice(5) } })
      expect(lineage(named(`RunWorkflow:${workflow}`)[0])).toEqual([`RunWorkflow:${workflow}`, `StartWorkflow:${workflow}`, route])
      expect(named(`RunWorkflow:${workflow}`)).toMatchObject([{ service: 'slipway-worker' }])
    }
  })

  test('activities, local and remote, hang below their run', () => {
    const run = (activity: string, workflow: string, route: string) => [`RunActivity:${activity}`, `StartActivity:${activity}`, `RunWorkflow:${workflow}`, `StartWorkflow:${workflow}`, route]
    expect(lineage(named('RunActivity:storeImport')[0])).toEqual(run('storeImport', 'importTemplate', 'POST /templates/import'))
    expect(lineage(named('RunActivity:storeInstance')[0])).toEqual(run('storeInstance', 'customizeTemplate', 'POST /templates/{id}/customize'))
    expect(lineage(named('RunActivity:previewProvider')[0])).toEqual(run('previewProvider', 'planDeployment', 'POST /templates/{id}/plan'))
    expect(lineage(named('RunActivity:writeStage')[0])).toEqual(run('writeStage', 'initializeResources', 'POST /templates/{id}/resources'))
    expect(named('RunActivity:writeStage')).toHaveLength(2)
    for (const deployed of named('RunActivity:deployGroup')) expect(lineage(deployed)).toEqual(run('deployGroup', 'deployPlan', 'POST /templates/{id}/deploy'))
    expect(new Set(named('RunActivity:deployGroup').map(({ attributes }) => attributes['slipway.provider']))).toEqual(new Set(targets))
  })

  test.each(vendors)('each request that %s received is one client span below an activity', async (vendor) => {
    const received = (await stack.journal(vendor)).slice(journalBefore[vendor]).map(({ method, path, status }) => `${method} ${path} ${String(status)}`)
    const calls = inTrace().filter(({ kind, attributes }) => kind === 3 && attributes['slipway.provider'] === vendor)
    expect(received.length).toBeGreaterThan(0)
    expect(calls.map(({ attributes }) => `${String(attributes['http.request.method'])} ${String(attributes['url.path'])} ${String(attributes['http.response.status_code'])}`).sort()).toEqual(received.sort())
    for (const call of calls) expect(parentOf(call)?.name).toMatch(/^RunActivity:(previewProvider|deployGroup|writeStage)$/)
  })

  test('the calls that made a resource carry its id at the provider', () => {
    expect(links).toHaveLength(8)
    for (const { provider, external_id: externalId, name } of links) {
      const made = inTrace().filter(({ kind, attributes }) => kind === 3 && attributes['slipway.external_id'] === externalId && attributes['http.request.method'] === 'POST')
      expect(made.length).toBeGreaterThan(0)
      for (const call of made) {
        expect(call.attributes).toMatchObject({ 'slipway.provider': provider, 'slipway.resource': name })
        expect(parentOf(call)).toMatchObject({ name: 'RunActivity:deployGroup', attributes: { 'slipway.provider': provider, 'slipway.correlation_id': correlationId } })
        expect(call.endNs >= call.startNs && call.endNs <= (parentOf(call)?.endNs ?? 0n)).toBe(true)
      }
    }
    const told = named('RunActivity:deployGroup').flatMap(({ attributes }) => (attributes['slipway.external_ids'] ?? []) as string[])
    expect(new Set(told)).toEqual(new Set(links.map(({ external_id: externalId }) => externalId)))
  })

  test('a pipeline of all five stages by one request is one trace', async () => {
    const [ownTrace, span] = [randomBytes(16).toString('hex'), randomBytes(8).toString('hex')]
    const { body } = await product.call<{ pipelineId: string }>('POST', '/api/v1/pipelines', { templateId: ids.templateId, client: { name: 'White Teeth' }, variables: { ...variables, companyName: 'White Teeth' }, targets }, { traceparent: `00-${ownTrace}-${span}-01` })
    const done = await until(() => product.call<{ status: string }>('GET', `/api/v1/pipelines/${body.pipelineId}`), (answer) => answer.body.status !== 'running')
    expect(done.body).toMatchObject({ status: 'success' })
    const own = () => receiver.spans.filter((one) => one.traceId === ownTrace)
    await until(() => Promise.resolve(own().map(({ name }) => name)), (names) => ['RunWorkflow:deployPlan', 'RunWorkflow:pipeline', 'POST /api/v1/pipelines'].every((name) => names.includes(name)))
    const names = new Set(own().map(({ name }) => name))
    for (const activity of ['beginPipeline', 'storeInstance', 'storePlan', 'previewProvider', 'writeStage', 'deployGroup']) expect(names).toContain(`RunActivity:${activity}`)
    expect(new Set(own().filter(({ kind }) => kind === 3).map(({ attributes }) => attributes['slipway.provider']))).toEqual(new Set(vendors))
    const known = new Set([span, ...own().map(({ spanId }) => spanId)])
    expect(own().filter(({ parentId }) => !known.has(parentId))).toEqual([])
  })

  test('nothing but traces is sent', () => {
    expect(new Set(receiver.bodies.map(({ path }) => path))).toEqual(new Set(['/v1/traces']))
  })
})

/** What was audited of one request or run, by its actor: action, kind of subject, subject. */
const auditOf = async (id: string, actor = 'owner@test'): Promise<string[]> => {
  const { body } = await product.call<{ items: { action: string; actor: string; subjectType: string; subjectId: string }[] }>('GET', `/api/v1/audit?correlationId=${id}&limit=100`)
  expect(new Set(body.items.map((item) => item.actor))).toEqual(new Set([actor]))
  return body.items.map(({ action, subjectType, subjectId }) => `${action} ${subjectType} ${subjectId}`).sort()
}

describe('the correlation id', () => {
  test('is answered, and stands in the log lines of both processes with the ids of what they are about', () => {
    expect(correlations).toEqual(Array(6).fill(correlationId))
    const lines = (of: 'api' | 'worker') => product.log(of).filter((line) => line['correlation_id'] === correlationId)
    for (const line of [...lines('api'), ...lines('worker')]) expect(line['trace_id']).toBe(traceId)
    const api = lines('api')
    expect(api.map(({ route, status }) => `${String(route)} ${String(status)}`)).toEqual(['/templates/import 201', '/api/v1/clients 201', '/templates/{id}/customize 201', '/templates/{id}/plan 201', '/templates/{id}/resources 201', '/templates/{id}/deploy 202'])
    expect(api[3]).toMatchObject({ template_id: ids.templateId, instance_id: ids.instanceId, plan_id: ids.planId, actor: 'owner@test' })
    expect(api[5]).toMatchObject({ plan_id: ids.planId, record_id: ids.recordId })

    const worker = lines('worker')
    const about = { template_id: ids.templateId, instance_id: ids.instanceId }
    expect(worker).toContainEqual(expect.objectContaining({ msg: 'template imported', template_id: ids.templateId, status: 'success' }))
    expect(worker).toContainEqual(expect.objectContaining({ msg: 'template customized', ...about, status: 'success' }))
    expect(worker).toContainEqual(expect.objectContaining({ msg: 'deployment planned', ...about, plan_id: ids.planId, status: 'success' }))
    expect(worker).toContainEqual(expect.objectContaining({ msg: 'resources planned', ...about, plan_id: ids.planId, status: 'running' }))
    expect(worker).toContainEqual(expect.objectContaining({ msg: 'resource stage written', ...about, plan_id: ids.planId, provider: 'supabase', table: 'prompts', status: 'success' }))
    for (const provider of targets) expect(worker).toContainEqual(expect.objectContaining({ msg: 'provider step done', ...about, plan_id: ids.planId, provider, status: 'success' }))
    expect(worker).toContainEqual(expect.objectContaining({ msg: 'deploy success', ...about, plan_id: ids.planId, record_id: ids.recordId, status: 'success' }))
  })

  test('finds the runs in Temporal and what was audited', async () => {
    const listed = await until(async () => JSON.parse(await stack.temporal('workflow', 'list', '-o', 'json', '--query', `SlipwayCorrelationId="${correlationId}"`)) as { type: { name: string } }[], (runs) => runs.length >= 5)
    expect(listed.map(({ type }) => type.name).sort()).toEqual(['customizeTemplate', 'deployPlan', 'importTemplate', 'initializeResources', 'planDeployment'])
    expect(await auditOf(correlationId)).toEqual([
      `client.created client ${ids.clientId}`, `template.customize instance ${ids.instanceId}`, `template.deploy plan ${ids.planId}`, `template.import template ${ids.templateId}`, `template.plan plan ${ids.planId}`,
      `template.resources plan ${ids.planId}`, `template.resources.stage resource_plan ${ids.resourcePlanId}`, `template.resources.stage resource_plan ${ids.resourcePlanId}`,
    ])
  })
})

describe('metrics', () => {
  test('both processes count what one deployment did', async () => {
    const now = await scrapeBoth()
    for (const provider of targets) {
      expect(growth(now.worker, before.worker, `deployments_total{provider="${provider}",status="success"}`)).toBeGreaterThanOrEqual(1)
      expect(growth(now.worker, before.worker, `deployment_duration_ms_count{provider="${provider}",status="success"}`)).toBe(growth(now.worker, before.worker, `deployments_total{provider="${provider}",status="success"}`))
      expect(growth(now.worker, before.worker, `deployment_duration_ms_sum{provider="${provider}",status="success"}`)).toBeGreaterThan(1)
    }
    for (const table of ['prompts', 'documents']) expect(growth(now.worker, before.worker, `resource_plan_steps_total{status="success",table="${table}"}`)).toBeGreaterThanOrEqual(1)
    expect(growth(now.api, before.api, 'http_requests_total{method="POST",route="/templates/import",status="201"}')).toBe(1)
    expect(growth(now.api, before.api, 'http_requests_total{method="POST",route="/templates/{id}/deploy",status="202"}')).toBe(1)
    expect(growth(now.api, before.api, 'http_request_duration_ms_count{method="POST",route="/templates/{id}/plan",status="201"}')).toBe(1)
    expect(growth(now.api, before.api, 'templates_total{category="voice-agents",kind="retell"}')).toBe(1)
    const completed = (samples: Samples) => [...samples].filter(([key]) => key.startsWith('temporal_workflow_completed')).reduce((sum, [, value]) => sum + value, 0)
    expect(completed(now.worker) - completed(before.worker)).toBeGreaterThanOrEqual(5)
  })

  test('a provider that refuses shows as retries, a failed step and a parked one', async () => {
    const then = await scrapeBoth()
    await stack.faults('ghl', { rate: 1, kinds: ['500'] })
    const { body } = await product.call<{ pipelineId: string }>('POST', '/api/v1/pipelines', { templateId: ids.templateId, client: { name: 'Sore Gums' }, variables: { ...variables, companyName: 'Sore Gums' }, targets }, { 'x-correlation-id': `${correlationId}-sore` })
    await until(() => product.call<{ status: string }>('GET', `/api/v1/pipelines/${body.pipelineId}`), (answer) => answer.body.status === 'failed')
    await stack.faults('ghl', { rate: 0 })
    const now = await scrapeBoth()
    expect(growth(now.worker, then.worker, 'provider_retries_total{provider="ghl"}')).toBe(1)
    expect(growth(now.worker, then.worker, 'deployments_total{provider="ghl",status="failed"}')).toBe(1)
    expect(growth(now.worker, then.worker, 'provider_parked_total{provider="ghl"}')).toBe(1)
    expect(growth(now.worker, then.worker, 'deployments_total{provider="n8n",status="success"}')).toBe(1)
    expect(growth(now.api, then.api, 'deployments_parked{provider="ghl"}')).toBe(1)
    const lines = product.log('worker').filter((line) => line['correlation_id'] === `${correlationId}-sore` && line['provider'] === 'ghl')
    expect(lines).toContainEqual(expect.objectContaining({ level: 'warn', msg: 'provider step failed', status: 'retrying', template_id: ids.templateId, attempt: 1, code: '502.provider_error_ghl' }))
    const parked = lines.find(({ msg }) => msg === 'provider step parked')
    expect(parked).toMatchObject({ level: 'warn', status: 'parked', code: '502.provider_error_ghl', template_id: ids.templateId, instance_id: expect.any(String), plan_id: expect.any(String) })

    const ordered = `${correlationId}-ordered`
    const recordId = String(parked?.['record_id'])
    expect(await product.call('POST', `/api/v1/deployments/${recordId}/skip`, { provider: 'ghl', reason: 'no need' }, { 'x-correlation-id': ordered })).toMatchObject({ status: 202 })
    expect((await until(() => recordOf(recordId), ({ body: { status } }) => status !== 'failed')).body.status).toBe('success')
    expect(await auditOf(ordered)).toEqual([`deployment.skip deployment ${recordId}`])
    expect(product.log('worker')).toContainEqual(expect.objectContaining({ msg: 'skip ordered', actor: 'owner@test', template_id: ids.templateId, plan_id: parked?.['plan_id'], record_id: recordId, provider: 'ghl', correlation_id: ordered, status: 'skipped' }))
    expect(growth((await scrapeBoth()).api, now.api, 'deployments_parked{provider="ghl"}')).toBe(-1)
  })

  test('a deployment that goes on but fails is listed with its provider, its error and when it is tried next', async () => {
    const failing = async () => (await product.call<{ items: { id: string; status: string; providers: { provider: string; status: string; attempts: number; nextRetryAt?: string; error?: { code: string; message: string } }[] }[] }>('GET', '/api/v1/deployments?failing=true')).body.items
    expect(await failing()).toEqual([])
    await stack.faults('retell', { rate: 1, kinds: ['429'], retryAfterMs: 4_000, times: 1 })
    const { body } = await product.call<{ recordId: string }>('POST', `/templates/${ids.templateId}/deploy`, { planId: ids.planId })
    const [record, ...others] = await until(failing, (items) => items.length > 0)
    expect(others).toEqual([])
    expect(record).toMatchObject({ id: body.recordId, status: 'running' })
    const step = record?.providers.find(({ provider }) => provider === 'retell')
    expect(step).toMatchObject({ status: 'retrying', attempts: 1, error: { code: '502.provider_error_retell', message: expect.stringContaining('429') } })
    expect(Date.parse(step?.nextRetryAt ?? '')).toBeGreaterThan(Date.now())
    const fine = await product.call<{ items: { id: string }[] }>('GET', '/api/v1/deployments?failing=false&limit=100')
    expect(fine.body.items.map(({ id }) => id)).not.toContain(body.recordId)
    expect(fine.body.items.length).toBeGreaterThan(1)
    expect((await ended(body.recordId)).body).toMatchObject({ status: 'success' })
    expect(await failing()).toEqual([])
  })

  test('a queue that no worker serves shows its backlog at the workers of others', async () => {
    await product.restartWorker({ PROVIDERS: 'retell,n8n,supabase' })
    const key = 'queue_backlog{kind="activity",queue="provider-ghl"}'
    expect((await scrape(product.metrics.worker)).get(key)).toBe(0)
    const { body } = await product.call<{ recordId: string }>('POST', `/templates/${ids.templateId}/deploy`, { planId: ids.planId })
    await until(() => scrape(product.metrics.worker), (samples) => samples.get(key) === 1 && (samples.get(key.replace('backlog', 'backlog_age_ms')) ?? 0) > 0)
    await product.restartWorker({})
    expect((await ended(body.recordId)).body).toMatchObject({ status: 'success' })
    expect((await until(() => scrape(product.metrics.worker), (samples) => samples.get(key) === 0)).get('queue_backlog{kind="workflow",queue="slipway"}')).toBe(0)
  }, 120_000)
})

test('undeploying is audited, logged and one trace, too', async () => {
  const [id, trace] = [`${correlationId}-undeployed`, randomBytes(16).toString('hex')]
  const { status, body } = await product.call<{ recordId: string }>('POST', `/api/v1/plans/${ids.planId}/undeploy`, {}, { 'x-correlation-id': id, traceparent: `00-${trace}-${callerSpan}-01` })
  expect(status).toBe(202)
  expect((await ended(body.recordId)).body).toMatchObject({ status: 'success' })
  expect(await auditOf(id)).toEqual([`template.undeploy plan ${ids.planId}`])
  expect(product.log('worker')).toContainEqual(expect.objectContaining({ msg: 'undeploy success', template_id: ids.templateId, instance_id: ids.instanceId, plan_id: ids.planId, record_id: body.recordId, correlation_id: id, status: 'success', trace_id: trace }))
  const own = () => receiver.spans.filter((span) => span.traceId === trace)
  await until(() => Promise.resolve(own().map(({ name }) => name)), (names) => names.includes('RunWorkflow:undeployPlan') && names.includes('POST /api/v1/plans/{id}/undeploy'))
  const deleted = own().filter(({ kind, attributes }) => kind === 3 && attributes['http.request.method'] === 'DELETE').map(({ attributes }) => String(attributes['url.path']))
  for (const { external_id: externalId } of links.filter(({ provider }) => provider === 'n8n')) expect(deleted.some((path) => path.includes(externalId))).toBe(true)
})
