import { randomBytes } from 'node:crypto'
import { expect } from '@jest/globals'
import type { DeploymentRecord } from '../../contracts/api.ts'
import type { TemplateArtifact } from '../../contracts/artifact.ts'
import type { Change } from '../../contracts/plan.ts'
import { until } from '../support/stack.ts'
import type { Answer, SandboxRow, TestStack } from '../support/stack.ts'

export interface Planned { planId: string; revision: number; planHash: string; changes: Change[] }
export interface Problem { code: string; detail: string; recordId?: string; planId?: string; pipelineId?: string; errors?: { pointer: string; message: string }[] }
export interface Link { provider: string; external_id: string; url: string; type: string; name: string; plan_id: string }
export type Content = Omit<TemplateArtifact, 'kind' | 'name' | 'meta' | 'initialization'> & { initialization?: Partial<TemplateArtifact['initialization']> }
type Resources = TemplateArtifact['resources']

export const everywhere = ['retell', 'n8n', 'ghl']

/** Small, but with each kind of reference: within a provider, across providers, and a secret. */
export const resources: Resources = {
  brain: { provider: 'retell', type: 'llm', spec: { start_speaker: 'agent', general_prompt: '${{ variables.prompt }}' } },
  agent: { provider: 'retell', type: 'agent', spec: { agent_name: '${{ variables.company }}', voice_id: '11labs-Adrian', response_engine: { type: 'retell-llm', llm_id: '${{ resources.brain.id }}' } } },
  key: { provider: 'n8n', type: 'credential', spec: { name: '${{ variables.company }} key', type: 'httpHeaderAuth', data: { name: 'X-Key', value: '${{ variables.secret }}' } } },
  flow: {
    provider: 'n8n', type: 'workflow', spec: {
      name: '${{ variables.company }} flow', connections: {}, settings: { executionOrder: 'v1' },
      nodes: [{ id: 'n1', name: 'Keep', type: 'n8n-nodes-base.set', typeVersion: 3.4, position: [0, 0], parameters: { assignments: { assignments: [{ id: 'a1', name: 'agent', value: '${{ resources.agent.id }}', type: 'string' }] } }, credentials: { httpHeaderAuth: { id: '${{ resources.key.id }}', name: '${{ variables.company }} key' } } }],
    },
  },
  tag: { provider: 'ghl', type: 'tag', spec: { name: '${{ variables.company }} caller' } },
  value: { provider: 'ghl', type: 'customValue', spec: { name: '${{ variables.company }} prompt', value: '${{ variables.prompt }}' } },
}

export const content = (change: Partial<Content> = {}): Content => ({
  variables: {
    type: 'object', required: ['company'],
    properties: { company: { type: 'string' }, prompt: { type: 'string', default: 'Be kind.' }, secret: { type: 'string', writeOnly: true, default: 'first secret' } },
  },
  resources,
  ...change,
})

export const without = (...names: string[]): Resources => Object.fromEntries(Object.entries(resources).filter(([name]) => !names.includes(name)))

/** One template and one client of their own: nothing of another test has its names. */
export async function openCase(stack: TestStack, given: Content = content()) {
  const company = `Case ${randomBytes(4).toString('hex')}`
  const must = <T>(answer: Answer<T>, ...statuses: number[]): T => {
    if (!statuses.includes(answer.status)) throw new Error(`${String(answer.status)} ${JSON.stringify(answer.body)}`)
    return answer.body
  }
  const importVersion = async (next: Content, force = true) =>
    must(await stack.call<{ templateId: string; version: string }>('POST', '/templates/import', { kind: 'project', name: company, content: { kind: 'project', name: company, ...next }, force }), 200, 201)
  const { templateId } = await importVersion(given, false)
  const { id: clientId } = must(await stack.call<{ id: string }>('POST', '/api/v1/clients', { name: company }), 201)
  const template = `/templates/${templateId}`

  const customize = async (variables: Record<string, unknown> = {}, more: Record<string, unknown> = {}) =>
    must(await stack.call<{ instanceId: string }>('POST', `${template}/customize`, { variables: { company, ...variables }, ...more }), 200, 201).instanceId
  const tryPlan = <T = Problem>(body: Record<string, unknown>) => stack.call<T>('POST', `${template}/plan`, { clientId, targets: everywhere, ...body })
  const plan = async (body: Record<string, unknown> = {}) => {
    const instanceId = 'instanceId' in body || 'variables' in body ? body['instanceId'] : await customize()
    return must(await tryPlan<Planned>({ ...(instanceId === undefined ? {} : { instanceId }), ...body }), 200, 201)
  }
  const tryDeploy = (body: Record<string, unknown>) => stack.call<Problem & { recordId: string }>('POST', `${template}/deploy`, body)
  const tryUndeploy = (planId: string, body: Record<string, unknown> = {}) => stack.call<Problem & { recordId: string }>('POST', `/api/v1/plans/${planId}/undeploy`, body)
  const record = async (id: string) => (await stack.call<DeploymentRecord>('GET', `/api/v1/deployments/${id}`)).body
  const settled = (id: string, seconds = 30) => until(() => record(id), ({ status }) => status === 'success' || status === 'failed', seconds)
  const start = async (planId: string, body: Record<string, unknown> = {}) => must(await tryDeploy({ planId, ...body }), 202).recordId

  return {
    company, templateId, clientId, template, importVersion, customize, tryPlan, plan, tryDeploy, tryUndeploy, record, settled, start,
    /** Deploys and waits; fails the test unless it succeeds. */
    async deploy(planId: string, body: Record<string, unknown> = {}) {
      const done = await settled(await start(planId, body))
      expect({ status: done.status, error: done.error }).toEqual({ status: 'success' })
      return done
    },
    async undeploy(planId: string, body: Record<string, unknown> = {}) {
      const done = await settled(must(await tryUndeploy(planId, body), 202).recordId)
      expect({ status: done.status, error: done.error }).toEqual({ status: 'success' })
      return done
    },
    links: async () => (await stack.call<Link[]>('GET', `${template}/links?clientId=${clientId}`)).body,
    /** Vendor ids by logical name. */
    async ids(): Promise<Record<string, string>> {
      return Object.fromEntries((await this.links()).map(({ name, external_id }) => [name, external_id]))
    },
  }
}
export type Case = Awaited<ReturnType<typeof openCase>>

export const row = async (stack: TestStack, sandbox: string, id: string | undefined): Promise<SandboxRow | undefined> => (await stack.state(sandbox)).find((one) => one.id === id)

/** What somebody does at the vendor behind our back. */
export async function byHand(stack: TestStack, sandbox: 'retell' | 'n8n' | 'ghl', method: string, path: string, body?: unknown, locationId = stack.locationId): Promise<Record<string, never>> {
  const keys = { retell: { authorization: 'Bearer key_sandbox' }, n8n: { 'x-n8n-api-key': 'n8n-sandbox' }, ghl: { authorization: `Bearer pit-sandbox-${locationId}`, version: '2021-07-28' } }
  const answer = await fetch(`${stack.sandboxes[sandbox]}${path}`, { method, headers: { ...keys[sandbox], ...(body === undefined ? {} : { 'content-type': 'application/json' }) } as Record<string, string>, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${method} ${path}: ${String(answer.status)} ${text}`)
  return (text === '' ? {} : JSON.parse(text)) as Record<string, never>
}

/** Requests that change something, from now on. */
export async function watchWrites(stack: TestStack): Promise<() => Promise<string[]>> {
  const journals = () => Promise.all(everywhere.map((name) => stack.journal(name)))
  const before = (await journals()).map(({ length }) => length)
  return async () => (await journals()).flatMap((entries, index) => entries.slice(before[index]).filter(({ method }) => method !== 'GET').map(({ method, path }) => `${everywhere[index] ?? ''} ${method} ${path}`))
}
