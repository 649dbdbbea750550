import { lookup } from 'node:dns/promises'
import { z } from 'zod'
import type { ProblemError } from '../contracts/errors.ts'
import type { Origin } from '../contracts/workflow.ts'
import { readBlob } from '../db/blobs.ts'
import { inTenant } from '../db/client.ts'
import { getConnection } from '../db/connections.ts'
import { toPointer } from '../domain/pointer.ts'
import { createRedact } from '../domain/redact.ts'
import { isPrivateAddress } from '../providers/private-address.ts'
import { connect } from './accounts.ts'
import type { ActivityContext } from './context.ts'
import { describeFailure } from './failures.ts'

export interface CheckConnectionInput extends Origin {
  ask: 'shape' | 'vendor'
  /** shape: where `{provider, baseUrl, config, secrets}` lies, encrypted. */
  blobRef?: string
  /** vendor: a stored connection. */
  connectionId?: string
}

const texts = z.record(z.string(), z.string())
const connectionShape = z.object({ provider: z.string(), baseUrl: z.string().nullable(), config: texts, secrets: texts })

/** Whether the fields are the provider's, without asking it. */
export async function checkConnectionShape(ctx: ActivityContext, input: CheckConnectionInput): Promise<{ problems: ProblemError[] }> {
  const given = connectionShape.parse(await inTenant(ctx.db, input.tenantId, (tx) => readBlob(tx, ctx.vault, input.tenantId, input.blobRef ?? '')))
  const { provider: name, baseUrl } = given
  if (!ctx.registry.has(name)) return { problems: [{ pointer: '/provider', message: `must be one of ${ctx.registry.names().join(', ')}` }] }
  const { connection } = ctx.registry.get(name)
  const parts = (['config', 'secrets'] as const).flatMap((part) => {
    const result = connection[part].strict().safeParse(given[part])
    return result.success ? [] : result.error.issues.map((issue) => ({ pointer: toPointer([part, ...issue.path, ...(issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [])]), message: issue.message }))
  })
  const protocols = connection.protocols ?? ['https:', 'http:']
  const sandbox = baseUrl?.startsWith('sandbox:') ? baseUrl.slice('sandbox:'.length) : undefined
  const address = baseUrl === null
    ? connection.defaultBaseUrl === undefined ? [{ pointer: '/baseUrl', message: 'is required: the address of the customer\'s own server' }] : []
    : sandbox === undefined && !protocols.includes(new URL(baseUrl).protocol) ? [{ pointer: '/baseUrl', message: `must begin with ${protocols.map((one) => `${one}//`).join(' or ')}` }]
    : sandbox === undefined && !ctx.providers.allowPrivateAddresses && (await isPrivateHost(new URL(baseUrl).hostname)) ? [{ pointer: '/baseUrl', message: 'is in a private network; use a public address' }]
    : sandbox !== undefined && (!Object.hasOwn(ctx.providers.sandboxes, sandbox) || ctx.providers.sandboxes[sandbox] === undefined) ? [{ pointer: '/baseUrl', message: 'names no sandbox of this installation' }] : []
  const problems = [...address, ...parts]
  const together = problems.length > 0 ? [] : connection.together?.({ baseUrl: String(baseUrl ?? connection.defaultBaseUrl), config: given.config, secrets: given.secrets }) ?? []
  return { problems: [...problems, ...together] }
}

/** A name that does not resolve may do so later; what it resolves to then is checked at each connection. */
async function isPrivateHost(hostname: string): Promise<boolean> {
  const addresses = await lookup(hostname.replace(/^\[|\]$/g, ''), { all: true }).catch(() => [])
  return addresses.some(({ address }) => isPrivateAddress(address))
}

/** Asks the vendor whose credentials these are. */
export async function checkConnectionAtVendor(ctx: ActivityContext, input: CheckConnectionInput): Promise<{ ok: boolean; account?: string; error?: { code: string; message: string } }> {
  const credentials = await inTenant(ctx.db, input.tenantId, (tx) => getConnection(tx, ctx.vault, input.connectionId ?? ''))
  const redact = createRedact([credentials.secrets])
  try {
    const account = connect(ctx, credentials, { timeoutMs: Math.min(ctx.providers.timeoutMs, 10_000) })
    return { ok: true, ...redact(await ctx.registry.get(credentials.provider).check(account)) }
  } catch (error) {
    const { code, message } = describeFailure(credentials.provider, error)
    return { ok: false, error: { code, message: redact(message) } }
  }
}
