import { randomBytes, randomUUID } from 'node:crypto'
import pg from 'pg'
import { inTenant } from '../../db/client.ts'
import { openDatabase } from '../../db/pool.ts'
import { putConnection } from '../../db/connections.ts'
import { createVault } from '../../db/vault.ts'
import type { Product, Tenant } from '../support/product.ts'

/** A client with a location of its own at GoHighLevel, and a plan that was never deployed. */
export interface Subject { clientId: string; planId: string; instanceId: string; company: string; locationId: string; connectionId: string }

export const targets = ['ghl', 'n8n', 'retell']

/** Four resources at three vendors; none needs another vendor's. */
const content = {
  variables: { type: 'object', required: ['company'], properties: { company: { type: 'string' }, greeting: { type: 'string', default: 'Good morning' } } },
  resources: {
    brain: { provider: 'retell', type: 'llm', spec: { start_speaker: 'agent', model: 'gpt-4.1', general_prompt: 'You answer the telephone for ${{ variables.company }}. ${{ variables.greeting }}!' } },
    agent: { provider: 'retell', type: 'agent', spec: { agent_name: '${{ variables.company }}', voice_id: '11labs-Adrian', response_engine: { type: 'retell-llm', llm_id: '${{ resources.brain.id }}' } } },
    flow: {
      provider: 'n8n', type: 'workflow',
      spec: { name: '${{ variables.company }} flow', nodes: [{ id: '5f2e7c1a-0c55-4c3e-9a3b-0d6a4f7f0a01', name: 'Start', type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, position: [0, 0], parameters: {} }], connections: {}, settings: {} },
    },
    field: { provider: 'ghl', type: 'customField', spec: { name: '${{ variables.company }} source', dataType: 'TEXT' } },
  },
}

export interface Agency {
  tenant: Tenant
  templateId: string
  versionId: string
  /** Those that all clients share. */
  connectionIds: string[]
  variables: Record<string, unknown>
  /** So many clients with plans, made in the database: preparing them is not what is measured. */
  subjects(count: number, options?: { planned?: boolean }): Promise<Subject[]>
}

const companyName = (): string => `c${randomBytes(6).toString('hex')}`
const locationName = (): string => randomBytes(10).toString('hex')

/** A tenant with the template, and one client planned through the API, whose plan all others are copies of. */
export async function openAgency(product: Product, atEnd: (work: () => Promise<unknown>) => void): Promise<Agency> {
  const tenant = await product.tenant()
  const { databaseUrl } = product.stack()
  const must = async <T>(path: string, body: unknown): Promise<T> => {
    const answer = await tenant.call<T>('POST', path, body)
    if (answer.status >= 300) throw new Error(`${path}: ${String(answer.status)} ${JSON.stringify(answer.body)}`)
    return answer.body
  }
  const { templateId } = await must<{ templateId: string }>('/api/v1/templates/import', { kind: 'project', name: 'bench', content: { kind: 'project', name: 'bench', ...content } })
  const company = companyName()
  const { id: clientId } = await must<{ id: string }>('/api/v1/clients', { name: company })
  const { instanceId } = await must<{ instanceId: string }>(`/api/v1/templates/${templateId}/customize`, { variables: { company } })
  const { planId } = await must<{ planId: string }>(`/api/v1/templates/${templateId}/plan`, { clientId, instanceId, targets })

  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  const db = openDatabase({ url: databaseUrl, poolSize: 4 })
  atEnd(async () => { await Promise.all([client.end(), db.destroy()]) })
  const vault = createVault({ key: product.secrets.encryptionKey, oldKeys: [] })
  const ids = async (text: string): Promise<string[]> => (await client.query<{ id: string }>(text, [tenant.id])).rows.map(({ id }) => id)
  const [versionId = ''] = await ids("select id from template_versions where tenant_id = $1 and template_id in (select id from template_artifacts where name = 'bench')")

  const copy = async (planned: boolean): Promise<Subject> => {
    const made = { clientId: randomUUID(), planId: randomUUID(), instanceId: randomUUID(), company: companyName(), locationId: locationName() }
    await client.query('insert into clients (tenant_id, id, name, created_by) values ($1, $2, $3, $4)', [tenant.id, made.clientId, made.company, 'bench'])
    await client.query(`insert into template_instances (tenant_id, id, template_id, version_id, variables, secret_variables, variables_hash, kb_refs, use_llm, texts, rendering, created_by)
      select tenant_id, $1, template_id, version_id, replace(variables::text, $2, $3)::jsonb, secret_variables, variables_hash, kb_refs, use_llm, texts, replace(rendering::text, $2, $3)::jsonb, created_by from template_instances where id = $4`, [made.instanceId, company, made.company, instanceId])
    if (planned) await client.query(`insert into deployment_plans (tenant_id, id, template_id, client_id, instance_id, targets, variables, plan_hash, changes, created_by)
      select tenant_id, $1, template_id, $2, $3, targets, replace(variables::text, $4, $5)::jsonb, plan_hash, changes, created_by from deployment_plans where id = $6`, [made.planId, made.clientId, made.instanceId, company, made.company, planId])
    const { connection } = await inTenant(db, tenant.id, (tx) => putConnection(tx, vault, { tenantId: tenant.id, provider: 'ghl', clientId: made.clientId, baseUrl: 'sandbox:ghl', config: { locationId: made.locationId }, secrets: { token: `pit-sandbox-${made.locationId}` }, createdBy: 'bench' }))
    return { ...made, connectionId: connection.id }
  }
  return {
    tenant, templateId, versionId, variables: { greeting: 'Good morning' },
    connectionIds: await ids('select id from connections where tenant_id = $1 and client_id is null'),
    async subjects(count, { planned = true } = {}) {
      const made: Subject[] = []
      for (let number = 0; number < count; number++) made.push(await copy(planned))
      return made
    },
  }
}
