import { DomainError } from '../../contracts/errors.ts'
import { writeAudit } from '../../db/audit.ts'
import { inTenant, outsideTenants } from '../../db/client.ts'
import { sha256 } from '../../db/ids.ts'
import { countFailure, forgetFailures, lockedFor } from '../../db/login-failures.ts'
import { type Bucket, takeIfLeft } from '../../db/rate-limits.ts'
import { findTenantNamed } from '../../db/tenants.ts'
import { type Account, findAccountByEmail } from '../../db/users.ts'
import { networkOf } from '../../domain/network.ts'
import type { Call } from '../call.ts'
import type { ApiContext } from '../context.ts'
import { verifyPassword } from './passwords.ts'

export interface Credentials {
  tenant: string
  email: string
  password: string
}

export const wrongCredentials = (): DomainError => new DomainError('401.credentials_invalid', 'Tenant, email or password is wrong')

/** Stands for what is tried, whether it exists or not. */
export const accountKey = ({ tenant, email }: Pick<Credentials, 'tenant' | 'email'>): string => sha256(JSON.stringify([tenant, email]))

/** So many at once, and so many over time: of one account, and from one address. Each try costs 32 MiB and some 20 ms of a core. */
const bucketsOf = (key: string, address: string): Bucket[] => [
  { key: `login from ${networkOf(address)}`, capacity: 100, perSecond: 2 },
  { key: `login to ${key}`, capacity: 20, perSecond: 1 / 3 },
]

/** No tenant has it: a query under it takes as long as one that finds somebody. */
const noTenant = '00000000-0000-0000-0000-000000000000'

/** Throws 429.too_many_requests for an account or address that tries too often, or that is locked. */
async function admit(ctx: ApiContext, key: string, address: string): Promise<void> {
  const wait = await outsideTenants(ctx.db, async (tx) => {
    for (const bucket of bucketsOf(key, address)) if (!(await takeIfLeft(tx, bucket))) return Math.ceil(1 / bucket.perSecond)
    return lockedFor(tx, key)
  })
  if (wait > 0) throw new DomainError('429.too_many_requests', `Too many logins to this account or from this address: try again in ${String(wait)} seconds`, { retryAfter: wait })
}

async function fail(ctx: ApiContext, correlationId: string, key: string, { tenantId, email, subjectId }: { tenantId: string | undefined; email: string; subjectId: string }): Promise<never> {
  const { lockAfter, lockMinutes } = ctx.auth
  const locked = await outsideTenants(ctx.db, (tx) => countFailure(tx, key, { most: lockAfter, lockMs: lockMinutes * 60_000 }))
  await inTenant(ctx.db, tenantId ?? noTenant, async (tx) => {
    if (tenantId === undefined) return
    const event = { tenantId, actor: email, correlationId, subjectType: 'user', subjectId }
    await writeAudit(tx, { ...event, action: 'login.failed' })
    if (locked) await writeAudit(tx, { ...event, action: 'login.locked', data: { minutes: lockMinutes } })
  })
  throw wrongCredentials()
}

/** Whose password this is. Whatever is wrong, the refusal says the same and takes as long. Throws 401.credentials_invalid and 429.too_many_requests. */
export async function checkPassword(ctx: ApiContext, call: Pick<Call, 'correlationId' | 'address'>, { tenant, email, password }: Credentials): Promise<{ tenantId: string; account: Account }> {
  const key = accountKey({ tenant, email })
  await admit(ctx, key, call.address)
  const tenantId = await outsideTenants(ctx.db, (tx) => findTenantNamed(tx, tenant))
  const account = await inTenant(ctx.db, tenantId ?? noTenant, (tx) => findAccountByEmail(tx, email))
  const good = await verifyPassword(account?.passwordHash, password)
  if (!good || !account || tenantId === undefined || account.user.disabled) return fail(ctx, call.correlationId, key, { tenantId, email, subjectId: account?.user.id ?? email })
  await outsideTenants(ctx.db, (tx) => forgetFailures(tx, key))
  return { tenantId, account }
}
