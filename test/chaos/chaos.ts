import { setTimeout as sleep } from 'node:timers/promises'
import { sandboxLocation } from '../../bin/stack/connections.ts'
import { signSupabaseKey } from '../../sandboxes/supabase/jwt.ts'
import { startProduct } from '../support/product.ts'
import type { Product } from '../support/product.ts'
import { account, busiestWindow } from './accounting.ts'
import type { Account } from './accounting.ts'
import type { Figures } from './claims.ts'
import { readRecords } from './database.ts'
import type { Records } from './database.ts'
import { killAll } from './kills.ts'
import { deployFor, isPlannedAhead, makeClients, planFor, pooled } from './load.ts'
import type { Accepted, Client, Planned } from './load.ts'
import { faultOrders, killPlan } from './plan.ts'
import { harmed, plantStrangers } from './strangers.ts'
import { companyOf, template, templateName } from './template.ts'
import type { SandboxRow } from './template.ts'
import { carefulUser } from './user.ts'
import type { User } from './user.ts'

export interface ChaosOptions {
  deployments: number
  seed: number
  /** Share of the vendors' answers that fail. */
  rate: number
  /** Of each part. */
  kills: number
  /** Of workers. */
  pauses: number
  /** A kill waits for so many running deployments. */
  leastRunning: number
  /** Deployments that users have under way at once. */
  atOnce: number
  gapMs: [number, number]
  /** Whether all clients share one GoHighLevel location, or half of them. */
  sharing: 'all' | 'half'
  say(line: string): void
  /** Settings of the product beside its defaults. */
  env?: Record<string, string>
}

const workers = 3
const providers = ['retell', 'n8n', 'ghl', 'supabase'] as const
/** Short silences, and the patience that vendors need of whom a fifth of the answers fail: a step of five requests succeeds once in three tries. */
export const settings = { PROVIDER_TIMEOUT_MS: '2500', PROVIDER_ATTEMPTS: '20', PROVIDER_RETRY_MAX_MS: '5000' }
const settleMs = 15 * 60_000

type Rows = Record<string, SandboxRow[]>
interface JournalEntry { at: number; method: string; path: string; status: number; account?: string; fault?: string }

/** Deploys for many clients while vendors fail and parts of the product are killed, then counts. */
export async function runChaos(options: ChaosOptions): Promise<Figures> {
  const { seed, say } = options
  const product = await startProduct({ workers, env: { ...settings, ...options.env } })
  const records = readRecords(product.stack().databaseUrl)
  try {
    return await chaos(product, records, options)
  } finally {
    await records.close()
    await product.stop()
    say(`seed ${String(seed)}: stopped`)
  }
}

async function chaos(product: Product, records: Records, { deployments, seed, rate, kills, pauses, leastRunning, atOnce, gapMs, sharing, say }: ChaosOptions): Promise<Figures> {
  const seconds: Record<string, number> = {}
  const timed = async <T>(phase: string, work: () => Promise<T>): Promise<T> => {
    const started = Date.now()
    say(`${phase} …`)
    const result = await work()
    seconds[phase] = (Date.now() - started) / 1000
    return result
  }
  const tenant = await product.tenant()
  const user = carefulUser(tenant)
  const stateOf = async (): Promise<Rows> => Object.fromEntries(await Promise.all(providers.map(async (name) => [name, (await product.sandbox<{ resources: SandboxRow[] }>(name, '/__state')).resources])))
  const order = async (orders: Record<string, object>): Promise<void> => { for (const [name, faults] of Object.entries(orders)) await product.sandbox(name, '/__faults', faults) }

  const { clients, templateId, before } = await timed('prepare', async () => {
    const imported = await user.send('POST', '/api/v1/templates/import', { kind: template.kind, name: templateName, content: template })
    const made = await makeClients(user, deployments, sharing)
    await plantStrangers({ origins: product.stack().sandboxes, supabaseKey: signSupabaseKey(product.secrets.supabaseJwtSecret, 'service_role'), companies: [1, 2, 3].map(companyOf), location: sandboxLocation(tenant.id) })
    return { clients: made, templateId: String(imported.body['templateId']), before: await stateOf() }
  })
  const countNow = async (accepted: readonly Accepted[]): Promise<Account> => evidenceNow(records, clients, accepted, withoutStrangers(before, await stateOf()))

  const faults = faultOrders(seed, rate, providers)
  await order(faults)
  const ahead = new Map<Client, Planned>()
  await timed('plan', () => pooled(16, clients.filter(isPlannedAhead), async (client) => { ahead.set(client, await planFor(user, client, templateId)) }))
  const plan = killPlan(seed, { each: kills, pauses, workers, gapMs })
  let [loading, begun] = [true, 0]
  const load = timed('deploy', () => pooled(atOnce, clients, async (client) => {
    begun += 1
    const accepted = await deployFor(user, client, templateId, ahead.get(client))
    if (accepted) await untilEnded(records, accepted)
    return accepted
  })).finally(() => { loading = false })
  const killing = killAll(product, plan, { running: records.running, least: leastRunning, ending: () => begun === clients.length, over: () => !loading, onKill: ({ part, pid, running }) => { say(`${part === 'pause' ? 'pause a worker' : `kill -9 ${part}`} (${String(pid)}), ${String(running)} deployments running`) } })
  const accepted = (await load).filter((one) => one !== undefined)
  const killed = await killing
  await timed('settle', () => untilQuiet(records, say))
  await product.whole()
  const journals = Object.fromEntries(await Promise.all(providers.map(async (name) => [name, await product.sandbox<JournalEntry[]>(name, '/__journal')] as const)))
  const alone = await countNow(accepted)

  await order(Object.fromEntries(providers.map((name) => [name, { rate: 0 }])))
  await timed('retry', () => retryParked(user, records, say))
  const helped = await countNow(accepted)

  const undeployed = await timed('undeploy', async () => {
    const plans = await records.plans()
    await pooled(atOnce, plans, ({ id }) => user.send('POST', `/api/v1/plans/${id}/undeploy`, {}))
    await untilQuiet(records, say)
    return (await records.records()).filter(({ operation, status }) => operation === 'undeploy' && status === 'success').length
  })
  const after = await stateOf()
  const left = Object.entries(withoutStrangers(before, after)).flatMap(([name, rows]) => rows.filter(({ type }) => type !== 'tag').map((row) => `${name} ${row.type} ${row.id} "${row.name}"`))
  const allJournals = (await product.sandbox<JournalEntry[]>('ghl', '/__journal'))
  return {
    seed, deployments, alone, helped, refused: deployments - accepted.length,
    kills: Object.fromEntries(['worker', 'api', 'postgres', 'temporal', 'pause'].map((part) => [part, killed.filter((one) => one.part === part).length])),
    leastRunning: Math.min(...killed.map(({ running }) => running)), wantedKills: kills, wantedPauses: pauses, wantedRunning: leastRunning,
    faults: Object.fromEntries(Object.entries(journals).map(([name, entries]) => [name, { requests: entries.length, faults: entries.filter(({ fault }) => fault !== undefined).length }])),
    busiest: busiestWindow(allJournals, 10_000),
    afterwards: { left, harmed: providers.flatMap((name) => harmed(before[name] ?? [], after[name] ?? []).map(({ type, id, name: called }) => `${name} ${type} ${id} "${called}"`)), undeployed, links: (await records.links()).length, ledger: (await records.ledger()).length },
    surprises: user.experience.surprises, retriedRequests: user.experience.retried, seconds,
  }
}

const withoutStrangers = (before: Rows, now: Rows): Rows =>
  Object.fromEntries(Object.entries(now).map(([name, rows]) => [name, rows.filter(({ type, id }) => !(before[name] ?? []).some((one) => one.type === type && one.id === id))]))

async function evidenceNow(records: Records, clients: readonly Client[], accepted: readonly Accepted[], rows: Rows): Promise<Account> {
  return account({ clients, accepted, records: await records.records(), pipelines: await records.pipelines(), links: await records.links(), ledger: await records.ledger(), providers: rows })
}

/** A user starts the next one when this one has ended, well or not. */
async function untilEnded(records: Records, { way, id }: Accepted): Promise<void> {
  for (const deadline = Date.now() + settleMs; Date.now() < deadline; await sleep(500 + Math.random() * 500)) {
    const rows = way === 'pipeline' ? await records.statusOf('pipelines', id) : await records.statusOf('deployment_records', id)
    if (rows !== 'running' && rows !== 'queued') return
  }
}

/** Until nothing runs, or until what still runs counts as stuck. */
async function untilQuiet(records: Records, say: (line: string) => void): Promise<void> {
  const deadline = Date.now() + settleMs
  for (let looks = 0; Date.now() < deadline; looks += 1, await sleep(250)) {
    const open = await records.open()
    if (open.records + open.pipelines === 0) return
    if (looks % 40 === 39) say(`${String(open.records)} deployments and ${String(open.pipelines)} pipelines run still`)
  }
}

async function retryParked(user: User, records: Records, say: (line: string) => void): Promise<void> {
  for (let round = 1; round <= 5; round += 1) {
    const parked = (await records.records()).filter(({ parked: count }) => count > 0).length
    if (parked === 0) return
    say(`${String(parked)} parked: trying them again`)
    await user.send('POST', '/api/v1/dead-letters/retry', { filter: {} })
    await untilQuiet(records, say)
  }
}
