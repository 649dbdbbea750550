import { inTenant } from '../../db/client.ts'
import { useRemote } from '../../providers/git/remote.ts'
import type { Remote } from '../../providers/git/remote.ts'
import { connect } from '../connect.ts'
import { resolveConnection } from '../../db/connections.ts'
import type { ActivityContext } from '../context.ts'
import { cancellation } from '../failures.ts'

/** The tenant's own account, and no client's. */
const nobody = '00000000-0000-0000-0000-000000000000'

export interface ConnectedRemote {
  use<T>(work: (remote: Remote) => Promise<T>): Promise<T>
}

/** The remote that the tenant's connection for git names, if there is one. */
export async function findRemote(ctx: ActivityContext, tenantId: string): Promise<ConnectedRemote | undefined> {
  const credentials = await inTenant(ctx.db, tenantId, (tx) => resolveConnection(tx, ctx.vault, 'git', nobody))
  if (!credentials) return undefined
  const { connection, redact } = connect(ctx, credentials)
  return { use: (work) => useRemote(connection, { allowPrivateAddresses: ctx.providers.allowPrivateAddresses, signal: cancellation().signal, redact }, work) }
}
