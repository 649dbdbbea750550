import { execFileSync, spawn, spawnSync } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Level } from './areas.ts'
import { applied } from './mutants.ts'
import type { Mutant } from './mutants.ts'

export const trackedFiles = (root: string): string[] =>
  execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' }).split('\0').filter((file) => file !== '' && existsSync(join(root, file)))

/** A test that takes longer than so many times its usual time is caught in an endless loop. */
const patience = 4
const leastMs = 40_000

/** Does some work while a file holds a mutant. */
export async function mutated<T>(path: string, mutant: Mutant, work: () => Promise<T>): Promise<T> {
  const original = readFileSync(path, 'utf8')
  writeFileSync(path, applied(original, mutant))
  try {
    return await work()
  } finally {
    writeFileSync(path, original)
  }
}

const setUp = { nothing: ['--globalSetup=', '--globalTeardown='], bundle: ['--globalSetup=./test/mutation/bundle-only.ts', '--globalTeardown='], servers: [] } satisfies Record<Level['needs'], string[]>

/** With the processes that it began: one of them is where an endless loop runs. */
function killAll({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch {
    // All are gone.
  }
}

interface Run { failed: string | undefined; ms: number; output: string }

/** The tracked files in a folder of their own, where mutants are tried. */
export function openCopy(root: string) {
  const folder = mkdtempSync(join(tmpdir(), 'mutants-'))
  const temporary = join(folder, 'tmp')
  mkdirSync(temporary)
  // PostgreSQL may run as somebody else, and must reach its data in there.
  chmodSync(folder, 0o755)
  const copy = join(folder, 'copy')
  for (const file of trackedFiles(root)) {
    mkdirSync(dirname(join(copy, file)), { recursive: true })
    cpSync(join(root, file), join(copy, file))
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  const usual = new Map<string, number>()
  let child: ChildProcess | undefined
  const close = (): void => {
    if (child) killAll(child)
    // Servers whose jest was killed may still be writing.
    for (let tries = 0; existsSync(folder) && tries < 20; tries++) {
      try {
        rmSync(folder, { recursive: true, force: true })
      } catch {
        spawnSync('sleep', ['0.2'])
      }
    }
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => {
    close()
    process.exit(130)
  })

  /** jest on some tests. When it is killed, the kernel ends the servers it began. */
  const jest = ({ tests, needs }: Level, limitMs?: number): Promise<Run> => new Promise((resolve) => {
    const began = Date.now()
    const args = [...tests, '--bail=1', '--maxWorkers=1', '--passWithNoTests', '--ci', '--testEnvironment=./test/mutation/first-failure.ts', `--cacheDirectory=${join(temporary, 'jest')}`, ...setUp[needs]]
    const running = spawn(process.execPath, ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js', ...args], { cwd: copy, detached: true, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, NODE_ENV: 'test', TMPDIR: temporary } })
    child = running
    let output = ''
    for (const stream of [running.stdout, running.stderr]) stream.on('data', (part: Buffer) => { output = (output + part.toString()).slice(-200_000) })
    const timer = limitMs === undefined ? undefined : setTimeout(() => { killAll(running) }, limitMs)
    running.once('close', (code, signal) => {
      clearTimeout(timer)
      const failed = code === 0 ? undefined : signal !== null ? `time: more than ${String(patience)} times the usual` : (/● (.*)/.exec(output)?.[1] ?? `exit code ${String(code)}`)
      resolve({ failed, ms: Date.now() - began, output })
    })
  })

  return {
    close,
    /** The first test of a level that fails with the mutant; undefined when all pass. */
    async fails(mutant: Mutant, level: Level): Promise<string | undefined> {
      const name = level.tests.join(' ')
      if (!usual.has(name)) {
        const unchanged = await jest(level)
        if (unchanged.failed !== undefined) throw new Error(`${name} fails without any mutant: ${unchanged.failed}\n${unchanged.output}`)
        usual.set(name, unchanged.ms)
      }
      const { failed } = await mutated(join(copy, mutant.file), mutant, () => jest(level, Math.max(leastMs, patience * (usual.get(name) ?? 0))))
      return failed
    },
  }
}
