import { met } from './part.ts'
import type { Row } from './part.ts'

const figure = (value: number): string => (value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2))

const aimOf = ({ aim }: Row): string => (aim === undefined ? '' : 'least' in aim ? `≥ ${String(aim.least)}` : `≤ ${String(aim.most)}`)

/** The rows under each other, as wide as they need to be. */
export function tableOf(rows: readonly Row[]): string {
  const head = ['', 'measurement', 'ratio', 'aim', 'ours', 'baseline', 'spread', 'limited by']
  const cells = rows.map((row) => [
    met(row) === undefined ? ' ' : met(row) ? '✔' : '✘', row.name, figure(row.ratio), aimOf(row), row.ours, row.baseline, `${figure(row.spread[0])}–${figure(row.spread[1])}`, row.limit ?? '',
  ])
  const widths = head.map((title, column) => Math.max(title.length, ...cells.map((line) => line[column]?.length ?? 0)))
  const lineOf = (line: readonly string[]): string => line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd()
  return [lineOf(head), lineOf(widths.map((width) => '─'.repeat(width))), ...cells.map(lineOf)].join('\n')
}
