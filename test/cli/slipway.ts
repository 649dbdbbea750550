import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Ended {
  code: number | null
  out: string
  err: string
}

const root = join(import.meta.dirname, '../..')
const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(SLIPWAY_|NODE_OPTIONS$|NO_COLOR$|FORCE_COLOR$|npm_)/.test(name)))

export interface Running {
  child: ChildProcess
  /** What it has said so far on both. */
  said(): string
  ended: Promise<Ended>
}

/** `slipway` as a person runs it, in a process of its own. */
export function startSlipway(args: readonly string[], { env = {}, input = '', cwd = root }: { env?: Record<string, string>; input?: string; cwd?: string } = {}): Running {
  const child = spawn(process.execPath, [join(root, 'bin/slipway.ts'), ...args], { cwd, env: { ...clean, SLIPWAY_HOME: '/nowhere', ...env }, stdio: ['pipe', 'pipe', 'pipe'] })
  let out = ''
  let err = ''
  child.stdout.on('data', (chunk: Buffer) => { out += chunk.toString() })
  child.stderr.on('data', (chunk: Buffer) => { err += chunk.toString() })
  child.stdin.on('error', () => undefined).end(input)
  return { child, said: () => out + err, ended: new Promise((resolve) => child.once('close', (code) => { resolve({ code, out, err }) })) }
}

export const newFolder = (): string => mkdtempSync(join(tmpdir(), 'slipway-cli-'))
