import { randomBytes } from 'node:crypto'
import { hashPassword } from '../../api/auth/passwords.ts'
import { userRequest } from '../../contracts/accounts.ts'
import { writeAudit } from '../../db/audit.ts'
import { type Db, type Tx, inTenant } from '../../db/client.ts'
import { newId } from '../../db/ids.ts'
import { endSessions } from '../../db/refresh-tokens.ts'
import { findAccountByEmail, hasUsers, insertUser, updateUser } from '../../db/users.ts'

/** The first owner of a tenant, who also makes tenants. */
export interface Owner {
  email: string
  password: string
  /** Nobody has seen the password yet. */
  generated: boolean
}

/** Checks what was asked for. Without a password one of 120 random bits is made. Throws with every problem. */
export function wantedOwner(email: string, password?: string): Owner {
  const { success, data, error } = userRequest.pick({ email: true, password: true }).safeParse({ email, password: password ?? randomBytes(15).toString('base64url') })
  if (!success) throw new Error(error.issues.map(({ path, message }) => `The owner's ${String(path[0])}: ${message}`).join('\n'))
  return { ...data, generated: password === undefined }
}

const audit = (tx: Tx, tenantId: string, action: string, userId: string, email: string): Promise<void> =>
  writeAudit(tx, { tenantId, actor: 'command line', action, subjectType: 'user', subjectId: userId, correlationId: newId(), data: { email, roles: ['owner'], platformAdmin: true } })

/** Makes an owner who is also a platform administrator. Throws 409.name_taken. */
export async function makeOwner(db: Db, tenantId: string, { email, password }: Owner): Promise<void> {
  const passwordHash = await hashPassword(password)
  await inTenant(db, tenantId, async (tx) => {
    const { account: { user } } = await insertUser(tx, { tenantId, id: newId(), email, roles: ['owner'], platformAdmin: true, passwordHash, createdBy: 'command line' })
    await audit(tx, tenantId, 'user.created', user.id, email)
  })
}

/** On the first start: false where the tenant has users. */
export async function makeFirstOwner(db: Db, tenantId: string, owner: Owner): Promise<boolean> {
  if (await inTenant(db, tenantId, hasUsers)) return false
  await makeOwner(db, tenantId, owner)
  return true
}

/** A new password for whoever has lost it; lets a disabled user in again. False where there is no such user. */
export async function resetPassword(db: Db, tenantId: string, { email, password }: Owner): Promise<boolean> {
  const passwordHash = await hashPassword(password)
  return inTenant(db, tenantId, async (tx) => {
    const account = await findAccountByEmail(tx, email)
    if (!account) return false
    await updateUser(tx, account.user.id, { passwordHash, disabled: false })
    await endSessions(tx, account.user.id)
    await writeAudit(tx, { tenantId, actor: 'command line', action: 'user.password_changed', subjectType: 'user', subjectId: account.user.id, correlationId: newId(), data: { email } })
    return true
  })
}
