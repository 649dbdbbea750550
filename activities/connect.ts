import type { Json } from '../contracts/json.ts'
import type { Credentials } from '../db/connections.ts'
import { takeToken } from '../db/rate-limits.ts'
import { createRedact } from '../domain/redact.ts'
import type { Redact } from '../domain/redact.ts'
import { createHttp } from '../providers/http.ts'
import type { Account, Connection } from '../providers/provider.ts'
import type { ActivityContext } from './context.ts'
import { baseUrlOf } from './base-url.ts'

export interface AccountOptions {
  signal?: AbortSignal
  /** Limit of one request; default the configured one. */
  timeoutMs?: number
  /** What the vendor is sent besides the credentials and must not show up in its refusals. The list may grow while the account is used. */
  secrets?: readonly Json[]
}

/** An account whose secrets are known, so that they can be kept out of what is shown. */
export interface OpenAccount extends Account<unknown> {
  redact: Redact
}

/** Connects with decrypted credentials; nothing is asked of the vendor yet. */
export function connect(ctx: ActivityContext, credentials: Credentials, options: AccountOptions = {}): OpenAccount {
  const provider = ctx.registry.get(credentials.provider)
  const config = credentials.provider === 'ghl' ? { appUrl: ctx.providers.ghlAppUrl, ...credentials.config } : credentials.config
  const connection: Connection = { id: credentials.id, provider: credentials.provider, baseUrl: baseUrlOf(ctx, credentials), config, secrets: credentials.secrets }
  const redact = growingRedact(credentials.secrets, options.secrets ?? [])
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

/** What a leaf becomes is known only when it is about to be sent. */
function growingRedact(own: Json, secrets: readonly Json[]): Redact {
  let [known, redact] = [secrets.length, createRedact([own, ...secrets])]
  return (value) => {
    if (secrets.length > known) [known, redact] = [secrets.length, createRedact([own, ...secrets])]
    return redact(value)
  }
}
