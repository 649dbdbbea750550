import { readFileSync } from 'node:fs'
import { lint } from './lint.mjs'

const files = process.argv.slice(2)
if (files.length === 0) throw new Error('Say which documents: node lint/cli.mjs openapi/orders.yaml')

const results = files.map((file) => ({ file, ...lint(readFileSync(file, 'utf8')) }))
for (const { file, findings, allowed } of results) {
  for (const { at, id, level, message } of findings) console.log(`${file}${at}: ${id} ${level === 'warning' ? '(warning) ' : ''}${message}`)
  for (const { at, id, reason } of allowed) console.log(`${file}${at}: ${id} allowed, ${reason}`)
}
const errors = results.flatMap(({ findings }) => findings).filter(({ level }) => level === 'error')
console.log(`${files.length} read, ${errors.length} errors`)
process.exitCode = errors.length > 0 ? 1 : 0
