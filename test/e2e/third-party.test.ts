import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { startSandbox } from '../../sandboxes/kernel.ts'
import { createRegistry } from '../../providers/registry.ts'
import type { Provider } from '../../providers/provider.ts'
import { providersWithExample } from '../providers/example/registry.ts'
import { statuspagesSandbox } from '../providers/example/sandbox.ts'
import { statuspages } from '../providers/example/statuspages/index.ts'
import { startStack } from '../support/stack.ts'
import type { TestStack } from '../support/stack.ts'
import { openCase } from './agency.ts'

let stack: TestStack
let vendor: { url: string; close(): Promise<void> }
/** Its look-up breaks on every answer, which is nobody's fault but ours. */
let looks = 0
const broken: Provider = { ...statuspages, name: 'broken', resources: Object.fromEntries(Object.entries(statuspages.resources).map(([name, type]) => [name, { ...type, find: () => { looks += 1; return Promise.reject(new TypeError('an answer nobody expected')) } }])) }
const registry = createRegistry([...providersWithExample.names().map((name) => providersWithExample.get(name)), broken])
beforeAll(async () => {
  stack = await startStack({ registry, supabase: false })
  vendor = await startSandbox(statuspagesSandbox, {})
})
afterAll(async () => {
  await stack.close()
  await vendor.close()
})

const page = (template: Record<string, unknown> = {}) => ({ provider: 'statuspages', type: 'component', spec: { name: '${{ variables.company }} hotline', description: 'Phone ${{ resources.tag.id }}', ...template } })
const components = async () => ((await (await fetch(`${vendor.url}/__state`)).json()) as { resources: { id: string; name: string; body: Record<string, unknown> }[] }).resources

test('a provider that is one folder and one line in the registry is connected, planned, deployed beside the others and taken back', async () => {
  const connected = await stack.call<{ id: string }>('POST', '/api/v1/connections', { provider: 'statuspages', baseUrl: vendor.url, secrets: { apiKey: 'sp_good' } })
  expect(connected.status).toBe(201)
  expect((await stack.call('POST', `/api/v1/connections/${connected.body.id}/test`)).body).toEqual({ ok: true, account: 'Acme' })

  const variables = { type: 'object', required: ['company'], properties: { company: { type: 'string' } } }
  const resources = { tag: { provider: 'ghl', type: 'tag', spec: { name: '${{ variables.company }} caller' } }, hotline: page() }
  const one = await openCase(stack, { variables, resources })
  const { planId, changes } = await one.plan({ targets: ['ghl', 'statuspages'] })
  expect(changes.map(({ provider, name, action }) => [provider, name, action])).toEqual([['ghl', 'tag', 'create'], ['statuspages', 'hotline', 'create']])
  await one.deploy(planId)
  const [made] = await components()
  const [tag] = (await stack.state('ghl')).filter(({ type }) => type === 'tag')
  expect(made?.body).toMatchObject({ name: `${one.company} hotline`, description: `Phone ${tag?.id ?? ''}` })
  expect((await one.links()).find(({ provider }) => provider === 'statuspages')).toMatchObject({ external_id: made?.id, url: `${vendor.url}/app/components/${made?.id ?? ''}` })

  await one.deploy(planId)
  expect((await components()).map(({ id }) => id)).toEqual([made?.id])
  await one.undeploy(planId)
  expect(await components()).toEqual([])
})

test('its rules are checked when a template is imported', async () => {
  const artifact = { kind: 'project', name: 'no such field', resources: { hotline: { ...page(), spec: { name: 'x', colour: 'red' } } } }
  const { status, body } = await stack.call<{ code: string; errors: { pointer: string }[] }>('POST', '/templates/import', { kind: 'project', name: 'no such field', content: artifact })
  expect([status, body.code, body.errors.map(({ pointer }) => pointer)]).toEqual([400, '400.artifact_schema_invalid', ['/resources/hotline/spec/colour']])
})

test('a look that our own bug breaks off is not tried again, since a person waits for the plan', async () => {
  await stack.call('POST', '/api/v1/connections', { provider: 'broken', baseUrl: vendor.url, secrets: { apiKey: 'sp_good' } })
  const one = await openCase(stack, { variables: { type: 'object', properties: { company: { type: 'string' } } }, resources: { hotline: { ...page({ description: 'Phone' }), provider: 'broken' } } })
  const { status } = await one.tryPlan({ instanceId: await one.customize(), targets: ['broken'] })
  expect({ status, looks }).toEqual({ status: 500, looks: 1 })
})
