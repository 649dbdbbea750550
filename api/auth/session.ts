import { DomainError } from '../../contracts/errors.ts'
import type { Tx } from '../../db/client.ts'
import { insertRefreshToken } from '../../db/refresh-tokens.ts'
import type { Account } from '../../db/users.ts'
import type { ApiContext } from '../context.ts'
import { newSecret } from './secrets.ts'
import { signToken } from './sign.ts'

export interface Tokens {
  accessToken: string
  refreshToken: string
  expiresIn: number
}

/** Throws 403.login_disabled where only an external issuer's tokens are taken. */
export function signingSecret({ auth }: Pick<ApiContext, 'auth'>): string {
  if (auth.secret === undefined) throw new DomainError('403.login_disabled', 'There are no logins here: use a token of the external issuer, or set JWT_SECRET')
  return auth.secret
}

/** New tokens of a login: an access token for what the user is now, and the family's next refresh token. */
export async function giveTokens(ctx: ApiContext, tx: Tx, tenantId: string, { user, generation }: Account, family: string): Promise<Tokens> {
  const { issuer, audience, accessMinutes, refreshDays } = ctx.auth
  const seconds = accessMinutes * 60
  const refresh = newSecret('rt', tenantId)
  await insertRefreshToken(tx, { tenantId, userId: user.id, family, hash: refresh.hash, days: refreshDays })
  const roles = [...user.roles, ...(user.platformAdmin ? ['platform:admin'] : [])]
  const accessToken = await signToken({ sub: user.email, tenant: tenantId, roles, name: user.name, uid: user.id, gen: generation }, { secret: signingSecret(ctx), issuer, audience, seconds })
  return { accessToken, refreshToken: refresh.text, expiresIn: seconds }
}
