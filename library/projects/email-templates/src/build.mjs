import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { message, names, source } from './message.mjs'

const target = process.argv[2] ?? 'dist'
mkdirSync(target, { recursive: true })
for (const name of names) {
  const { html, text, subject } = message(name, source(name).example)
  writeFileSync(join(target, `${name}.html`), html)
  writeFileSync(join(target, `${name}.txt`), `Subject: ${subject}\n\n${text}`)
}
console.log(`${names.length} messages written to ${target}/`)
