import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { spawnProduct, through } from '../support/processes.ts'
import type { Processes } from '../support/processes.ts'
import { deploy, deployUntilParked, ended, importSmall, lettersOf, planFor, recordOf, settled, signal } from '../support/small-plan.ts'
import type { Planned } from '../support/small-plan.ts'
import { startStack, until } from '../support/stack.ts'
import type { TestStack } from '../support/stack.ts'

let own: TestStack
let stack: TestStack
let product: Processes
let templateId: string
let waiting: Planned
let second: Awaited<ReturnType<Processes['addWorker']>>
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
  waiting = await planFor(stack, templateId, 'left behind')
  await deployUntilParked(stack, waiting)
  expect(await runOf(parked)).toEqual({ build: 'one', pids: [product.workerPid] })

  second = await product.addWorker({ WORKER_BUILD_ID: 'two' })
  await makeCurrent('two')
  await stack.faults('ghl', { rate: 0 })
  expect(await settled(stack, await deploy(stack, fresh))).toMatchObject({ status: 'success' })
  expect(await runOf(fresh)).toEqual({ build: 'two', pids: [second.pid] })

  await signal(stack, parked, 'retry', { provider: 'ghl' })
  await until(() => recordOf(stack, recordId), ({ status }) => status === 'success')
  await ended(stack, parked)
  expect(await runOf(parked)).toEqual({ build: 'one', pids: [product.workerPid] })
}, 120_000)

test('a parked deployment waits for a worker of its build, or is moved to another by the operator', async () => {
  await product.stopWorkers(second)
  const open = await until(() => own.temporal('workflow', 'list', '--query', "TemporalWorkerDeploymentVersion = 'slipway:one' and ExecutionStatus = 'Running'"), (text) => text.includes('deploy:'))
  expect(open).toContain(`deploy:${waiting.planId}`)
  await signal(stack, waiting, 'retry', { provider: 'ghl' })
  await until(async () => (await fetch(`${second.info.metricsUrl}/metrics`)).text(), (text) => /^queue_backlog\{queue="slipway",kind="workflow"\} [1-9]/m.test(text))
  expect((await lettersOf(stack, waiting)).map(({ status }) => status)).toEqual(['parked'])

  await own.temporal('workflow', 'update-options', '--workflow-id', `deploy:${waiting.planId}`, '--versioning-override-behavior', 'pinned', '--versioning-override-deployment-name', 'slipway', '--versioning-override-build-id', 'two')
  await until(() => lettersOf(stack, waiting), ([letter]) => letter?.status === 'retried')
  await ended(stack, waiting)
  expect((await runOf(waiting)).pids).toContain(second.pid)
}, 120_000)
