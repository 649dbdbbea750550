import { readFileSync, readdirSync } from 'node:fs'
import { check, parsePostmortem, report } from './postmortem.mjs'

const folder = new URL('../postmortems/', import.meta.url)
const postmortems = readdirSync(folder).filter((name) => /^\d{4}-.+\.md$/.test(name)).sort().map((name) => parsePostmortem(name, readFileSync(new URL(name, folder), 'utf8')))

if (process.argv[2] === 'report') {
  const { severities, byCustomers, late } = report(postmortems)
  for (const { severity, count, detect, acknowledge, mitigate, resolve } of severities) console.log(`severity ${severity}: ${count}; medians in minutes: detect ${detect}, acknowledge ${acknowledge}, mitigate ${mitigate}, resolve ${resolve}`)
  console.log(`${byCustomers} of ${postmortems.length} were noticed by customers first`)
  for (const { file, what, owner, due } of late) console.log(`late since ${due}: ${what} (${owner}, ${file})`)
} else {
  const problems = postmortems.flatMap(check)
  for (const problem of problems) console.log(problem)
  console.log(problems.length === 0 ? `${postmortems.length} postmortems are whole` : `${problems.length} problems`)
  process.exitCode = problems.length === 0 ? 0 : 1
}
