import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { filled } from './diagrams.mjs'
import { problems } from './model.mjs'

const root = join(import.meta.dirname, '..')
const model = JSON.parse(readFileSync(join(root, 'model/model.json'), 'utf8'))
const wrong = problems(model)
const pages = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md')).map((name) => join(root, 'docs', name))
const changed = wrong.length > 0 ? [] : pages.map((path) => ({ path, before: readFileSync(path, 'utf8') })).map((page) => ({ ...page, after: filled(page.before, model) })).filter(({ before, after }) => before !== after)

for (const sentence of wrong) console.error(`model/model.json: ${sentence}`)
if (process.argv.includes('--check')) {
  for (const { path } of changed) console.error(`${path} is out of date: npm run diagrams`)
  process.exitCode = wrong.length + changed.length > 0 ? 1 : 0
} else {
  for (const { path, after } of changed) writeFileSync(path, after)
  console.log(`${changed.length} of ${pages.length} pages written`)
  process.exitCode = wrong.length > 0 ? 1 : 0
}
