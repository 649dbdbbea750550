import { createHash } from 'node:crypto'
import { type Page, listing } from '../../client/listing.ts'
import { signSupabaseKey } from '../../sandboxes/supabase/jwt.ts'
import type { Rest } from './rest.ts'

export interface SandboxAccess {
  tenant: string
  /** Names of the sandboxes that run. */
  sandboxes: string[]
  supabaseJwtSecret: string
}

interface Connection {
  provider: string
  clientId?: string | null
}

/** A GoHighLevel location's id has 20 letters and digits; the tenant's is always the same. */
export const sandboxLocation = (tenant: string): string =>
  createHash('sha256').update(tenant).digest('base64').replace(/[^A-Za-z0-9]/g, '').slice(0, 20)

/** Gives the tenant a connection to each sandbox that it has none for; its own connections stay as they are. */
export async function connectSandboxes(rest: Rest, { tenant, sandboxes, supabaseJwtSecret }: SandboxAccess): Promise<void> {
  const locationId = sandboxLocation(tenant)
  const wanted = [
    { provider: 'retell', config: {}, secrets: { apiKey: 'key_sandbox' } },
    { provider: 'n8n', config: {}, secrets: { apiKey: 'n8n-sandbox' } },
    { provider: 'ghl', config: { locationId }, secrets: { token: `pit-sandbox-${locationId}` } },
    { provider: 'supabase', config: {}, secrets: { serviceKey: signSupabaseKey(supabaseJwtSecret, 'service_role') } },
    { provider: 'llm', config: { model: 'sandbox-1' }, secrets: { apiKey: 'sk-sandbox' } },
  ]
  const there = await providersOfTenant(rest)
  for (const connection of wanted) {
    if (there.has(connection.provider) || !sandboxes.includes(connection.provider)) continue
    await rest.post('/api/v1/connections', { name: `${connection.provider} sandbox`, baseUrl: `sandbox:${connection.provider}`, ...connection })
  }
}

/** Those that the tenant has a connection of its own to: a client's serves that client alone. */
async function providersOfTenant(rest: Rest): Promise<Set<string>> {
  const connections = listing<Connection>(({ cursor }) => rest.get<Page<Connection>>(`/api/v1/connections?limit=100${cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`}`))
  const there = new Set<string>()
  for await (const { provider, clientId } of connections) if (clientId === undefined || clientId === null) there.add(provider)
  return there
}
