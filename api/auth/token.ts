import { createRemoteJWKSet, decodeProtectedHeader, errors, jwtVerify } from 'jose'
import type { JWTPayload, JWTVerifyOptions } from 'jose'
import { DomainError } from '../../contracts/errors.ts'
import type { Json } from '../../contracts/json.ts'
import { type Permission, type Role, roles } from '../../contracts/permissions.ts'
import { toJson } from '../../domain/json.ts'
import { step, valueAt } from '../../domain/pointer.ts'
import { isUuid } from '../../domain/uuid.ts'
import { tenantIdOf } from '../../db/tenants.ts'

/** Who asks. */
export interface Identity {
  /** The token's subject. */
  actor: string
  tenantId: string
  roles: readonly Role[]
  /** A user of ours, and the generation that the token was given for. */
  user?: { id: string; generation: number }
  platformAdmin?: boolean
  /** A machine: it holds permissions, and no roles. */
  key?: { id: string; permissions: readonly Permission[] }
}

/** Where an external issuer's tokens say what ours say by `sub`, `tenant` and `roles`: a claim's name, or a JSON Pointer to it. */
export interface ClaimMapping {
  subject: string
  tenant: string
  roles: string
  /** Their names of roles to ours; without it their names are ours. */
  roleNames?: Readonly<Record<string, Role>> | undefined
  /** Of tokens that name no tenant. */
  defaultTenant?: string | undefined
}

export const standardClaims: ClaimMapping = { subject: 'sub', tenant: 'tenant', roles: 'roles' }

export interface TokenSettings {
  /** For HS256. */
  secret?: string | undefined
  issuer: string
  audience: string
  /** Key set of an external issuer, for RS256 and ES256. */
  jwksUrl?: string | undefined
  jwksIssuer?: string | undefined
  jwksClaims?: ClaimMapping | undefined
}

/** It stands in the audit trail: text without control characters. */
const subject = /^[^\p{C}]{1,200}$/u
const refused = (why: string): DomainError => new DomainError('401.unauthenticated', why)

/** A client sends one token many times: what was verified is good for a while, never beyond its expiry. */
const rememberMs = 30_000
const most = 1_000

/** Verifies access tokens. Which key may verify a token hangs on its algorithm, so a public key never serves as an HMAC secret. */
export function createVerifier({ secret, issuer, audience, jwksUrl, jwksIssuer, jwksClaims = standardClaims }: TokenSettings): (token: string) => Promise<Identity> {
  const shared = secret === undefined ? undefined : new TextEncoder().encode(secret)
  const keySet = jwksUrl === undefined ? undefined : createRemoteJWKSet(new URL(jwksUrl), { timeoutDuration: 3_000 })
  const limits: JWTVerifyOptions = { audience, requiredClaims: ['exp', 'sub'], clockTolerance: 5 }

  const verified = async (token: string): Promise<{ identity: Identity; exp?: number | undefined }> => {
    const alg = algorithmOf(token)
    if (alg === 'HS256' && shared) {
      const { payload } = await jwtVerify(token, shared, { ...limits, issuer, algorithms: ['HS256'] })
      return { identity: ourIdentity(payload), exp: payload.exp }
    }
    if ((alg === 'RS256' || alg === 'ES256') && keySet) {
      const { payload } = await jwtVerify(token, keySet, { ...limits, issuer: jwksIssuer ?? issuer, algorithms: ['RS256', 'ES256'] })
      return { identity: identityOf(payload, jwksClaims), exp: payload.exp }
    }
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
      const { identity, exp } = await verified(token)
      return remember(token, identity, exp)
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

const claim = (payload: Json, place: string): Json | undefined => valueAt(payload, place.startsWith('/') ? place : step(place))

/** Roles of somebody else's making mean nothing here. */
const rolesIn = (claimed: Json | undefined, names: ClaimMapping['roleNames']): Role[] => {
  const held = Array.isArray(claimed) ? claimed.map((name) => (names && typeof name === 'string' ? (Object.hasOwn(names, name) ? names[name] : undefined) : name)) : []
  return roles.filter((role) => held.includes(role))
}

function identityOf(said: JWTPayload, claims: ClaimMapping): Identity {
  const payload = toJson(said)
  const [sub, tenant, claimed] = [claim(payload, claims.subject), claim(payload, claims.tenant) ?? claims.defaultTenant, claim(payload, claims.roles)]
  if (typeof sub !== 'string' || !subject.test(sub)) throw refused('The access token has no usable subject')
  if (typeof tenant !== 'string' || tenant === '') throw refused('The access token names no tenant')
  return { actor: sub, tenantId: isUuid(tenant) ? tenant.toLowerCase() : tenantIdOf(tenant), roles: rolesIn(claimed, claims.roleNames) }
}

/** What only we say of ourselves: users, and who makes tenants. */
function ourIdentity(payload: JWTPayload): Identity {
  const { tenant, roles: claimed, uid, gen } = payload
  if (typeof tenant !== 'string' || !isUuid(tenant)) throw refused('The access token names no tenant')
  return {
    ...identityOf(payload, standardClaims),
    ...(Array.isArray(claimed) && claimed.includes('platform:admin') ? { platformAdmin: true } : {}),
    ...(typeof uid === 'string' && isUuid(uid) && typeof gen === 'number' ? { user: { id: uid, generation: gen } } : {}),
  }
}
