import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'

const day = 86_400_000
const iso = (time) => new Date(time).toISOString().slice(0, 10)

/** Rows of a CSV by its header; quotes as in RFC 4180, one line per row. */
export function parseCsv(text) {
  const [header, ...rows] = text.trim().split(/\r?\n/).map((line) => [...`,${line}`.matchAll(/,("(?:[^"]|"")*"|[^,]*)/g)].map(([, cell]) => cell.replace(/^"|"$/g, '').replaceAll('""', '"')))
  return rows.map((cells) => Object.fromEntries(header.map((name, index) => [name, cells[index] ?? ''])))
}

const isWorkday = (time, off) => ![0, 6].includes(new Date(time).getUTCDay()) && !off.includes(iso(time))

/** The first working day from `time` on. */
const workday = (time, off) => (isWorkday(time, off) ? time : workday(time + day, off))

/** The last of `days` working days that begin at `time`. */
const after = (time, days, off) => (days <= 1 ? time : after(workday(time + day, off), days - 1, off))

/** Each task with its first and last day: it begins when all it needs is finished. */
export function schedule(tasks, start, off = []) {
  const begin = Date.parse(`${start}T00:00:00Z`)
  if (Number.isNaN(begin) || iso(begin) !== start) throw new Error(`start: ${start} is no day (YYYY-MM-DD)`)
  const byId = new Map(tasks.map((task) => [task.id, task]))
  if (byId.size < tasks.length) throw new Error('an id stands twice in the plan')
  const dated = new Map()

  const place = (task, path) => {
    if (path.includes(task.id)) throw new Error(`tasks wait for each other: ${[...path, task.id].join(' → ')}`)
    if (dated.has(task.id)) return dated.get(task.id)
    const days = Number(task.days)
    if (!Number.isInteger(days) || days < 1) throw new Error(`${task.id}: days must be a whole number from 1, not "${task.days}"`)
    if (task.done_when.trim() === '') throw new Error(`${task.id}: say when it is done`)
    const before = task.needs.split(' ').filter(Boolean).map((id) => {
      if (!byId.has(id)) throw new Error(`${task.id} needs ${id}, which is not in the plan`)
      return place(byId.get(id), [...path, task.id]).lastTime
    })
    const first = workday(before.length > 0 ? Math.max(...before) + day : begin, off)
    const lastTime = after(first, days, off)
    const placed = { ...task, first: iso(first), last: iso(lastTime), lastTime }
    dated.set(task.id, placed)
    return placed
  }

  return tasks.map((task) => place(task, [])).map(({ lastTime: _, ...task }) => task)
}

/** The chain of tasks that decides the last day: a day lost here is a day lost. */
export function criticalPath(dated) {
  const byId = new Map(dated.map((task) => [task.id, task]))
  const latest = (tasks) => tasks.reduce((one, other) => (one === undefined || other.last > one.last ? other : one), undefined)
  const path = []
  for (let task = latest(dated); task; task = latest(task.needs.split(' ').filter(Boolean).map((id) => byId.get(id)))) path.unshift(task.id)
  return path
}

const quoted = (cell) => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)
export const toCsv = (rows) => [Object.keys(rows[0]), ...rows.map(Object.values)].map((cells) => cells.map(quoted).join(',')).join('\n')

function print() {
  const { values } = parseArgs({ options: { start: { type: 'string', default: '${{ variables.start }}' }, off: { type: 'string', default: '' }, csv: { type: 'boolean', default: false } } })
  const dated = schedule(parseCsv(readFileSync(new URL('plan.csv', import.meta.url), 'utf8')), values.start, values.off.split(',').filter(Boolean))
  if (values.csv) return console.log(toCsv(dated))
  for (const { first, last, owner, task } of dated) console.log(`${first}  ${last}  ${owner.padEnd(6)}  ${task}`)
  console.log(`\nDecides the end: ${criticalPath(dated).join(' → ')}`)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) print()
