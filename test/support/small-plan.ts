import { expect } from '@jest/globals'
import type { z } from 'zod'
import type { DeploymentEvent, DeploymentRecord, providerLink } from '../../contracts/api.ts'
import type { AuditEvent } from '../../db/audit-list.ts'
import { until } from './stack.ts'
import type { TestStack } from './stack.ts'

/** One resource or two at each provider, none of which needs another; every name holds the company's. */
export const smallTemplate = `
variables:
  type: object
  required: [company]
  properties:
    company: { type: string, minLength: 1 }
    source: { type: string, default: telephone, maxLength: 20 }
resources:
  brain: { provider: retell, type: llm, spec: { start_speaker: agent, model: gpt-4.1, general_prompt: "You answer for \${{ variables.company }}" } }
  flow:
    provider: n8n
    type: workflow
    spec:
      name: "\${{ variables.company }} flow"
      nodes: [{ id: 5f2e7c1a-0c55-4c3e-9a3b-0d6a4f7f0a01, name: Start, type: n8n-nodes-base.manualTrigger, typeVersion: 1, position: [0, 0], parameters: {} }]
      connections: {}
      settings: {}
  source: { provider: ghl, type: customValue, spec: { name: "Source \${{ variables.company }}", value: "\${{ variables.source }}" } }
  label: { provider: ghl, type: tag, spec: { name: "caller \${{ variables.company }}" } }
initialization:
  prompts: [{ key: greeting, content: "Greet for \${{ variables.company }}" }]
`

/** Waits between tries that a test can afford: 150 and 300 ms, then parked. */
export const quickRetries = { PROVIDER_ATTEMPTS: '3', PROVIDER_RETRY_INITIAL_MS: '150', PROVIDER_RETRY_MAX_MS: '2000' }

type ProviderLink = z.infer<typeof providerLink>

export interface Planned { templateId: string; clientId: string; planId: string }

export const importContent = (name: string, content: string = smallTemplate) => ({ kind: 'project', name, content })

export async function importSmall(stack: TestStack, name = 'small', content?: string): Promise<string> {
  const { status, body } = await stack.call<{ templateId: string }>('POST', '/templates/import', importContent(name, content))
  expect(status).toBe(201)
  return body.templateId
}

/** A client of that name and a plan for it. Lower case: GoHighLevel makes tags so. */
export async function planFor(stack: TestStack, templateId: string, company: string, targets = ['ghl', 'n8n', 'retell'], variables: object = {}): Promise<Planned> {
  const client = await stack.call<{ id: string }>('POST', '/api/v1/clients', { name: company })
  expect(client.status).toBe(201)
  const customized = await stack.call<{ instanceId: string }>('POST', `/templates/${templateId}/customize`, { variables: { company, ...variables } })
  expect(customized.status).toBe(201)
  const planned = await stack.call<{ planId: string }>('POST', `/templates/${templateId}/plan`, { clientId: client.body.id, targets, instanceId: customized.body.instanceId })
  expect(planned.status).toBe(201)
  return { templateId, clientId: client.body.id, planId: planned.body.planId }
}

export async function deploy(stack: TestStack, { templateId, planId }: Planned): Promise<string> {
  const { status, body } = await stack.call<{ recordId: string }>('POST', `/templates/${templateId}/deploy`, { planId })
  expect(status).toBe(202)
  return body.recordId
}

export const recordOf = async (stack: TestStack, recordId: string): Promise<DeploymentRecord> => (await stack.call<DeploymentRecord>('GET', `/api/v1/deployments/${recordId}`)).body

export const stepOf = ({ providers }: DeploymentRecord, provider: string): DeploymentRecord['providers'][number] | undefined => providers.find((step) => step.provider === provider)

/** The record once it is success or failed. */
export const settled = (stack: TestStack, recordId: string, seconds?: number): Promise<DeploymentRecord> =>
  until(() => recordOf(stack, recordId), ({ status }) => status === 'success' || status === 'failed', seconds)

/** A deployment that waits for an order about its parked provider. */
export async function deployUntilParked(stack: TestStack, planned: Planned): Promise<string> {
  const recordId = await deploy(stack, planned)
  expect((await settled(stack, recordId)).status).toBe('failed')
  return recordId
}

export const linksOf = async (stack: TestStack, { templateId, planId }: Planned): Promise<ProviderLink[]> => (await stack.call<ProviderLink[]>('GET', `/templates/${templateId}/links?planId=${planId}`)).body

export const eventsOf = async (stack: TestStack, recordId: string): Promise<DeploymentEvent[]> =>
  (await stack.call<{ items: DeploymentEvent[] }>('GET', `/api/v1/deployments/${recordId}/logs?limit=100`)).body.items

export interface Letter { id: string; recordId: string; provider: string; code: string; message: string; fingerprint: string; attempts: number; status: string; decidedBy?: string; reason?: string }

export const lettersOf = async (stack: TestStack, { planId }: Planned, status = 'all'): Promise<Letter[]> =>
  (await stack.call<{ items: Letter[] }>('GET', `/api/v1/dead-letters?planId=${planId}&status=${status}`)).body.items

export const auditOf = async (stack: TestStack, recordId: string): Promise<AuditEvent[]> => (await stack.call<{ items: AuditEvent[] }>('GET', `/api/v1/audit?subject=${recordId}`)).body.items

/** An order by the real command line; without an input where none is given. */
export const signal = (stack: TestStack, { planId }: Planned, name: string, input?: unknown): Promise<string> =>
  stack.temporal('workflow', 'signal', '--workflow-id', `deploy:${planId}`, '--name', name, ...(input === undefined ? [] : ['--input', JSON.stringify(input)]))

/** Closed for good: nobody waits for an order any more. */
export const ended = (stack: TestStack, { planId }: Planned): Promise<string> =>
  until(() => stack.temporal('workflow', 'describe', '--workflow-id', `deploy:${planId}`), (text) => /Status\s+(COMPLETED|FAILED|CANCELED|TERMINATED)/i.test(text))
