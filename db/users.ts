import { sql } from 'kysely'
import type { Selectable } from 'kysely'
import type { z } from 'zod'
import type { user } from '../contracts/accounts.ts'
import { DomainError } from '../contracts/errors.ts'
import type { Role } from '../contracts/permissions.ts'
import type { Tx } from './client.ts'
import { type Page, type PageRequest, readPage } from './page.ts'
import type { Database } from './schema.ts'

export type User = z.infer<typeof user>

/** A user with what stays inside. */
export interface Account {
  user: User
  passwordHash: string
  /** Access tokens given for an earlier one have ended. */
  generation: number
}

type Row = Selectable<Database['users']>

const toUser = (row: Row): User => ({
  id: row.id,
  email: row.email,
  name: row.name,
  roles: row.roles,
  platformAdmin: row.platform_admin,
  disabled: row.disabled_at !== null,
  lastLoginAt: row.last_login_at?.toISOString() ?? null,
  createdBy: row.created_by,
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
})

const toAccount = (row: Row): Account => ({ user: toUser(row), passwordHash: row.password_hash, generation: row.generation })

export async function findAccountByEmail(tx: Tx, email: string): Promise<Account | undefined> {
  const row = await tx.selectFrom('users').selectAll().where('email', '=', email).executeTakeFirst()
  return row && toAccount(row)
}

const missing = (id: string): DomainError => new DomainError('404.user_not_found', `No user has the id ${id}`)

/** `lock` holds it until the transaction ends. */
export async function findAccount(tx: Tx, id: string, { lock = false } = {}): Promise<Account | undefined> {
  const query = tx.selectFrom('users').selectAll().where('id', '=', id)
  const row = await (lock ? query.forUpdate() : query).executeTakeFirst()
  return row && toAccount(row)
}

/** Throws 404.user_not_found. */
export async function getAccount(tx: Tx, id: string, options: { lock?: boolean } = {}): Promise<Account> {
  const account = await findAccount(tx, id, options)
  if (!account) throw missing(id)
  return account
}

/** Whether an access token of this generation still stands: the user is there, not disabled, and nothing has ended it. */
export async function isCurrent(tx: Tx, id: string, generation: number): Promise<boolean> {
  const row = await tx.selectFrom('users').select('id').where('id', '=', id).where('generation', '=', generation).where('disabled_at', 'is', null).executeTakeFirst()
  return row !== undefined
}

export async function hasUsers(tx: Tx): Promise<boolean> {
  return (await tx.selectFrom('users').select('id').limit(1).executeTakeFirst()) !== undefined
}

export async function listUsers(tx: Tx, filter: { email?: string | undefined; role?: Role | undefined }, page: PageRequest): Promise<Page<User>> {
  let query = tx.selectFrom('users').selectAll().select(sql<string>`created_at::text`.as('cursor_at'))
  if (filter.email !== undefined) query = query.where('email', '=', filter.email)
  if (filter.role !== undefined) query = query.where(sql<boolean>`${filter.role} = any(roles)`)
  return readPage(query, 'created_at', 'id', page, toUser)
}

export interface NewUser {
  tenantId: string
  id: string
  email: string
  name?: string | undefined
  roles: readonly Role[]
  passwordHash: string
  platformAdmin?: boolean
  createdBy: string
}

export const emailTaken = (email: string): DomainError => new DomainError('409.name_taken', `There is a user ${email}`)

/** Throws 409.name_taken. Inserting the same id and email again changes nothing. */
export async function insertUser(tx: Tx, user: NewUser): Promise<{ account: Account; created: boolean }> {
  const row = await tx.insertInto('users')
    .values({
      tenant_id: user.tenantId, id: user.id, email: user.email, name: user.name ?? user.email, roles: [...user.roles],
      password_hash: user.passwordHash, platform_admin: user.platformAdmin ?? false, created_by: user.createdBy,
    })
    .onConflict((conflict) => conflict.doNothing()).returningAll().executeTakeFirst()
  if (row) return { account: toAccount(row), created: true }
  const existing = await findAccountByEmail(tx, user.email)
  if (existing?.user.id === user.id) return { account: existing, created: false }
  throw emailTaken(user.email)
}

export interface UserPatch {
  name?: string | undefined
  roles?: readonly Role[] | undefined
  disabled?: boolean | undefined
  passwordHash?: string | undefined
}

/** What a user may do, or is, changes: their access tokens end. Throws 404.user_not_found. */
export async function updateUser(tx: Tx, id: string, { name, roles, disabled, passwordHash }: UserPatch): Promise<Account> {
  const ends = roles !== undefined || disabled !== undefined || passwordHash !== undefined
  const row = await tx.updateTable('users')
    .set({
      ...(name === undefined ? {} : { name }),
      ...(roles === undefined ? {} : { roles: [...roles] }),
      ...(disabled === undefined ? {} : { disabled_at: disabled ? sql`coalesce(disabled_at, now())` : null }),
      ...(passwordHash === undefined ? {} : { password_hash: passwordHash }),
      ...(ends ? { generation: sql`generation + 1` } : {}),
      updated_at: sql`now()`,
    })
    .where('id', '=', id).returningAll().executeTakeFirst()
  if (!row) throw missing(id)
  return toAccount(row)
}

export async function noteLogin(tx: Tx, id: string): Promise<void> {
  await tx.updateTable('users').set({ last_login_at: sql`now()` }).where('id', '=', id).execute()
}

export async function deleteUser(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('users').where('id', '=', id).execute()
}

/** Holds all owners until the transaction ends, so that two of them cannot both go as the last but one. Answers those who can log in. */
export async function lockOwners(tx: Tx): Promise<string[]> {
  const rows = await tx.selectFrom('users').select(['id', 'disabled_at']).where(sql<boolean>`'owner' = any(roles)`).orderBy('id').forUpdate().execute()
  return rows.flatMap(({ id, disabled_at }) => (disabled_at === null ? [id] : []))
}
