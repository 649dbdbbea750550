import { randomUUID } from 'node:crypto'
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import type { SessionStore } from '../../client/slipway.ts'
import { codeOf } from '../error-code.ts'
import { CliError, exitCodes } from './exit.ts'

const profile = z.object({
  url: z.string(),
  tokens: z.object({ accessToken: z.string(), refreshToken: z.string(), expiresAt: z.number() }).optional(),
  apiKey: z.string().optional(),
})
/** Where one is logged in, and with what. */
export type Profile = z.infer<typeof profile>

/** SLIPWAY_CONFIG, or a file in the folder for configurations. */
export function profileFile(env: NodeJS.ProcessEnv): string {
  const folder = env['XDG_CONFIG_HOME'] || (process.platform === 'win32' ? env['APPDATA'] : undefined) || join(homedir(), '.config')
  return env['SLIPWAY_CONFIG'] || join(folder, 'slipway', 'profile.json')
}

export function readProfile(file: string): Profile | undefined {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
  try {
    return profile.parse(JSON.parse(text))
  } catch {
    throw new CliError(`${file} is no profile of slipway: delete it, and log in again`, exitCodes.failed)
  }
}

/** Whole or not at all, and for nobody else to read. */
export function writeProfile(file: string, content: Profile): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const next = `${file}.${String(process.pid)}`
  writeFileSync(next, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 })
  chmodSync(next, 0o600)
  renameSync(next, file)
}

export const deleteProfile = (file: string): void => { rmSync(file, { force: true }) }

/** A process that holds a lock so long has died: a login or a refresh is given up before. */
const staleMs = 30_000

/** Who holds it, if anybody. */
function ownerOf(lock: string): string | undefined {
  try {
    return readFileSync(lock, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

function releaseOf(lock: string, owner: string): void {
  if (ownerOf(lock) === owner) rmSync(lock, { force: true })
}

/** Whether the lock may be tried again at once. Another who waits may have taken it since it was found old: that one stays theirs. */
function releaseIfStale(lock: string): boolean {
  const owner = ownerOf(lock)
  const since = statSync(lock, { throwIfNoEntry: false })?.mtimeMs
  if (owner === undefined || since === undefined) return true
  if (Date.now() - since <= staleMs) return false
  releaseOf(lock, owner)
  return true
}

/** Does the work while no other process does theirs with this file. */
export async function locked<T>(file: string, work: () => T | Promise<T>): Promise<T> {
  const lock = `${file}.lock`
  const owner = randomUUID()
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  for (;;) {
    try {
      writeFileSync(lock, owner, { flag: 'wx', mode: 0o600 })
      break
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error
      if (!releaseIfStale(lock)) await sleep(50)
    }
  }
  const release = () => { releaseOf(lock, owner) }
  // ^C ends the process without coming to finally.
  process.once('exit', release)
  try {
    return await work()
  } finally {
    process.off('exit', release)
    release()
  }
}

/** The login of a profile, which several processes may use and refresh at a time. */
export const profileStore = (file: string, url: string): SessionStore => ({
  load() {
    const kept = readProfile(file)
    return Promise.resolve(kept?.url === url ? kept.tokens : undefined)
  },
  save(tokens, instead) {
    const kept = readProfile(file)
    // Somebody may have logged in elsewhere meanwhile, or out: that stands.
    const stands = instead === undefined || (kept?.url === url && kept.tokens?.refreshToken === instead.refreshToken)
    if (stands) writeProfile(file, { url, ...(tokens ? { tokens } : {}) })
    return Promise.resolve()
  },
  exclusively: (work) => locked(file, work),
})
