import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { startStack, until } from '../support/stack.ts'
import type { TestStack } from '../support/stack.ts'

let stack: TestStack
beforeAll(async () => { stack = await startStack() })
afterAll(() => stack.close())

test('the sample template goes from import to running resources at three providers', async () => {
  const content = readFileSync(new URL('../../library/samples/dental-receptionist.yaml', import.meta.url), 'utf8')
  const imported = await stack.call<{ templateId: string }>('POST', '/templates/import', { kind: 'retell', name: 'dental-receptionist', content })
  expect(imported).toMatchObject({ status: 201, body: { version: '1.0.0', created: true } })
  const { templateId } = imported.body
  const client = await stack.call<{ id: string }>('POST', '/api/v1/clients', { name: 'Bright Smile' })
  const customized = await stack.call<{ instanceId: string }>('POST', `/templates/${templateId}/customize`, { variables: { companyName: 'Bright Smile', timezone: 'America/New_York' } })
  expect(customized.status).toBe(201)
  const planned = await stack.call<{ planId: string; changes: { action: string }[] }>('POST', `/templates/${templateId}/plan`, { clientId: client.body.id, targets: ['retell', 'n8n', 'ghl'], instanceId: customized.body.instanceId })
  expect(planned.status).toBe(201)
  expect(planned.body.changes.map(({ action }) => action)).toEqual(Array(8).fill('create'))
  const { planId } = planned.body
  const resources = await stack.call<{ resourcePlanId: string }>('POST', `/templates/${templateId}/resources`, { planId })
  expect(resources.status).toBe(201)
  const deployed = await stack.call<{ recordId: string }>('POST', `/templates/${templateId}/deploy`, { planId })
  expect(deployed.status).toBe(202)
  const record = await until(() => stack.call<{ status: string }>('GET', `/api/v1/deployments/${deployed.body.recordId}`), ({ body }) => body.status === 'success' || body.status === 'failed')
  expect(record.body).toMatchObject({ status: 'success' })
  const links = await stack.call<{ provider: string; external_id: string }[]>('GET', `/templates/${templateId}/links?clientId=${client.body.id}`)
  expect(links.body).toHaveLength(8)
  const live = (await Promise.all(['retell', 'n8n', 'ghl'].map((name) => stack.state(name)))).flat().map(({ id }) => id)
  for (const link of links.body) expect(live).toContain(link.external_id)
  expect((await stack.state('supabase')).map(({ name }) => name).sort()).toEqual(['opening-hours', 'receptionist-summary'])
})
