import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client, Connection } from '@temporalio/client'
import { workflowIds, stageQueue } from '../../../contracts/workflow.ts'
import type { DeployInput } from '../../../contracts/workflow.ts'
import type { Product } from '../../support/product.ts'
import type { BenchContext, Part, Row } from '../part.ts'
import { median, percentile } from '../statistics.ts'
import { startBuilt } from './built.ts'
import type { Built } from './built.ts'
import { eachOf, openFleet } from './fleet.ts'
import type { Agency, Fleet, Wares } from './fleet.ts'
import { memoryOf, showMemory, watchMemory } from './memory.ts'
import type { Memory } from './memory.ts'

/** The fewest requests that make something: one look-up, one create. */
const requests = 2
const wares: Wares = {
  name: 'flight',
  content: {
    variables: { type: 'object', required: ['company'], properties: { company: { type: 'string' } } },
    resources: { practice: { provider: 'ghl', type: 'customValue', spec: { name: 'Practice name', value: '${{ variables.company }}' } } },
  },
  targets: ['ghl'],
}

/** One agency has almost all of the load, and it came first. */
interface Load { sizes: number[]; vendorMs: number; slots: number }
const full: Load = { sizes: [910, ...Array<number>(9).fill(10)], vendorMs: 20_000, slots: 200 }
const tiny: Load = { sizes: [42, ...Array<number>(9).fill(2)], vendorMs: 300, slots: 10 }

interface Flight {
  /** From the first start to the last success. */
  seconds: number
  /** Waits of provider steps, from the start of the deployment, in seconds. */
  waits: { small: number[]; big: number[] }
  /** At the moment when the most were under way. */
  inFlight: number
  memory: Memory
}

type Starter = (agency: Agency, planId: string) => Promise<unknown>

/** As the API starts it, but without the key that tells tenants apart. */
const startWithoutKey = (temporal: Client): Starter => async ({ tenant }, planId) => {
  const input: DeployInput = {
    tenantId: tenant.id, actor: 'load', correlationId: randomUUID(), planId, recordId: randomUUID(), operation: 'deploy', destroy: false,
    policy: { attempts: 6, initialMs: 1_000, maxMs: 30_000, parkedMs: 86_400_000 },
  }
  await temporal.workflow.start('deployPlan', { workflowId: workflowIds.deploy(planId), args: [input], taskQueue: stageQueue, workflowTaskTimeout: '2s' })
}

async function untilEnded(fleet: Fleet, count: number, operation: 'deploy' | 'undeploy', since: Date, look: (running: number) => void = () => undefined): Promise<void> {
  for (const deadline = Date.now() + 900_000; Date.now() < deadline; await sleep(1_000)) {
    const rows = await fleet.query<{ status: string; count: number }>('select status, count(*)::int as count from deployment_records where operation = $1 and created_at >= $2 group by status', [operation, since])
    const of = (status: string): number => rows.find((row) => row.status === status)?.count ?? 0
    if (of('failed') > 0) throw new Error(`${String(of('failed'))} of the deployments failed`)
    if (of('success') === count) return
    look(of('running') + of('queued'))
  }
  throw new Error('not all deployments ended within 15 minutes')
}

async function fly(product: Product, built: Built, fleet: Fleet, load: Load, start: Starter): Promise<Flight> {
  const count = load.sizes.reduce((sum, size) => sum + size, 0)
  const big = fleet.agencies[0]?.tenant.id
  await product.sandbox('ghl', '/__faults', { latencyMs: load.vendorMs })
  const memory = watchMemory(built.pids)
  const [{ now: since } = { now: new Date() }] = await fleet.query<{ now: Date }>('select clock_timestamp() as now')
  let inFlight = 0
  await eachOf(fleet.agencies.flatMap((agency) => agency.planIds.map((planId) => ({ agency, planId }))), 16, async ({ agency, planId }) => { await start(agency, planId) })
  await untilEnded(fleet, count, 'deploy', since, (running) => { inFlight = Math.max(inFlight, running) })
  memory.stop()
  await product.sandbox('ghl', '/__faults', { rate: 0 })
  const steps = await fleet.query<{ tenant_id: string; wait: number; done: number }>(`
    select r.tenant_id, extract(epoch from s.started_at - r.created_at)::float8 as wait, extract(epoch from r.finished_at - $1::timestamptz)::float8 as done
    from deployment_records r join deployment_steps s on s.record_id = r.id where r.operation = 'deploy' and r.created_at >= $1`, [since])
  const waits = { small: steps.filter((step) => step.tenant_id !== big).map(({ wait }) => wait), big: steps.filter((step) => step.tenant_id === big).map(({ wait }) => wait) }
  return { seconds: Math.max(...steps.map(({ done }) => done)), waits, inFlight, memory: memory.peak() }
}

/** Takes everything back, so that the next flight meets the same. */
async function undeployAll(fleet: Fleet, count: number): Promise<void> {
  const [{ now: since } = { now: new Date() }] = await fleet.query<{ now: Date }>('select clock_timestamp() as now')
  await eachOf(fleet.agencies.flatMap((agency) => agency.planIds.map((planId) => ({ agency, planId }))), 16, async ({ agency, planId }) => {
    const { status, body } = await agency.tenant.call('POST', `/api/v1/plans/${planId}/undeploy`, {})
    if (status !== 202) throw new Error(`undeploy: ${String(status)} ${JSON.stringify(body)}`)
  })
  await untilEnded(fleet, count, 'undeploy', since)
}

const made = async (product: Product): Promise<number> => (await product.sandbox<{ resources: unknown[] }>('ghl', '/__state')).resources.length

const showWaits = (waits: readonly number[]): string => `p50 ${median(waits).toFixed(1)} s, p95 ${percentile(waits, 0.95).toFixed(1)} s, max ${Math.max(...waits).toFixed(1)} s`

const show = ({ seconds, waits, memory, inFlight }: Flight): string =>
  `${seconds.toFixed(0)} s; small tenants wait ${showWaits(waits.small)}; the big one ${showWaits(waits.big)}; ${showMemory(memory)} with ${String(inFlight)} in flight`

/** Flies the load twice, the second time without the keys. */
export async function flyBoth(ctx: Pick<BenchContext, 'tiny' | 'say'>, load: Load): Promise<Row[]> {
  const count = load.sizes.reduce((sum, size) => sum + size, 0)
  const built = await startBuilt({ WORKER_ACTIVITIES: String(load.slots) }, { fresh: !ctx.tiny, say: ctx.say })
  const { product } = built
  const connection = await Connection.connect({ address: product.stack().temporalAddress })
  try {
    await sleep(ctx.tiny ? 0 : 10_000)
    const rest = memoryOf(built.pids)
    ctx.say(`  at rest: ${showMemory(rest)}`)
    const fleet = await openFleet(product, wares, load.sizes)
    const fair = await fly(product, built, fleet, load, (agency, planId) => fleet.deploy(agency, planId, built.apiUrl))
    if ((await made(product)) !== count) throw new Error(`${String(await made(product))} resources for ${String(count)} deployments`)
    ctx.say(`  with keys: ${show(fair)}`)
    await undeployAll(fleet, count)
    const client = new Client({ connection, namespace: product.stack().temporalNamespace })
    const unfair = await fly(product, built, fleet, load, startWithoutKey(client))
    ctx.say(`  without: ${show(unfair)}`)
    await sleep(ctx.tiny ? 0 : 30_000)
    const afterwards = memoryOf(built.pids)
    ctx.say(`  after all ${String(3 * count)} runs: ${showMemory(afterwards)}`)
    await fleet.close()
    return rowsOf(load, count, { rest, afterwards, fair, unfair })
  } finally {
    await connection.close()
    await built.stop()
  }
}

function rowsOf(load: Load, count: number, { rest, afterwards, fair, unfair }: { rest: Memory; afterwards: Memory; fair: Flight; unfair: Flight }): Row[] {
  const least = (Math.ceil(count / load.slots) * requests * load.vendorMs) / 1_000
  const of = (name: string, ours: number, baseline: number, rest_: Pick<Row, 'ours' | 'baseline'> & { limit?: string }): Row => ({ name, ratio: ours / baseline, spread: [ours / baseline, ours / baseline], ...rest_ })
  const flights = `${String(count)} deployments in flight, vendor takes ${String(load.vendorMs / 1_000)} s`
  return [
    of(`(g) memory of API: ${flights} ÷ at rest`, fair.memory.api, rest.api, { ours: `${fair.memory.api.toFixed(0)} MB`, baseline: `${rest.api.toFixed(0)} MB`, limit: `afterwards ${afterwards.api.toFixed(0)} MB` }),
    of(`(g) memory of worker: ${flights} ÷ at rest`, fair.memory.worker, rest.worker, { ours: `${fair.memory.worker.toFixed(0)} MB`, baseline: `${rest.worker.toFixed(0)} MB`, limit: `afterwards ${afterwards.worker.toFixed(0)} MB` }),
    of('(g) until all succeeded ÷ what the vendor alone takes', fair.seconds, least, { ours: `${fair.seconds.toFixed(0)} s`, baseline: `${least.toFixed(0)} s`, limit: `${String(load.slots)} steps at once, ${String(requests)} requests each` }),
    of('(g) longest wait of 9 small tenants beside a big one: with fairness keys ÷ without', Math.max(...fair.waits.small), Math.max(...unfair.waits.small), { ours: showWaits(fair.waits.small), baseline: showWaits(unfair.waits.small), limit: `big tenant: ${showWaits(fair.waits.big)}; without keys ${showWaits(unfair.waits.big)}` }),
  ]
}

export const flight: Part = { name: 'g', title: 'memory, and fairness between tenants, with 1,000 deployments in flight against slow vendors', run: (ctx) => flyBoth(ctx, ctx.tiny ? tiny : full) }
