import type { ActionInput } from '../contracts/actions.ts'
import { DomainError } from '../contracts/errors.ts'
import type { Json } from '../contracts/json.ts'
import type { DefinitionRunInput } from '../contracts/workflows.ts'
import { inTenant } from '../db/client.ts'
import { getConnection } from '../db/connections.ts'
import { toJson } from '../domain/json.ts'
import { createRedact } from '../domain/redact.ts'
import type { Redact } from '../domain/redact.ts'
import { createHttp } from '../providers/http.ts'
import { connect } from './accounts.ts'
import type { ActivityContext } from './context.ts'

type Request = ActionInput<'http.request'>

interface Credentials { headers: Record<string, string>; redact: Redact }

const isBelow = (url: URL, base: URL): boolean => {
  const folder = base.pathname.replace(/\/*$/, '/')
  return url.origin === base.origin && (url.pathname === base.pathname || url.pathname.startsWith(folder))
}

/** The connection's credentials, for an address below its own and for no other: else they could be sent to anybody. */
async function credentialsFor(ctx: ActivityContext, tenantId: string, { url, connection }: Request): Promise<Credentials> {
  if (!connection) return { headers: {}, redact: createRedact([]) }
  const stored = await inTenant(ctx.db, tenantId, (tx) => getConnection(tx, ctx.vault, connection.id))
  const { connection: { baseUrl } } = connect(ctx, stored)
  if (!isBelow(new URL(url), new URL(baseUrl))) throw new DomainError('422.inputs_invalid', `The address is not below ${baseUrl}, where the credentials of connection ${connection.id} belong`)
  const secret = Object.hasOwn(stored.secrets, connection.secret) ? stored.secrets[connection.secret] : undefined
  if (secret === undefined) throw new DomainError('422.inputs_invalid', `Connection ${connection.id} has no secret ${connection.secret}: it has ${Object.keys(stored.secrets).join(', ')}`)
  return { headers: { [connection.header]: connection.scheme === '' ? secret : `${connection.scheme} ${secret}` }, redact: createRedact([stored.secrets]) }
}

/** Sends a step's request. The key is the same for each try, so that a server that knows such keys does it once. */
export async function sendRequest(ctx: ActivityContext, { tenantId }: DefinitionRunInput, given: Request, key: string, signal: AbortSignal): Promise<Json> {
  if (!URL.canParse(given.url)) throw new DomainError('422.inputs_invalid', 'with/url is no address', { errors: [{ pointer: '/with/url', message: 'is no address' }] })
  const { headers, redact } = await credentialsFor(ctx, tenantId, given)
  const http = createHttp({ provider: 'http', timeoutMs: given.timeoutSeconds * 1_000, allowPrivateAddresses: ctx.providers.allowPrivateAddresses, redact, signal })
  const answer = await http.json({
    method: given.method, url: given.url, body: given.body,
    headers: { ...given.headers, ...(given.method === 'GET' ? {} : { 'idempotency-key': key }), ...headers },
  })
  return redact(toJson({ status: answer.status, body: answer.body ?? null }))
}
