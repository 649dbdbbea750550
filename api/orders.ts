import { DomainError } from '../contracts/errors.ts'
import { type CancelOrder, type ResolveOrder, type RetryOrder, type SkipOrder, orderNames, workflowIds } from '../contracts/workflow.ts'
import { inTenant } from '../db/client.ts'
import { findDeployment, findLatestRecord } from '../db/deployment-queries.ts'
import { derivedId } from '../db/ids.ts'
import type { Call } from './call.ts'
import type { ApiContext } from './context.ts'
import { refusalIn } from './errors.ts'
import { isRefusedOrder, sendOrder } from './temporal.ts'

interface Orders {
  retry: RetryOrder
  skip: SkipOrder
  resolve: ResolveOrder
  cancel: CancelOrder
}

type Asker = Pick<Call, 'tenantId' | 'actor' | 'correlationId' | 'seed'>

const notParked = (why: string): DomainError => new DomainError('409.not_parked', why)

/** Gives the run of a record an order. Throws 404.deployment_not_found, and 409.not_parked when there is nothing to decide. */
export async function order<K extends keyof Orders>(ctx: ApiContext, asker: Asker, recordId: string, name: K, what: Orders[K]): Promise<void> {
  const { tenantId, actor, correlationId, seed } = asker
  const { record, latest } = await inTenant(ctx.db, tenantId, async (tx) => {
    const found = await findDeployment(tx, recordId)
    return { record: found, latest: found && (await findLatestRecord(tx, found.planId, found.operation)) }
  })
  if (!record) throw new DomainError('404.deployment_not_found', `No deployment has the id ${recordId}`)
  if (latest !== recordId) throw notParked(`A later deployment of the plan, ${String(latest)}, has taken its place`)
  const updateId = seed === undefined ? undefined : derivedId('order', recordId, name, seed)
  try {
    const sent = await sendOrder(ctx, workflowIds[record.operation](record.planId), orderNames[name], { ...what, actor, correlationId }, updateId)
    if (sent === 'gone') throw notParked('The deployment has ended')
  } catch (error) {
    if (!isRefusedOrder(error)) throw error
    throw refusalIn(error) ?? notParked(error.cause?.message ?? 'The step is not parked')
  }
}
