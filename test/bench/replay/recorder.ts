/** A process of the bench: does each thing once with the product's own code and says which statements and requests that takes. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Context } from '@temporalio/activity'
import pg from 'pg'
import { Agent, request } from 'undici'
import { createApp } from '../../../api/app.ts'
import { assembleApi } from '../../../bin/api-context.ts'
import { startTemporal } from '../../../bin/stack/temporal.ts'
import { startWorker } from '../../../bin/worker.ts'
import { loadConfig } from '../../../config.ts'
import { stageQueue } from '../../../contracts/workflow.ts'
import type { Subject } from '../subjects.ts'
import type { Program, Recording, Value } from './recording.ts'
import { withSlots } from './slots.ts'
import type { Seen } from './slots.ts'

export interface RecorderOrder { cli: string; token: string; tenantId: string; templateId: string; versionId: string; connectionIds: string[]; subjects: Subject[]; variables: Record<string, unknown>; targets: string[] }

interface Event { scope: string; activity?: string; op: Seen }

const events: Event[] = []
let listening = false
const note = (event: Event): void => { if (listening) events.push(event) }

const encode = (value: unknown): Value =>
  value instanceof Date ? { date: true } : Buffer.isBuffer(value) ? { bytes: value.toString('base64') } : Array.isArray(value) ? value.map(encode) : typeof value === 'bigint' ? Number(value) : (value as Value)

/** `api`, `records`, or the provider whose queue the activity came from. */
function scope(): { scope: string; activity?: string } {
  try {
    const { taskQueue, activityType } = Context.current().info
    return { scope: taskQueue === stageQueue ? 'records' : taskQueue.replace(/^provider-/, ''), activity: activityType }
  } catch {
    return { scope: 'api' }
  }
}

function watchDatabase(): void {
  const numbers = new WeakMap<object, number>()
  let clients = 0
  const original = pg.Client.prototype.query as (...args: unknown[]) => unknown
  pg.Client.prototype.query = function query(this: object, ...args: unknown[]) {
    const [config, given] = args as [string | { text?: string; values?: unknown[] }, unknown]
    const text = typeof config === 'string' ? config : config.text
    const values = typeof config === 'string' ? given : (config.values ?? given)
    if (!numbers.has(this)) numbers.set(this, ++clients)
    if (text !== undefined) note({ ...scope(), op: { kind: 'sql', text, values: (Array.isArray(values) ? values : []).map(encode), connection: numbers.get(this) ?? 0 } })
    return Reflect.apply(original, this, args)
  } as typeof pg.Client.prototype.query
}

/** Stands between the adapters and one sandbox. */
async function watchVendor(vendor: string, target: string): Promise<string> {
  const agent = new Agent()
  const server = createServer((incoming, outgoing) => {
    void (async () => {
      const chunks: Buffer[] = []
      for await (const chunk of incoming) chunks.push(chunk as Buffer)
      const body = Buffer.concat(chunks).toString()
      const headers = Object.fromEntries(Object.entries(incoming.headers).filter(([name]) => !['host', 'connection', 'content-length', 'transfer-encoding', 'traceparent', 'expect'].includes(name))) as Record<string, string>
      const { method = 'GET', url: path = '/' } = incoming
      const seen: Seen = { kind: 'http', vendor, method, path, headers, ...(body === '' ? {} : { body }), learns: [] }
      note({ scope: vendor, op: seen })
      const answer = await request(`${target}${path}`, { method: method as 'GET', headers, ...(body === '' ? {} : { body }), dispatcher: agent })
      const text = await answer.body.text()
      seen.answer = text
      outgoing.writeHead(answer.statusCode, { 'content-type': String(answer.headers['content-type'] ?? 'text/plain') }).end(text)
    })().catch(() => { outgoing.destroy() })
  })
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`
}

/** The product inserts a record after the start and again in the run, whoever comes first; a bare program has one insert, which must come first. */
const recordFirst = (ops: readonly Seen[], startsLast: boolean): Seen[] =>
  startsLast ? [...ops.filter(({ kind }) => kind !== 'start'), ...ops.filter(({ kind }) => kind === 'start')] : [...ops]

async function record(order: RecorderOrder): Promise<Recording> {
  const sandboxes = Object.entries(process.env).flatMap(([name, url]) => { const vendor = /^SANDBOX_(\w+)_URL$/.exec(name)?.[1]; return vendor && url ? [[vendor.toLowerCase(), url] as const] : [] })
  const proxies = await Promise.all(sandboxes.map(async ([vendor, url]) => ({ vendor, url, proxy: await watchVendor(vendor, url) })))
  const temporal = await startTemporal({ cli: order.cli, namespace: 'default', headless: true, logFile: join(tmpdir(), `slipway-recorder-${String(process.pid)}.log`) })
  const config = loadConfig({ ...process.env, TEMPORAL_ADDRESS: temporal.address, TEMPORAL_NAMESPACE: 'default', METRICS_PORT: '0', LOG_LEVEL: 'error', ...Object.fromEntries(proxies.map(({ vendor, proxy }) => [`SANDBOX_${vendor.toUpperCase()}_URL`, proxy])) })
  const worker = await startWorker(config)
  const { ctx, close } = assembleApi(config)
  const { start } = ctx.temporal.workflow
  ctx.temporal.workflow.start = ((...args: Parameters<typeof start>) => {
    note({ scope: 'api', op: { kind: 'start' } })
    return start.apply(ctx.temporal.workflow, args)
  }) as typeof start
  const server = createServer(createApp(ctx))
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`
  watchDatabase()

  const call = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const answer = await fetch(`${url}${path}`, { method, headers: { authorization: `Bearer ${order.token}`, 'content-type': 'application/json' }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
    if (!answer.ok) throw new Error(`${method} ${path}: ${String(answer.status)} ${await answer.text()}`)
    return (await answer.json()) as T
  }
  const fixed = new Set([order.tenantId, order.templateId, order.versionId, ...order.connectionIds])
  const programOf = (known: Record<string, string>, startsLast: boolean): Program => {
    const firstProvider = events.findIndex(({ scope: at }) => at !== 'api' && at !== 'records')
    const plainHost = (op: Seen): Seen => JSON.parse(proxies.reduce((text, { proxy, url: real }) => text.replaceAll(new URL(proxy).host, new URL(real).host), JSON.stringify(op))) as Seen
    const of = (test: (event: Event, index: number) => boolean): Seen[] => events.flatMap((event, index) => (test(event, index) ? [plainHost(event.op)] : []))
    const providers = [...new Set(events.map(({ scope: at }) => at))].filter((at) => at !== 'api' && at !== 'records').sort()
    const [api = [], before = [], after = [], ...rest] = withSlots([
      recordFirst(of(({ scope: at }) => at === 'api'), startsLast),
      of(({ scope: at }, index) => at === 'records' && (firstProvider < 0 || index < firstProvider)),
      of(({ scope: at }, index) => at === 'records' && firstProvider >= 0 && index > firstProvider),
      ...providers.map((provider) => of(({ scope: at }) => at === provider)),
    ], known, fixed)
    return { api, before, after, providers: Object.fromEntries(providers.map((provider, index) => [provider, rest[index] ?? []])), activities: [...new Set(events.flatMap(({ scope: at, activity }) => (at === 'records' && activity !== undefined ? [activity] : [])))] }
  }
  const heard = async (known: Record<string, string>, work: () => Promise<unknown>, startsLast = false): Promise<Program> => {
    // Whatever is still under way from before is not part of it.
    await sleep(300)
    events.length = 0
    listening = true
    await work()
    listening = false
    return programOf(known, startsLast)
  }

  const [warm, heardOne, forPlan, forPlanWarm] = order.subjects as [Subject, Subject, Subject, Subject]
  const deploy = async ({ planId }: Subject): Promise<string> => {
    const { recordId } = await call<{ recordId: string }>('POST', `/api/v1/templates/${order.templateId}/deploy`, { planId })
    await ctx.temporal.workflow.getHandle(`deploy:${planId}`).result()
    return recordId
  }
  const customize = (company: string): Promise<{ instanceId: string }> => call('POST', `/api/v1/templates/${order.templateId}/customize`, { variables: { ...order.variables, company } })
  const plan = ({ clientId, instanceId }: Subject) => call('POST', `/api/v1/templates/${order.templateId}/plan`, { clientId, instanceId, targets: order.targets })
  try {
    await deploy(warm)
    let recordId = ''
    const recording = {
      deploy: await heard({ ...heardOne }, async () => { recordId = await deploy(heardOne) }, true),
      read: { api: [], before: [], after: [], providers: {}, activities: [] } as Program,
      customize: await customize('c0ffee000001').then(() => heard({ company: 'c0ffee000002' }, () => customize('c0ffee000002'))),
      plan: await plan(forPlanWarm).then(() => heard({ ...forPlan }, () => plan(forPlan))),
    }
    recording.read = await heard({ recordId, planId: heardOne.planId }, () => call('GET', `/api/v1/deployments/${recordId}`))
    return recording
  } finally {
    server.closeAllConnections()
    server.close()
    await worker.stop().catch(() => undefined)
    await close()
    await temporal.stop()
  }
}

record(JSON.parse(process.argv[2] ?? '') as RecorderOrder).then(
  (recording) => { process.send?.({ type: 'ready', recording }, undefined, undefined, () => { process.exit(0) }) },
  (error: unknown) => {
    console.error(error)
    process.exit(1)
  },
)
