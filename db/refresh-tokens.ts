import { sql } from 'kysely'
import type { Tx } from './client.ts'
import { inDays } from './clock.ts'
import { type Account, findAccount } from './users.ts'

/** What became of a refresh token: it was good and is spent now; it had been spent before, which ended its family; or it is none. */
export type Spent = { state: 'good' | 'reused'; family: string; account: Account } | { state: 'unknown' }

export interface NewRefreshToken {
  tenantId: string
  userId: string
  family: string
  hash: string
  days: number
}

export async function insertRefreshToken(tx: Tx, { tenantId, userId, family, hash, days }: NewRefreshToken): Promise<void> {
  await tx.insertInto('refresh_tokens').values({ tenant_id: tenantId, user_id: userId, family, hash, expires_at: inDays(days) }).execute()
}

const byHash = (tx: Tx, hash: string) => tx.selectFrom('refresh_tokens').select(['family', 'user_id', 'spent_at', sql<boolean>`expires_at <= now()`.as('expired')]).where('hash', '=', hash).executeTakeFirst()

/** Spends a refresh token, once. Its user is held, so that no other of the family is spent or ended meanwhile. */
export async function spendRefreshToken(tx: Tx, hash: string): Promise<Spent> {
  const found = await byHash(tx, hash)
  if (!found) return { state: 'unknown' }
  const account = await findAccount(tx, found.user_id, { lock: true })
  const token = await byHash(tx, hash)
  if (!account || !token || token.expired || account.user.disabled) return { state: 'unknown' }
  const { family } = token
  if (token.spent_at !== null) {
    await endFamily(tx, family)
    return { state: 'reused', family, account }
  }
  await tx.updateTable('refresh_tokens').set({ spent_at: sql`now()` }).where('hash', '=', hash).execute()
  return { state: 'good', family, account }
}

/** Every token of one login. */
export async function endFamily(tx: Tx, family: string): Promise<void> {
  await tx.deleteFrom('refresh_tokens').where('family', '=', family).execute()
}

/** Every token of a user. */
export async function endSessions(tx: Tx, userId: string): Promise<void> {
  await tx.deleteFrom('refresh_tokens').where('user_id', '=', userId).execute()
}
