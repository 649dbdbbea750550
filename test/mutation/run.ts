/**
 * npm run mutants [-- --count 80 --seed 1 --only domain,reconcile --list --resume file --survivors --quick --minutes 9]: breaks the code
 * on purpose, one small change at a time, and counts how many of the changes a test notices. Takes an hour or more; `--quick`
 * leaves out the tests that need servers, `--survivors` tries those of an earlier run again.
 *
 * Our own, because StrykerJS chooses its mutant through a global that the workflows' sandbox does not have, from code it has
 * rewritten, whereas the tests run the sources as they are and bundle the workflows from the folder.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { areas } from './areas.ts'
import type { AreaName } from './areas.ts'
import { createCompiles } from './compiles.ts'
import { openCopy, trackedFiles } from './copy.ts'
import { equivalent } from './equivalent.ts'
import { mutantsOf, spread } from './mutants.ts'
import type { Mutant } from './mutants.ts'

interface Verdict { killed: boolean; by?: string; seconds: number }
interface Store { sample: string[]; verdicts: Record<string, Verdict> }

const root = join(import.meta.dirname, '../..')
const read = (file: string): string => readFileSync(join(root, file), 'utf8')
const areaOf = (file: string): AreaName | undefined => (Object.keys(areas) as AreaName[]).find((name) => areas[name].holds(file))

/** The sample of one area: its mutants that compile, evenly spread. */
function sampleOf(name: AreaName, files: readonly string[], count: number, seed: number): Mutant[] {
  const own = files.filter((file) => areas[name].holds(file))
  const compiles = createCompiles(root, own)
  const sample: Mutant[] = []
  for (const mutant of spread(own.flatMap((file) => mutantsOf(file, read(file))), seed)) {
    if (sample.length >= count) break
    if (compiles(mutant)) sample.push(mutant)
  }
  return sample
}

const short = (text: string): string => {
  const line = text.replace(/\s+/g, ' ')
  return line.length > 160 ? `${line.slice(0, 157)}…` : line
}
const shown = ({ file, line, operator, before, after }: Mutant): string => `${file}:${String(line)} (${operator})\n    - ${short(before)}\n    + ${after === ';' ? '(nothing)' : short(after)}`

/** Runs the levels one after the other until a test fails. */
async function judge(copy: ReturnType<typeof openCopy>, mutant: Mutant, quick: boolean): Promise<Verdict> {
  const began = Date.now()
  const verdict = (killed: boolean, by?: string): Verdict => ({ killed, ...(by === undefined ? {} : { by }), seconds: Math.round((Date.now() - began) / 1_000) })
  const area = areaOf(mutant.file)
  for (const level of area ? areas[area].levels(mutant.file) : []) {
    if (quick && level.needs === 'servers') continue
    const failed = await copy.fails(mutant, level)
    if (failed !== undefined) return verdict(true, failed)
  }
  return verdict(false)
}

function report(sample: readonly Mutant[], { verdicts }: Store): void {
  const rows = [...Map.groupBy(sample, ({ file }) => file)].map(([file, ofFile]) => {
    const even = ofFile.filter(({ key }) => key in equivalent).length
    const killed = ofFile.filter(({ key }) => verdicts[key]?.killed).length
    const survived = ofFile.filter(({ key }) => verdicts[key]?.killed === false).length
    return { file, mutants: ofFile.length, killed, survived, equivalent: even, left: ofFile.length - even - killed - survived }
  })
  console.table(rows)
  for (const mutant of sample) if (verdicts[mutant.key]?.killed === false) console.log(`survived: ${shown(mutant)}`)
  for (const mutant of sample) if (mutant.key in equivalent) console.log(`equivalent: ${shown(mutant)}\n    ${equivalent[mutant.key] ?? ''}`)
  const sum = (column: 'mutants' | 'killed' | 'survived' | 'equivalent' | 'left'): number => rows.reduce((total, row) => total + row[column], 0)
  const judged = sum('killed') + sum('survived')
  console.log(`${String(sum('mutants'))} mutants, ${String(sum('equivalent'))} equivalent, ${String(sum('left'))} not run yet; killed ${String(sum('killed'))} of ${String(judged)} (${judged === 0 ? '-' : (100 * sum('killed') / judged).toFixed(1)} %)`)
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: {
    count: { type: 'string', default: '80' }, seed: { type: 'string', default: '1' }, only: { type: 'string' }, list: { type: 'boolean', default: false },
    resume: { type: 'string' }, survivors: { type: 'boolean', default: false }, quick: { type: 'boolean', default: false }, minutes: { type: 'string', default: '600' },
  } })
  const names = (values.only?.split(',') ?? Object.keys(areas)) as AreaName[]
  for (const name of names) if (!(name in areas)) throw new Error(`There is no area ${name}; there are ${Object.keys(areas).join(', ')}`)
  const files = trackedFiles(root).filter((file) => /\.ts$/.test(file) && areaOf(file) !== undefined)
  const shares = names.reduce((sum, name) => sum + areas[name].share, 0)

  const file = values.resume
  const store: Store = file !== undefined && existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) as Store : { sample: [], verdicts: {} }
  const save = (): void => { if (file !== undefined) writeFileSync(file, `${JSON.stringify(store, null, 1)}\n`) }
  if (store.sample.length === 0) {
    store.sample = names.flatMap((name) => sampleOf(name, files, Math.round(Number(values.count) * areas[name].share / shares), Number(values.seed))).map(({ key }) => key)
    save()
  }
  // What was edited away since the sample was drawn counts no more.
  const byKey = new Map(files.flatMap((one) => mutantsOf(one, read(one))).map((mutant) => [mutant.key, mutant]))
  const sample = store.sample.flatMap((key) => byKey.get(key) ?? []).filter((mutant) => names.includes(areaOf(mutant.file) as AreaName))
  if (values.list) {
    for (const mutant of sample) console.log(shown(mutant))
    console.log(`${String(sample.length)} of ${String(byKey.size)} mutants`)
    return 0
  }

  if (values.survivors) store.verdicts = Object.fromEntries(Object.entries(store.verdicts).filter(([, { killed }]) => killed))
  const deadline = Date.now() + Number(values.minutes) * 60_000
  const copy = openCopy(root)
  try {
    for (const [index, mutant] of sample.entries()) {
      if (mutant.key in equivalent || store.verdicts[mutant.key] !== undefined) continue
      if (Date.now() > deadline) break
      const verdict = await judge(copy, mutant, values.quick)
      store.verdicts[mutant.key] = verdict
      save()
      console.log(`${String(index + 1)}/${String(sample.length)} ${verdict.killed ? `killed by ${verdict.by ?? ''}` : 'SURVIVED'} (${String(verdict.seconds)} s) ${shown(mutant)}`)
    }
  } finally {
    copy.close()
  }
  report(sample, store)
  const judged = sample.filter(({ key }) => store.verdicts[key] !== undefined)
  return judged.filter(({ key }) => store.verdicts[key]?.killed).length >= 0.9 * judged.length ? 0 : 1
}

if (import.meta.main) main().then((code) => process.exit(code), (error: unknown) => {
  console.error(error instanceof Error ? (error.stack ?? error.message) : error)
  process.exit(1)
})
