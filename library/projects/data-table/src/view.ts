import { columns, compare, isEmpty, shown } from './columns.ts'
import type { Row } from './columns.ts'

export interface Sorting { key: string; descending: boolean }
export interface State { filter: string; sorting: readonly Sorting[]; page: number; pageSize: number }
export interface View { rows: Row[]; /** That fit the filter. */ found: number; page: number; pages: number; first: number; last: number }

export const initial: State = { filter: '', sorting: [], page: 1, pageSize: ${{ variables.pageSize }} }

/** Without case and accents: who types „muller“ finds „Müller“. */
const plain = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()

/** Rows in which each word stands somewhere. */
export function matching(rows: readonly Row[], filter: string): Row[] {
  const words = plain(filter).split(/\s+/).filter(Boolean)
  if (words.length === 0) return [...rows]
  return rows.filter((row) => {
    const text = plain(columns.map((column) => shown(row[column.key], column)).join('\n'))
    return words.every((word) => text.includes(word))
  })
}

export function sorted(rows: readonly Row[], sorting: readonly Sorting[]): Row[] {
  const rules = sorting.flatMap(({ key, descending }) => {
    const column = columns.find((one) => one.key === key)
    return column ? [{ column, sign: descending ? -1 : 1 }] : []
  })
  return rows.toSorted((a, b) => {
    for (const { column, sign } of rules) {
      const [left, right] = [a[column.key], b[column.key]]
      // What is empty comes last, whichever way.
      if (isEmpty(left) !== isEmpty(right)) return isEmpty(left) ? 1 : -1
      const difference = isEmpty(left) ? 0 : sign * compare(left, right, column)
      if (difference !== 0) return difference
    }
    return 0
  })
}

/** What is to be seen; a page that is not there becomes the last one. */
export function viewOf(rows: readonly Row[], { filter, sorting, page, pageSize }: State): View {
  const fitting = sorted(matching(rows, filter), sorting)
  const pages = Math.max(1, Math.ceil(fitting.length / pageSize))
  const current = Math.min(Math.max(1, page), pages)
  const from = (current - 1) * pageSize
  const seen = fitting.slice(from, from + pageSize)
  return { rows: seen, found: fitting.length, page: current, pages, first: seen.length === 0 ? 0 : from + 1, last: from + seen.length }
}

/** A click: up, down, not at all. With Shift the other columns stay. */
export function sortedBy(state: State, key: string, adds: boolean): State {
  const known = state.sorting.find((one) => one.key === key)
  const next: Sorting | undefined = known === undefined ? { key, descending: false } : known.descending ? undefined : { key, descending: true }
  const replaced = known ? state.sorting.flatMap((one) => (one.key !== key ? [one] : next ? [next] : [])) : [...state.sorting, { key, descending: false }]
  return { ...state, page: 1, sorting: adds ? replaced : next ? [next] : [] }
}
