import { readFileSync, writeFileSync } from 'node:fs'
import { parse } from 'yaml'
import { checkFacts, isOpen } from './check.mjs'
import { toKnowledge } from './knowledge.mjs'

const [command, at] = process.argv.slice(2)
const facts = parse(readFileSync(new URL('../facts.yaml', import.meta.url), 'utf8'))

if (command === 'open') {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(at ?? '')) {
    console.error('give a local time, such as 2026-12-24T15:30')
    process.exit(2)
  }
  console.log(isOpen(facts, at) ? 'open' : 'closed')
} else {
  const problems = checkFacts(facts)
  for (const problem of problems) console.error(problem)
  process.exitCode = problems.length > 0 ? 1 : 0
  if (command === 'knowledge' && problems.length === 0) writeFileSync(new URL('../knowledge.md', import.meta.url), toKnowledge(facts))
  console.log(problems.length > 0 ? `${problems.length} problems: nothing was written` : 'The facts are whole.')
}
