import { sql } from 'kysely'
import type { Selectable } from 'kysely'
import type { z } from 'zod'
import type { invitation } from '../contracts/accounts.ts'
import { DomainError } from '../contracts/errors.ts'
import type { Role } from '../contracts/permissions.ts'
import type { Tx } from './client.ts'
import { inDays } from './clock.ts'
import { type Page, type PageRequest, readPage } from './page.ts'
import type { Database } from './schema.ts'

export type Invitation = z.infer<typeof invitation>

const toInvitation = (row: Selectable<Database['invitations']>): Invitation => ({
  id: row.id,
  email: row.email,
  roles: row.roles,
  createdBy: row.created_by,
  createdAt: row.created_at.toISOString(),
  expiresAt: row.expires_at.toISOString(),
})

export interface NewInvitation {
  tenantId: string
  id: string
  email: string
  roles: readonly Role[]
  hash: string
  days: number
  createdBy: string
}

/** One per email: a new one ends the one before. */
export async function putInvitation(tx: Tx, invitation: NewInvitation): Promise<Invitation> {
  const values = {
    id: invitation.id, roles: [...invitation.roles], hash: invitation.hash, created_by: invitation.createdBy,
    created_at: sql<Date>`now()`, expires_at: inDays(invitation.days),
  }
  const row = await tx.insertInto('invitations').values({ tenant_id: invitation.tenantId, email: invitation.email, ...values })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'email']).doUpdateSet(values)).returningAll().executeTakeFirstOrThrow()
  return toInvitation(row)
}

/** Ends the invitation with this hash; of several that try, one gets it. Undefined when there is none, or it has expired. */
export async function takeInvitation(tx: Tx, hash: string): Promise<Invitation | undefined> {
  const row = await tx.deleteFrom('invitations').where('hash', '=', hash).where('expires_at', '>', sql<Date>`now()`).returningAll().executeTakeFirst()
  return row && toInvitation(row)
}

/** Throws 404.invitation_not_found. `lock` holds it until the transaction ends. */
export async function getInvitation(tx: Tx, id: string, { lock = false } = {}): Promise<Invitation> {
  const query = tx.selectFrom('invitations').selectAll().where('id', '=', id)
  const row = await (lock ? query.forUpdate() : query).executeTakeFirst()
  if (!row) throw new DomainError('404.invitation_not_found', `No invitation has the id ${id}`)
  return toInvitation(row)
}

export async function listInvitations(tx: Tx, page: PageRequest): Promise<Page<Invitation>> {
  return readPage(tx.selectFrom('invitations').selectAll().select(sql<string>`created_at::text`.as('cursor_at')), 'created_at', 'id', page, toInvitation)
}

export async function deleteInvitation(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('invitations').where('id', '=', id).execute()
}
