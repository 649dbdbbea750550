import { styleText } from 'node:util'

/** What came from elsewhere, without what would steer the terminal. */
export const plain = (text: string): string => text.replace(/\p{Cc}/gu, (character) => (character === '\n' || character === '\t' ? ' ' : '�'))

type Style = Parameters<typeof styleText>[0]
/** Colours where the stream shows them; NO_COLOR is heeded. */
export const styled = (stream: NodeJS.WritableStream, style: Style, text: string): string => styleText(style, text, { stream })

/** Columns, aligned. The first row is the heading. */
export function table(rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => row.map(plain))
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)))
  return cells.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd()).join('\n')
}
