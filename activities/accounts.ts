import { DomainError } from '../contracts/errors.ts'
import type { Json } from '../contracts/json.ts'
import type { Tx } from '../db/client.ts'
import { resolveConnection } from '../db/connections.ts'
import type { Credentials } from '../db/connections.ts'
import { takeToken } from '../db/rate-limits.ts'
import { createRedact } from '../domain/redact.ts'
import type { Redact } from '../domain/redact.ts'
import { createHttp } from '../providers/http.ts'
import type { Account, Connection } from '../providers/provider.ts'
import type { ActivityContext } from './context.ts'

/** No client: the tenant's default account only. */
const nobody = '00000000-0000-0000-0000-000000000000'

export interface AccountOptions {
  signal?: AbortSignal
  /** Limit of one request; default the configured one. */
  timeoutMs?: number
  /** What the vendor is sent besides the credentials and must not show up in its refusals. */
  secrets?: readonly Json[]
}

/** An account whose secrets are known, so that they can be kept out of what is shown. */
export interface OpenAccount extends Account<unknown> {
  redact: Redact
}

/** The address that a connection means: its own, the vendor's, or a sandbox's. */
function baseUrlOf(ctx: ActivityContext, credentials: Pick<Credentials, 'provider' | 'baseUrl'>): string {
  const { provider, baseUrl } = credentials
  const url = baseUrl ?? ctx.registry.get(provider).connection.defaultBaseUrl
  if (url === undefined) throw new DomainError('422.connection_missing', `The connection for ${provider} has no baseUrl: give the address of the customer's own server`)
  if (!url.startsWith('sandbox:')) return url.replace(/\/+$/, '')
  const name = url.slice('sandbox:'.length)
  const origin = Object.hasOwn(ctx.providers.sandboxes, name) ? ctx.providers.sandboxes[name] : undefined
  if (origin === undefined) throw new DomainError('422.connection_missing', `The connection for ${provider} names ${url}, and there is no such sandbox here: sandboxes run in development only`)
  return origin
}

/** Connects with decrypted credentials; nothing is asked of the vendor yet. */
export function connect(ctx: ActivityContext, credentials: Credentials, options: AccountOptions = {}): OpenAccount {
  const provider = ctx.registry.get(credentials.provider)
  const config = credentials.provider === 'ghl' ? { appUrl: ctx.providers.ghlAppUrl, ...credentials.config } : credentials.config
  const connection: Connection = { id: credentials.id, provider: credentials.provider, baseUrl: baseUrlOf(ctx, credentials), config, secrets: credentials.secrets }
  const redact = createRedact([credentials.secrets, ...(options.secrets ?? [])])
  const http = createHttp({
    provider: provider.name,
    timeoutMs: options.timeoutMs ?? Math.max(ctx.providers.timeoutMs, provider.leastTimeoutMs ?? 0),
    allowPrivateAddresses: ctx.providers.allowPrivateAddresses,
    limit: provider.rateLimit?.(connection),
    take: (limit) => takeToken(ctx.db, limit),
    redact,
    signal: options.signal,
  })
  return { client: provider.connect(connection, http), connection, siblings: [], redact }
}

/** Connects with what was found for a provider. Throws 422.connection_missing. */
export function accountFor(ctx: ActivityContext, provider: string, credentials: Credentials | undefined, options: AccountOptions = {}): OpenAccount {
  if (!credentials) throw new DomainError('422.connection_missing', `There is no connection for ${provider}: add one with POST /api/v1/connections`)
  return connect(ctx, credentials, options)
}

/** The account that deployments for this client use. Throws 422.connection_missing. */
export async function openAccount(ctx: ActivityContext, tx: Tx, of: { provider: string; clientId?: string }, options: AccountOptions = {}): Promise<OpenAccount> {
  return accountFor(ctx, of.provider, await resolveConnection(tx, ctx.vault, of.provider, of.clientId ?? nobody), options)
}
