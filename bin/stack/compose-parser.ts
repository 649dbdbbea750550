import { execFile } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'
import { exitOf, findOnPath, isExecutable, launch } from './child.ts'
import { acquireLock } from './lock.ts'
import { cacheFolder } from './temporal-cli.ts'

const run = promisify(execFile)
const version = 'v2.40.3'
const module = `github.com/docker/compose/v2@${version}`

/** How to have it where it is not there. */
export const composeHint = `install the Docker Compose plugin, or Go 1.24 or newer with access to Go modules: ${module} is then built here once (4 minutes)`

/**
 * A command that parses Compose files: `docker compose` where it is installed, else Docker's own Compose built from
 * its Go module into the cache. Undefined where neither is to be had. Parsing needs no Docker engine.
 */
export async function findCompose({ env, onProgress }: { env: NodeJS.ProcessEnv; onProgress: (line: string) => void }): Promise<string[] | undefined> {
  const docker = findOnPath('docker', env['PATH'])
  if (docker !== undefined && (await answers([docker, 'compose']))) return [docker, 'compose']
  const folder = join(cacheFolder(env), `compose-${version}`)
  const cached = join(folder, 'docker-compose')
  if (await answers([cached])) return [cached]
  const go = findOnPath('go', env['PATH']) ?? (isExecutable('/usr/local/go/bin/go') ? '/usr/local/go/bin/go' : undefined)
  if (go === undefined) return undefined
  mkdirSync(folder, { recursive: true })
  const lock = await acquireLock(folder)
  if (lock === undefined) return undefined
  const work = join(folder, 'tmp')
  try {
    rmSync(work, { recursive: true, force: true })
    mkdirSync(work)
    onProgress(`Docker Compose: building ${module} with Go, once (about 4 minutes)`)
    await build(go, work, env)
    renameSync(join(work, 'docker-compose'), cached)
    return (await answers([cached])) ? [cached] : undefined
  } catch (error) {
    onProgress(`Docker Compose: not built (${error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)})`)
    return undefined
  } finally {
    rmSync(work, { recursive: true, force: true })
    await lock.release()
  }
}

async function answers([file = '', ...args]: string[]): Promise<boolean> {
  return run(file, [...args, 'version'], { timeout: 20_000 }).then(() => true, () => false)
}

/** Not `go install`: it refuses a module with replacements, so its source is copied and built in place. */
async function build(go: string, work: string, env: NodeJS.ProcessEnv): Promise<void> {
  const own = { ...env, GOCACHE: join(work, 'build'), GOMODCACHE: join(work, 'modules'), GOFLAGS: '-modcacherw -buildvcs=false' }
  const { stdout } = await run(go, ['mod', 'download', '-json', module], { env: own, cwd: work, timeout: 120_000 })
  const source = join(work, 'source')
  cpSync(z.object({ Dir: z.string() }).parse(JSON.parse(stdout)).Dir, source, { recursive: true })
  const said: string[] = []
  const child = launch(go, ['build', '-o', join(work, 'docker-compose'), './cmd'], { env: own, cwd: source, deathSignal: 'TERM', onLine: (line) => said.push(line) })
  if ((await exitOf(child)).code !== 0) throw new Error(said.slice(-3).join('\n'))
  chmodSync(join(work, 'docker-compose'), 0o755)
}
