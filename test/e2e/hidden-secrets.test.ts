import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { startEchoingVendor } from '../support/echoing-vendor.ts'
import type { EchoingVendor } from '../support/echoing-vendor.ts'
import { startStack } from '../support/stack.ts'
import type { TestStack } from '../support/stack.ts'
import { content, everywhere, openCase } from './agency.ts'
import type { Case, Content, Planned } from './agency.ts'

let stack: TestStack
/** n8n, but its refusals quote the request. */
let vendor: EchoingVendor
beforeAll(async () => {
  stack = await startStack({ supabase: false, env: { PROVIDER_ATTEMPTS: '1' } })
  vendor = await startEchoingVendor(stack.sandboxes.n8n)
  expect((await stack.call('POST', '/api/v1/connections', { provider: 'n8n', baseUrl: vendor.url, secrets: { apiKey: 'n8n-sandbox' } })).status).toBe(200)
}, 60_000)
afterAll(async () => {
  await vendor.close()
  await stack.close()
})

const hidden = { type: 'string', writeOnly: true }
const variables = (...secrets: string[]) => ({ type: 'object', required: ['company'], properties: { company: { type: 'string' }, ...Object.fromEntries(secrets.map((name) => [name, hidden])) } })
const basic = 'Basic ${{ variables.login | base64_encode }}'
const encoded: Content['resources'] = {
  brain: { provider: 'retell', type: 'llm', spec: { start_speaker: 'agent', model: 'gpt-4.1', general_prompt: 'Answer', general_tools: [{ type: 'custom', name: 'look_up', description: 'Looks up', url: 'https://example.org/hook', speak_after_execution: true, headers: { Authorization: basic } }] } },
  flow: {
    provider: 'n8n', type: 'workflow', spec: {
      name: '${{ variables.company }} flow', connections: {}, settings: {},
      nodes: [{ id: 'n1', name: 'Start', type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, position: [0, 0], parameters: { authorization: basic } }],
    },
  },
  value: { provider: 'ghl', type: 'customValue', spec: { name: '${{ variables.company }} login', value: basic } },
}
const secret = (name: string): string => `${name}-${randomBytes(12).toString('hex')}`
const spellings = (text: string): string[] => [text, Buffer.from(text).toString('base64').replace(/=+$/, '')]

/** The plan as whoever may read it sees it, which shows none of these. */
async function shown({ planId }: Planned, secrets: readonly string[]): Promise<Planned['changes']> {
  const { status, body } = await stack.call<Planned>('GET', `/api/v1/plans/${planId}`, undefined, { token: await stack.token('viewer') })
  expect(status).toBe(200)
  const text = JSON.stringify(body)
  for (const spelling of secrets.flatMap(spellings)) expect(text).not.toContain(spelling)
  return body.changes
}
const fieldsOf = (changes: Planned['changes']) => Object.fromEntries(changes.map(({ name, action, fields }) => [name, [action, ...(fields ?? [])]]))

test('a secret that the template encodes is shown neither before nor after it changed, nor when the vendor quotes it', async () => {
  const one = await openCase(stack, content({ variables: variables('login'), resources: encoded }))
  const [before, after] = [secret('before'), secret('after')]
  const instanceId = await one.customize({ login: before })
  const planned = await one.plan({ instanceId })
  await one.deploy(planned.planId)
  await one.plan({ instanceId, variables: { login: after }, replace: true })
  expect(fieldsOf(await shown(planned, [before, after]))).toEqual({
    brain: ['update', { field: '/general_tools/0/headers/Authorization' }], flow: ['update', { field: '/nodes/0/parameters/authorization' }], value: ['update', { field: '/value' }],
  })

  vendor.refuse({ status: 400, method: 'PUT' })
  const recordId = await one.start(planned.planId)
  expect(await one.settled(recordId)).toMatchObject({ status: 'failed', error: { message: expect.stringContaining('[redacted]') as unknown } })
  vendor.refuse(undefined)
  const told = JSON.stringify([
    await one.record(recordId), (await stack.call('GET', `/api/v1/deployments/${recordId}/logs?limit=100`)).body, (await stack.call('GET', '/api/v1/dead-letters?status=all')).body,
    await stack.temporal('workflow', 'show', '--workflow-id', `deploy:${planned.planId}`, '-o', 'json'),
  ])
  expect(told).toContain('you sent PUT')
  for (const spelling of [before, after].flatMap(spellings)) expect(told).not.toContain(spelling)
  await one.deploy(planned.planId)
})

/** The template with a text of its own in place of each of its secrets. */
const opened = (resources: Content['resources']): Content['resources'] => JSON.parse(JSON.stringify(resources).replaceAll(basic, 'Nobody').replaceAll('${{ variables.key }}', 'Nobody')) as Content['resources']

const plain: Content['resources'] = { ...encoded, value: { provider: 'ghl', type: 'customValue', spec: { name: '${{ variables.company }} key', value: '${{ variables.key }}' } } }

async function openDeployed(): Promise<{ one: Case; planned: Planned; given: { login: string; key: string } }> {
  const one = await openCase(stack, content({ variables: variables('login', 'key'), resources: plain }))
  const given = { login: secret('login'), key: secret('key') }
  const planned = await one.plan({ instanceId: await one.customize(given) })
  await one.deploy(planned.planId)
  return { one, planned, given }
}

test('a secret that the next version no longer holds is not read back from the vendor', async () => {
  const { one, planned, given } = await openDeployed()
  await one.importVersion(content({ variables: variables(), resources: opened(plain) }))
  await one.plan({ instanceId: await one.customize(), replace: true })
  const changes = await shown(planned, Object.values(given))
  expect(changes.map(({ action }) => action)).toEqual(everywhere.map(() => 'update'))
  expect(fieldsOf(changes)['value']).toEqual(['update', { field: '/value' }])
  await one.deploy(planned.planId)
})

test('nor is one whose variable has another value by now, whoever is asked for the first time', async () => {
  const { one, planned, given } = await openDeployed()
  await one.importVersion(content({ variables: variables('login', 'key'), resources: opened(plain) }))
  const next = { login: secret('next'), key: secret('next') }
  await one.plan({ instanceId: await one.customize(next), replace: true })
  await shown(planned, [...Object.values(given), ...Object.values(next)])
  const alone = await one.plan({ instanceId: await one.customize(next), targets: ['ghl'] })
  expect(fieldsOf(await shown(alone, Object.values(given)))).toEqual({ value: ['update', { field: '/value' }] })
})
