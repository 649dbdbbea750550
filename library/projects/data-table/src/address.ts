import { columns } from './columns.ts'
import { initial } from './view.ts'
import type { State } from './view.ts'

const whole = (text: string | null, most: number): number | undefined => {
  const value = Number(text)
  return text !== null && Number.isInteger(value) && value >= 1 && value <= most ? value : undefined
}

/** `?filter=ada&sort=-total,customer&page=2`; what is as at the beginning is left out, and other parameters stay. */
export function toQuery(state: State, others: URLSearchParams = new URLSearchParams()): string {
  const query = new URLSearchParams(others)
  const set = (key: string, value: string, usual: string) => { if (value === usual) query.delete(key); else query.set(key, value) }
  set('filter', state.filter, '')
  set('sort', state.sorting.map(({ key, descending }) => (descending ? `-${key}` : key)).join(','), '')
  set('page', String(state.page), '1')
  set('size', String(state.pageSize), String(initial.pageSize))
  return query.toString()
}

/** The state in an address that anyone may have written: what does not fit is left out. */
export function fromQuery(query: URLSearchParams): State {
  const known = new Set(columns.map(({ key }) => key))
  const parts = (query.get('sort') ?? '').split(',').map((part) => ({ key: part.replace(/^-/, ''), descending: part.startsWith('-') }))
  const sorting = parts.filter(({ key }, at) => known.has(key) && parts.findIndex((one) => one.key === key) === at)
  return { filter: (query.get('filter') ?? '').slice(0, 200), sorting, page: whole(query.get('page'), 1_000_000) ?? 1, pageSize: whole(query.get('size'), 500) ?? initial.pageSize }
}
