import { beforeEach, expect, test } from '@jest/globals'
import { MockActivityEnvironment } from '@temporalio/testing'
import { sql } from 'kysely'
import { cancelRun, resumeStep, skipStep } from '../../activities/deployment-orders.ts'
import { createLog } from '../../bin/telemetry/log.ts'
import type { DeployInput } from '../../contracts/workflow.ts'
import { addDeadLetter } from '../../db/dead-letters.ts'
import { findDeployment } from '../../db/deployment-queries.ts'
import { saveStep } from '../../db/deployment-steps.ts'
import { lockDeploymentsOf, openRecord, setRecordStatus } from '../../db/deployments.ts'
import { newId } from '../../db/ids.ts'
import { insertPlan } from '../../db/plans.ts'
import { seededDatabase } from '../db/seeded.ts'
import { untilOneWaits } from '../support/database.ts'
import { deployInput } from '../support/deploy-input.ts'

const { database, ours, here } = await seededDatabase()
beforeEach(async () => {
  await sql`delete from deployment_records where tenant_id = ${ours.tenantId}`.execute(database.db)
  await sql`delete from deployment_plans where tenant_id = ${ours.tenantId} and id <> ${ours.planId}`.execute(database.db)
})

const log = createLog('test', 'silent')
const ctx = () => ({ db: database.db, log })
const inActivity = <T>({ recordId, planId }: DeployInput, activityId: string, work: () => Promise<T>): Promise<T> =>
  new MockActivityEnvironment({ activityId, workflowExecution: { workflowId: `deploy:${planId}`, runId: recordId } }).run(work)
const run = (planId = ours.planId): DeployInput => deployInput({ ...ours, planId })
const planFor = async (targets: string[]): Promise<string> => {
  const id = newId()
  await here((tx) => insertPlan(tx, ours.tenantId, { id, templateId: ours.templateId, clientId: ours.clientId, instanceId: ours.instanceId, targets, variables: {}, planHash: 'c'.repeat(64), createdBy: 'ada' }))
  return id
}
/** A run whose step at Retell waits for an order. */
async function parkedRun(planId?: string): Promise<DeployInput> {
  const input = run(planId)
  const { tenantId, recordId } = input
  await here(async (tx) => {
    await openRecord(tx, input)
    await saveStep(tx, { tenantId, recordId, provider: 'retell' }, { status: 'parked' })
    await addDeadLetter(tx, { tenantId, recordId, planId: input.planId, provider: 'retell', code: '502.provider_error_retell', message: 'No', attempts: 6 })
    await setRecordStatus(tx, recordId, 'failed', { code: '502.provider_error_retell', message: 'No' })
  })
  return input
}
const retry = (input: DeployInput, activityId = '1') => inActivity(input, activityId, () => resumeStep(ctx(), input, 'retell', { actor: 'ada' }))

test('a retry waits for one that is being decided, and leaves its step parked when both use the provider', async () => {
  const [first, second] = [await parkedRun(), await parkedRun(await planFor(['retell']))]
  let answer: ReturnType<typeof retry> | undefined
  await here(async (tx) => {
    await lockDeploymentsOf(tx, first.planId)
    answer = retry(second)
    await untilOneWaits(database.db, 'advisory')
    await setRecordStatus(tx, first.recordId, 'running')
  })
  expect(await answer).toEqual({ conflict: first.recordId })
  expect(await here((tx) => findDeployment(tx, second.recordId))).toMatchObject({ status: 'failed', providers: [{ provider: 'retell', status: 'parked' }] })
})

/** How many rows the tenant has where a run leaves its traces. */
const traces = () => Promise.all((['audit_events', 'deployment_records', 'deployment_events', 'deployment_steps', 'dead_letters'] as const).map(async (table) =>
  (await database.db.selectFrom(table).select(({ fn }) => fn.countAll<string>().as('rows')).where('tenant_id', '=', ours.tenantId).executeTakeFirstOrThrow()).rows))

test('a run that is cancelled before it has a record ends, and leaves none', async () => {
  const [input, before] = [run(), await traces()]
  await inActivity(input, '1', () => cancelRun(ctx(), input, ['retell'], { actor: 'temporal', reason: 'the workflow was cancelled' }))
  expect(await traces()).toEqual(before)
})

const auditOf = ({ recordId }: DeployInput) =>
  database.db.selectFrom('audit_events').select('action').where('subject_id', '=', recordId).orderBy('action').execute()

test('an order whose answer was lost is carried out again and audited once; another one has its own entry', async () => {
  const input = await parkedRun()
  for (const activityId of ['1', '1', '2']) await retry(input, activityId)
  expect((await auditOf(input)).map(({ action }) => action)).toEqual(['deployment.retry', 'deployment.retry'])
  for (let tries = 1; tries <= 2; tries++) {
    await inActivity(input, '3', () => skipStep(ctx(), input, { provider: 'retell', reason: 'no', actor: 'ada' }))
    await inActivity(input, '4', () => cancelRun(ctx(), input, [], { actor: 'ada' }))
  }
  expect((await auditOf(input)).map(({ action }) => action)).toEqual(['deployment.cancel', 'deployment.retry', 'deployment.retry', 'deployment.skip'])
})
