import type { Origin } from '../contracts/workflow.ts'
import { inTenant } from '../db/client.ts'
import { getConnection } from '../db/connections.ts'
import { createRedact } from '../domain/redact.ts'
import { connect } from './connect.ts'
import type { ActivityContext } from './context.ts'
import { describeFailure } from './failures.ts'

export interface CheckConnectionInput extends Origin {
  ask: 'shape' | 'vendor'
  /** shape: where `{provider, baseUrl, config, secrets}` lies, encrypted. */
  blobRef?: string
  /** vendor: a stored connection. */
  connectionId?: string
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
