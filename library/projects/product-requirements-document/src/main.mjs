import { readFileSync } from 'node:fs'
import { lint } from './lint.mjs'

const file = process.argv[2] ?? 'prd.md'
const findings = lint(readFileSync(file, 'utf8'), '${{ variables.style }}')
for (const { line, level, rule, message } of findings) console.log(`${file}:${line}: ${level} ${rule}: ${message}`)
const errors = findings.filter(({ level }) => level === 'error').length
console.log(errors === 0 ? 'Nothing to argue about.' : `${errors} errors`)
process.exitCode = errors === 0 ? 0 : 1
