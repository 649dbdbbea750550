import { DomainError } from '../contracts/errors.ts'
import type { Tx } from '../db/client.ts'
import { resolveConnection } from '../db/connections.ts'
import type { Credentials } from '../db/connections.ts'
import type { ActivityContext } from './context.ts'
import { connect } from './connect.ts'
import type { AccountOptions, OpenAccount } from './connect.ts'

/** No client: the tenant's default account only. */
const nobody = '00000000-0000-0000-0000-000000000000'

/** Connects with what was found for a provider. Throws 422.connection_missing. */
export function accountFor(ctx: ActivityContext, provider: string, credentials: Credentials | undefined, options: AccountOptions = {}): OpenAccount {
  if (!credentials) throw new DomainError('422.connection_missing', `There is no connection for ${provider}: add one with POST /api/v1/connections`)
  return connect(ctx, credentials, options)
}

/** The account that deployments for this client use. Throws 422.connection_missing. */
export async function openAccount(ctx: ActivityContext, tx: Tx, of: { provider: string; clientId?: string }, options: AccountOptions = {}): Promise<OpenAccount> {
  return accountFor(ctx, of.provider, await resolveConnection(tx, ctx.vault, of.provider, of.clientId ?? nobody), options)
}
