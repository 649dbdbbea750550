import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Client, Connection } from '@temporalio/client'
import { startNodeProcess } from '../../bin/stack/node-process.ts'
import type { Product } from '../support/product.ts'
import type { BenchContext } from './part.ts'
import type { BareOrder } from './replay/bare.ts'
import type { RecorderOrder } from './replay/recorder.ts'
import type { Recording } from './replay/recording.ts'
import { openAgency, targets } from './subjects.ts'
import type { Agency } from './subjects.ts'

/** The product beside bare programs that do the same, as processes over the same servers. */
export interface Arena {
  product: Product
  agency: Agency
  temporal: Client
  recording: Recording
  /** Address of the bare Express app, whose workflows run in a bare worker of their own process. */
  bare: string
  /** Address of the bare app that has its worker in its own process, and starts workflows eagerly. */
  eager: string
  /** Processes whose time is counted: the product's parts and the bare programs. */
  pids(): Record<string, number>
  /** Empties the sandboxes, so that looking something up costs the same in every round. */
  emptySandboxes(): Promise<void>
}

const script = (name: string): string => fileURLToPath(new URL(`replay/${name}.ts`, import.meta.url))
const arenas = new WeakMap<BenchContext, Promise<Arena>>()

/** One for all parts of a bench. */
export function arenaOf(ctx: BenchContext): Promise<Arena> {
  const arena = arenas.get(ctx) ?? openArena(ctx)
  arenas.set(ctx, arena)
  return arena
}

async function openArena(ctx: BenchContext): Promise<Arena> {
  const product = await ctx.product()
  const agency = await openAgency(product, ctx.atEnd)
  const stack = product.stack()
  const env = {
    ...process.env, NODE_ENV: 'development', DATABASE_URL: stack.databaseUrl, JWT_SECRET: product.secrets.jwtSecret, ENCRYPTION_KEY: product.secrets.encryptionKey,
    ...Object.fromEntries(Object.entries(stack.sandboxes).map(([name, url]) => [`SANDBOX_${name.toUpperCase()}_URL`, url])),
  }
  const log = (line: string): void => { ctx.say(`  ${line}`) }
  const order: RecorderOrder = {
    cli: stack.temporalCliPath ?? '', token: agency.tenant.token, tenantId: agency.tenant.id, templateId: agency.templateId, versionId: agency.versionId, connectionIds: agency.connectionIds,
    subjects: [...await agency.subjects(2), ...await agency.subjects(2, { planned: false })], variables: agency.variables, targets,
  }
  const { info: { recording }, exited } = await startNodeProcess<{ recording: Recording }>({ name: 'recorder', script: script('recorder'), args: [JSON.stringify(order)], env, log })
  await exited

  const folder = mkdtempSync(join(tmpdir(), 'slipway-bench-'))
  ctx.atEnd(async () => { rmSync(folder, { recursive: true, force: true }) })
  const recordingFile = join(folder, 'recording.json')
  writeFileSync(recordingFile, JSON.stringify(recording))
  const bares: Record<string, number> = {}
  const startBare = async (roles: BareOrder['roles'], queue: string): Promise<string> => {
    const bareOrder: BareOrder = { roles, queue, recordingFile, databaseUrl: stack.databaseUrl, temporalAddress: stack.temporalAddress, namespace: stack.temporalNamespace, sandboxes: stack.sandboxes }
    const { info, stop, pid } = await startNodeProcess<{ url?: string }>({ name: 'bare program', script: script('bare'), args: [JSON.stringify(bareOrder)], env, log })
    ctx.atEnd(stop)
    bares[`bare ${roles.join('+')}`] = pid
    return info.url ?? ''
  }
  const [, bare, eager] = await Promise.all([startBare(['worker'], 'bare'), startBare(['api'], 'bare'), startBare(['worker', 'api'], 'bare-eager')])
  const connection = await Connection.connect({ address: stack.temporalAddress })
  ctx.atEnd(() => connection.close())
  const temporal = new Client({ connection, namespace: stack.temporalNamespace })
  return {
    product, agency, recording, bare, eager, temporal,
    pids: () => ({ ...Object.fromEntries(Object.entries(product.stack().pids).filter(([name]) => name !== 'supervisor')), ...bares, bench: process.pid }),
    async emptySandboxes() {
      for (const vendor of targets) await product.sandbox(vendor, '/__reset', {})
      // What all deployments share at a vendor, such as a tag, is there again.
      const [subject] = await agency.subjects(1)
      await post(`${stack.apiUrl}/api/v1/templates/${agency.templateId}/deploy`, { planId: subject?.planId }, agency.tenant.token)
      await temporal.workflow.getHandle(`deploy:${subject?.planId ?? ''}`).result()
    },
  }
}

/** One JSON request; throws unless it is answered 2xx. */
export async function post<T>(url: string, body: unknown, token?: string): Promise<T> {
  const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) }, body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(`${url}: ${String(answer.status)} ${await answer.text()}`)
  return (await answer.json()) as T
}
