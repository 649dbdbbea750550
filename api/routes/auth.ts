import { DomainError } from '../../contracts/errors.ts'
import { permissionsOf } from '../../contracts/permissions.ts'
import { getApiKey } from '../../db/api-keys.ts'
import { writeAudit } from '../../db/audit.ts'
import { inTenant } from '../../db/client.ts'
import { newId } from '../../db/ids.ts'
import { endFamily, endSessions, spendRefreshToken } from '../../db/refresh-tokens.ts'
import { getTenant } from '../../db/tenants.ts'
import { findAccount, getAccount, noteLogin, updateUser } from '../../db/users.ts'
import { audited } from '../audited.ts'
import { checkPassword, wrongCredentials } from '../auth/login.ts'
import { hashPassword } from '../auth/passwords.ts'
import { readSecret } from '../auth/secrets.ts'
import { type Tokens, giveTokens, signingSecret } from '../auth/session.ts'
import type { Call } from '../call.ts'
import type { ApiContext } from '../context.ts'
import type { Handlers } from './index.ts'

/** Spends the token. One that had been spent ends its family, whoever of the two was the thief. */
async function spend(ctx: ApiContext, { correlationId }: Pick<Call, 'correlationId'>, text: string): Promise<Tokens | undefined> {
  const secret = readSecret('rt', text)
  if (!secret) return undefined
  const { tenantId, hash } = secret
  return inTenant(ctx.db, tenantId, async (tx) => {
    const spent = await spendRefreshToken(tx, hash)
    if (spent.state === 'unknown') return undefined
    const { family, account, state } = spent
    if (state === 'good') return giveTokens(ctx, tx, tenantId, account, family)
    await audited({ tenantId, actor: account.user.email, correlationId }, tx, 'session.reused', family, { userId: account.user.id })
    return undefined
  })
}

export const auth: Pick<Handlers, 'login' | 'refreshToken' | 'logout' | 'getMe' | 'changePassword'> = {
  login: async (ctx, call) => {
    signingSecret(ctx)
    const { tenantId, account } = await checkPassword(ctx, call, call.body)
    const { user, generation } = account
    return inTenant(ctx.db, tenantId, async (tx) => {
      // Whoever changes the password meanwhile ends this login too.
      if ((await findAccount(tx, user.id, { lock: true }))?.generation !== generation) throw wrongCredentials()
      await noteLogin(tx, user.id)
      await writeAudit(tx, { tenantId, actor: user.email, correlationId: call.correlationId, action: 'login.succeeded', subjectType: 'user', subjectId: user.id })
      return { status: 200, body: await giveTokens(ctx, tx, tenantId, account, newId()) }
    })
  },

  refreshToken: async (ctx, call) => {
    signingSecret(ctx)
    const tokens = await spend(ctx, call, call.body.refreshToken)
    if (!tokens) throw new DomainError('401.refresh_token_invalid', 'The refresh token is unknown, spent or expired: log in again')
    return { status: 200, body: tokens }
  },

  logout: async (ctx, call) => {
    const secret = readSecret('rt', call.body.refreshToken)
    if (secret) {
      await inTenant(ctx.db, secret.tenantId, async (tx) => {
        const spent = await spendRefreshToken(tx, secret.hash)
        if (spent.state === 'unknown') return
        await endFamily(tx, spent.family)
        await audited({ tenantId: secret.tenantId, actor: spent.account.user.email, correlationId: call.correlationId }, tx, 'session.ended', spent.family, { userId: spent.account.user.id })
      })
    }
    return { status: 204, body: undefined }
  },

  getMe: (ctx, { actor, tenantId, roles, user, key, platformAdmin }) =>
    inTenant(ctx.db, tenantId, async (tx) => ({
      status: 200,
      body: {
        actor, tenant: await getTenant(tx), roles: [...roles], permissions: [...(key?.permissions ?? permissionsOf(roles))], platformAdmin: platformAdmin === true,
        user: user ? ((await findAccount(tx, user.id))?.user ?? null) : null, apiKey: key ? await getApiKey(tx, key.id) : null,
      },
    })),

  changePassword: async (ctx, call) => {
    const { tenantId, user, body } = call
    if (!user) throw new DomainError('403.forbidden', 'Only a user who logs in with a password has one to change')
    signingSecret(ctx)
    const { tenant, email } = await inTenant(ctx.db, tenantId, async (tx) => ({ tenant: (await getTenant(tx)).name, email: (await getAccount(tx, user.id)).user.email }))
    const { account: { generation } } = await checkPassword(ctx, call, { tenant, email, password: body.currentPassword })
    const passwordHash = await hashPassword(body.newPassword)
    return inTenant(ctx.db, tenantId, async (tx) => {
      // Whoever was given another password meanwhile keeps that one.
      if ((await findAccount(tx, user.id, { lock: true }))?.generation !== generation) throw wrongCredentials()
      const account = await updateUser(tx, user.id, { passwordHash })
      await endSessions(tx, user.id)
      await audited(call, tx, 'user.password_changed', user.id)
      return { status: 200, body: await giveTokens(ctx, tx, tenantId, account, newId()) }
    })
  },
}
