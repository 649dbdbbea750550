const shares = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99 }
const rounded = (value) => (value === undefined ? undefined : Math.round(value * 10) / 10)

const numbersOf = ({ latencies, sent, failed }) => ({
  sent, failed, errorRate: sent === 0 ? 0 : failed / sent,
  ...Object.fromEntries(Object.entries(shares).map(([name, share]) => [name, rounded(latencies.percentile(share))])),
  worst: rounded(latencies.worst),
})

/** The numbers of a run, which thresholds were broken, and whether the generator kept up. */
export function reportOf({ tallies, started, late, seconds }, thresholds) {
  const numbers = Object.fromEntries([...tallies].map(([name, tally]) => [name, numbersOf(tally)]))
  const broken = Object.entries(thresholds).flatMap(([key, limit]) => {
    const [metric, name = 'all'] = key.split('.').reverse()
    const actual = numbers[name]?.[metric]
    if (!numbers[name] || !(metric in numbers[name])) return [`${key}: there is no such number; known are ${Object.keys(numbers.all).join(', ')}`]
    if (actual === undefined) return [`${key}: nothing was answered`]
    return actual > limit ? [`${key}: ${rounded(actual * 1000) / 1000}, allowed ${limit}`] : []
  })
  const reasons = Object.fromEntries(tallies.get('all').reasons)
  return { numbers, broken, reasons, seconds: rounded(seconds), started, late, valid: started > 0 && late / started <= 0.01 }
}

export const exitCode = ({ valid, broken }) => (!valid ? 2 : broken.length > 0 ? 1 : 0)

/** The same for people. */
export function toText(name, report) {
  const columns = ['sent', 'failed', 'p50', 'p90', 'p95', 'p99', 'worst']
  const row = (title, cells) => `${title.padEnd(12)}${cells.map((cell) => String(cell ?? '-').padStart(9)).join('')}`
  return [
    `${name}: ${report.started} requests in ${report.seconds} s`,
    row('', columns),
    ...Object.entries(report.numbers).map(([title, numbers]) => row(title, columns.map((column) => numbers[column]))),
    ...Object.entries(report.reasons).map(([reason, count]) => `failed ${count} times: ${reason}`),
    ...(report.valid ? [] : [`INVALID: ${report.late} requests started late, the generator could not keep up`]),
    ...(report.broken.length === 0 ? ['all thresholds held'] : report.broken.map((one) => `BROKEN ${one}`)),
  ].join('\n')
}
