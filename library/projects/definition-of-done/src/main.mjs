import { readFileSync } from 'node:fs'
import { owed, parseNumstat } from './check.mjs'

const [body, changed] = process.argv.slice(2)
if (!body || !changed) {
  console.error('usage: node src/main.mjs <description.md> <output of git diff --numstat>')
  process.exit(2)
}
const rules = JSON.parse(readFileSync(new URL('../rules.json', import.meta.url), 'utf8'))
const problems = owed(rules, readFileSync(body, 'utf8'), parseNumstat(readFileSync(changed, 'utf8')))
for (const problem of problems) console.log(`- ${problem}`)
console.log(problems.length === 0 ? 'Nothing is owed.' : `${problems.length} owed before it is done`)
process.exitCode = problems.length === 0 ? 0 : 1
