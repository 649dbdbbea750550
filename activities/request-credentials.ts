import { DomainError } from '../contracts/errors.ts'
import { inTenant } from '../db/client.ts'
import { getConnection } from '../db/connections.ts'
import { createRedact } from '../domain/redact.ts'
import type { Redact } from '../domain/redact.ts'
import { connect } from './connect.ts'
import type { ActivityContext } from './context.ts'
import type { Request } from './http-request.ts'

interface Credentials { headers: Record<string, string>; redact: Redact }

const isBelow = (url: URL, base: URL): boolean => {
  const folder = base.pathname.replace(/\/*$/, '/')
  return url.origin === base.origin && (url.pathname === base.pathname || url.pathname.startsWith(folder))
}

/** The connection's credentials, for an address below its own and for no other: else they could be sent to anybody. */
export async function credentialsFor(ctx: ActivityContext, tenantId: string, { url, connection }: Request): Promise<Credentials> {
  if (!connection) return { headers: {}, redact: createRedact([]) }
  const stored = await inTenant(ctx.db, tenantId, (tx) => getConnection(tx, ctx.vault, connection.id))
  const { connection: { baseUrl } } = connect(ctx, stored)
  if (!isBelow(new URL(url), new URL(baseUrl))) throw new DomainError('422.inputs_invalid', `The address is not below ${baseUrl}, where the credentials of connection ${connection.id} belong`)
  const secret = Object.hasOwn(stored.secrets, connection.secret) ? stored.secrets[connection.secret] : undefined
  if (secret === undefined) throw new DomainError('422.inputs_invalid', `Connection ${connection.id} has no secret ${connection.secret}: it has ${Object.keys(stored.secrets).join(', ')}`)
  return { headers: { [connection.header]: connection.scheme === '' ? secret : `${connection.scheme} ${secret}` }, redact: createRedact([stored.secrets]) }
}
