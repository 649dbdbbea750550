import { readFileSync, readdirSync } from 'node:fs'
import { lint } from './rules.ts'

const shipped = readdirSync('migrations').filter((name) => name.endsWith('.sql')).sort().map((name) => `migrations/${name}`)
const asked = process.argv.slice(2)
const files = asked.length > 0 ? asked : shipped
let earlier = ''
let count = 0
for (const file of [...new Set([...shipped, ...files])]) {
  const sql = readFileSync(file, 'utf8')
  for (const { line, rule, advice } of files.includes(file) ? lint(sql, earlier) : []) {
    count += 1
    console.error(`${file}:${line}: ${rule}: ${advice}`)
  }
  earlier += sql
}
console.log(count === 0 ? `${files.length} files, nothing that blocks` : `${count} findings`)
process.exitCode = count === 0 ? 0 : 1
