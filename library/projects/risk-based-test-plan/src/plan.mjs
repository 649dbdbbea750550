/** Rows of a CSV by its header; quotes as in RFC 4180, one line per row. */
export function parseCsv(text) {
  const [header, ...rows] = text.trim().split(/\r?\n/).map((line) => [...`,${line}`.matchAll(/,("(?:[^"]|"")*"|[^,]*)/g)].map(([, cell]) => cell.replace(/^"|"$/g, '').replaceAll('""', '"')))
  return rows.map((cells) => Object.fromEntries(header.map((name, index) => [name, cells[index] ?? ''])))
}

export const techniques = ['positive', 'negative', 'boundary', 'state', 'fault', 'concurrency', 'exploratory', 'load']
const results = ['open', 'passed', 'failed', 'blocked']
const levels = [
  { level: 'critical', from: 15, tests: 3, techniques: 2, weight: 5 },
  { level: 'high', from: 9, tests: 2, techniques: 0, weight: 3 },
  { level: 'medium', from: 5, tests: 1, techniques: 0, weight: 1 },
  { level: 'low', from: 0, tests: 0, techniques: 0, weight: 0 },
]

/** What does not hold in the two files themselves. */
export function problemsOf(risks, tests) {
  const ids = new Set(risks.map(({ id }) => id))
  const rating = (value) => /^[1-5]$/.test(value)
  const twice = (rows) => rows.map(({ id }) => id).filter((id, index, all) => all.indexOf(id) !== index)
  return [
    ...[...twice(risks), ...twice(tests)].map((id) => `${id}: stands twice`),
    ...risks.filter(({ likelihood, impact }) => !rating(likelihood) || !rating(impact)).map(({ id }) => `${id}: likelihood and impact are 1 to 5`),
    ...tests.flatMap(({ id, covers }) => covers.split(' ').filter((one) => !ids.has(one)).map((one) => `${id}: covers ${one || 'nothing'}, which is not in the register`)),
    ...tests.filter(({ technique }) => !techniques.includes(technique)).map(({ id, technique }) => `${id}: "${technique}" is no technique`),
    ...tests.filter(({ result }) => !results.includes(result)).map(({ id, result }) => `${id}: "${result}" is no result`),
  ]
}

/** Each risk with its level and what it lacks, the highest first. */
export function assess(risks, tests) {
  return risks.map((risk) => {
    const score = Number(risk.likelihood) * Number(risk.impact)
    const level = levels.find(({ from }) => score >= from)
    const covering = tests.filter(({ covers }) => covers.split(' ').includes(risk.id))
    return { ...risk, score, level: level.level, weight: level.weight, tests: covering.length, lacks: lacks(level, covering), open: unfinished(level, covering) }
  }).sort((a, b) => b.score - a.score || a.id.localeCompare(b.id))
}

function lacks(level, covering) {
  const used = new Set(covering.map(({ technique }) => technique))
  return [
    ...(covering.length < level.tests ? [`${level.tests - covering.length} more tests`] : []),
    ...(used.size < level.techniques ? ['another technique'] : []),
    ...(level.level === 'critical' && !used.has('negative') && !used.has('fault') ? ['a negative or fault test'] : []),
  ]
}

const unfinished = ({ level }, covering) => covering.filter(({ result, bug }) => result !== 'passed' && level !== 'low' && !(level === 'medium' && result === 'failed' && bug.startsWith('accepted:'))).map(({ id, result }) => `${id} ${result}`)

/** Why the release may not go yet. */
export const gate = (risks, tests) => [
  ...problemsOf(risks, tests),
  ...assess(risks, tests).flatMap(({ id, level, lacks: missing, open }) => [
    ...missing.map((one) => `${id} (${level}) lacks ${one}`),
    ...open.map((one) => `${id} (${level}): ${one}`),
  ]),
]

/** The days for testing, shared out by level; a fifth is kept for what nobody foresaw. */
export function shareDays(assessed, days) {
  const total = assessed.reduce((sum, { weight }) => sum + weight, 0)
  return new Map(assessed.map(({ id, weight }) => [id, total === 0 ? 0 : Math.round((days * 0.8 * weight * 10) / total) / 10]))
}
