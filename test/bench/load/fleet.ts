import { randomBytes, randomUUID } from 'node:crypto'
import pg from 'pg'
import { inTenant } from '../../../db/client.ts'
import { openDatabase } from '../../../db/pool.ts'
import { putConnection } from '../../../db/connections.ts'
import { createVault } from '../../../db/vault.ts'
import type { Product, Tenant } from '../../support/product.ts'

/** A template and where it is deployed to; `${{ variables.company }}` is the client's name. */
export interface Wares {
  name: string
  content: object
  targets: string[]
}

/** One tenant with many clients, each with a location of its own at GoHighLevel and a plan that was never deployed. */
export interface Agency {
  tenant: Tenant
  templateId: string
  planIds: string[]
}

export interface Fleet {
  agencies: Agency[]
  /** What the database's owner sees. */
  query<T extends object>(text: string, values?: unknown[]): Promise<T[]>
  /** Deploys a plan through the product's API, or another one over the same servers; answers the record's id. */
  deploy(agency: Agency, planId: string, apiUrl?: string): Promise<string>
  close(): Promise<void>
}

const companyName = (): string => `c${randomBytes(6).toString('hex')}`

/** One agency per size: its first client is planned through the API, the others are copies of that one in the database. */
export async function openFleet(product: Product, wares: Wares, sizes: readonly number[]): Promise<Fleet> {
  const { databaseUrl } = product.stack()
  const client = new pg.Client({ connectionString: databaseUrl })
  // Unheard, a server that stops first would end this process before it could say what went wrong.
  client.on('error', () => undefined)
  await client.connect()
  const db = openDatabase({ url: databaseUrl, poolSize: 2 })
  const vault = createVault({ key: product.secrets.encryptionKey, oldKeys: [] })

  const copy = async (tenantId: string, original: { company: string; instanceId: string; planId: string }): Promise<string> => {
    const [clientId, instanceId, planId, company, locationId] = [randomUUID(), randomUUID(), randomUUID(), companyName(), randomBytes(10).toString('hex')]
    await client.query('insert into clients (tenant_id, id, name, created_by) values ($1, $2, $3, $4)', [tenantId, clientId, company, 'load'])
    await client.query(`insert into template_instances (tenant_id, id, template_id, version_id, variables, secret_variables, variables_hash, kb_refs, use_llm, texts, rendering, created_by)
      select tenant_id, $1, template_id, version_id, replace(variables::text, $2, $3)::jsonb, secret_variables, variables_hash, kb_refs, use_llm, texts, replace(rendering::text, $2, $3)::jsonb, created_by
      from template_instances where id = $4`, [instanceId, original.company, company, original.instanceId])
    await client.query(`insert into deployment_plans (tenant_id, id, template_id, client_id, instance_id, targets, variables, plan_hash, changes, created_by)
      select tenant_id, $1, template_id, $2, $3, targets, replace(variables::text, $4, $5)::jsonb, plan_hash, changes, created_by
      from deployment_plans where id = $6`, [planId, clientId, instanceId, original.company, company, original.planId])
    await inTenant(db, tenantId, (tx) => putConnection(tx, vault, { tenantId, provider: 'ghl', clientId, baseUrl: 'sandbox:ghl', config: { locationId }, secrets: { token: `pit-sandbox-${locationId}` }, createdBy: 'load' }))
    return planId
  }

  const agencies: Agency[] = []
  for (const [index, size] of sizes.entries()) {
    const tenant = await product.tenant(`${wares.name}-${String(index)}`)
    const must = async <T>(path: string, body: unknown): Promise<T> => {
      const answer = await tenant.call<T>('POST', path, body)
      if (answer.status >= 300) throw new Error(`${path}: ${String(answer.status)} ${JSON.stringify(answer.body)}`)
      return answer.body
    }
    const { name, content, targets } = wares
    const { templateId } = await must<{ templateId: string }>('/api/v1/templates/import', { kind: 'project', name, content: { kind: 'project', name, ...content } })
    const company = companyName()
    const { id: clientId } = await must<{ id: string }>('/api/v1/clients', { name: company })
    const { instanceId } = await must<{ instanceId: string }>(`/api/v1/templates/${templateId}/customize`, { variables: { company } })
    const { planId } = await must<{ planId: string }>(`/api/v1/templates/${templateId}/plan`, { clientId, instanceId, targets })
    const planIds: string[] = []
    while (planIds.length < size) planIds.push(await copy(tenant.id, { company, instanceId, planId }))
    agencies.push({ tenant, templateId, planIds })
  }

  return {
    agencies,
    query: async <T extends object>(text: string, values: unknown[] = []) => (await client.query<T>(text, values)).rows,
    async deploy({ tenant, templateId }, planId, apiUrl = product.stack().apiUrl) {
      const answer = await fetch(`${apiUrl}/api/v1/templates/${templateId}/deploy`, {
        method: 'POST', headers: { authorization: `Bearer ${tenant.token}`, 'content-type': 'application/json' }, body: JSON.stringify({ planId }), signal: AbortSignal.timeout(60_000),
      })
      const body = (await answer.json()) as { recordId: string }
      if (answer.status !== 202) throw new Error(`deploy: ${String(answer.status)} ${JSON.stringify(body)}`)
      return body.recordId
    },
    close: async () => { await Promise.all([client.end(), db.destroy()]) },
  }
}

/** Runs `work` over all, at most `width` at once. */
export async function eachOf<T>(all: readonly T[], width: number, work: (one: T) => Promise<void>): Promise<void> {
  const queue = all.values()
  await Promise.all(Array.from({ length: width }, async () => { for (const one of queue) await work(one) }))
}
