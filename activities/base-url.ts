import { DomainError } from '../contracts/errors.ts'
import type { Credentials } from '../db/connections.ts'
import type { ActivityContext } from './context.ts'

/** The address that a connection means: its own, the vendor's, or a sandbox's. */
export function baseUrlOf(ctx: ActivityContext, credentials: Pick<Credentials, 'provider' | 'baseUrl'>): string {
  const { provider, baseUrl } = credentials
  const url = baseUrl ?? ctx.registry.get(provider).connection.defaultBaseUrl
  if (url === undefined) throw new DomainError('422.connection_missing', `The connection for ${provider} has no baseUrl: give the address of the customer's own server`)
  if (!url.startsWith('sandbox:')) return url.replace(/\/+$/, '')
  const name = url.slice('sandbox:'.length)
  const origin = Object.hasOwn(ctx.providers.sandboxes, name) ? ctx.providers.sandboxes[name] : undefined
  if (origin === undefined) throw new DomainError('422.connection_missing', `The connection for ${provider} names ${url}, and there is no such sandbox here: sandboxes run in development only`)
  return origin
}
