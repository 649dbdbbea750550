import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { budgetOf, check, stateOf, toTable } from './catalogue.mjs'

const catalogue = parse(readFileSync(new URL('../catalogue.yaml', import.meta.url), 'utf8'))
const command = process.argv[2]

if (command === 'table') console.log(toTable(catalogue))
else if (command === 'budget') {
  for (const { id, must } of catalogue.scenarios.filter(({ attribute, unit, direction }) => attribute === 'availability' && unit === '%' && direction === 'min')) {
    const { month, year } = budgetOf(must)
    console.log(`${id}: ${must} % leaves ${month} minutes a month, ${year} a year, deployments included`)
  }
} else {
  const problems = check(catalogue)
  const missed = catalogue.scenarios.filter((one) => stateOf(one) === 'missed')
  const open = catalogue.scenarios.filter((one) => stateOf(one) === 'not measured')
  for (const problem of [...problems, ...missed.map(({ id, result, must, unit }) => `${id}: measured ${result} ${unit}, must ${must}`)]) console.log(problem)
  console.log(`${catalogue.scenarios.length} scenarios, ${open.length} not measured yet, ${missed.length} missed`)
  process.exitCode = problems.length + missed.length > 0 ? 1 : 0
}
