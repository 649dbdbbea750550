import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { audit } from './rules.mjs'

const folder = process.argv[2] ?? 'workflows'
let errors = 0
for (const name of readdirSync(folder).filter((one) => one.endsWith('.json')).sort()) {
  const workflow = JSON.parse(readFileSync(join(folder, name), 'utf8'))
  const findings = audit(workflow)
  console.log(`${findings.length === 0 ? 'ok  ' : '    '}${name}: ${workflow.name}`)
  for (const { level, rule, node, message } of findings) console.log(`      ${level.padEnd(7)} ${rule}${node ? ` at "${node}"` : ''}: ${message}`)
  errors += findings.filter(({ level }) => level === 'error').length
}
console.log(errors === 0 ? 'Nothing stands against handing over.' : `${errors} errors stand against handing over.`)
process.exitCode = errors === 0 ? 0 : 1
