import { columns, isEmpty } from './columns.ts'
import type { Row, Value } from './columns.ts'

/** A spreadsheet runs what looks like a formula; an apostrophe makes it a text. */
function cell(value: Value): string {
  if (isEmpty(value)) return ''
  const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** RFC 4180; raw values, not those that are shown, so that they can be computed with. */
export const toCsv = (rows: readonly Row[]): string => [columns.map(({ label }) => label), ...rows.map((row) => columns.map(({ key }) => row[key]))].map((line) => `${line.map(cell).join(',')}\r\n`).join('')
