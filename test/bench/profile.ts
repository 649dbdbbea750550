import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

interface CpuProfile {
  nodes: { id: number; callFrame: { functionName: string; url: string; lineNumber: number } }[]
  samples: number[]
  timeDeltas: number[]
}

/** Makes a Node process write a profile of itself when it ends. */
export const profiling = (folder: string): string => `--cpu-prof --cpu-prof-dir=${folder}`

const placeOf = ({ functionName, url, lineNumber }: CpuProfile['nodes'][number]['callFrame']): string =>
  `${functionName || '(anonymous)'} ${url.replace(/^file:\/\//, '').split('/').slice(-3).join('/')}${url === '' ? '' : `:${String(lineNumber + 1)}`}`

/** Where the processes spent their time, by functions and by what these belong to. */
export function profileOf(folder: string, pids: Readonly<Record<string, number>>, top = 14): string {
  if (!existsSync(folder)) return ''
  const files = readdirSync(folder).filter((name) => name.endsWith('.cpuprofile'))
  return Object.entries(pids).flatMap(([name, pid]) => files.filter((file) => file.split('.')[3] === String(pid)).flatMap((file) => {
    const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as CpuProfile
    const places = new Map(nodes.map(({ id, callFrame }) => [id, placeOf(callFrame)]))
    const spent = new Map<string, number>()
    samples.forEach((id, index) => { const place = places.get(id) ?? ''; spent.set(place, (spent.get(place) ?? 0) + (timeDeltas[index] ?? 0)) })
    const idle = spent.get('(idle) ') ?? 0
    const busy = [...spent.values()].reduce((sum, one) => sum + one, 0) - idle
    const lines = [...spent].filter(([place]) => place !== '(idle) ').sort(([, a], [, b]) => b - a).slice(0, top)
    return [`${name}: busy ${(busy / 1e6).toFixed(1)} s, idle ${(idle / 1e6).toFixed(1)} s (${file})`, ...lines.map(([place, us]) => `  ${(us / busy * 100).toFixed(1).padStart(5)} %  ${place}`)]
  })).join('\n')
}
