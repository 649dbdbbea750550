import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { exitCode, reportOf, toText } from './report.mjs'
import { run } from './run.mjs'

const { positionals: [file], values: { scale, json } } = parseArgs({ allowPositionals: true, options: { scale: { type: 'string', default: '1' }, json: { type: 'string' } } })
if (!file || !process.env.TARGET) {
  console.error('usage: TARGET=https://host node src/main.mjs scenarios/main.mjs [--scale 0.1] [--json result.json]')
  process.exit(64)
}
const { default: scenario } = await import(pathToFileURL(resolve(file)).href)
const report = reportOf(await run(scenario, new URL(process.env.TARGET), { scale: Number(scale) }), scenario.thresholds)
console.log(toText(scenario.name, report))
if (json) writeFileSync(json, JSON.stringify(report, null, 2))
process.exitCode = exitCode(report)
