import type { ActionInput } from '../contracts/actions.ts'
import { DomainError } from '../contracts/errors.ts'
import type { Json } from '../contracts/json.ts'
import type { DefinitionRunInput } from '../contracts/workflows.ts'
import { toJson } from '../domain/json.ts'
import { createHttp } from '../providers/http.ts'
import type { ActivityContext } from './context.ts'
import { credentialsFor } from './request-credentials.ts'

export type Request = ActionInput<'http.request'>

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
