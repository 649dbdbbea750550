import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { spawnProduct, through } from '../support/processes.ts'
import type { Processes } from '../support/processes.ts'
import { deploy, deployUntilParked, ended, importSmall, planFor, recordOf, settled, signal } from '../support/small-plan.ts'
import type { Planned } from '../support/small-plan.ts'
import { startStack, until } from '../support/stack.ts'
import type { TestStack } from '../support/stack.ts'

let own: TestStack
let stack: TestStack
let product: Processes
let templateId: string
beforeAll(async () => {
  own = await startStack({ supabase: false })
  product = await spawnProduct(own, { JWT_SECRET: 'a secret of the versioned processes, 32 or more', PROVIDER_ATTEMPTS: '1' }, { worker: { WORKER_BUILD_ID: 'one' } })
  stack = through(own, product)
  await makeCurrent('one')
  templateId = await importSmall(stack)
}, 120_000)
afterAll(async () => {
  await product.stop()
  await own.close()
})

/** As an operator does it; refused until the build's workers have asked for work at every queue. */
const makeCurrent = (build: string): Promise<string> =>
  until(() => own.temporal('worker', 'deployment', 'set-current-version', '--deployment-name', 'slipway', '--build-id', build, '--yes').catch((error: unknown) => String(error)), (said) => !/error/i.test(said))

interface Run {
  /** The build it belongs to. */
  build: string
  /** The processes that worked on it. */
  pids: number[]
}

async function runOf({ planId }: Planned): Promise<Run> {
  const id = ['--workflow-id', `deploy:${planId}`, '-o', 'json']
  const described = JSON.parse(await own.temporal('workflow', 'describe', ...id)) as { workflowExecutionInfo: { versioningInfo: { deploymentVersion: { buildId: string } } } }
  const { events } = JSON.parse(await own.temporal('workflow', 'show', ...id)) as { events: ({ eventType: string } & Record<string, { identity?: string }>)[] }
  const worked = events.flatMap((event) => ['workflowTaskCompletedEventAttributes', 'activityTaskStartedEventAttributes'].flatMap((name) => event[name]?.identity ?? []))
  return { build: described.workflowExecutionInfo.versioningInfo.deploymentVersion.buildId, pids: [...new Set(worked.map((identity) => Number.parseInt(identity)))] }
}

test('a parked deployment goes on with the build that began it, while new ones run on the next', async () => {
  const [parked, fresh] = [await planFor(stack, templateId, 'begun before'), await planFor(stack, templateId, 'begun after')]
  await stack.faults('ghl', { rate: 1, kinds: ['500'] })
  const recordId = await deployUntilParked(stack, parked)
  expect(await runOf(parked)).toEqual({ build: 'one', pids: [product.workerPid] })

  const next = await product.addWorker({ WORKER_BUILD_ID: 'two' })
  await makeCurrent('two')
  await stack.faults('ghl', { rate: 0 })
  expect(await settled(stack, await deploy(stack, fresh))).toMatchObject({ status: 'success' })
  expect(await runOf(fresh)).toEqual({ build: 'two', pids: [next.pid] })

  await signal(stack, parked, 'retry', { provider: 'ghl' })
  await until(() => recordOf(stack, recordId), ({ status }) => status === 'success')
  await ended(stack, parked)
  expect(await runOf(parked)).toEqual({ build: 'one', pids: [product.workerPid] })
}, 120_000)

test('a parked deployment waits for a worker of its build, or is moved to another by the operator', async () => {
  const planned = await planFor(stack, templateId, 'moved')
  await stack.faults('ghl', { rate: 1, kinds: ['500'] })
  const recordId = await deployUntilParked(stack, planned)
  await stack.faults('ghl', { rate: 0 })
  const next = await product.addWorker({ WORKER_BUILD_ID: 'three' })
  await makeCurrent('three')
  await product.stopWorkers(next)
  const open = () => own.temporal('workflow', 'list', '--query', `TemporalWorkerDeploymentVersion = 'slipway:two' and ExecutionStatus = 'Running'`)
  expect(await until(open, (text) => text.includes(planned.planId))).toContain(`deploy:${planned.planId}`)
  await signal(stack, planned, 'retry', { provider: 'ghl' })
  await sleep(2_000)
  expect((await recordOf(stack, recordId)).status).toBe('failed')

  await own.temporal('workflow', 'update-options', '--workflow-id', `deploy:${planned.planId}`, '--versioning-override-behavior', 'pinned', '--versioning-override-deployment-name', 'slipway', '--versioning-override-build-id', 'three')
  await until(() => recordOf(stack, recordId), ({ status }) => status === 'success')
  expect((await runOf(planned)).pids).toContain(next.pid)
}, 120_000)
