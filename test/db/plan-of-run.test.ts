import { randomUUID } from 'node:crypto'
import { expect, test } from '@jest/globals'
import type { DeployInput } from '../../contracts/workflow.ts'
import { correctRequest, openRecord } from '../../db/deployments.ts'
import { getPlan, getPlanOfRun, revisePlan } from '../../db/plans.ts'
import { deployInput } from '../support/deploy-input.ts'
import { seededDatabase } from './seeded.ts'

const { ours, here } = await seededDatabase()
const runOf = (more: Partial<DeployInput> = {}): DeployInput => deployInput(ours, more)
const opened = async (rest: Partial<DeployInput> = {}): Promise<DeployInput> => {
  const run = runOf(rest)
  await here(async (tx) => {
    await tx.deleteFrom('deployment_records').execute()
    await openRecord(tx, run)
  })
  return run
}
const next = { instanceId: ours.instanceId, variables: { company: 'Next' }, planHash: 'd'.repeat(64) }
const planOf = (run: DeployInput) => here((tx) => getPlanOfRun(tx, run))
const stale = (run: DeployInput) => ({ code: '409.plan_stale', message: `Plan ${ours.planId} was replaced since deployment ${run.recordId} began: deploy the plan anew` })

test('a run has the plan that it began with, or none', async () => {
  const run = await opened()
  expect(await planOf(run)).toEqual(await here((tx) => getPlan(tx, ours.planId)))
  expect(await planOf(runOf())).toMatchObject({ id: ours.planId })
  await expect(planOf(runOf({ planId: randomUUID() }))).rejects.toMatchObject({ code: '404.plan_not_found' })
  const revision = await here((tx) => revisePlan(tx, ours.planId, next))
  await expect(planOf(run)).rejects.toMatchObject(stale(run))
  expect(await planOf({ ...run, operation: 'undeploy' })).toMatchObject({ revision })
  await here((tx) => correctRequest(tx, run.recordId, { ...next, revision }))
  expect(await planOf(run)).toMatchObject({ revision, planHash: next.planHash })
})

test('nor has one whose plan was replaced after its hash was looked at, and before its record was opened', async () => {
  const seen = await here((tx) => getPlan(tx, ours.planId))
  await here((tx) => revisePlan(tx, ours.planId, { ...next, planHash: 'e'.repeat(64) }))
  const run = await opened({ planHash: seen.planHash })
  await expect(planOf(run)).rejects.toMatchObject(stale(run))
})
