import { DomainError } from '../../contracts/errors.ts'
import { type Tx, inTenant } from '../../db/client.ts'
import { forgetFailures } from '../../db/login-failures.ts'
import { endSessions } from '../../db/refresh-tokens.ts'
import { getTenant } from '../../db/tenants.ts'
import { type User, deleteUser, getAccount, insertUser, listUsers, lockOwners, updateUser } from '../../db/users.ts'
import { audited } from '../audited.ts'
import { accountKey } from '../auth/login.ts'
import { hashPassword } from '../auth/passwords.ts'
import { demand, demandRoles } from '../auth/rights.ts'
import type { Identity } from '../auth/token.ts'
import type { Call } from '../call.ts'
import type { ApiContext } from '../context.ts'
import { checkIfMatch, etagOf } from '../etag.ts'
import { idFor } from '../ids.ts'
import { pageOf } from '../pages.ts'
import type { Handlers } from './index.ts'

/** The user, held, if the caller stands at least as high; and what refuses to let the last owner go. */
async function touch(ctx: ApiContext, call: Identity & Pick<Call, 'ifMatch'> & { params: { id: string } }, tx: Tx): Promise<{ user: User; keepAnOwner: () => void }> {
  const owners = await lockOwners(tx)
  const { user } = await getAccount(tx, call.params.id, { lock: true })
  demandRoles(ctx, call, user.roles, `Changing ${user.email}`)
  if (user.platformAdmin) demand(ctx, call, ['platform:admin'], `Changing ${user.email}`)
  checkIfMatch(call.ifMatch, user)
  return {
    user,
    keepAnOwner: () => {
      if (owners.includes(user.id) && owners.length === 1) throw new DomainError('409.last_owner', `${user.email} is the last owner: make another one first`)
    },
  }
}

export const users: Pick<Handlers, 'listUsers' | 'createUser' | 'getUser' | 'updateUser' | 'deleteUser'> = {
  listUsers: async (ctx, { tenantId, query }) => ({ status: 200, body: await inTenant(ctx.db, tenantId, (tx) => listUsers(tx, query, pageOf(query))) }),

  createUser: async (ctx, call) => {
    const { tenantId, actor, body: { password, ...body } } = call
    demandRoles(ctx, call, body.roles, `Giving ${body.roles.join(', ')}`)
    const passwordHash = await hashPassword(password)
    return inTenant(ctx.db, tenantId, async (tx) => {
      const id = idFor(call, 'user')
      const { account: { user }, created } = await insertUser(tx, { ...body, tenantId, id, passwordHash, createdBy: actor })
      if (created) await audited(call, tx, 'user.created', user.id, { email: user.email, roles: user.roles })
      return { status: 201, body: user, headers: { ETag: etagOf(user), Location: `/api/v1/users/${user.id}` } }
    })
  },

  getUser: async (ctx, { tenantId, params }) => {
    const { user } = await inTenant(ctx.db, tenantId, (tx) => getAccount(tx, params.id))
    return { status: 200, body: user, headers: { ETag: etagOf(user) } }
  },

  updateUser: async (ctx, call) => {
    const { tenantId, body: { password, ...patch } } = call
    // Else whoever finds an open session could take the account.
    if (password !== undefined && call.user?.id === call.params.id) throw new DomainError('403.forbidden', 'Change your own password by POST /api/v1/auth/password, which asks for the current one')
    const passwordHash = password === undefined ? undefined : await hashPassword(password)
    return inTenant(ctx.db, tenantId, async (tx) => {
      const { user: before, keepAnOwner } = await touch(ctx, call, tx)
      if (patch.roles) demandRoles(ctx, call, patch.roles, `Giving ${patch.roles.join(', ')}`)
      if (patch.disabled === true || patch.roles?.includes('owner') === false) keepAnOwner()
      const { user } = await updateUser(tx, before.id, { ...patch, passwordHash })
      if (user.disabled || password !== undefined) await endSessions(tx, user.id)
      if (password !== undefined) await forgetFailures(tx, accountKey({ tenant: (await getTenant(tx)).name, email: user.email }))
      await audited(call, tx, 'user.updated', user.id, { email: user.email, fields: Object.keys(call.body), ...(patch.roles ? { roles: { from: before.roles, to: user.roles } } : {}) })
      return { status: 200, body: user, headers: { ETag: etagOf(user) } }
    })
  },

  deleteUser: (ctx, call) =>
    inTenant(ctx.db, call.tenantId, async (tx) => {
      const { user, keepAnOwner } = await touch(ctx, call, tx)
      keepAnOwner()
      await deleteUser(tx, user.id)
      await audited(call, tx, 'user.deleted', user.id, { email: user.email, roles: user.roles })
      return { status: 204, body: undefined }
    }),
}
