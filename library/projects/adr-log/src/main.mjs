import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { check, draft, parseRecord, stale, toIndex } from './records.mjs'

const folder = new URL('../decisions/', import.meta.url)
const indexFile = new URL('README.md', folder)
const read = () => readdirSync(folder).filter((name) => /^\d{4}-.+\.md$/.test(name)).sort().map((name) => parseRecord(name, readFileSync(new URL(name, folder), 'utf8')))
const index = () => toIndex(${{ variables.system | append: ": decisions" | json }}, read())

const commands = {
  new: (title) => {
    const { file, text } = draft(read(), title, new Date().toISOString().slice(0, 10), ${{ variables.deciders | join: ", " | json }})
    writeFileSync(new URL(file, folder), text, { flag: 'wx' })
    writeFileSync(indexFile, index())
    console.log(`decisions/${file}`)
  },
  index: () => writeFileSync(indexFile, index()),
  check: () => {
    const problems = [...check(read()), ...(existsSync(indexFile) && readFileSync(indexFile, 'utf8') === index() ? [] : ['decisions/README.md is out of date: npm run index'])]
    for (const problem of problems) console.log(problem)
    process.exitCode = problems.length > 0 ? 1 : 0
  },
  stale: () => {
    for (const { number, title, date, reviewed } of stale(read(), ${{ variables.reviewMonths }})) console.log(`${number}. ${title}: ${reviewed ? `reviewed ${reviewed}` : `decided ${date}`}. Does it still hold? Then set "- Reviewed: <today>"`)
  },
}
const command = commands[process.argv[2]]
if (!command) {
  console.error(`commands: ${Object.keys(commands).join(', ')}`)
  process.exit(2)
}
command(process.argv[3])
