import { DomainError } from '../contracts/errors.ts'
import type { CancelOrder, ResolveOrder, RetryOrder, SkipOrder } from '../contracts/orders.ts'
import { orderNames, workflowIds } from '../contracts/workflow.ts'
import { writeAudit } from '../db/audit.ts'
import type { Tx } from '../db/client.ts'
import { inTenant } from '../db/client.ts'
import { findDeployment, findLatestRecord } from '../db/deployment-queries.ts'
import { closeOrphan } from '../db/orphans.ts'
import { derivedId } from '../db/ids.ts'
import { getInstance } from '../db/instances.ts'
import { getPlan } from '../db/plans.ts'
import { getVersionById } from '../db/template-versions.ts'
import { toPointer } from '../domain/pointer.ts'
import { secretVariables } from '../domain/variables.ts'
import type { Call } from './call.ts'
import type { ApiContext } from './context.ts'
import { refusalIn } from './refusal.ts'
import { isRefusedOrder, sendOrder } from './temporal.ts'

interface Orders {
  retry: RetryOrder
  skip: SkipOrder
  resolve: ResolveOrder
  cancel: CancelOrder
}

type Asker = Pick<Call, 'tenantId' | 'actor' | 'correlationId' | 'seed'>

/** An order stays readable in the run's history, so a secret is refused before it is sent. */
async function refuseSecrets(tx: Tx, planId: string, input: object): Promise<void> {
  const { versionId } = await getInstance(tx, (await getPlan(tx, planId)).instanceId)
  const errors = [...secretVariables((await getVersionById(tx, versionId)).artifact.variables)].filter((name) => name in input)
    .map((name) => ({ pointer: `/input${toPointer([name])}`, message: 'is a secret: plan again with it (replace: true) and deploy that' }))
  if (errors.length > 0) throw new DomainError('422.variables_invalid', 'A retry cannot carry secrets', { errors })
}

/** False when it was closed already. */
export function closeRecord(ctx: ApiContext, { tenantId, actor, correlationId }: Pick<Asker, 'tenantId' | 'actor' | 'correlationId'>, recordId: string, { reason }: CancelOrder): Promise<boolean> {
  return inTenant(ctx.db, tenantId, async (tx) => {
    const closed = await closeOrphan(tx, { tenantId, recordId }, { decidedBy: actor, reason })
    if (closed) await writeAudit(tx, { tenantId, actor, correlationId, action: 'deployment.cancel', subjectType: 'deployment', subjectId: recordId, data: { reason: reason ?? '' } })
    return closed
  })
}

const notParked = (why: string): DomainError => new DomainError('409.not_parked', why)

/** Gives the run of a record an order. Throws 404.deployment_not_found, and 409.not_parked when there is nothing to decide. */
export async function order<K extends keyof Orders>(ctx: ApiContext, asker: Asker, recordId: string, name: K, what: Orders[K]): Promise<void> {
  const { tenantId, actor, correlationId, seed } = asker
  const { record, latest } = await inTenant(ctx.db, tenantId, async (tx) => {
    const found = await findDeployment(tx, recordId)
    if (found && 'input' in what) await refuseSecrets(tx, found.planId, what.input ?? {})
    return { record: found, latest: found && (await findLatestRecord(tx, found.planId, found.operation)) }
  })
  if (!record) throw new DomainError('404.deployment_not_found', `No deployment has the id ${recordId}`)
  if (latest && latest.id !== recordId) throw notParked(`A later deployment of the plan, ${latest.id}, has taken its place`)
  const updateId = seed === undefined ? undefined : derivedId('order', recordId, name, seed)
  try {
    const sent = await sendOrder(ctx, workflowIds[record.operation](record.planId), orderNames[name], { ...what, actor, correlationId }, updateId)
    // Somebody terminated the run: nobody else would close its record.
    if (sent === 'gone' && !(name === 'cancel' && (await closeRecord(ctx, asker, recordId, what)))) throw notParked('The deployment has ended')
  } catch (error) {
    if (!isRefusedOrder(error)) throw error
    throw refusalIn(error) ?? notParked(error.cause?.message ?? 'The step is not parked')
  }
}
