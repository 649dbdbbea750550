import { DomainError } from '../../contracts/errors.ts'
import { type Right, type Role, mayDo, permissionsOf } from '../../contracts/permissions.ts'
import type { ApiContext } from '../context.ts'
import type { Identity } from './token.ts'

/** Roles hold permissions, a key holds its own. */
export function holds({ roles, key, platformAdmin }: Identity, right: Right): boolean {
  if (right === 'platform:admin') return platformAdmin === true
  return key ? key.permissions.includes(right) : mayDo(roles, right)
}

/** Throws 403.forbidden naming what is lacking. */
export function demand({ rbac }: Pick<ApiContext, 'rbac'>, identity: Identity, needed: readonly Right[], what = 'This'): void {
  const lacking = needed.filter((right) => rbac && !holds(identity, right))
  if (lacking.length === 0) return
  const held = identity.key ? `the key's permissions: ${identity.key.permissions.join(', ')}` : `your roles: ${identity.roles.join(', ') || 'none'}`
  throw new DomainError('403.forbidden', `${what} needs ${lacking.join(', ')}; ${held}`)
}

/** Nobody gives, or touches, what they do not hold themselves. Throws 403.forbidden. */
export function demandRoles(ctx: Pick<ApiContext, 'rbac'>, identity: Identity, roles: readonly Role[], what: string): void {
  demand(ctx, identity, permissionsOf(roles), what)
}
