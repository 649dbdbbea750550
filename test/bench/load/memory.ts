import { readFileSync, readdirSync } from 'node:fs'

/**
 * Memory of a process's own in MB, as Linux counts it; NaN elsewhere, and when it is gone. Pages of files, such as its program, do not count:
 * the kernel takes and gives those as it likes, which would look like a saving and then a leak.
 */
export function ownMb(pid: number): number {
  try {
    return Number(/^RssAnon:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'))?.[1]) / 1024
  } catch {
    return NaN
  }
}

/** Open files and sockets of a process. */
export function openDescriptors(pid: number): number {
  try {
    return readdirSync(`/proc/${String(pid)}/fd`).length
  } catch {
    return NaN
  }
}

export type Memory = Record<'api' | 'worker', number>

export const memoryOf = ({ api, worker }: Record<keyof Memory, number>): Memory => ({ api: ownMb(api), worker: ownMb(worker) })

/** Reads both processes twice a second, and answers the most that was seen. */
export function watchMemory(pids: Record<keyof Memory, number>): { peak(): Memory; stop(): void } {
  const peak = memoryOf(pids)
  const look = (): void => {
    const seen = memoryOf(pids)
    for (const name of ['api', 'worker'] as const) if (!(seen[name] <= peak[name])) peak[name] = seen[name]
  }
  const timer = setInterval(look, 500)
  return { peak: () => ({ ...peak }), stop: () => { clearInterval(timer) } }
}

export const showMemory = ({ api, worker }: Memory): string => `API ${api.toFixed(0)} MB, worker ${worker.toFixed(0)} MB`
