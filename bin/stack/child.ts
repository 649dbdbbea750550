import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { createInterface } from 'node:readline'
import { accessSync, constants, readFileSync, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** A process of the stack: how to know that it ended and how to end it. */
export interface Running {
  pid: number
  exited: Promise<Exit>
  stop(): Promise<void>
}

export interface Exit {
  code: number | null
  signal: NodeJS.Signals | null
}

export interface Owner {
  uid: number
  gid: number
}

export interface LaunchOptions {
  env?: NodeJS.ProcessEnv
  cwd?: string
  owner?: Owner | undefined
  /** What the kernel sends when we are killed; processes with an ipc channel end themselves instead. */
  deathSignal?: 'INT' | 'TERM'
  ipc?: boolean
  onLine: (line: string, stream: 'stdout' | 'stderr') => void
}

export function findOnPath(name: string, path = process.env['PATH'] ?? ''): string | undefined {
  return path
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, process.platform === 'win32' ? `${name}.exe` : name))
    .find(isExecutable)
}

export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}

let guard: string | undefined | null = null

/** util-linux's setpriv; busybox has one that cannot set a death signal. */
function deathGuard(): string | undefined {
  if (guard === null) {
    const found = findOnPath('setpriv')
    guard = found !== undefined && spawnSync(found, ['--pdeathsig', 'TERM', 'true']).status === 0 ? found : undefined
  }
  return guard
}

/**
 * Spawns in a process group of its own, so that Ctrl-C in a terminal reaches the supervisor alone, and with the
 * kernel's promise to end it when this process is killed.
 */
export function launch(command: string, args: readonly string[], options: LaunchOptions): ChildProcess {
  const setpriv = options.deathSignal === undefined ? undefined : deathGuard()
  const [file, argv] =
    setpriv === undefined ? [command, args] : [setpriv, ['--pdeathsig', options.deathSignal ?? 'TERM', command, ...args]]
  const child = spawn(file, argv, {
    detached: true,
    stdio: options.ipc === true ? ['ignore', 'pipe', 'pipe', 'ipc'] : ['ignore', 'pipe', 'pipe'],
    ...(options.env === undefined ? {} : { env: options.env }),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.owner ?? {}),
  })
  for (const stream of ['stdout', 'stderr'] as const) {
    const source = child[stream]
    if (source !== null) createInterface({ input: source }).on('line', (line) => { options.onLine(line, stream) })
  }
  return child
}

/** Of a process that has spoken or answered. */
export function pidOf({ pid, spawnfile }: ChildProcess): number {
  if (pid === undefined) throw new Error(`${spawnfile} was not spawned`)
  return pid
}

/**
 * Resolves when the process is gone and its output was read, also when it could not be spawned at all. A descendant
 * that outlives it may hold the output open (a busy session of PostgreSQL): that is not waited for.
 */
export function exitOf(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve) => {
    child.once('close', (code, signal) => { resolve({ code, signal }) })
    child.once('exit', (code, signal) => setTimeout(() => { resolve({ code, signal }) }, 250))
    child.once('error', () => { resolve({ code: 127, signal: null }) })
  })
}

/** Asks with `signal`, waits, and kills what has not ended after `graceMs`. */
export async function stopChild(child: ChildProcess, exited: Promise<Exit>, signal: NodeJS.Signals, graceMs = 15_000): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
  child.kill(signal)
  const killer = setTimeout(() => child.kill('SIGKILL'), graceMs)
  await exited
  clearTimeout(killer)
}

/** Field 22 of /proc/<pid>/stat: with the pid it names one process for ever, as pids are used again. */
export function startTimeOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? undefined : fields[19]
  } catch {
    return undefined
  }
}

export function describeExit({ code, signal }: Exit): string {
  return signal === null ? `exit code ${code}` : `signal ${signal}`
}
