import { SignJWT } from 'jose'

export interface Claims {
  /** The subject. */
  sub: string
  /** The tenant's id. */
  tenant: string
  roles: readonly string[]
  name?: string
  /** A user of ours, and the generation that the token is given for. */
  uid?: string
  gen?: number
}

export interface Signature {
  secret: string
  issuer: string
  audience: string
  seconds: number
}

/** An HS256 access token as `createVerifier` takes it. */
export function signToken(claims: Claims, { secret, issuer, audience, seconds }: Signature): Promise<string> {
  const now = Math.floor(Date.now() / 1_000)
  return new SignJWT({ ...claims })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuer(issuer)
    .setAudience(audience)
    .setIssuedAt(now)
    .setExpirationTime(now + seconds)
    .sign(new TextEncoder().encode(secret))
}
