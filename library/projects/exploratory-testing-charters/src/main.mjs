import { readFileSync, readdirSync } from 'node:fs'
import { parseCsv, parseSession, reportOf } from './sessions.mjs'

const root = new URL('..', import.meta.url)
const sheets = readdirSync(new URL('sessions', root)).filter((name) => name.endsWith('.md') && name !== 'TEMPLATE.md').sort()
const report = reportOf(parseCsv(readFileSync(new URL('charters.csv', root), 'utf8')), sheets.map((name) => parseSession(name, readFileSync(new URL(`sessions/${name}`, root), 'utf8'))))
const percent = (part) => (report.minutes === 0 ? 0 : Math.round((100 * part) / report.minutes))

for (const problem of report.problems) console.log(`!! ${problem} (not counted)`)
console.log(`${sheets.length} sessions, ${report.minutes} min: ${percent(report.testing)} % testing, ${percent(report.bugTime)} % bugs, ${percent(report.setup)} % setup`)
if (percent(report.setup) > 25) console.log('More than a quarter goes into setup: mend the environment first.')
for (const { id, priority, sessions, bugs, last } of report.charters) console.log(`${id.padEnd(8)} priority ${priority}  ${sessions} sessions  ${bugs} bugs  ${last ?? 'untouched'}`)
for (const [title, list] of [['Bugs', report.bugs], ['In the way', report.issues], ['Ideas for charters', report.ideas]]) if (list.length > 0) console.log(`${title}:\n${list.map((one) => `  - ${one}`).join('\n')}`)
console.log(`Next: ${report.next}`)
process.exitCode = report.problems.length > 0 ? 1 : 0
