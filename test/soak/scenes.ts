import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { sandboxLocation } from '../../bin/stack/connections.ts'
import { Complaint } from './visitor.ts'
import type { Visitor } from './visitor.ts'

const everywhere = ['ghl', 'n8n', 'retell', 'supabase']

/** One resource or two at each vendor, and a prompt. */
const content = {
  variables: { type: 'object', required: ['company'], properties: { company: { type: 'string', minLength: 1 }, greeting: { type: 'string', default: 'Hello' }, secret: { type: 'string', writeOnly: true, default: 'a-first-secret' } } },
  resources: {
    brain: { provider: 'retell', type: 'llm', spec: { start_speaker: 'agent', model: 'gpt-4.1', general_prompt: '${{ variables.greeting }}! You answer for ${{ variables.company }}' } },
    agent: { provider: 'retell', type: 'agent', spec: { agent_name: '${{ variables.company }}', voice_id: '11labs-Adrian', response_engine: { type: 'retell-llm', llm_id: '${{ resources.brain.id }}' } } },
    key: { provider: 'n8n', type: 'credential', spec: { name: '${{ variables.company }} key', type: 'httpHeaderAuth', data: { name: 'X-Key', value: '${{ variables.secret }}' } } },
    flow: {
      provider: 'n8n', type: 'workflow',
      spec: { name: '${{ variables.company }} flow', nodes: [{ id: 'n1', name: 'Start', type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, position: [0, 0], parameters: {} }], connections: {}, settings: {} },
    },
    label: { provider: 'ghl', type: 'tag', spec: { name: 'caller ${{ variables.company }}' } },
    value: { provider: 'ghl', type: 'customValue', spec: { name: 'Greeting ${{ variables.company }}', value: '${{ variables.greeting }}' } },
  },
  initialization: { prompts: [{ key: 'greeting', content: '${{ variables.greeting }} from ${{ variables.company }}' }] },
}

/** What a visitor has made and may come back to. */
export interface Deployed { planId: string; clientId: string; company: string; recordId: string }

export interface Home {
  visitor: Visitor
  templateId: string
  deployed: Deployed[]
}

let number = 0
const newCompany = (): string => `practice ${String(++number)} ${randomUUID().slice(0, 8)}`
const text = (value: unknown): string => String(value)
const at = (home: Home): string => `/api/v1/templates/${home.templateId}`

export async function openHome(visitor: Visitor): Promise<Home> {
  const { body } = await visitor.send('POST', '/templates/import', [200, 201], { kind: 'project', name: 'soak', content: { kind: 'project', name: 'soak', ...content } })
  return { visitor, templateId: text(body['templateId']), deployed: [] }
}

async function succeeds(home: Home, recordId: string): Promise<void> {
  const ended = await home.visitor.follow(recordId)
  if (ended === 'success') return
  const { body } = await home.visitor.send('GET', `/api/v1/deployments/${recordId}`, 200)
  throw new Complaint(`a deployment ended as ${text(ended)}: ${JSON.stringify(body['error'])}`)
}

async function newPlan(home: Home, company: string, clientId: string, replace = false): Promise<string> {
  const customized = await home.visitor.send('POST', `${at(home)}/customize`, [200, 201], { variables: { company, greeting: `Hello ${String(++number)}` } })
  const planned = await home.visitor.send('POST', `${at(home)}/plan`, [200, 201], { clientId, targets: everywhere.slice(0, 3), instanceId: customized.body['instanceId'], ...(replace ? { replace } : {}) })
  return text(planned.body['planId'])
}

async function newClient(home: Home): Promise<{ company: string; clientId: string }> {
  const company = newCompany()
  const { body } = await home.visitor.send('POST', '/api/v1/clients', 201, { name: company }, { 'idempotency-key': randomUUID() })
  return { company, clientId: text(body['id']) }
}

const deploy = async (home: Home, planId: string): Promise<string> => text((await home.visitor.send('POST', `${at(home)}/deploy`, 202, { planId }, { 'idempotency-key': randomUUID() })).body['recordId'])

async function untilParked(home: Home, recordId: string): Promise<void> {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await sleep(200)) {
    const { body } = await home.visitor.send('GET', `/api/v1/deployments/${recordId}`, 200)
    if (body['status'] === 'failed') return
  }
  throw new Complaint('a deployment with a revoked token was not parked within a minute')
}

/** A visitor takes one of its deployments for itself, so that two scenes do not meet at one plan. */
const take = ({ deployed }: Home, which: 'oldest' | 'newest' = 'oldest'): Deployed | undefined => (which === 'oldest' ? deployed.shift() : deployed.pop())

export const scenes: Record<string, (home: Home) => Promise<void>> = {
  async pipeline(home) {
    const company = newCompany()
    const started = await home.visitor.send('POST', '/api/v1/pipelines', 202, { templateId: home.templateId, client: { name: company }, variables: { company }, targets: everywhere.slice(0, 3) })
    const { body } = await home.visitor.pipelineEnds(text(started.body['pipelineId']))
    const ids = Object.assign({}, ...(body['stages'] as { ids?: Record<string, string> }[]).map((stage) => stage.ids ?? {})) as Record<string, string>
    if (body['status'] !== 'success') throw new Complaint(`a pipeline ended as ${text(body['status'])}: ${JSON.stringify(body['error'])}`)
    const plan = await home.visitor.send('GET', `/api/v1/plans/${text(ids['planId'])}`, 200)
    home.deployed.push({ planId: text(ids['planId']), clientId: text(plan.body['clientId']), company, recordId: text(ids['recordId']) })
  },

  async stages(home) {
    const { company, clientId } = await newClient(home)
    const planId = await newPlan(home, company, clientId)
    await home.visitor.send('POST', `${at(home)}/resources`, [200, 201], { planId })
    const recordId = await deploy(home, planId)
    await succeeds(home, recordId)
    home.deployed.push({ planId, clientId, company, recordId })
  },

  async change(home) {
    const one = take(home)
    if (!one) return
    const planId = await newPlan(home, one.company, one.clientId, true)
    const recordId = await deploy(home, planId)
    await succeeds(home, recordId)
    home.deployed.push({ ...one, planId, recordId })
  },

  async again(home) {
    const one = take(home, 'newest')
    if (!one) return
    const recordId = await deploy(home, one.planId)
    await home.visitor.send('POST', `${at(home)}/deploy`, [202, 409], { planId: one.planId }).then(async ({ status, body }) => {
      if (status === 202) await succeeds(home, text(body['recordId']))
    })
    await succeeds(home, recordId)
    home.deployed.push({ ...one, recordId })
  },

  async undeploy(home) {
    if (home.deployed.length < 12) return
    const one = take(home)
    if (!one) return
    const { body } = await home.visitor.send('POST', `/api/v1/plans/${one.planId}/undeploy`, 202, {})
    await succeeds(home, text(body['recordId']))
  },

  /** A client whose own credential is wrong: parked at once, corrected, tried again, and followed in one stream all the while. */
  async parked(home) {
    const { company, clientId } = await newClient(home)
    const locationId = sandboxLocation(clientId)
    const connection = await home.visitor.send('POST', '/api/v1/connections', 201, { provider: 'ghl', clientId, baseUrl: 'sandbox:ghl', config: { locationId }, secrets: { token: 'pit-revoked' } })
    const planId = await newPlan(home, company, clientId)
    const recordId = await deploy(home, planId)
    const followed = succeeds(home, recordId)
    // Whatever comes between, the stream's own complaint is heard at the end.
    followed.catch(() => undefined)
    await untilParked(home, recordId)
    await home.visitor.send('GET', '/api/v1/dead-letters?limit=5', 200)
    await home.visitor.send('PATCH', `/api/v1/connections/${text(connection.body['id'])}`, 200, { secrets: { token: `pit-sandbox-${locationId}` } })
    await home.visitor.send('POST', `/api/v1/deployments/${recordId}/retry`, 202, { provider: 'ghl' })
    await followed
    home.deployed.push({ planId, clientId, company, recordId })
  },

  async reads(home) {
    const { visitor } = home
    const one = home.deployed.at(-1)
    for (const path of ['/api/v1/templates', '/api/v1/deployments?limit=50', '/api/v1/clients?limit=100', '/api/v1/connections', '/api/v1/dead-letters', '/api/v1/audit?limit=50', `${at(home)}`, `${at(home)}/links`, '/health', '/ready', '/openapi.json']) await visitor.send('GET', path, 200)
    if (!one) return
    for (const path of [`/api/v1/deployments/${one.recordId}`, `/api/v1/deployments/${one.recordId}/logs?limit=100`, `/api/v1/plans/${one.planId}`]) await visitor.send('GET', path, 200)
  },

  /** Streams that are opened, and closed before they end. */
  async streams(home) {
    const one = take(home, 'newest')
    if (!one) return
    const recordId = await deploy(home, one.planId)
    await Promise.all([1, 2, 3, 4].map((enough) => home.visitor.follow(recordId, enough)))
    await succeeds(home, recordId)
    home.deployed.push({ ...one, recordId })
  },

  async mistakes(home) {
    const { visitor } = home
    await visitor.send('GET', `/api/v1/deployments/${randomUUID()}`, 404)
    await visitor.send('GET', '/api/v1/deployments/nonsense', 400)
    await visitor.send('POST', `${at(home)}/customize`, 422, { variables: {} })
    await visitor.send('POST', '/templates/import', 400, { kind: 'project', name: 'broken', content: { resources: { one: { provider: 'nobody', type: 'x', spec: {} } } } })
    await visitor.send('POST', '/api/v1/clients', 400, { name: 1 })
    await visitor.send('GET', '/api/v1/clients', 401, undefined, { authorization: 'Bearer nonsense' })
    await visitor.send('GET', '/api/v1/nowhere', 404)
  },
}

/** How often each is played: most of the load is deployments. */
export const programme = ['pipeline', 'reads', 'change', 'stages', 'mistakes', 'undeploy', 'again', 'parked', 'reads', 'undeploy', 'streams', 'change', 'undeploy'] as const
