import { randomUUID } from 'node:crypto'
import { expect, test } from '@jest/globals'
import { recordStatus } from '../../activities/deployment-records.ts'
import type { DeployInput } from '../../contracts/workflow.ts'
import { openRecord } from '../../db/deployments.ts'
import { seededDatabase } from '../db/seeded.ts'
import { deployInput } from '../support/deploy-input.ts'

const { database, ours, here } = await seededDatabase()

const open = async (operation: DeployInput['operation']): Promise<string> => {
  const input = deployInput(ours, { operation })
  await here((tx) => openRecord(tx, input))
  return input.recordId
}
const statusOf = (recordId: string) => recordStatus(database, { tenantId: ours.tenantId, recordId })

test('a record that was refused in favour of another has failed with its name; one that never was is not found', async () => {
  const winner = await open('deploy')
  expect(await statusOf(winner)).toEqual({ status: 'queued' })
  expect(await statusOf(await open('undeploy'))).toEqual({ status: 'failed', code: '409.deployment_in_progress', message: `Deployment ${winner} is in progress` })
  await expect(statusOf(randomUUID())).rejects.toMatchObject({ code: '404.deployment_not_found' })
})
