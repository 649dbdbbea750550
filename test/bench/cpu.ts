import { readFileSync, readdirSync } from 'node:fs'

interface Row { pid: number; parent: number; ms: number }

const tickMs = 10

/** Every process with the time it has used, its ended children's included. Linux only; elsewhere there is none. */
function processes(): Row[] {
  try {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((name) => {
      try {
        const fields = readFileSync(`/proc/${name}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ')
        const ticks = [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index]), 0)
        return [{ pid: Number(name), parent: Number(fields[1]), ms: ticks * tickMs }]
      } catch {
        // Gone in the meantime.
        return []
      }
    })
  } catch {
    return []
  }
}

/** Processor time so far of each named process; PostgreSQL's has a child per connection. */
export function cpuOf(pids: Readonly<Record<string, number>>): Record<string, number> {
  const all = processes()
  return Object.fromEntries(Object.entries(pids).map(([name, pid]) => [name, all.filter((row) => row.pid === pid || (name === 'postgres' && row.parent === pid)).reduce((sum, { ms }) => sum + ms, 0)]))
}

/** What each has used in between, per piece of work: "worker 31 ms, postgres 20 ms". */
export function cpuBetween(before: Readonly<Record<string, number>>, after: Readonly<Record<string, number>>, pieces: number): string {
  return Object.entries(after).map(([name, ms]) => ({ name, ms: (ms - (before[name] ?? 0)) / pieces })).filter(({ ms }) => ms >= 0.5)
    .sort((a, b) => b.ms - a.ms).map(({ name, ms }) => `${name} ${ms.toFixed(0)}`).join(', ')
}
