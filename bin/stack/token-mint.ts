import { SignJWT } from 'jose'

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

/** An HS256 access token as the API takes it. */
export function mintToken({ secret, tenant, roles, subject, ttlSeconds, issuer = 'slipway', audience = 'slipway' }: TokenClaims): Promise<string> {
  const now = Math.floor(Date.now() / 1000)
  return new SignJWT({ tenant, roles, name: subject })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(subject)
    .setIssuer(issuer)
    .setAudience(audience)
    .setIssuedAt(now)
    .setExpirationTime(now + ttlSeconds)
    .sign(new TextEncoder().encode(secret))
}
