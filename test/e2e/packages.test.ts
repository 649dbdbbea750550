import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { DeploymentRecord } from '../../contracts/api.ts'
import type { JsonObject } from '../../contracts/json.ts'
import type { WorkflowRun } from '../../contracts/workflows.ts'
import { artifactOf, kindOf, packages, parts, pathOf, readmeInput, textOf } from '../library/packages.ts'
import type { Package } from '../library/packages.ts'
import { startStack, until } from '../support/stack.ts'
import type { Answer, SandboxRow, TestStack } from '../support/stack.ts'
import { watchWrites } from './agency.ts'

interface Deployed { clientId: string; locationId: string; first: WorkflowRun }

let stack: TestStack
const deployed = new Map<Package, Deployed>()

const must = <T>({ status, body }: Answer<T>, ...wanted: number[]): T => {
  if (!wanted.includes(status)) throw new Error(`${String(status)} ${JSON.stringify(body)}`)
  return body
}
const outputOf = <T>({ steps }: WorkflowRun, id: string): T => steps.find((step) => step.id === id)?.output as T
const inputFor = (name: Package, { clientId, locationId }: Pick<Deployed, 'clientId' | 'locationId'>) => readmeInput(name, clientId, { automationUrl: stack.sandboxes.n8n, locationId })

async function execute(name: Package, input: JsonObject): Promise<WorkflowRun> {
  const { runId } = must(await stack.call<{ runId: string }>('POST', `/api/v1/workflows/${name}/execute`, { input }), 202)
  return until(async () => (await stack.call<WorkflowRun>('GET', `/api/v1/workflows/runs/${runId}`)).body, ({ status }) => status !== 'running', 180)
}

/** As the package's README says, up to the first run. Each client has a location of its own, because names there are unique. */
async function setUp(name: Package, index: number): Promise<Deployed> {
  for (const part of parts) must(await stack.call('POST', '/api/v1/templates/import', { kind: kindOf[part], contentRef: pathOf(name, `${part}.yaml`) }), 201)
  must(await stack.call('POST', '/api/v1/workflows', { definition: textOf(name, 'package.yaml') }), 201)
  const { id: clientId } = must(await stack.call<{ id: string }>('POST', '/api/v1/clients', { name }), 201)
  const locationId = `packageLocation${String(index).padStart(5, '0')}`
  must(await stack.call('POST', '/api/v1/connections', { provider: 'ghl', clientId, baseUrl: 'sandbox:ghl', config: { locationId }, secrets: { token: `pit-sandbox-${locationId}` } }), 201)
  return { clientId, locationId, first: await execute(name, inputFor(name, { clientId, locationId })) }
}

const everything = async (): Promise<SandboxRow[]> => (await Promise.all(['retell', 'n8n', 'ghl'].map((sandbox) => stack.state(sandbox)))).flat()
const of = (name: Package): Deployed => {
  const found = deployed.get(name)
  if (!found) throw new Error(`${name} was not deployed`)
  return found
}

beforeAll(async () => {
  stack = await startStack({ supabase: false, env: { PROVIDER_TIMEOUT_MS: '10000' } })
  await Promise.all(packages.map(async (name, index) => { deployed.set(name, await setUp(name, index)) }))
}, 300_000)
afterAll(() => stack.close())

/** Steps by hand leave nothing at the provider. */
const made = (name: Package) => parts.flatMap((part) => Object.entries(artifactOf(name, part).resources).filter(([, { type }]) => type !== 'manual').map(([resource, { provider, type }]) => ({ resource, provider, type })))

describe.each(packages.map((name) => [name] as const))('%s', (name) => {
  test('deploys the CRM, then the automation, then the voice, in one run', () => {
    const { first } = of(name)
    expect([first.status, first.error]).toEqual(['success', undefined])
    expect(first.steps.filter(({ status }) => status !== 'success').map(({ id, status }) => [id, status])).toEqual([['review', 'skipped']])
    const at = (id: string, what: 'startedAt' | 'finishedAt') => Date.parse(first.steps.find((step) => step.id === id)?.[what] ?? '')
    expect(at('crmDeploy', 'finishedAt')).toBeLessThanOrEqual(at('automationDeploy', 'startedAt'))
    expect(at('automationDeploy', 'finishedAt')).toBeLessThanOrEqual(at('voiceDeploy', 'startedAt'))
  })

  test('leaves every resource at its provider, linked, and the steps that are a person\'s', async () => {
    const { first } = of(name)
    const links = parts.flatMap((part) => outputOf<{ links: { name: string; provider: string; type: string; external_id: string }[] }>(first, `${part}Links`).links)
    expect(links.map((link) => ({ resource: link.name, provider: link.provider, type: link.type })).sort(byName)).toEqual(made(name).sort(byName))
    const states = new Map((await Promise.all(['retell', 'n8n', 'ghl'].map(async (provider) => [provider, new Set((await stack.state(provider)).map(({ id }) => id))] as const))))
    expect(links.filter(({ provider, external_id }) => states.get(provider)?.has(external_id) !== true)).toEqual([])
    const record = must(await stack.call<DeploymentRecord>('GET', `/api/v1/deployments/${outputOf<{ recordId: string }>(first, 'crmDeploy').recordId}`), 200)
    const byHand = Object.values(artifactOf(name, 'crm').resources).filter(({ type }) => type === 'manual').length
    expect(record.providers.flatMap(({ manualSteps }) => manualSteps ?? [])).toHaveLength(byHand)
  })

  test('gives the automation the CRM\'s ids and publishes it, and the voice the automation\'s addresses', async () => {
    const { first } = of(name)
    const idsOf = (part: string) => outputOf<{ links: { name: string; external_id: string }[] }>(first, `${part}Links`).links
    const flows = (await stack.state('n8n')).filter(({ type, id }) => type === 'workflow' && idsOf('automation').some((link) => link.external_id === id))
    const pipelines = idsOf('crm').filter((link) => artifactOf(name, 'crm').resources[link.name]?.type === 'pipeline')
    for (const { external_id } of pipelines) expect(JSON.stringify(flows)).toContain(external_id)
    expect(flows.map(({ body }) => (body as { active?: boolean; activeVersion?: unknown }).active ?? (body as { activeVersion?: unknown }).activeVersion !== null)).toEqual(flows.map(() => true))
    const agents = (await stack.state('retell')).filter(({ type, id }) => type === 'agent' && idsOf('voice').some((link) => link.external_id === id))
    expect(JSON.stringify(agents)).toContain(`${stack.sandboxes.n8n}/webhook/`)
  })
})

const byName = (a: { resource: string }, b: { resource: string }) => a.resource.localeCompare(b.resource)

test('a second run of each changes nothing', async () => {
  const before = await everything()
  const writes = await watchWrites(stack)
  const runs = await Promise.all(packages.map((name) => execute(name, inputFor(name, of(name)))))
  expect(runs.map(({ status, error }) => [status, error])).toEqual(packages.map(() => ['success', undefined]))
  expect(runs.map((run) => outputOf<{ planId: string }>(run, 'voicePlan').planId)).toEqual(packages.map((name) => outputOf<{ planId: string }>(of(name).first, 'voicePlan').planId))
  expect(await writes()).toEqual([])
  expect(await everything()).toEqual(before)
}, 300_000)

test('secrets that somebody has given to the automation stay when it runs again, and are in no run', async () => {
  const name = 'law-firm-intake'
  const { clientId, first } = of(name)
  const { planId } = outputOf<{ planId: string }>(first, 'automationPlan')
  const { instanceId } = must(await stack.call<{ instanceId: string }>('GET', `/api/v1/plans/${planId}`), 200)
  const secrets = { retellApiKey: 'key_of_the_client', highLevelToken: 'pit-of-the-client', mailPassword: 'of-the-mailbox' }
  const planned = await stack.call<{ planId: string }>('POST', `/api/v1/templates/${name}-automation/plan`, { clientId, targets: ['n8n'], instanceId, replace: true, variables: secrets })
  expect(must(planned, 200).planId).toBe(planId)
  const writes = await watchWrites(stack)
  const { recordId } = must(await stack.call<{ recordId: string }>('POST', `/api/v1/templates/${name}-automation/deploy`, { planId }), 202)
  await until(async () => (await stack.call<DeploymentRecord>('GET', `/api/v1/deployments/${recordId}`)).body.status, (status) => status === 'success')
  const sealed = await writes()
  expect(sealed.filter((one) => one.startsWith('n8n PATCH /api/v1/credentials/'))).toHaveLength(3)
  const again = await execute(name, inputFor(name, of(name)))
  // What was lost would be written anew.
  expect([again.status, await writes()]).toEqual(['success', sealed])
  const stored = await stack.call('GET', `/api/v1/workflows/runs/${again.id}`)
  for (const secret of Object.values(secrets)) expect(JSON.stringify(stored.body)).not.toContain(secret)
  const stranger = await execute(name, { ...inputFor(name, of(name)), clientId: '0b6f0b9a-35b3-4f5a-8d0e-8f4b8f6d3a01' })
  expect(stranger).toMatchObject({ status: 'failed', error: { code: '404.client_not_found' } })
}, 180_000)
