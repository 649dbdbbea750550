import { createHash } from 'node:crypto'
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const app = join(import.meta.dirname, '../app')
/** The worker and what it imports are kept by the browser itself. */
const own = ['files.mjs', 'strategies.mjs', 'sw.mjs']

/** The app's files and a version that changes when any of them does, the worker included. */
export function stamp() {
  const names = readdirSync(app, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name).slice(app.length + 1).replaceAll('\\', '/')).sort()
  const hash = createHash('sha256')
  for (const name of names.filter((one) => one !== 'files.mjs')) hash.update(name).update('\0').update(readFileSync(join(app, name)))
  const files = names.filter((name) => !own.includes(name)).map((name) => `/${name}`)
  return { version: hash.digest('hex').slice(0, 12), files }
}

if (process.argv[1] === import.meta.filename) {
  const { version, files } = stamp()
  writeFileSync(join(app, 'files.mjs'), `/** Made by npm run stamp. */\nexport const version = '${version}'\nexport const files = ${JSON.stringify(files)}\n`)
  console.log(`${files.length} files, version ${version}`)
}
