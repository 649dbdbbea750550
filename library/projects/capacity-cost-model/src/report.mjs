import { forecast, limits, sensitivities } from './model.mjs'

const currency = '${{ variables.currency }}'
const count = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })
const money = new Intl.NumberFormat('en', { style: 'currency', currency, maximumFractionDigits: 0 })
const cents = new Intl.NumberFormat('en', { style: 'currency', currency, maximumFractionDigits: 4 })
const share = new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 1, signDisplay: 'exceptZero' })

const titles = { users: 'users a day', meanPerSecond: 'requests a second, mean', peakPerSecond: 'requests a second, peak minute', apiInstances: 'API instances', egressGb: 'GB out a month', databaseCores: 'database cores', databaseGb: 'database GB', workerInstances: 'worker instances', objectsGb: 'object GB', inferencePerMinute: 'inference calls a minute, peak' }

/** The model in words and tables, as Markdown. */
export function report(assumptions, guessed) {
  const rows = forecast(assumptions)
  const shown = [...new Set([0, Math.round(assumptions.months / 2), assumptions.months])].map((month) => rows[month])
  const line = (title, cells) => `| ${[title, ...cells].join(' | ')} |`
  const broken = limits(assumptions, rows)
  return [
    `# ${{ variables.system }}: capacity and cost\n`,
    line('', shown.map(({ month }) => (month === 0 ? 'now' : `month ${month}`))), `|${' --- |'.repeat(shown.length + 1)}`,
    ...Object.entries(titles).filter(([key]) => key in shown[0]).map(([key, title]) => line(title, shown.map((row) => count.format(row[key])))),
    ...Object.keys(shown[0].cost).map((key) => line(key === 'total' ? '**cost a month**' : `cost of ${key}`, shown.map((row) => money.format(row.cost[key])))),
    line('cost per daily user', shown.map((row) => cents.format(row.costPerUser))),
    `\nAltogether ${money.format(rows.slice(0, -1).reduce((sum, { cost }) => sum + cost.total, 0))} over ${assumptions.months} months.`,
    '\n## What breaks first\n', ...(broken.length === 0 ? ['No hard limit is passed.'] : broken.map(({ month, what }) => `- month ${month}: ${what}`)),
    '\n## What moves the cost\n', 'If the assumption is a fifth higher, the last month costs:\n', ...sensitivities(assumptions).slice(0, 6).map(({ path, change }) => `- ${path}: ${share.format(change)}${guessed.includes(path) ? ' (guessed: measure it)' : ''}`),
    `\n${guessed.length} assumptions are guesses.`,
  ].join('\n')
}

export function csv(assumptions) {
  const flat = forecast(assumptions).map(({ cost, ...row }) => ({ ...row, ...Object.fromEntries(Object.entries(cost).map(([name, value]) => [`cost_${name}`, value])) }))
  return [Object.keys(flat[0]), ...flat.map((row) => Object.values(row).map((value) => Math.round(value * 10000) / 10000))].map((cells) => cells.join(',')).join('\n')
}
