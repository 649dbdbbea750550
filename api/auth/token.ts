import { createRemoteJWKSet, decodeProtectedHeader, errors, jwtVerify } from 'jose'
import type { JWTPayload, JWTVerifyOptions } from 'jose'
import { DomainError } from '../../contracts/errors.ts'
import { type Role, roles } from '../../contracts/permissions.ts'

/** Who asks. */
export interface Identity {
  /** The token's subject. */
  actor: string
  tenantId: string
  roles: readonly Role[]
}

export interface TokenSettings {
  /** For HS256. */
  secret?: string | undefined
  issuer: string
  audience: string
  /** Key set of an external issuer, for RS256 and ES256. */
  jwksUrl?: string | undefined
  jwksIssuer?: string | undefined
}

/** It stands in the audit trail: text without control characters. */
const subject = /^[^\p{C}]{1,200}$/u
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const refused = (why: string): DomainError => new DomainError('401.unauthenticated', why)

/** A client sends one token many times: what was verified is good for a while, never beyond its expiry. */
const rememberMs = 30_000
const most = 1_000

/** Verifies access tokens. Which key may verify a token hangs on its algorithm, so a public key never serves as an HMAC secret. */
export function createVerifier({ secret, issuer, audience, jwksUrl, jwksIssuer }: TokenSettings): (token: string) => Promise<Identity> {
  const shared = secret === undefined ? undefined : new TextEncoder().encode(secret)
  const keySet = jwksUrl === undefined ? undefined : createRemoteJWKSet(new URL(jwksUrl), { timeoutDuration: 3_000 })
  const limits: JWTVerifyOptions = { audience, requiredClaims: ['exp', 'sub'], clockTolerance: 5 }

  const verified = async (token: string): Promise<JWTPayload> => {
    const alg = algorithmOf(token)
    if (alg === 'HS256' && shared) return (await jwtVerify(token, shared, { ...limits, issuer, algorithms: ['HS256'] })).payload
    if ((alg === 'RS256' || alg === 'ES256') && keySet) return (await jwtVerify(token, keySet, { ...limits, issuer: jwksIssuer ?? issuer, algorithms: ['RS256', 'ES256'] })).payload
    throw refused(`Tokens signed with ${typeof alg === 'string' ? alg : 'no algorithm'} are not accepted here`)
  }

  const remembered = new Map<string, { identity: Identity; until: number }>()
  const remember = (token: string, identity: Identity, expiry = 0): Identity => {
    if (remembered.size >= most) remembered.clear()
    remembered.set(token, { identity, until: Math.min(expiry * 1_000, Date.now() + rememberMs) })
    return identity
  }

  return async (token) => {
    const known = remembered.get(token)
    if (known && known.until > Date.now()) return known.identity
    try {
      const payload = await verified(token)
      return remember(token, identityOf(payload), payload.exp)
    } catch (error) {
      if (error instanceof DomainError) throw error
      if (error instanceof errors.JWTExpired) throw refused('The access token has expired: get a new one')
      if (error instanceof errors.JOSEError && !issuerAway.has(error.code)) throw refused('The access token is not valid')
      throw new DomainError('503.unavailable', "The key set of the token's issuer cannot be read")
    }
  }
}

/** What jose throws when it is the key set, not the token, that is wrong; a failed connection is no error of jose's at all. */
const issuerAway: ReadonlySet<string> = new Set(['ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID', 'ERR_JOSE_GENERIC'])

const algorithmOf = (token: string): string | undefined => {
  try {
    return decodeProtectedHeader(token).alg
  } catch {
    return undefined
  }
}

function identityOf({ sub, tenant, roles: claimed }: JWTPayload): Identity {
  if (typeof sub !== 'string' || !subject.test(sub)) throw refused('The access token has no usable subject')
  if (typeof tenant !== 'string' || !uuid.test(tenant)) throw refused('The access token names no tenant')
  // Roles of somebody else's making mean nothing here.
  return { actor: sub, tenantId: tenant.toLowerCase(), roles: Array.isArray(claimed) ? roles.filter((role) => claimed.includes(role)) : [] }
}
