import { readFileSync } from 'node:fs'
import { assess, gate, parseCsv, problemsOf, shareDays } from './plan.mjs'

const read = (name) => parseCsv(readFileSync(new URL(`../${name}`, import.meta.url), 'utf8'))
const [risks, tests] = [read('risks.csv'), read('tests.csv')]

if (process.argv[2] === 'gate') {
  const reasons = gate(risks, tests)
  for (const reason of reasons) console.log(reason)
  console.log(reasons.length === 0 ? 'The exit criteria hold.' : `${reasons.length} reasons not to release yet`)
  process.exitCode = reasons.length === 0 ? 0 : 1
} else {
  for (const problem of problemsOf(risks, tests)) console.log(`!! ${problem}`)
  const assessed = assess(risks, tests)
  const share = shareDays(assessed, ${{ variables.days }})
  for (const { id, level, score, tests: count, lacks, what_could_go_wrong: what } of assessed) {
    console.log(`${String(score).padStart(2)} ${level.padEnd(8)} ${id.padEnd(6)} ${String(share.get(id)).padStart(4)} d  ${count} tests  ${what}${lacks.length > 0 ? `  << lacks ${lacks.join(', ')}` : ''}`)
  }
}
