import { sql } from 'kysely'
import type { Tx } from './client.ts'
import { aliveLock } from './feed.ts'
import { newId } from './ids.ts'
import type { Vault } from './vault.ts'

/** An answer that was given, as it was given. */
export interface KeptAnswer {
  status: number
  headers: Record<string, string>
  body: string
}

/** `seed` is the same for every try of one request, also after the process that tried first has died: ids derived from it find what was made. */
export type Claim = { state: 'mine'; seed: string } | { state: 'running' } | { state: 'reused' } | ({ state: 'answered' } & KeptAnswer)

interface ClaimRequest {
  tenantId: string
  key: string
  requestHash: string
  /** The process that works on it; its death frees the key. A process asks only for keys that it does not work on itself. */
  holder: number
}

/** Nobody: a try that failed has left the key. */
const free = 0

const kept = "interval '24 hours'"

/** Makes the key this request's own, or says what became of the request that had it first. */
export async function claimKey(tx: Tx, vault: Vault, { tenantId, key, requestHash, holder }: ClaimRequest): Promise<Claim> {
  const seed = newId()
  const claim = (from: string) => ({ request_hash: requestHash, status: null, headers: JSON.stringify({ holder: String(holder), seed: from }), body: null })
  const mine = await tx.insertInto('idempotency_keys').values({ tenant_id: tenantId, key, ...claim(seed) })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'key']).doNothing()).returning('key').executeTakeFirst()
  if (mine) return { state: 'mine', seed }
  const row = await tx.selectFrom('idempotency_keys').selectAll().select(sql<boolean>`created_at < now() - ${sql.raw(kept)}`.as('expired'))
    .where('key', '=', key).forUpdate().executeTakeFirst()
  if (!row) return { state: 'running' } // Freed between the two statements: the caller asks again.
  const take = async (from: string): Promise<Claim> => {
    await tx.updateTable('idempotency_keys').set({ ...claim(from), created_at: sql`now()` }).where('key', '=', key).execute()
    return { state: 'mine', seed: from }
  }
  const first = Number(row.headers?.['holder'])
  const left = row.status === null && first === free
  if (row.expired || (left && row.request_hash !== requestHash)) return take(seed)
  if (row.request_hash !== requestHash) return { state: 'reused' }
  if (row.status !== null && row.body) return { state: 'answered', status: row.status, headers: row.headers ?? {}, body: vault.open(tenantId, row.body) }
  // Its own holder: an earlier request of the same process, whose end the database did not hear of.
  return !left && first !== holder && (await isAlive(tx, first)) ? { state: 'running' } : take(row.headers?.['seed'] ?? seed)
}

/** A living process holds its lock in a session of its own, so nobody else gets it. */
async function isAlive(tx: Tx, holder: number): Promise<boolean> {
  const { rows } = await sql<{ free: boolean }>`select pg_try_advisory_xact_lock(${aliveLock}::integer, ${holder}::integer) as free`.execute(tx)
  return rows[0]?.free !== true
}

export async function keepAnswer(tx: Tx, vault: Vault, { tenantId, key }: { tenantId: string; key: string }, answer: KeptAnswer): Promise<void> {
  await tx.updateTable('idempotency_keys')
    .set({ status: answer.status, headers: JSON.stringify(answer.headers), body: vault.seal(tenantId, answer.body) })
    .where('key', '=', key).execute()
}

/** The request failed, perhaps half-way: the key may be used again, and the same request gets the same seed, so that it finds what was made. */
export async function freeKey(tx: Tx, key: string): Promise<void> {
  await tx.updateTable('idempotency_keys').set({ headers: sql`headers || ${JSON.stringify({ holder: String(free) })}::jsonb` }).where('key', '=', key).where('status', 'is', null).execute()
}
