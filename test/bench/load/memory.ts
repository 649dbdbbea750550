import { readFileSync, readdirSync } from 'node:fs'

/** Resident memory of a process in MB, as Linux counts it; NaN elsewhere, and when it is gone. */
export function residentMb(pid: number): number {
  try {
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'))?.[1]) / 1024
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

/** Reads both processes twice a second, and answers the most that was seen. */
export function watchMemory(pids: () => Record<keyof Memory, number>): { now(): Memory; peak(): Memory; stop(): void } {
  const now = (): Memory => ({ api: residentMb(pids().api), worker: residentMb(pids().worker) })
  const peak = now()
  const look = (): void => {
    const seen = now()
    for (const name of ['api', 'worker'] as const) if (!(seen[name] <= peak[name])) peak[name] = seen[name]
  }
  const timer = setInterval(look, 500)
  return { now, peak: () => { look(); return { ...peak } }, stop: () => { clearInterval(timer) } }
}

export const showMemory = ({ api, worker }: Memory): string => `API ${api.toFixed(0)} MB, worker ${worker.toFixed(0)} MB`
