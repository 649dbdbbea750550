import { readFileSync } from 'node:fs'
import { parseCsv } from './csv.mjs'
import { scanFolder } from './scan.mjs'
import { check, impact, toMatrix, withResults } from './trace.mjs'

const [command, id] = process.argv.slice(2)
const requirements = parseCsv(readFileSync('requirements.csv', 'utf8'))
const results = JSON.parse(readFileSync(process.env.RESULTS ?? 'sample/results.json', 'utf8'))
const links = withResults([...parseCsv(readFileSync('links.csv', 'utf8')), ...scanFolder('${{ variables.codeFolder }}')], results)

if (command === 'matrix') console.log(toMatrix(requirements, links))
else if (command === 'impact') {
  const { above, below, links: touched } = impact(requirements, links, id)
  console.log(`${id} comes from: ${above.join(', ') || 'nothing'}\nBelow it: ${below.join(', ') || 'nothing'}`)
  for (const { requirement, kind, target } of touched) console.log(`  ${requirement}  ${kind.padEnd(8)} ${target}`)
} else {
  const problems = check(requirements, links)
  for (const problem of problems) console.log(problem)
  console.log(problems.length === 0 ? `${requirements.length} requirements, ${links.length} links, no gap` : `${problems.length} gaps`)
  process.exitCode = problems.length === 0 ? 0 : 1
}
