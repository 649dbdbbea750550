import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

export const passMark = ${{ variables.passMark }}

/** Rows of a CSV by its header; quotes as in RFC 4180, one line per row. */
export function parseCsv(text) {
  const [header, ...rows] = text.trim().split(/\r?\n/).map((line) => [...`,${line}`.matchAll(/,("(?:[^"]|"")*"|[^,]*)/g)].map(([, cell]) => cell.replace(/^"|"$/g, '').replaceAll('""', '"')))
  return rows.map((cells) => Object.fromEntries(header.map((name, index) => [name, cells[index] ?? ''])))
}

/** Points of a call out of 100 of what applied to it. A criterion that kills makes it 0: a wrong fact is not made good by a nice tone. */
export function scoreCall(scorecard, answers) {
  const unknown = Object.keys(answers).filter((name) => !scorecard.some(({ criterion }) => criterion === name))
  const missing = scorecard.filter(({ criterion }) => !['1', '0', 'n/a'].includes(answers[criterion])).map(({ criterion }) => criterion)
  if (unknown.length > 0) throw new Error(`not on the scorecard: ${unknown.join(', ')}`)
  if (missing.length > 0) throw new Error(`answer 1, 0 or n/a: ${missing.join(', ')}`)
  const applied = scorecard.filter(({ criterion }) => answers[criterion] !== 'n/a')
  const failed = applied.filter(({ criterion }) => answers[criterion] === '0')
  const sum = (rows) => rows.reduce((total, { points }) => total + Number(points), 0)
  const killed = failed.filter(({ kills }) => kills === 'yes').map(({ criterion }) => criterion)
  if (applied.length === 0) throw new Error('nothing applied: leave such a call out')
  return { score: killed.length > 0 ? 0 : Math.round((100 * (sum(applied) - sum(failed))) / sum(applied)), killed, failed: failed.map(({ criterion }) => criterion) }
}

/** All calls of a week, with what failed most often. */
export function scoreWeek(scorecard, rows) {
  const calls = Map.groupBy(rows, ({ call }) => call)
  const scored = [...calls].map(([call, answers]) => {
    try {
      return { call, ...scoreCall(scorecard, Object.fromEntries(answers.map(({ criterion, yes }) => [criterion, yes]))) }
    } catch (error) {
      throw new Error(`${call}: ${error.message}`)
    }
  })
  if (scored.length === 0) throw new Error('there is no call')
  const failures = Map.groupBy(scored.flatMap(({ failed }) => failed), (name) => name)
  return {
    calls: scored,
    mean: Math.round(scored.reduce((total, { score }) => total + score, 0) / scored.length),
    below: scored.filter(({ score }) => score < passMark).map(({ call }) => call),
    worst: [...failures].map(([criterion, found]) => ({ criterion, calls: found.length })).sort((a, b) => b.calls - a.calls),
  }
}

function print(file) {
  if (!file) throw new Error('usage: node qa/score.mjs <scores.csv>')
  const read = (source) => parseCsv(readFileSync(source, 'utf8'))
  const { calls, mean, below, worst } = scoreWeek(read(new URL('scorecard.csv', import.meta.url)), read(file))
  for (const { call, score, killed } of calls) console.log(`${String(score).padStart(3)}  ${call}${killed.length > 0 ? `  fails by ${killed.join(', ')}` : ''}`)
  console.log(`\nMean ${mean}, mark ${passMark}; below it: ${below.length}`)
  for (const { criterion, calls: count } of worst) console.log(`  ${criterion}: missed in ${count}`)
  process.exitCode = mean < passMark ? 1 : 0
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) print(process.argv[2])
