import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { drawMap, writeMap } from './draw.mjs'
import { isAssumption, parseCsv, problems, unused } from './evidence.mjs'

const research = join(import.meta.dirname, '../research')
const journey = JSON.parse(readFileSync(join(research, 'journey.json'), 'utf8'))
const observations = parseCsv(readFileSync(join(research, 'observations.csv'), 'utf8'))
const found = problems(journey, observations)
for (const one of found) console.error(one)
process.exitCode = found.length > 0 ? 1 : 0

if (found.length === 0) {
  for (const { name, claims } of journey.stages) for (const claim of claims.filter((one) => isAssumption(one, observations))) console.log(`assumed, find out: ${name}: ${claim.text}`)
  for (const { id, what } of unused(journey, observations)) console.log(`not used: ${id} ${what}`)
  const target = process.argv[2]
  if (target) {
    mkdirSync(target, { recursive: true })
    writeFileSync(join(target, 'journey.svg'), drawMap(journey, observations))
    writeFileSync(join(target, 'journey.md'), writeMap(journey, observations))
  }
}
