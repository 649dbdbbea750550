/** The whole product on this machine, with one command: see README. */
import { existsSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ConfigError } from '../config.ts'
import { bringUp } from './stack/bring-up.ts'
import { connectSandboxes } from './stack/connections.ts'
import { type Stack, holderOf, makeHome, openHome, writeStack } from './stack/home.ts'
import { firstLibrary } from './stack/library.ts'
import { acquireLock } from './stack/lock.ts'
import { endLeftovers } from './stack/orphans.ts'
import { restClient } from './stack/rest.ts'
import { anythingDeployed, deploySample, linkTable } from './stack/sample.ts'
import { type Settings, loadDotEnv, readSettings } from './stack/settings.ts'
import { createSupervisor } from './stack/supervisor.ts'

const started = Date.now()
const say = (line: string) => { console.log(line) }

async function start(settings: Settings): Promise<void> {
  makeHome(settings.folder)
  // Held for as long as this process lives, whatever ends it.
  if ((await acquireLock(settings.folder)) === undefined) {
    throw new Error(`Another Slipway runs in ${settings.folder}${holderOf(settings.folder)}. Stop it first, or set SLIPWAY_HOME to another folder.`)
  }
  const home = openHome(settings.folder)
  let stack: Stack | undefined
  const supervisor = createSupervisor({
    say,
    onRestart: () => {
      if (stack === undefined) return
      stack = { ...stack, pids: { supervisor: process.pid, ...supervisor.pids() } }
      writeStack(home.folder, stack)
    },
  })
  const asked = stopOnSignals(supervisor.stop)
  try {
    await endLeftovers(home.folder, say)
    const up = await bringUp({ settings, home, supervisor, env: process.env, say })
    stack = up.stack
    await untilReady(stack.apiUrl)
    const rest = restClient(stack.apiUrl, stack.token)
    await connectSandboxes(rest, { tenant: up.tenantId, sandboxes: Object.keys(stack.sandboxes), supabaseJwtSecret: home.secrets.supabaseJwtSecret })
    const readyAfter = Date.now() - started
    await firstLibrary(home.folder, stack, say)
    await firstDeployment(home.folder, rest)
    announce(home.folder, stack, readyAfter)
  } catch (error) {
    // Stopped while starting: what failed did so because of it, and the handler ends this process.
    if (asked.toStop) return
    await supervisor.stop()
    throw error
  }
}

async function untilReady(apiUrl: string): Promise<void> {
  let last = 'no answer'
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await sleep(50)) {
    try {
      const answer = await fetch(`${apiUrl}/ready`, { signal: AbortSignal.timeout(5_000) })
      if (answer.ok) return
      last = `${answer.status} ${(await answer.text()).slice(0, 500)}`
    } catch (error) {
      last = error instanceof Error ? error.message : String(error)
    }
  }
  throw new Error(`The API was not ready within 60 s: ${last}`)
}

/** On the first start only: shows that the pipeline works, and what it makes. */
async function firstDeployment(folder: string, rest: ReturnType<typeof restClient>): Promise<void> {
  const [begun, marker] = [join(folder, 'sample-begun'), join(folder, 'sample-deployed')]
  if (existsSync(marker)) return
  try {
    // One that was killed half-way is taken up again; a database with deployments of its own needs no sample.
    const wanted = existsSync(begun) || !(await anythingDeployed(rest))
    writeFileSync(begun, '')
    if (wanted) say(`\n${linkTable(await deploySample(rest, say))}\n`)
    writeFileSync(marker, `${new Date().toISOString()}\n`)
  } catch (error) {
    say(`The sample was not deployed: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function announce(folder: string, stack: Stack, readyAfter: number): void {
  const shown = relative(process.cwd(), folder).startsWith('..') ? folder : relative(process.cwd(), folder)
  const home = shown === '.slipway' ? '' : `SLIPWAY_HOME=${shown} `
  say(`API          ${stack.apiUrl}`)
  say(`Docs         ${stack.apiUrl}/docs`)
  if (stack.temporalUiUrl !== null) say(`Temporal UI  ${stack.temporalUiUrl}`)
  say(`Token        ${home}npm run token -- --role operator`)
  say(`Addresses    ${join(shown, 'stack.json')}, logs in ${join(shown, 'logs')}`)
  say(`ready in ${(readyAfter / 1000).toFixed(1)} s`)
}

function stopOnSignals(stop: () => Promise<void>): { toStop: boolean } {
  const asked = { toStop: false }
  const end = (why: string) => {
    // npm and a terminal each deliver Ctrl-C: the second one is no wish to be killed.
    if (asked.toStop) return
    asked.toStop = true
    say(`Stopping (${why}) …`)
    void stop().then(
      () => { process.exit(0) },
      (error: unknown) => {
        console.error(error)
        process.exit(1)
      },
    )
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => { end(signal) })
  // npm that is killed, or hung up on, takes nobody with it: its death shows only as another parent.
  const parent = process.ppid
  if (process.env['npm_lifecycle_event'] !== undefined) {
    setInterval(() => {
      if (process.ppid !== parent) end('npm is gone')
    }, 500).unref()
  }
  return asked
}

try {
  loadDotEnv()
  await start(readSettings(process.env))
} catch (error) {
  console.error(error instanceof ConfigError || error instanceof Error ? error.message : error)
  process.exit(1)
}
