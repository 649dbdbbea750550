import { setTimeout as sleep } from 'node:timers/promises'
import { DomainError } from '../contracts/errors.ts'
import { canonical } from '../domain/canonical.ts'
import { parseJson, toJson } from '../domain/json.ts'
import { inTenant } from '../db/client.ts'
import { type Claim, claimKey, freeKey, keepAnswer } from '../db/idempotency.ts'
import type { AnyCall, AnyReply } from './call.ts'
import type { ApiContext } from './context.ts'
import { problemOf } from './problem.ts'
import { toDomainError } from './errors.ts'

const waitMs = { first: 50, most: 500, total: 10_000 }

const given = (ctx: ApiContext, call: AnyCall): string => {
  const { operation, params, query, body, actor, tenantId } = call
  const parts = { operation: `${operation.method} ${operation.path}`, params, query, body, actor }
  // Keyed, because the body may hold secrets.
  return ctx.vault.fingerprint(tenantId, canonical(toJson(parts)))
}

/** The keys that this process works on now, and the requests they came with. */
const inHand = new WeakMap<ApiContext, Map<string, string>>()

/** With an Idempotency-Key the work is done once and its answer given again; refusals are answers too, failures are not. */
export async function once(ctx: ApiContext, call: AnyCall, work: (seed?: string) => Promise<AnyReply>): Promise<AnyReply> {
  const { idempotencyKey: key, tenantId } = call
  if (key === undefined) return work()
  const within = <T>(step: (tx: Parameters<typeof freeKey>[0]) => Promise<T>) => inTenant(ctx.db, tenantId, step)
  const requestHash = given(ctx, call)

  const working = inHand.get(ctx) ?? new Map<string, string>()
  inHand.set(ctx, working)
  const mine = `${tenantId} ${key}`

  const claimHere = async (): Promise<Claim> => {
    const other = working.get(mine)
    if (other !== undefined) return { state: other === requestHash ? 'running' : 'reused' }
    working.set(mine, requestHash)
    let claim: Claim | undefined
    try {
      claim = await within((tx) => claimKey(tx, ctx.vault, { tenantId, key, requestHash, holder: ctx.feed.holder }))
      return claim
    } finally {
      if (claim?.state !== 'mine') working.delete(mine)
    }
  }

  let seed: string
  for (let waited = 0, wait = waitMs.first; ; waited += wait, wait = Math.min(wait * 2, waitMs.most)) {
    const claim = await claimHere()
    if (claim.state === 'mine') {
      seed = claim.seed
      break
    }
    if (claim.state === 'reused') throw new DomainError('422.idempotency_key_reused', 'This Idempotency-Key came with another request before')
    if (claim.state === 'answered') return { status: claim.status, headers: { ...claim.headers, 'Idempotency-Replayed': 'true' }, body: parseJson(claim.body) }
    if (waited >= waitMs.total) throw new DomainError('409.request_in_progress', 'The first request with this Idempotency-Key is still being worked on')
    await sleep(wait)
  }

  try {
    const reply = await work(seed)
    await within((tx) => keepAnswer(tx, ctx.vault, { tenantId, key }, { status: reply.status, headers: reply.headers ?? {}, body: JSON.stringify(reply.body ?? null) }))
    return reply
  } catch (error) {
    const refusal = toDomainError(error)
    const problem = problemOf(refusal, call.correlationId)
    const failed = problem.status >= 500
    const answer = { status: problem.status, headers: { 'Content-Type': 'application/problem+json' }, body: JSON.stringify(problem) }
    await within((tx) => (failed ? freeKey(tx, key) : keepAnswer(tx, ctx.vault, { tenantId, key }, answer))).catch(() => undefined)
    throw error
  } finally {
    working.delete(mine)
  }
}
