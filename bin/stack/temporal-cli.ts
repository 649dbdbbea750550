import { execFile } from 'node:child_process'
import { chmodSync, mkdirSync, readdirSync, renameSync, rmSync, statfsSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describeExit, exitOf, findOnPath, isExecutable, launch } from './child.ts'
import { acquireLock } from './lock.ts'

/** CLI 1.5.1 carries server 1.29.1; newer tags have a `replace` that `go install` refuses. */
const cliVersion = 'v1.5.1'
const serverVersion = '1.29.1'
const oldestServer = [1, 29] as const
const module = `github.com/temporalio/cli/cmd/temporal@${cliVersion}`
const program = process.platform === 'win32' ? 'temporal.exe' : 'temporal'
const gigabyte = 1024 ** 3

export interface FindOptions {
  env: NodeJS.ProcessEnv
  onProgress: (line: string) => void
}

/**
 * The path of a Temporal CLI whose dev server has what we need (fair queues, update-with-start), in this order:
 * TEMPORAL_CLI_PATH, PATH, the cache, the SDK's own download, `go install`. Where none works the error lists each.
 */
export async function findTemporalCli({ env, onProgress }: FindOptions): Promise<string> {
  const given = env['TEMPORAL_CLI_PATH']
  if (given !== undefined && given !== '') {
    const problem = await problemWith(given)
    if (problem !== undefined) throw new Error(`TEMPORAL_CLI_PATH=${given}: ${problem}`)
    return given
  }
  const tried: string[] = []
  const onPath = findOnPath('temporal', env['PATH'])
  if (onPath === undefined) tried.push('`temporal` on PATH: not there')
  else {
    const problem = await problemWith(onPath)
    if (problem === undefined) return onPath
    tried.push(`\`temporal\` on PATH (${onPath}): ${problem}`)
  }
  return fromCache(join(cacheFolder(env), `temporal-${serverVersion}`), { env, onProgress }, tried)
}

/** Shared by all homes of a user: 250 MB that take minutes to build. */
export function cacheFolder(env: NodeJS.ProcessEnv): string {
  return env['SLIPWAY_CACHE'] || join(env['XDG_CACHE_HOME'] || join(env['HOME'] || homedir(), '.cache'), 'slipway')
}

async function fromCache(folder: string, options: FindOptions, tried: string[]): Promise<string> {
  const cached = join(folder, program)
  if ((await problemWith(cached)) === undefined) return cached
  tried.push(`the cache (${cached}): not there`)
  mkdirSync(folder, { recursive: true })
  const lock = await waitForLock(folder, options.onProgress)
  try {
    if ((await problemWith(cached)) === undefined) return cached
    for (const [name, obtain] of [['the download by the Temporal SDK', download], ['`go install`', build]] as const) {
      for (const left of readdirSync(folder)) if (left.startsWith('tmp-')) rmSync(join(folder, left), { recursive: true, force: true })
      const work = join(folder, `tmp-${process.pid}`)
      mkdirSync(work)
      try {
        const made = await obtain(work, options)
        chmodSync(made, 0o755)
        const problem = await problemWith(made)
        if (problem !== undefined) throw new Error(problem)
        renameSync(made, cached)
        return cached
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error)
        tried.push(`${name}: ${reason}`)
        options.onProgress(`Temporal CLI: ${name} did not work (${(reason.split('\n')[0] ?? '').slice(0, 120)})`)
      } finally {
        rmSync(work, { recursive: true, force: true })
      }
    }
  } finally {
    await lock.release()
  }
  throw new Error(
    `No Temporal CLI was found. Any one of these is enough:\n` +
      `  - set TEMPORAL_CLI_PATH to a temporal program (server ${oldestServer.join('.')} or newer), or put it on PATH\n` +
      `  - let this machine reach temporal.download, for the SDK's download\n` +
      `  - install Go 1.25 or newer with access to Go modules: then \`go install ${module}\` is done here\n` +
      `  - set TEMPORAL_ADDRESS to a Temporal server that runs already\n` +
      `Tried:\n${tried.map((line) => `  - ${line}`).join('\n')}`,
  )
}

async function waitForLock(folder: string, onProgress: (line: string) => void) {
  for (let waited = 0; ; waited += 1) {
    const lock = await acquireLock(folder)
    if (lock !== undefined) return lock
    if (waited % 30 === 0) onProgress('Temporal CLI: waiting for another start that is obtaining it')
    await sleep(1_000)
  }
}

/** What is wrong with a program, judged by its server's number: one built by Go calls the CLI itself `0.0.0-DEV`. */
async function problemWith(file: string): Promise<string | undefined> {
  if (!isExecutable(file)) return 'not an executable file'
  try {
    const { stdout } = await promisify(execFile)(file, ['--version'], { timeout: 20_000 })
    const server = /Server (\d+)\.(\d+)/.exec(stdout)
    if (server === null) return `\`--version\` names no server: ${stdout.trim().slice(0, 200)}`
    const [major, minor] = [Number(server[1]), Number(server[2])]
    if (major < oldestServer[0] || (major === oldestServer[0] && minor < oldestServer[1])) return `its server ${major}.${minor} is older than ${oldestServer.join('.')}`
    return undefined
  } catch (error) {
    return `\`--version\` failed: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)}`
  }
}

/** Downloads in a child process: a silent host would hold it for ever, and the SDK's runtime ignores SIGTERM. */
async function download(work: string, { env, onProgress }: FindOptions): Promise<string> {
  onProgress('Temporal CLI: downloading by the Temporal SDK (up to 60 s)')
  const said: string[] = []
  const child = launch(process.execPath, [fileURLToPath(import.meta.resolve('./temporal-download.ts')), work, cliVersion], {
    env,
    deathSignal: 'TERM',
    onLine: (line) => said.push(line),
  })
  const limit = setTimeout(() => child.kill('SIGKILL'), 60_000)
  const exit = await exitOf(child)
  clearTimeout(limit)
  const found = readdirSync(work).map((name) => join(work, name)).find(isExecutable)
  if (found !== undefined && exit.code === 0) return found
  if (exit.signal === 'SIGKILL') throw new Error('no answer within 60 s')
  throw new Error(said.find((line) => /error/i.test(line))?.trim().slice(0, 300) ?? describeExit(exit))
}

/** Builds with caches of its own, which are removed with the work folder: 3 GB while it runs, 250 MB stay. */
async function build(work: string, { env, onProgress }: FindOptions): Promise<string> {
  const go = findOnPath('go', env['PATH']) ?? (isExecutable('/usr/local/go/bin/go') ? '/usr/local/go/bin/go' : undefined)
  if (go === undefined) throw new Error('there is no `go` on PATH')
  const { bavail, bsize } = statfsSync(work)
  if (bavail * bsize < 4 * gigabyte) throw new Error(`${dirname(work)} has less than 4 GB free`)
  const started = Date.now()
  onProgress(`Temporal CLI: building it with Go, once (2 to 5 minutes): go install ${module}`)
  const said: string[] = []
  const child = launch(go, ['install', module], {
    env: {
      ...env,
      GOBIN: join(work, 'bin'),
      GOCACHE: join(work, 'build'),
      GOMODCACHE: join(work, 'modules'),
      GOFLAGS: `${env['GOFLAGS'] ?? ''} -modcacherw`.trim(),
    },
    cwd: work,
    deathSignal: 'TERM',
    onLine: (line) => said.push(line),
  })
  const progress = setInterval(() => {
    const modules = said.filter((line) => line.startsWith('go: downloading')).length
    onProgress(`Temporal CLI: still building, ${Math.round((Date.now() - started) / 1000)} s, ${modules} modules fetched`)
  }, 15_000)
  const exit = await exitOf(child)
  clearInterval(progress)
  if (exit.code !== 0) throw new Error(said.slice(-3).join('\n') || describeExit(exit))
  return join(work, 'bin', program)
}
