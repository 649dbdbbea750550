import { inTenant } from '../../db/client.ts'
import { type DeadLetter, type DeadLetterFilter, groupDeadLetters, listDeadLetters } from '../../db/dead-letter-queries.ts'
import type { Call } from '../call.ts'
import type { ApiContext } from '../context.ts'
import { toDomainError } from '../errors.ts'
import { order } from '../orders.ts'
import { pageOf } from '../pages.ts'
import type { Handlers } from './index.ts'

const most = 1_000
const atOnce = 8

/** Oldest first: who waits longest is tried first. */
async function parked(ctx: ApiContext, tenantId: string, filter: DeadLetterFilter): Promise<DeadLetter[]> {
  const { items } = await inTenant(ctx.db, tenantId, (tx) => listDeadLetters(tx, { ...filter, status: 'parked' }, { limit: most, sort: 'asc' }))
  return items
}

type Outcome = { id: string } | { id: string; code: string; message: string }

async function retry(ctx: ApiContext, call: Pick<Call, 'tenantId' | 'actor' | 'correlationId' | 'seed'>, { id, recordId, provider }: DeadLetter): Promise<Outcome> {
  try {
    const { tenantId, actor, correlationId } = call
    await order(ctx, { tenantId, actor, correlationId, seed: call.seed === undefined ? undefined : `${call.seed} ${id}` }, recordId, 'retry', { provider })
    return { id }
  } catch (error) {
    const { code, message } = toDomainError(error)
    return { id, code, message }
  }
}

export const deadLetters: Pick<Handlers, 'listDeadLetters' | 'retryDeadLetters'> = {
  listDeadLetters: (ctx, { tenantId, query }) =>
    inTenant(ctx.db, tenantId, async (tx) => {
      const page = await listDeadLetters(tx, query, pageOf(query))
      return { status: 200, body: { ...page, groups: await groupDeadLetters(tx, query) } }
    }),

  retryDeadLetters: async (ctx, call) => {
    const waiting = (await parked(ctx, call.tenantId, call.body.filter)).values()
    const outcomes: Outcome[] = []
    // Each worker takes the next one: at most so many orders are on their way at once.
    await Promise.all(Array.from({ length: atOnce }, async () => { for (const letter of waiting) outcomes.push(await retry(ctx, call, letter)) }))
    return { status: 200, body: { retried: outcomes.filter((one) => !('code' in one)).map(({ id }) => id), refused: outcomes.filter((one) => 'code' in one) } }
  },
}
