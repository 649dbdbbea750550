import { readFileSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ownMb } from '../bench/load/memory.ts'

interface Heap { usedMemory: number; totalCommittedMemory: number }
interface Report { javascriptHeap: Heap; workers: { javascriptHeap: Heap }[] }

/** What a Node process's memory is made of, in MB. */
export interface Parts {
  /** Objects, with garbage not yet collected, in the heaps of all its threads. */
  heap: number
  /** Its own memory outside of what V8 holds for its heaps: the SDK's, buffers, code. */
  native: number
}

/** Makes a Node process report on itself when it is asked to, without its environment or addresses. */
export const reporting = (folder: string): string => `--report-on-signal --report-signal=SIGUSR2 --report-directory=${folder} --report-exclude-env --report-exclude-network`

/** Asks a process that runs with `reporting`. Throws when it does not answer within 20 s. */
export async function partsOf(folder: string, pid: number): Promise<Parts> {
  const own = ownMb(pid)
  process.kill(pid, 'SIGUSR2')
  for (const deadline = Date.now() + 20_000; Date.now() < deadline; await sleep(100)) {
    const file = readdirSync(folder).find((name) => name.split('.')[3] === String(pid))
    const report = file === undefined ? undefined : parsed(readFileSync(join(folder, file), 'utf8'))
    if (file === undefined || report === undefined) continue
    rmSync(join(folder, file))
    const heaps = [report.javascriptHeap, ...report.workers.map(({ javascriptHeap }) => javascriptHeap)]
    const sum = (key: keyof Heap): number => heaps.reduce((total, heap) => total + heap[key], 0) / 1024 ** 2
    return { heap: sum('usedMemory'), native: own - sum('totalCommittedMemory') }
  }
  throw new Error(`process ${String(pid)} did not report on itself`)
}

/** Undefined while it is being written. */
function parsed(text: string): Report | undefined {
  try {
    return JSON.parse(text) as Report
  } catch {
    return undefined
  }
}
