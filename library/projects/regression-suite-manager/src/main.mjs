import { readFileSync, writeFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import { health, record } from './health.mjs'
import { select } from './select.mjs'

const file = new URL('../suite.json', import.meta.url)
const suite = JSON.parse(readFileSync(file, 'utf8'))
const { positionals: [command, argument], values } = parseArgs({
  allowPositionals: true,
  options: { tags: { type: 'string', default: '' }, all: { type: 'boolean', default: false }, format: { type: 'string', default: 'table' } },
})

async function printSelection() {
  const tags = values.tags.split(',').filter(Boolean)
  const changed = values.all || tags.length > 0 ? [] : (await text(process.stdin)).split('\n').map((line) => line.trim()).filter(Boolean)
  const { chosen, left, unknown, seconds } = select(suite, { changed, tags, all: values.all })
  if (values.format === 'files') return console.log(chosen.map(({ test }) => test.file).join('\n'))
  for (const { test, why } of chosen) console.log(`run   ${test.id.padEnd(24)} ${why}`)
  for (const { test, why } of left) console.log(`left  ${test.id.padEnd(24)} ${why}; over the budget`)
  if (unknown.length > 0) console.log(`Write rules for: ${unknown.join(', ')}`)
  console.log(`${chosen.length} of ${suite.tests.length} tests, about ${Math.ceil(seconds / 60)} min`)
}

function printHealth() {
  const { errors, warnings } = health(suite)
  for (const error of errors) console.log(`error    ${error}`)
  for (const warning of warnings) console.log(`warning  ${warning}`)
  process.exitCode = errors.length > 0 ? 1 : 0
}

const commands = {
  select: printSelection,
  health: printHealth,
  record: () => writeFileSync(file, `${JSON.stringify(record(suite, JSON.parse(readFileSync(argument, 'utf8'))), null, 2)}\n`),
}
if (!commands[command]) {
  console.error(`commands: ${Object.keys(commands).join(', ')}`)
  process.exit(2)
}
await commands[command]()
