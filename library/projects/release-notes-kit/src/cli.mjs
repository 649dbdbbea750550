import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { audiences, problems, readChanges } from './changes.mjs'
import { lastVersion, nextVersion, notes, withRelease } from './notes.mjs'

const root = process.env.RELEASE_ROOT ?? join(import.meta.dirname, '..')
const [command, argument] = process.argv.slice(2)
const folder = join(root, 'changes')
const changelogFile = join(root, 'CHANGELOG.md')
const changes = readChanges(folder)
const found = changes.flatMap(problems)
const isDay = (text) => /^\d{4}-\d{2}-\d{2}$/.test(text ?? '') && !Number.isNaN(Date.parse(text))

function fail(...messages) {
  for (const message of messages) console.error(message)
  process.exitCode = 1
}

function release(day) {
  const changelog = readFileSync(changelogFile, 'utf8')
  const version = nextVersion(lastVersion(changelog), changes, day)
  writeFileSync(changelogFile, withRelease(changelog, notes(version, day, changes)))
  mkdirSync(join(root, 'notes'), { recursive: true })
  for (const audience of audiences) {
    const text = notes(version, day, changes, audience)
    if (text) writeFileSync(join(root, 'notes', `${version}-${audience}.md`), `${text}\n`)
  }
  for (const { file } of changes) rmSync(join(folder, file))
  console.log(version)
}

if (found.length > 0) fail(...found)
else if (command === 'check') console.log(`${changes.length} changes, all complete`)
else if (changes.length === 0) fail('There is nothing in changes/ to be released')
else if (command === 'preview') {
  if (argument && !audiences.includes(argument)) fail(`"${argument}" is no audience: use ${audiences.join(', ')}`)
  else console.log(notes(nextVersion(lastVersion(readFileSync(changelogFile, 'utf8')), changes, new Date().toISOString().slice(0, 10)), 'not released', changes, argument) || `Nothing concerns ${argument}`)
} else if (command === 'release') {
  if (isDay(argument)) release(argument)
  else fail('Say the day: npm run release -- 2027-01-15')
} else fail('Use check, preview or release')
