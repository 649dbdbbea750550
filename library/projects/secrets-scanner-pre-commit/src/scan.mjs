import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, findSecrets } from './find.mjs'

const git = (...args) => execFileSync('git', args, { encoding: 'utf8', maxBuffer: 1 << 28 })
const root = git('rev-parse', '--show-toplevel').trim()
const baselineFile = join(root, 'secrets-baseline.json')
const [staged, writing] = ['--staged', '--write-baseline'].map((flag) => process.argv.includes(flag))

/** Added, copied, modified and renamed, as they lie in the index; or all that git tracks, as it lies in the folder. */
const paths = (staged ? git('-C', root, 'diff', '--cached', '--name-only', '--diff-filter=ACMR', '-z') : git('-C', root, 'ls-files', '-z')).split('\0').filter(Boolean)
const isSubmodule = new Set(git('-C', root, 'ls-files', '-s', '-z').split('\0').filter((entry) => entry.startsWith('160000')).map((entry) => entry.split('\t')[1]))

function read(path) {
  if (isSubmodule.has(path)) return ''
  if (staged) return git('-C', root, 'show', `:${path}`)
  return existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : ''
}

const found = paths.flatMap((path) => findSecrets(path, read(path)))

if (writing) {
  const known = [...new Set(found.map(({ fingerprint }) => fingerprint))].sort()
  writeFileSync(baselineFile, `${JSON.stringify(known, undefined, 2)}\n`)
  console.log(`secrets-baseline.json takes note of ${known.length} secrets: rotate them, then shorten it`)
} else {
  const known = new Set(existsSync(baselineFile) ? JSON.parse(readFileSync(baselineFile, 'utf8')) : [])
  const fresh = found.filter(({ fingerprint }) => !known.has(fingerprint))
  for (const one of fresh) console.error(describe(one))
  if (fresh.length > 0) console.error(`\n${fresh.length} found. Move them to the vault; if one was pushed before, see leaked.md. An example gets the comment "secret-scan: allow".`)
  process.exitCode = fresh.length > 0 ? 1 : 0
}
