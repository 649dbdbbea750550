import pg from 'pg'
import { openDescriptors, ownMb } from '../bench/load/memory.ts'
import type { Product } from '../support/product.ts'
import { partsOf } from './reports.ts'
import { grows, inBlocks, trendOf } from './slope.ts'
import type { Point, Trend } from './slope.ts'

/** What is watched, and how much more of it in an hour is no concern. Without a limit it is only told. */
interface Watched { name: string; unit: string; allowedPerHour?: number }

/** All of a process's own memory, and what it is made of: objects in its heaps, and what is outside of them. */
const watched = {
  apiHeap: { name: 'API heap', unit: 'MB', allowedPerHour: 12 },
  apiNative: { name: 'API outside its heap', unit: 'MB', allowedPerHour: 30 },
  apiOwn: { name: 'API own memory', unit: 'MB', allowedPerHour: 30 },
  apiFiles: { name: 'API open descriptors', unit: '', allowedPerHour: 30 },
  workerHeap: { name: 'worker heaps', unit: 'MB', allowedPerHour: 12 },
  workerNative: { name: 'worker outside its heaps', unit: 'MB', allowedPerHour: 30 },
  workerOwn: { name: 'worker own memory', unit: 'MB', allowedPerHour: 30 },
  workerFiles: { name: 'worker open descriptors', unit: '', allowedPerHour: 30 },
  connections: { name: 'database connections', unit: '', allowedPerHour: 15 },
  apiFull: { name: 'API own memory before a collection', unit: 'MB' },
  workerFull: { name: 'worker own memory before a collection', unit: 'MB' },
  database: { name: 'database size (expected to grow)', unit: 'MB' },
  temporalOwn: { name: 'Temporal own memory', unit: 'MB' },
} as const satisfies Record<string, Watched>

type Key = keyof typeof watched
const keys = Object.keys(watched) as Key[]

export interface Watch {
  series: Record<Key, Point[]>
  sample(): Promise<void>
  close(): Promise<void>
}

/** Reads processes and database from outside; each `sample` adds one point to every series. `reports`: where the processes report on themselves. */
export async function startWatch(product: Product, reports: string): Promise<Watch> {
  const client = new pg.Client({ connectionString: product.stack().databaseUrl, application_name: 'soak' })
  client.on('error', () => undefined)
  await client.connect()
  const begun = performance.now()
  const series = Object.fromEntries(keys.map((key) => [key, [] as Point[]])) as Record<Key, Point[]>
  const pid = (name: string): number => product.stack().pids[name] ?? 0
  return {
    series,
    async sample() {
      const at = (performance.now() - begun) / 60_000
      const full = { apiFull: ownMb(pid('api')), workerFull: ownMb(pid('worker')) }
      const [api, worker, { rows: [database] }] = await Promise.all([partsOf(reports, pid('api')), partsOf(reports, pid('worker')), client.query<{ connections: number; size: number }>("select (select count(*)::int from pg_stat_activity where application_name <> 'soak' and backend_type = 'client backend') as connections, (pg_database_size(current_database()) / 1048576.0)::float8 as size")])
      const values: Record<Key, number> = {
        ...full, apiOwn: api.own, apiHeap: api.heap, apiNative: api.native, apiFiles: openDescriptors(pid('api')),
        workerOwn: worker.own, workerHeap: worker.heap, workerNative: worker.native, workerFiles: openDescriptors(pid('worker')),
        connections: database?.connections ?? NaN, database: database?.size ?? NaN, temporalOwn: ownMb(pid('temporal')),
      }
      for (const key of keys) if (Number.isFinite(values[key])) series[key].push({ at, value: values[key] })
    },
    close: () => client.end(),
  }
}

export interface Finding extends Watched { trend: Trend; grew: boolean }

/** Judges what came after the warm-up: until then caches fill. */
export function judge(series: Record<Key, Point[]>, warmUpMinutes: number): Finding[] {
  return keys.map((key) => {
    const one: Watched = watched[key]
    const trend = trendOf(inBlocks(series[key].filter(({ at }) => at >= warmUpMinutes), 12))
    return { ...one, trend, grew: one.allowedPerHour !== undefined && grows(trend, one.allowedPerHour) }
  })
}

const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)}`

/** One line per series. */
export function tableOf(findings: readonly Finding[]): string {
  const cells = findings.map(({ name, unit, trend, grew, allowedPerHour }) => [
    grew ? '✘' : allowedPerHour === undefined ? ' ' : '✔', name, `${trend.from.toFixed(1)} → ${trend.to.toFixed(1)} ${unit}`.trim(), `${signed(trend.perMinute)} /min`, `${signed(trend.low)} … ${signed(trend.high)}`,
    allowedPerHour === undefined ? '' : `${(allowedPerHour / 60).toFixed(2)} /min`,
  ])
  const lines = [['', 'what', 'from → to', 'slope', '95 % of it', 'allowed'], ...cells]
  const widths = [0, 1, 2, 3, 4, 5].map((column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)))
  return lines.map((line) => line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd()).join('\n')
}
