import { guesses, numbers, sources } from './assumptions.mjs'
import { changed, monthOf } from './model.mjs'
import { csv, report } from './report.mjs'

const [command, ...rest] = process.argv.slice(2)
const tree = sources()
const assumptions = numbers(tree)

if (command === 'report') console.log(report(assumptions, guesses(tree)))
else if (command === 'csv') console.log(csv(assumptions))
else if (command === 'whatif' && rest.length > 0) {
  const other = rest.reduce((some, change) => { const [path, value] = change.split('='); return changed(some, path, Number(value)) }, assumptions)
  const [before, after] = [assumptions, other].map((some) => monthOf(some, some.months))
  for (const key of Object.keys(after).filter((name) => typeof after[name] === 'number')) console.log(`${key}: ${before[key].toFixed(2)} → ${after[key].toFixed(2)}`)
  for (const key of Object.keys(after.cost)) console.log(`cost of ${key}: ${before.cost[key].toFixed(0)} → ${after.cost[key].toFixed(0)}`)
} else {
  console.error('Use report, csv, or whatif with changes such as users.monthlyGrowth=0.15')
  process.exitCode = 2
}
