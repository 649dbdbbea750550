import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, openSync, closeSync, readFileSync, renameSync, statSync, writeFileSync, writeSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { codeOf } from '../error-code.ts'
import { startTimeOf } from './child.ts'

/** What one start of the stack keeps: data, logs, secrets, and where everything listens. */
export interface Home {
  folder: string
  secrets: Secrets
}

const text = z.string()
const secrets = z.object({ jwtSecret: text, encryptionKey: text, postgresPassword: text, supabaseJwtSecret: text, supabasePassword: text })
export type Secrets = z.infer<typeof secrets>

const stack = z.object({
  apiUrl: text,
  token: text,
  temporalAddress: text,
  temporalNamespace: text,
  temporalUiUrl: text.nullable(),
  temporalCliPath: text.nullable(),
  databaseUrl: text,
  sandboxes: z.record(text, text),
  pids: z.record(text, z.number()),
})
export type Stack = z.infer<typeof stack>

const processes = z.array(z.object({ name: text, pid: z.number(), startTime: text.optional() }))

/** An earlier release may have kept less. */
const [keptSecrets, keptStack] = [secrets.partial(), stack.partial()]

export const homeFolder = (env: NodeJS.ProcessEnv): string => resolve(env['SLIPWAY_HOME'] || '.slipway')

/** Makes the folder alone: what is in it belongs to whoever holds its lock. */
export function makeHome(folder: string): void {
  if (existsSync(folder)) return
  mkdirSync(folder, { recursive: true })
  // Passable, as PostgreSQL runs as another user where the stack runs as root; each secret file has its own mode.
  chmodSync(folder, 0o711)
}

/** Makes, once, its secrets. */
export function openHome(folder: string): Home {
  makeHome(folder)
  mkdirSync(join(folder, 'logs'), { recursive: true, mode: 0o700 })
  mkdirSync(join(folder, 'sandboxes'), { recursive: true, mode: 0o700 })
  return { folder, secrets: secretsOf(folder) }
}

function secretsOf(folder: string): Secrets {
  const file = join(folder, 'secrets.json')
  const word = () => randomBytes(32).toString('base64url')
  // A file that cannot be read is an error: fresh keys would make everything encrypted so far unreadable.
  const kept = existsSync(file) ? keptIn(file) : {}
  const all: Secrets = {
    jwtSecret: kept.jwtSecret ?? word(),
    encryptionKey: kept.encryptionKey ?? randomBytes(32).toString('base64'),
    postgresPassword: kept.postgresPassword ?? word(),
    supabaseJwtSecret: kept.supabaseJwtSecret ?? word(),
    supabasePassword: kept.supabasePassword ?? word(),
  }
  if (Object.keys(kept).length < Object.keys(all).length) writePrivate(file, all)
  return all
}

/** What the file keeps. An error quotes none of it, as the engine's own would. */
function keptIn(file: string): z.infer<typeof keptSecrets> {
  const unreadable = (why: string) => new Error(`${file} cannot be read: ${why}. Restore it from a backup: without it the stored secrets cannot be decrypted.`)
  let content: unknown
  try {
    content = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    const code = codeOf(error)
    throw unreadable(typeof code === 'string' ? code : 'it is not JSON')
  }
  const parsed = keptSecrets.safeParse(content)
  if (parsed.success) return parsed.data
  const wrong = parsed.error.issues.map(({ path }) => path.join('.')).filter((name) => name !== '')
  throw unreadable(wrong.length === 0 ? 'it is no JSON object' : `${wrong.join(', ')} must be text`)
}

export const readSecrets = (folder: string): z.infer<typeof keptSecrets> | undefined => readJson(join(folder, 'secrets.json'), keptSecrets)

/** A reader sees the old or the new content, never half of it. */
function writePrivate(file: string, content: unknown): void {
  const fresh = `${file}.${process.pid}.new`
  writeFileSync(fresh, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 })
  chmodSync(fresh, 0o600)
  renameSync(fresh, file)
}

export function writeStack(folder: string, stack: Stack): void {
  writePrivate(join(folder, 'stack.json'), stack)
  const started = Object.entries(stack.pids).map(([name, pid]) => ({ name, pid, startTime: startTimeOf(pid) }))
  writePrivate(join(folder, 'processes.json'), started)
}

export const readStack = (folder: string): z.infer<typeof keptStack> | undefined => readJson(join(folder, 'stack.json'), keptStack)

/** In brackets, as far as it is known: who runs in the home, and where. */
export function holderOf(folder: string): string {
  const { apiUrl, pids } = readStack(folder) ?? {}
  const supervisor = pids?.['supervisor']
  const known = [...(supervisor === undefined ? [] : [`supervisor ${supervisor}`]), ...(apiUrl === undefined ? [] : [`API ${apiUrl}`])]
  return known.length === 0 ? '' : ` (${known.join(', ')})`
}

/** Processes of an earlier start that still run: the pid alone could be anybody's by now. */
export function leftovers(folder: string): { name: string; pid: number }[] {
  const recorded = readJson(join(folder, 'processes.json'), processes) ?? []
  return recorded.filter(({ pid, startTime }) => startTime !== undefined && startTimeOf(pid) === startTime)
}

function readJson<T>(file: string, schema: z.ZodType<T>): T | undefined {
  try {
    return schema.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return undefined
  }
}

const logLimit = 10 * 1024 * 1024

/** Appends lines to <home>/logs/<name>.log; one older file is kept. */
export function openLog(folder: string, name: string): { write: (line: string) => void; close: () => void; file: string } {
  const file = join(folder, 'logs', `${name}.log`)
  if (existsSync(file) && statSync(file).size > logLimit) renameSync(file, `${file}.1`)
  const descriptor = openSync(file, 'a', 0o600)
  let open = true
  return {
    file,
    write: (line) => { if (open) writeSync(descriptor, `${line}\n`) },
    close: () => {
      if (open) closeSync(descriptor)
      open = false
    },
  }
}
