import { DomainError } from '../../contracts/errors.ts'
import type { Role } from '../../contracts/permissions.ts'
import type { StreamRequest } from '../../contracts/stream-requests.ts'
import { inTenant } from '../../db/client.ts'
import { tenantExists } from '../../db/tenants.ts'
import { findAccount, findAccountByEmail } from '../../db/users.ts'
import { isUuid } from '../../domain/uuid.ts'
import type { Identity } from '../auth/token.ts'
import type { ApiContext } from '../context.ts'

/** Who a request is from: one of the tenant's users, by id or email, with the roles that they have now. A disabled one has none; one unknown to us has those of the configuration. */
export async function askerOf(ctx: Pick<ApiContext, 'db'>, { tenant_id, user_id }: Pick<StreamRequest, 'tenant_id' | 'user_id'>, otherwise: readonly Role[]): Promise<Identity> {
  const tenantId = tenant_id.toLowerCase()
  const account = await inTenant(ctx.db, tenantId, async (tx) => (isUuid(user_id) ? await findAccount(tx, user_id) : await findAccountByEmail(tx, user_id.toLowerCase())))
  if (!account) {
    if (!(await tenantExists(ctx.db, tenantId))) throw new DomainError('401.unauthenticated', `There is no tenant ${tenantId}`)
    return { actor: user_id, tenantId, roles: otherwise }
  }
  const { user } = account
  return { actor: user.email, tenantId, roles: user.disabled ? [] : user.roles }
}
