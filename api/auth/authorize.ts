import type { IncomingHttpHeaders } from 'node:http'
import { DomainError } from '../../contracts/errors.ts'
import type { Right } from '../../contracts/permissions.ts'
import { useApiKey } from '../../db/api-keys.ts'
import { type Db, inTenant } from '../../db/client.ts'
import { tenantExists } from '../../db/tenants.ts'
import { isCurrent } from '../../db/users.ts'
import type { ApiContext } from '../context.ts'
import { demand } from './rights.ts'
import { readSecret } from './secrets.ts'
import type { Identity } from './token.ts'

type Context = Pick<ApiContext, 'db' | 'verify' | 'rbac'>

const most = 10_000

/** What was so a moment ago is not asked again at each request; what was not so is. */
function remembering<K extends readonly (string | number)[]>(ms: number, ask: (db: Db, ...key: K) => Promise<boolean>) {
  const known = new WeakMap<Db, Map<string, number>>()
  return async (db: Db, ...key: K): Promise<boolean> => {
    const seen = known.get(db) ?? new Map<string, number>()
    known.set(db, seen)
    const name = key.join(' ')
    if ((seen.get(name) ?? 0) > performance.now()) return true
    if (!(await ask(db, ...key))) return false
    if (seen.size >= most) seen.clear()
    seen.set(name, performance.now() + ms)
    return true
  }
}

/** Tenants are made rarely. */
const isTenant = remembering(60_000, tenantExists)

/** As long as this a user who was disabled, removed or given other roles goes on with an access token. */
const isCurrentUser = remembering(5_000, (db, tenantId: string, userId: string, generation: number) => inTenant(db, tenantId, (tx) => isCurrent(tx, userId, generation)))

const refused = (why: string): DomainError => new DomainError('401.unauthenticated', why)

async function holderOfKey({ db }: Context, text: string): Promise<Identity> {
  const secret = readSecret('sk', text)
  const key = secret && (await inTenant(db, secret.tenantId, (tx) => useApiKey(tx, secret.hash)))
  if (!key) throw refused('The API key is unknown, revoked or expired')
  return { actor: `key:${key.name}`, tenantId: secret.tenantId, roles: [], key: { id: key.id, permissions: key.permissions } }
}

async function holderOfToken({ db, verify }: Context, token: string): Promise<Identity> {
  const identity = await verify(token)
  const { tenantId, user } = identity
  if (user && !(await isCurrentUser(db, tenantId, user.id, user.generation))) throw refused('The access token has ended, as its user was changed: refresh it, or log in again')
  if (!user && !(await isTenant(db, tenantId))) throw refused('The access token names a tenant that does not exist')
  return identity
}

function credentialsIn({ authorization, 'x-api-key': key }: IncomingHttpHeaders): string | undefined {
  if (authorization !== undefined && key !== undefined) throw new DomainError('400.request_invalid', 'Send one of Authorization and X-API-Key', { errors: [{ pointer: '/header/x-api-key', message: 'came beside Authorization' }] })
  return typeof key === 'string' ? key : /^Bearer +([\w.-]+)$/i.exec(authorization ?? '')?.[1]
}

/** Who asks, if the token or the key is good and holds all that is needed. Throws 401.unauthenticated or 403.forbidden. */
export async function authorize(ctx: Context, headers: IncomingHttpHeaders, needed: readonly Right[]): Promise<Identity> {
  const credentials = credentialsIn(headers)
  const isToken = credentials !== undefined && /^[\w-]+\.[\w-]+\.[\w-]+$/.test(credentials) && headers.authorization !== undefined
  if (credentials === undefined || (!isToken && !credentials.startsWith('sk_'))) throw refused('Send an access token (Authorization: Bearer …) or an API key (X-API-Key: sk_…)')
  const identity = await (isToken ? holderOfToken(ctx, credentials) : holderOfKey(ctx, credentials))
  demand(ctx, identity, needed)
  return identity
}
