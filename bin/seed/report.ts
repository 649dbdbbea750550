import { table } from '../cli/text.ts'
import type { SeedReport } from './seed.ts'

/** One sentence. */
export const summaryOf = ({ created, updated, unchanged, failed, ignored }: SeedReport): string =>
  `${String(created)} created, ${String(updated)} updated, ${String(unchanged)} unchanged, ${String(failed)} failed${ignored.length > 0 ? `; ${String(ignored.length)} other files` : ''}`

/** A line for each template that was changed or failed, or that something is to be said of; then the sums. */
export function reportText(report: SeedReport): string {
  const shown = report.items.filter(({ status, reason }) => status !== 'unchanged' || reason !== undefined)
  const rows = shown.map(({ status, path, kind, name, version, reason }) => [status, path, [kind, name, version].filter((part) => part !== undefined).join(' '), reason ?? ''])
  return `${rows.length > 0 ? `${table([['STATUS', 'PATH', 'TEMPLATE', ''], ...rows])}\n` : ''}${summaryOf(report)}`
}
