import { expect, test } from '@jest/globals'
import type { ApiContext } from '../../api/context.ts'
import { openDeployment } from '../../api/deploy.ts'
import { derivedId } from '../../db/ids.ts'
import { openRecord } from '../../db/deployments.ts'
import { getPlan } from '../../db/plans.ts'
import { seededDatabase } from '../db/seeded.ts'
import { deployInput } from '../support/deploy-input.ts'

const { database, ours, here } = await seededDatabase()

test('a request that comes again while the run of its first try opens the record is that record, and no conflict with itself', async () => {
  const asker = { tenantId: ours.tenantId, actor: 'ada', correlationId: 'c1', seed: 'again', receivedAt: performance.now() - 10_000 }
  const recordId = derivedId('deployment', asker.seed)
  const plan = await here(async (tx) => {
    await tx.deleteFrom('deployment_records').execute()
    await openRecord(tx, deployInput(ours, { recordId }))
    return getPlan(tx, ours.planId)
  })
  // Temporal is not asked: it has the run.
  const ctx = { db: database.db } as unknown as ApiContext
  expect(await openDeployment(ctx, asker, { operation: 'deploy', plan, destroy: false, summary: 'Deploy' })).toBe(recordId)
  await expect(openDeployment(ctx, { ...asker, seed: 'another' }, { operation: 'deploy', plan, destroy: false, summary: 'Deploy' })).rejects.toMatchObject({ code: '409.deployment_in_progress', message: `Deployment ${recordId} is in progress` })
})
