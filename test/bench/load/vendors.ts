import { loadavg } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { startOtlpReceiver } from '../../support/otlp.ts'
import type { ReceivedSpan } from '../../support/otlp.ts'
import { startProduct } from '../../support/product.ts'
import type { BenchContext, Part, Row } from '../part.ts'
import { median, percentile } from '../statistics.ts'
import { openFleet } from './fleet.ts'
import type { Fleet, Wares } from './fleet.ts'

/** Four resources at three vendors; the agent needs the model before it. */
const wares: Wares = {
  name: 'vendors',
  content: {
    variables: { type: 'object', required: ['company'], properties: { company: { type: 'string' } } },
    resources: {
      brain: { provider: 'retell', type: 'llm', spec: { start_speaker: 'agent', model: 'gpt-4.1', general_prompt: 'You answer the telephone for ${{ variables.company }}.' } },
      flow: {
        provider: 'n8n', type: 'workflow',
        spec: { name: '${{ variables.company }} flow', nodes: [{ id: '5f2e7c1a-0c55-4c3e-9a3b-0d6a4f7f0a01', name: 'Start', type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, position: [0, 0], parameters: {} }], connections: {}, settings: {} },
      },
      source: { provider: 'ghl', type: 'customField', spec: { name: 'Lead source', dataType: 'TEXT' } },
      practice: { provider: 'ghl', type: 'customValue', spec: { name: 'Practice name', value: '${{ variables.company }}' } },
    },
  },
  targets: ['ghl', 'n8n', 'retell'],
}

/** Half of a vendor's answers take longer than this, and one in a hundred four times as long. */
const vendors = { retell: { medianMs: 1_500, mostMs: 10_000 }, n8n: { medianMs: 400, mostMs: 5_000 }, ghl: { medianMs: 2_000, mostMs: 15_000 } } as const
type Vendor = keyof typeof vendors
const names = Object.keys(vendors) as Vendor[]
const tail = 4
const perSecond = 2

/** One provider step: from its first try to its end, and what of that the vendor's answers took. */
interface Step { provider: Vendor; recordId: string; ms: number; waitedMs: number; requests: number }
interface Deployment { ms: number; slowestMs: number }

async function run(ctx: BenchContext): Promise<Row[]> {
  const seconds = ctx.tiny ? 4 : 120
  const receiver = await startOtlpReceiver()
  const product = await startProduct({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url } })
  try {
    const warmUp = ctx.tiny ? 1 : 20
    const fleet = await openFleet(product, wares, [seconds * perSecond + warmUp])
    const planIds = fleet.agencies[0]?.planIds ?? []
    // Connections and code are warm before the clock runs: cold starts do not count.
    await deployAll(fleet, planIds.slice(0, warmUp), 100)
    for (const name of names) await product.sandbox(name, '/__faults', { seed: 4, latency: { medianMs: ctx.tiny ? 20 : vendors[name].medianMs, tail } })
    const recordIds = await deployAll(fleet, planIds.slice(warmUp), 1_000 / perSecond)
    await sleep(2_000)
    const { steps, deployments } = await measure(fleet, recordIds, receiver.spans)
    await fleet.close()
    for (const name of names) ctx.say(`  ${name}: ${describe(steps.filter(({ provider }) => provider === name))}`)
    return rowsOf(steps, deployments)
  } finally {
    await product.stop()
    await receiver.close()
  }
}

/** Starts one after the other at a steady pace, whatever has become of the others, and waits until all have succeeded. */
async function deployAll(fleet: Fleet, planIds: readonly string[], everyMs: number): Promise<string[]> {
  const agency = fleet.agencies[0]
  if (!agency) throw new Error('there is no agency')
  const begun = Date.now()
  const started: Promise<string>[] = []
  for (const [index, planId] of planIds.entries()) {
    await sleep(Math.max(0, begun + index * everyMs - Date.now()))
    started.push(fleet.deploy(agency, planId))
  }
  const recordIds = await Promise.all(started)
  for (const deadline = Date.now() + 180_000; Date.now() < deadline; await sleep(500)) {
    const rows = await fleet.query<{ status: string }>('select status from deployment_records where id = any($1)', [recordIds])
    if (rows.some(({ status }) => status === 'failed')) throw new Error('a deployment failed')
    if (rows.every(({ status }) => status === 'success')) return recordIds
  }
  throw new Error(`not all deployments ended within 3 minutes: ${JSON.stringify(await fleet.query("select s.provider, s.status, count(*)::int from deployment_steps s where record_id = any($1) group by 1, 2", [recordIds]))}`)
}

const msOf = ({ startNs, endNs }: ReceivedSpan): number => Number(endNs - startNs) / 1e6

/** The steps as the database has them, each with the calls that its trace shows. */
async function measure(fleet: Fleet, recordIds: readonly string[], spans: readonly ReceivedSpan[]): Promise<{ steps: Step[]; deployments: Deployment[] }> {
  const rows = await fleet.query<{ record_id: string; plan_id: string; provider: Vendor; ms: number; whole: number }>(`
    select s.record_id, r.plan_id, s.provider, 1000 * extract(epoch from s.finished_at - s.started_at)::float8 as ms, 1000 * extract(epoch from r.finished_at - r.created_at)::float8 as whole
    from deployment_steps s join deployment_records r on r.id = s.record_id where r.id = any($1)`, [recordIds])
  const activities = spans.filter(({ attributes }) => attributes['slipway.plan_id'] !== undefined && attributes['slipway.attempt'] !== undefined)
  const calls = Map.groupBy(spans.filter(({ kind, attributes }) => kind === 3 && attributes['slipway.provider'] !== undefined), ({ parentId }) => parentId)
  const steps = rows.map(({ record_id: recordId, plan_id: planId, provider, ms }): Step => {
    const own = activities.filter(({ attributes }) => attributes['slipway.plan_id'] === planId && attributes['slipway.provider'] === provider).flatMap(({ spanId }) => calls.get(spanId) ?? [])
    if (own.length === 0) throw new Error(`the trace of ${recordId} has no calls to ${provider}`)
    return { provider, recordId, ms, waitedMs: own.reduce((sum, span) => sum + msOf(span), 0), requests: own.length }
  })
  const whole = new Map(rows.map(({ record_id, whole: ms }) => [record_id, ms]))
  const deployments = [...whole].map(([recordId, ms]) => ({ ms, slowestMs: Math.max(...steps.filter((step) => step.recordId === recordId).map(({ waitedMs }) => waitedMs)) }))
  return { steps, deployments }
}

const own = ({ ms, waitedMs }: Step): number => ms - waitedMs
const figures = (values: readonly number[], unit: (ms: number) => string): string => `p50 ${unit(median(values))}, p95 ${unit(percentile(values, 0.95))}, max ${unit(Math.max(...values))}`
const inSeconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`
const inMs = (ms: number): string => `${ms.toFixed(0)} ms`

const describe = (steps: readonly Step[]): string =>
  `${String(steps.length)} steps of ${String(median(steps.map(({ requests }) => requests)))} requests (most ${String(Math.max(...steps.map(({ requests }) => requests)))}): ${figures(steps.map(({ ms }) => ms), inSeconds)}; waiting for answers ${figures(steps.map(({ waitedMs }) => waitedMs), inSeconds)}; our own ${figures(steps.map(own), inMs)}`

function rowsOf(steps: readonly Step[], deployments: readonly Deployment[]): Row[] {
  const least = (values: readonly number[], by: number): [number, number] => [Math.min(...values) / by, Math.max(...values) / by]
  const each = names.map((name): Row => {
    const mine = steps.filter(({ provider }) => provider === name)
    const times = mine.map(({ ms }) => ms)
    const { mostMs, medianMs } = vendors[name]
    return {
      name: `(h) ${name} step, p95 ÷ ${inSeconds(mostMs)}`, ratio: percentile(times, 0.95) / mostMs, aim: { most: 1 }, ours: figures(times, inSeconds), baseline: `answers p50 ${inSeconds(medianMs)}, p99 ${inSeconds(medianMs * tail)}`,
      spread: least(times, mostMs), limit: `${String(median(mine.map(({ requests }) => requests)))} requests, one after the other`,
    }
  })
  const overheads = steps.map(own)
  const rest = deployments.map(({ ms, slowestMs }) => ms - slowestMs)
  return [
    ...each,
    { name: '(h) our own part of a step, p95 ÷ 150 ms', ratio: percentile(overheads, 0.95) / 150, aim: { most: 1 }, ours: figures(overheads, inMs), baseline: `${String(perSecond)} deployments per second`, limit: `machine's load ${(loadavg()[0] ?? NaN).toFixed(1)}`, spread: least(overheads, 150) },
    { name: '(h) a deployment beyond its slowest vendor, p95 ÷ 150 ms', ratio: percentile(rest, 0.95) / 150, aim: { most: 1 }, ours: figures(rest, inMs), baseline: 'from the record to its success', spread: least(rest, 150) },
  ]
}

export const underVendors: Part = { name: 'h', title: 'provider steps against vendors as slow as real ones', run }
