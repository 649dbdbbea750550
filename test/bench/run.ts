/** npm run bench [-- --only a,b,d --rounds 5 --json file --profile folder]: each figure beside its baseline, on one tuned server. */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { startProduct } from '../support/product.ts'
import type { Product } from '../support/product.ts'
import type { BenchContext, Row } from './part.ts'
import { parts } from './parts.ts'
import { profileOf, profiling } from './profile.ts'
import { tableOf } from './table.ts'

export interface BenchOptions {
  only?: readonly string[]
  rounds: number
  tiny?: boolean
  /** Where the product's processes leave a profile. They are slower with it: its figures are for finding out, not for reporting. */
  profile?: string | undefined
  say?: (line: string) => void
}

/** Runs the parts one after another over one product and answers their rows. */
export async function runBench({ only, rounds, tiny = false, profile, say = () => undefined }: BenchOptions): Promise<Row[]> {
  const unknown = (only ?? []).filter((name) => !parts.some((part) => part.name === name))
  if (unknown.length > 0) throw new Error(`There is no part ${unknown.join(', ')}; there are ${parts.map(({ name }) => name).join(', ')}`)
  const closers: (() => Promise<unknown>)[] = []
  let started: Promise<Product> | undefined
  const start = async (): Promise<Product> => {
    const product = await startProduct(profile === undefined ? {} : { env: { NODE_OPTIONS: profiling(profile) } })
    closers.unshift(async () => {
      const { api, worker } = product.stack().pids
      await product.stop()
      if (profile !== undefined) say(profileOf(profile, { api: api ?? 0, worker: worker ?? 0 }))
    })
    return product
  }
  const ctx: BenchContext = { rounds, tiny, say, product: () => (started ??= start()), atEnd: (work) => { closers.push(work) } }
  const rows: Row[] = []
  const close = async (): Promise<void> => {
    for (const work of closers.splice(0).reverse()) await work().catch((error: unknown) => { say(String(error)) })
  }
  // Whoever ends the bench ends all that it has started.
  const end = (): void => { void close().then(() => process.exit(1)) }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const signal of signals) process.once(signal, end)
  try {
    for (const part of parts.filter(({ name }) => only === undefined || only.includes(name))) {
      say(`(${part.name}) ${part.title} …`)
      rows.push(...(await part.run(ctx)))
    }
  } finally {
    for (const signal of signals) process.off(signal, end)
    await close()
  }
  return rows
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { only: { type: 'string' }, rounds: { type: 'string', default: '5' }, json: { type: 'string' }, profile: { type: 'string' }, tiny: { type: 'boolean', default: false } } })
  const rounds = Number(values.rounds)
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds is a whole number, at least 1')
  const rows = await runBench({ rounds, tiny: values.tiny, profile: values.profile, say: (line) => { console.error(line) }, ...(values.only === undefined ? {} : { only: values.only.split(',') }) })
  console.log(tableOf(rows))
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`)
}

if (import.meta.main) main().then(() => process.exit(0), (error: unknown) => {
  console.error(error instanceof Error ? (error.stack ?? error.message) : error)
  process.exit(1)
})
