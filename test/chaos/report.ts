import type { Claim, Figures } from './claims.ts'

const share = (part: number, whole: number): string => `${String(part)} (${whole === 0 ? '–' : ((100 * part) / whole).toFixed(1)} %)`

/** The figures as a table, then each claim with its verdict and the first cases that speak against it. */
export function reportOf(figures: Figures, claims: readonly Claim[]): string {
  const { alone, helped, afterwards, deployments } = figures
  const rows: [string, string, string][] = [
    ['', 'alone', 'after retry'],
    ...(['success', 'parked', 'lost', 'duplicates', 'orphans', 'stuck', 'mismatched'] as const).map((name): [string, string, string] => [
      name, name === 'success' || name === 'parked' ? share(alone[name].length, deployments) : String(alone[name].length), name === 'success' || name === 'parked' ? share(helped[name].length, deployments) : String(helped[name].length),
    ]),
  ]
  const faults = Object.entries(figures.faults).map(([name, { requests, faults: broken }]) => `${name} ${String(requests)} requests, ${share(broken, requests)} faults`)
  const lines = [
    `seed ${String(figures.seed)}, ${String(deployments)} deployments`,
    ...rows.map(([name, one, other]) => `  ${name.padEnd(12)}${one.padStart(16)}${other.padStart(16)}`),
    `kill -9: ${Object.entries(figures.kills).map(([part, count]) => `${part} ${String(count)}`).join(', ')}; at least ${String(figures.leastRunning)} deployments ran at each`,
    `sandboxes: ${faults.join('; ')}`,
    `busiest location in 10 s: ${String(figures.busiest.requests)} requests`,
    `requests of ours that users had to repeat: ${String(figures.retriedRequests)}; unexpected refusals: ${String(figures.surprises.length)}`,
    `undeployed ${String(afterwards.undeployed)}: ${String(afterwards.left.length)} left, ${String(afterwards.harmed.length)} of strangers' harmed`,
    `seconds: ${Object.entries(figures.seconds).map(([phase, seconds]) => `${phase} ${seconds.toFixed(0)}`).join(', ')}`,
    '',
    ...claims.flatMap(({ claim, holds, evidence }) => [`${holds ? 'holds ' : 'BROKEN'}  ${claim}`, ...(holds ? [] : evidence.slice(0, 20).map((one) => `          ${one}`))]),
  ]
  return lines.join('\n')
}
