import { signToken } from '../../api/auth/sign.ts'

export interface TokenClaims {
  secret: string
  /** The tenant's id. */
  tenant: string
  roles: string[]
  subject: string
  ttlSeconds: number
  /** Default `slipway`, as in the configuration. */
  issuer?: string | undefined
  audience?: string | undefined
}

/** An access token of nobody's account, by whoever has the secret. */
export const mintToken = ({ secret, tenant, roles, subject, ttlSeconds, issuer = 'slipway', audience = 'slipway' }: TokenClaims): Promise<string> =>
  signToken({ sub: subject, tenant, roles, name: subject }, { secret, issuer, audience, seconds: ttlSeconds })
