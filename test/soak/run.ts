/** npm run soak [-- --minutes 20 --visitors 4]: a steady mixed load, and whether memory stays flat and nothing fails under it. */
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { startProduct } from '../support/product.ts'
import type { Product } from '../support/product.ts'
import { reporting } from './reports.ts'
import { judge, startWatch, tableOf } from './sampling.ts'
import type { Finding } from './sampling.ts'
import { openHome, programme, scenes } from './scenes.ts'
import type { Home } from './scenes.ts'
import { complain, visitorOf } from './visitor.ts'
import type { Complaints } from './visitor.ts'

/** Collecting all garbage stops a process for a fifth of a second. */
const sampleMs = 15_000
/** The share of the time that is not judged. */
const warmUp = 0.25
/** Between two scenes of one visitor. */
const pauseMs = 500

export interface Soak {
  findings: Finding[]
  requests: number
  played: Record<string, number>
  deployments: Record<string, number>
  errors: Map<string, number>
}

export async function soak({ minutes, visitors, say }: { minutes: number; visitors: number; say: (line: string) => void }): Promise<Soak> {
  const reports = mkdtempSync(join(tmpdir(), 'slipway-soak-'))
  const product = await startProduct({ env: reporting(reports) })
  try {
    const complaints: Complaints = { requests: 0, errors: new Map() }
    const played: Record<string, number> = {}
    const watch = await startWatch(product, reports)
    const pids = JSON.stringify(product.stack().pids)
    const homes = await Promise.all(Array.from({ length: visitors }, async (_, index) => openHome(visitorOf(product, await product.tenant(`soak-${String(index)}`), complaints))))
    // Retries are part of a steady day: each of these is tried again.
    await product.sandbox('n8n', '/__faults', { rate: 0.01, kinds: ['500', '429'] })
    say(`${String(visitors)} visitors for ${String(minutes)} minutes; judged from minute ${(minutes * warmUp).toFixed(1)} on`)
    const until = Date.now() + minutes * 60_000
    const playing = Promise.all(homes.map((home, index) => visit(home, index, until, played, complaints)))
    for (let said = Date.now(); Date.now() < until; await sleep(sampleMs)) {
      await watch.sample().catch((error: unknown) => { complain(complaints, `sampling: ${String(error)}`) })
      if (Date.now() - said < 60_000) continue
      said = Date.now()
      const last = (key: keyof typeof watch.series): string => (watch.series[key].at(-1)?.value ?? NaN).toFixed(0)
      say(`${String(complaints.requests)} requests, ${String(complaints.errors.size)} kinds of errors; API ${last('apiOwn')} MB (heap ${last('apiHeap')}), worker ${last('workerOwn')} MB (heaps ${last('workerHeap')}, before a collection ${last('workerFull')}), ${last('connections')} connections`)
    }
    await playing
    await watch.close()
    if (JSON.stringify(product.stack().pids) !== pids) complain(complaints, 'a process was restarted')
    const deployments = await outcomes(homes, complaints)
    for (const line of errorLines(product)) complain(complaints, line)
    return { findings: judge(watch.series, minutes * warmUp), requests: complaints.requests, played, deployments, errors: complaints.errors }
  } finally {
    await product.stop()
    rmSync(reports, { recursive: true, force: true })
  }
}

/** Plays one scene after another; each visitor begins elsewhere in the programme. */
async function visit(home: Home, index: number, until: number, played: Record<string, number>, complaints: Complaints): Promise<void> {
  for (let turn = index * 3; Date.now() < until; turn++) {
    const name = programme[turn % programme.length] ?? 'reads'
    try {
      await scenes[name]?.(home)
      played[name] = (played[name] ?? 0) + 1
    } catch (error) {
      complain(complaints, `${name}: ${error instanceof Error ? error.message : String(error)}`)
    }
    await sleep(pauseMs)
  }
}

/** What has become of every deployment; nothing may be left under way, and nothing parked. */
async function outcomes(homes: readonly Home[], complaints: Complaints): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const { visitor } of homes) {
    for (let cursor = ''; ;) {
      const { body } = await visitor.send('GET', `/api/v1/deployments?limit=100${cursor}`, 200)
      for (const { status } of body['items'] as { status: string }[]) counts[status] = (counts[status] ?? 0) + 1
      if (body['nextCursor'] === null || body['nextCursor'] === undefined) break
      cursor = `&cursor=${encodeURIComponent(String(body['nextCursor']))}`
    }
  }
  for (const [status, count] of Object.entries(counts)) if (status !== 'success') complain(complaints, `${String(count)} deployments are ${status}`)
  return counts
}

/** Lines that API and worker logged as errors, and what they said that is no log line. */
function errorLines({ home }: Product): string[] {
  const folder = join(home, 'logs')
  return readdirSync(folder).filter((name) => /^(api|worker)/.test(name)).flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n').flatMap((line) => {
    if (line === '') return []
    try {
      const { level, msg, err } = JSON.parse(line) as { level?: string; msg?: string; err?: { message?: string } }
      return level === 'error' || level === 'fatal' ? [`${name}: ${msg ?? ''} ${err?.message ?? ''}`] : []
    } catch {
      return [`${name}: ${line}`]
    }
  }))
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { minutes: { type: 'string', default: '20' }, visitors: { type: 'string', default: '4' } } })
  const [minutes, visitors] = [Number(values.minutes), Number(values.visitors)]
  if (!(minutes > 0 && minutes <= 1_440)) throw new Error('--minutes is a number of minutes, at most a day')
  if (!Number.isInteger(visitors) || visitors < 1 || visitors > 50) throw new Error('--visitors is a whole number from 1 to 50')
  const begun = Date.now()
  const { findings, requests, played, deployments, errors } = await soak({ minutes, visitors, say: (line) => { console.error(`${((Date.now() - begun) / 60_000).toFixed(1)} min  ${line}`) } })
  console.log(tableOf(findings))
  console.log(`${String(requests)} requests; scenes: ${Object.entries(played).map(([name, count]) => `${name} ${String(count)}`).join(', ')}; deployments: ${Object.entries(deployments).map(([status, count]) => `${status} ${String(count)}`).join(', ')}`)
  const count = [...errors.values()].reduce((sum, times) => sum + times, 0)
  console.log(`${String(count)} errors${[...errors].map(([kind, times]) => `\n  ${String(times)} × ${kind}`).join('')}`)
  const grown = findings.filter(({ grew }) => grew).map(({ name }) => name)
  console.log(grown.length === 0 ? 'Flat: nothing grows by more than is allowed.' : `Not flat: ${grown.join(', ')}.`)
  return count === 0 && grown.length === 0 ? 0 : 1
}

if (import.meta.main) main().then((code) => process.exit(code), (error: unknown) => {
  console.error(error instanceof Error ? (error.stack ?? error.message) : error)
  process.exit(1)
})
