import { setTimeout as sleep } from 'node:timers/promises'
import { DomainError } from '../contracts/errors.ts'
import type { SupersedeOrder } from '../contracts/orders.ts'
import { type DeployInput, orderNames, workflowIds } from '../contracts/workflow.ts'
import { type Tx, inTenant } from '../db/client.ts'
import { findLatestRecord, findRunningRecord } from '../db/deployment-queries.ts'
import { findParkedRecord, findRejection, hasRecord, openRecord, supersedeRecord } from '../db/deployments.ts'
import type { Plan } from '../db/plans.ts'
import type { Call } from './call.ts'
import type { ApiContext } from './context.ts'
import { idFor } from './ids.ts'
import { closeRecord } from './orders.ts'
import { closes, recordOfRun } from './running.ts'
import { type Start, isRefusedOrder, sendOrder, startRun } from './temporal.ts'

type Kind = DeployInput['operation']
type Asker = Pick<Call, 'tenantId' | 'actor' | 'correlationId' | 'seed' | 'receivedAt'>

export interface DeployRequest {
  operation: Kind
  plan: Plan
  destroy: boolean
  planHash?: string | undefined
  summary: string
}

/** What this request opened when it came first: its Idempotency-Key comes again where the answer was lost, with the process or on its way. */
export async function openedBefore(tx: Tx, asker: Pick<Asker, 'seed'>): Promise<string | undefined> {
  const recordId = idFor(asker, 'deployment')
  return asker.seed !== undefined && (await hasRecord(tx, recordId)) ? recordId : undefined
}

export const accepted = (recordId: string): { status: 202; body: { recordId: string }; headers: Record<string, string> } =>
  ({ status: 202, body: { recordId }, headers: { Location: `/api/v1/deployments/${recordId}` } })

/** Several starts of one plan race: exactly one may win, and the others name it. */
const inProgress = (recordId: string | undefined): DomainError =>
  new DomainError('409.deployment_in_progress', recordId === undefined ? 'A deployment is starting' : `Deployment ${recordId} is in progress`, recordId === undefined ? {} : { extra: { recordId } })

/**
 * Starts the run of a plan and answers its record's id; the record exists then. Run first, record second: there is never a record
 * without a run, and whoever dies in between, the run writes the record. The caller has asked `openedBefore`. Throws 409.deployment_in_progress.
 */
export async function openDeployment(ctx: ApiContext, asker: Asker, request: DeployRequest): Promise<string> {
  const { operation, plan } = request
  const { tenantId } = asker
  const recordId = idFor(asker, 'deployment')
  const by: DeployInput = {
    tenantId, actor: asker.actor, correlationId: asker.correlationId, planId: plan.id, recordId, operation, destroy: request.destroy, policy: ctx.policy,
    ...(request.planHash === undefined ? {} : { planHash: request.planHash }),
  }
  const read = <T>(work: (tx: Parameters<Parameters<typeof inTenant<T>>[2]>[0]) => Promise<T>) => inTenant(ctx.db, tenantId, work)
  const other: Kind = operation === 'deploy' ? 'undeploy' : 'deploy'
  const seen = await read(async (tx) => ({
    parked: await findParkedRecord(tx, plan.id, operation),
    otherParked: await findParkedRecord(tx, plan.id, other),
    latest: await findLatestRecord(tx, plan.id, operation),
  }))
  // By this very request when it came first, a moment ago: its run has opened the record since the caller asked.
  if (seen.latest?.id === recordId) return recordId
  // Opened since this request came in: the two were made at once, and the other has won, even if it has ended by now.
  if (seen.latest && seen.latest.ageMs < performance.now() - asker.receivedAt) throw inProgress(seen.latest.id)
  by.after = seen.latest?.id ?? null
  // Its run is about to close, and whoever read that may start the next one.
  const ended = seen.latest?.status === 'success' || seen.latest?.status === 'failed' ? seen.latest.id : undefined
  if (seen.otherParked) await endParked(ctx, asker, seen.otherParked.id, workflowIds[other](plan.id), operation)
  if (seen.parked && (await supersede(ctx, seen.parked.id, by))) return recordId

  const workflowId = workflowIds[operation](plan.id)
  const start: Start = { type: `${operation}Plan`, workflowId, input: by, summary: request.summary, attributes: { SlipwayPlan: plan.id, SlipwayTemplate: plan.templateId, SlipwayClient: plan.clientId, SlipwayProviders: plan.targets, SlipwayStatus: 'running' } }
  for (let tries = 1; !(await startRun(ctx, start)); tries++) {
    const running = (await findWinner(ctx, by, ended === undefined ? 5 : 3)) ?? (await recordOfRun(ctx, workflowId))
    if (running === recordId) return recordId
    const isOver = running !== undefined && running === ended
    if (!isOver || tries >= 3 || !(await closes(ctx, workflowId))) throw inProgress(running)
  }
  const opened = await read((tx) => openRecord(tx, by))
  if (!opened.opened) throw inProgress(opened.recordId)
  return recordId
}

/** The record that was opened instead: its run started a moment ago, so it is there within milliseconds. Asking the run itself costs far more. */
async function findWinner(ctx: ApiContext, { tenantId, planId, operation, after }: DeployInput, looks: number): Promise<string | undefined> {
  for (let look = 0; look < looks; look++) {
    if (look > 0) await sleep(10 * 2 ** look)
    const { running, latest } = await inTenant(ctx.db, tenantId, async (tx) => ({ running: await findRunningRecord(tx, planId, operation), latest: await findLatestRecord(tx, planId, operation) }))
    const opened = running ?? (latest && latest.id !== after ? latest.id : undefined)
    if (opened !== undefined) return opened
  }
  return undefined
}

/**
 * Optimistic locking: the update's id names the parked record that was seen, so that everybody who saw it gets the one winner's answer. Temporal keeps that
 * answer, so where the winner was refused in favour of another plan's record, which is done by now, the next id names it too. False when the run has ended.
 */
async function supersede(ctx: ApiContext, parked: string, by: DeployInput): Promise<boolean> {
  const order: SupersedeOrder = { parked, by }
  try {
    for (let updateId = `supersede:${parked}`; ;) {
      const sent = await sendOrder<string>(ctx, workflowIds[by.operation](by.planId), orderNames.supersede, order, updateId)
      if (sent === 'gone') return false
      if (sent.answer === by.recordId) break
      const rejected = await inTenant(ctx.db, by.tenantId, (tx) => findRejection(tx, sent.answer))
      if (!rejected || rejected.running) throw inProgress(rejected?.inFavourOf ?? sent.answer)
      updateId = `supersede:${parked}:${sent.answer}`
    }
  } catch (error) {
    if (!isRefusedOrder(error)) throw error
    const running = await inTenant(ctx.db, by.tenantId, (tx) => findRunningRecord(tx, by.planId, by.operation))
    if (running !== undefined) throw inProgress(running)
    // The run was about to close; should another deploy have won instead, the start finds it.
    return false
  }
  const opened = await inTenant(ctx.db, by.tenantId, (tx) => supersedeRecord(tx, parked, by))
  if (!opened.opened) throw inProgress(opened.recordId)
  return true
}

/** A parked run of the other kind gives way: what it waits for is no longer wanted. */
async function endParked(ctx: ApiContext, asker: Asker, recordId: string, workflowId: string, inFavourOf: Kind): Promise<void> {
  const { actor, correlationId } = asker
  const reason = inFavourOf === 'undeploy' ? 'The plan is taken back' : 'The plan is deployed again'
  try {
    const sent = await sendOrder(ctx, workflowId, orderNames.cancel, { actor, correlationId, reason })
    // Somebody terminated it: nobody else would close its record.
    if (sent === 'gone') await closeRecord(ctx, asker, recordId, { reason })
  } catch (error) {
    if (!isRefusedOrder(error)) throw error
    throw inProgress(await recordOfRun(ctx, workflowId))
  }
}
