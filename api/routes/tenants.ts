import { DomainError } from '../../contracts/errors.ts'
import { type Tx, inTenant } from '../../db/client.ts'
import { getTenant, makeTenant, tenantIdOf } from '../../db/tenants.ts'
import { type User, findAccountByEmail, insertUser } from '../../db/users.ts'
import { audited } from '../audited.ts'
import { hashPassword } from '../auth/passwords.ts'
import { idFor } from '../ids.ts'
import type { Handlers } from './index.ts'

/** What an earlier try of this request made, where its answer was lost. */
async function madeBefore(tx: Tx, name: string, email: string, userId: string): Promise<User> {
  const account = await findAccountByEmail(tx, email)
  if (account?.user.id !== userId) throw new DomainError('409.name_taken', `There is a tenant called "${name}"`)
  return account.user
}

export const tenants: Pick<Handlers, 'createTenant'> = {
  createTenant: async (ctx, call) => {
    const { actor, correlationId, body: { name, owner: { email, password } } } = call
    const id = tenantIdOf(name)
    const userId = idFor(call, 'user')
    const passwordHash = await hashPassword(password)
    const { tenant, owner, created } = await inTenant(ctx.db, id, async (tx) => {
      if (!(await makeTenant(tx, { id, name }))) return { created: false, owner: await madeBefore(tx, name, email, userId), tenant: await getTenant(tx) }
      const { account } = await insertUser(tx, { tenantId: id, id: userId, email, roles: ['owner'], passwordHash, createdBy: actor })
      await audited({ tenantId: id, actor, correlationId }, tx, 'tenant.created', id, { name, owner: email })
      return { created: true, owner: account.user, tenant: await getTenant(tx) }
    })
    // Also where the administrator looks.
    if (created) await inTenant(ctx.db, call.tenantId, (tx) => audited(call, tx, 'tenant.created', id, { name, owner: email }))
    return { status: 201, body: { ...tenant, owner } }
  },
}
