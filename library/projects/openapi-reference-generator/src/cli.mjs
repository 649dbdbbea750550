import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readDocument } from './document.mjs'
import { gaps, reference } from './reference.mjs'

const [source = 'openapi.yaml', target] = process.argv.slice(2)
const read = readDocument(readFileSync(source, 'utf8'))
const missing = gaps(read)
for (const one of missing) console.error(`${source}: ${one}`)
if (target) {
  rmSync(target, { recursive: true, force: true })
  mkdirSync(target, { recursive: true })
  const pages = Object.entries(reference(read))
  for (const [name, text] of pages) writeFileSync(join(target, name), text)
  console.log(`${pages.length} pages written to ${target}/`)
}
console.log(`${missing.length} gaps`)
process.exitCode = ${% if variables.strict %}missing.length > 0 ? 1 : 0${% else %}0${% endif %}
