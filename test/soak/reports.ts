import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** What is left of a Node process's memory when the garbage of all its threads has been collected, in MB. */
export interface Parts {
  /** All that is its own. */
  own: number
  /** Objects in the heaps of all its threads. */
  heap: number
  /** Outside of what V8 holds for its heaps: the SDK's, buffers, code. */
  native: number
}

/** Makes Node processes collect and report in a folder when they are asked to. */
export const reporting = (folder: string): Record<string, string> => ({ NODE_OPTIONS: `--expose-gc --import ${new URL('collecting.ts', import.meta.url).href}`, SOAK_REPORTS: folder })

/** Asks a process that runs with `reporting`. Throws when it does not answer within 20 s. */
export async function partsOf(folder: string, pid: number): Promise<Parts> {
  const file = join(folder, String(pid))
  rmSync(file, { force: true })
  process.kill(pid, 'SIGUSR2')
  for (const deadline = Date.now() + 20_000; Date.now() < deadline; await sleep(50)) {
    if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Parts
  }
  throw new Error(`process ${String(pid)} did not report on itself`)
}
