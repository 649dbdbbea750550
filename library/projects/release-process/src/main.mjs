import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { logFormat, misfits, parseLog, sectionOf, sizeOf, withSection } from './commits.mjs'
import { nextVersion } from './version.mjs'

const prefix = '${{ variables.tagPrefix }}'
const git = (...args) => execFileSync('git', args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, stdio: ['ignore', 'pipe', 'pipe'] })

function lastTag() {
  try {
    return git('describe', '--tags', '--abbrev=0', '--match', `${prefix}[0-9]*`).trim()
  } catch {
    return undefined
  }
}

const tag = lastTag()
const commits = parseLog(git('log', `--format=${logFormat}`, ...(tag ? [`${tag}..HEAD`] : [])))
const current = tag ? tag.slice(prefix.length) : '0.0.0'
const size = sizeOf(commits)
const version = nextVersion(current, size)

const commands = {
  next: () => console.log(`${version}\n${current} + ${size}: ${commits.length} commits since ${tag ?? 'the beginning'}`),
  lint: () => {
    const found = misfits(commits)
    for (const one of found) console.log(one)
    process.exitCode = found.length > 0 ? 1 : 0
  },
  changelog: () => {
    if (size === 'none') return console.log('Nothing that users see: no release')
    const before = existsSync('CHANGELOG.md') ? readFileSync('CHANGELOG.md', 'utf8') : ''
    writeFileSync('CHANGELOG.md', withSection(before, sectionOf(version, new Date().toISOString().slice(0, 10), commits)))
    console.log(`CHANGELOG.md has ${version}: now read it as a user would, and edit it`)
  },
}
const command = commands[process.argv[2]]
if (!command) {
  console.error(`commands: ${Object.keys(commands).join(', ')}`)
  process.exit(2)
}
command()
