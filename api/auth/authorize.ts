import type { IncomingHttpHeaders } from 'node:http'
import { DomainError } from '../../contracts/errors.ts'
import { type Permission, mayDo } from '../../contracts/permissions.ts'
import type { Db } from '../../db/client.ts'
import { tenantExists } from '../../db/tenants.ts'
import type { ApiContext } from '../context.ts'
import type { Identity } from './token.ts'

const rememberMs = 60_000
const known = new WeakMap<Db, Map<string, number>>()

/** Tenants are made rarely and asked for at every request: what exists is remembered for a minute. */
async function isTenant(db: Db, id: string): Promise<boolean> {
  const seen = known.get(db) ?? new Map<string, number>()
  known.set(db, seen)
  if ((seen.get(id) ?? 0) > performance.now()) return true
  if (!(await tenantExists(db, id))) return false
  seen.set(id, performance.now() + rememberMs)
  return true
}

/** Who asks, if the token is good and its roles hold every permission. Throws 401.unauthenticated or 403.forbidden. */
export async function authorize(ctx: Pick<ApiContext, 'db' | 'verify' | 'rbac'>, headers: IncomingHttpHeaders, needed: readonly Permission[]): Promise<Identity> {
  const token = /^Bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(headers.authorization ?? '')?.[1]
  if (token === undefined) throw new DomainError('401.unauthenticated', 'Send an access token: Authorization: Bearer …')
  const identity = await ctx.verify(token)
  if (!(await isTenant(ctx.db, identity.tenantId))) throw new DomainError('401.unauthenticated', 'The access token names a tenant that does not exist')
  const lacking = needed.filter((permission) => ctx.rbac && !mayDo(identity.roles, permission))
  if (lacking.length > 0) throw new DomainError('403.forbidden', `This needs ${lacking.join(', ')}; your roles: ${identity.roles.join(', ') || 'none'}`)
  return identity
}
